#!/usr/bin/env bash
# bench/delta.sh [--old DIR --new DIR] [--small-old DIR --small-new DIR] [--work DIR]
# Sizes of deltas between two releases against bsdiff, zstd --patch-from, xdelta3 and casync on the same images in the
# same run; every delta of ours is applied and compared with the new images byte for byte.
#   --old/--new              directories with usr.erofs and uki.efi of a kernel update (default: the two that
#                            './keelson demo' builds, .demo/releases/1.0.0 and 1.1.0)
#   --small-old/--small-new  a pair in which one small package changed. To make one: copy 1.0.0's packages.lock, put one
#                            entry of 1.1.0's in it, and './keelson image build --lock' that with the same recipe
#   --work                   where the results go (default: a temporary directory, removed in the end)
# The peers are installed by apt-get when they are missing. One line per figure: what ours peer ratio bar ok|MISSED.
# The exit code is 0 only if every bar holds.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/payload-tests.sh"
old=$root/.demo/releases/1.0.0 new=$root/.demo/releases/1.1.0 small_old='' small_new='' work=''
while [ $# -gt 0 ]; do
  case "$1" in
    --old) old=$(readlink -f "$2") ;;
    --new) new=$(readlink -f "$2") ;;
    --small-old) small_old=$(readlink -f "$2") ;;
    --small-new) small_new=$(readlink -f "$2") ;;
    --work) mkdir -p "$2" && work=$(readlink -f "$2") ;;
    *) echo "unknown option $1: see the head of $0" >&2; exit 2 ;;
  esac
  shift 2
done
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
peers=()
for package in bsdiff zstd xdelta3 casync time; do
  [ "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" = "install ok installed" ] || peers+=("$package")
done
[ "${#peers[@]}" = 0 ] || as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q "${peers[@]}" >&2
if [ -z "$work" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
heap=1200m # of the generator; the rest of its 2 GiB is libzstd's
missed=0
run_ours() {
  "$java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -Xmx$heap -cp "$classpath" \
    io.keelson.payload.delta.DeltaBench "$@"
}
# figure WHAT OURS PEER BAR: OURS must be at most BAR times PEER
figure() {
  awk -v w="$1" -v o="$2" -v p="$3" -v b="$4" 'BEGIN { r = o / p; ok = r <= b
    printf "%-34s %12s %12s %7.3f %6s %s\n", w, o, p, r, b, ok ? "ok" : "MISSED"; exit !ok }' || missed=1
}
smaller() { figure "$1" "$2" "$3" 0.999; }
# peers NAME OLD NEW: sizes into $work/NAME.{bsdiff,zstd,xdelta,casync}.size
run_peers() {
  local name=$1 a=$work/$1.old b=$work/$1.new
  cat "$2/usr.erofs" "$2/uki.efi" >"$a"
  cat "$3/usr.erofs" "$3/uki.efi" >"$b"
  bsdiff "$a" "$b" "$work/$name.bsdiff"
  zstd -q -f -19 --long=31 --patch-from="$a" "$b" -o "$work/$name.zstd"
  xdelta3 -f -9 -e -s "$a" "$b" "$work/$name.xdelta"
  casync make --store="$work/$name.store" "$work/$name.old.caibx" "$a" >/dev/null
  find "$work/$name.store" -name '*.cacnk' | sort >"$work/$name.chunks"
  casync make --store="$work/$name.store" "$work/$name.new.caibx" "$b" >/dev/null
  {
    find "$work/$name.store" -name '*.cacnk' | sort | comm -13 "$work/$name.chunks" - | xargs -r cat
    cat "$work/$name.new.caibx"
  } >"$work/$name.casync"
  rm -rf "$work/$name.store" "$a" "$b"
}
size() { stat -c %s "$1"; }
# compare NAME OLD NEW: ours both ways, applied, against every peer
compare() {
  local name=$1 mode peer best
  run_peers "$@"
  best=$(for peer in bsdiff zstd xdelta casync; do size "$work/$name.$peer"; done | sort -n | head -1)
  for mode in plain repack; do
    local delta=$work/$name.$mode
    "$(command -v time)" -f '%e %U %M' -o "$delta.time" "$java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC \
      -Xmx$heap -cp "$classpath" io.keelson.payload.delta.DeltaBench generate $mode "$2" "$3" "$delta"
    run_ours apply "$2" "$3" "$delta" || { echo "the $mode delta does not lead to the new images" >&2; exit 1; }
    for peer in bsdiff zstd xdelta casync; do
      smaller "$name-$mode-bytes/$peer" "$(size "$delta")" "$(size "$work/$name.$peer")"
    done
    read -r wall _ rss <"$delta.time"
    figure "$name-$mode-seconds/limit" "$wall" 150 1
    figure "$name-$mode-KiB/limit" "$rss" 2097152 1
  done
  if [ "$name" = kernel ]; then
    figure "kernel-plain-bytes/best" "$(size "$work/kernel.plain")" "$best" 1.0
    figure "kernel-repack-bytes/best" "$(size "$work/kernel.repack")" "$best" 0.75
  fi
}
echo "commit=$(git -C "$root" rev-parse --short HEAD) date=$(date -u +%F) cpus=$(nproc) load=$(cut -d' ' -f1 /proc/loadavg)"
printf '%-34s %12s %12s %7s %6s %s\n' what ours peer ratio bar verdict
compare kernel "$old" "$new"
[ -z "$small_old" ] || compare small "$small_old" "$small_new"
exit $missed
