#!/usr/bin/env bash
# bench/apply.sh [--release DIR] [--old DIR] [--keys DIR] [--rounds N] [--work DIR]
# Applies a release's full payload, with the flags that hosts install with, to files and to loop devices until the last
# flush is done, against 'zstd -d | tee >(sha256sum) | dd conv=fdatasync' of the same image in the same run; then a plain
# and a look-inside delta, for their memory. What was written is compared with the release each time.
#   --release  output of 'keelson image build --payload' (default: .demo/releases/1.1.0)
#   --old      the release the deltas start from (default: .demo/releases/1.0.0)
#   --keys     what signed it (default: .demo/keys)
#   --rounds   of each timed figure, of which the median counts (default: 3)
#   --work     on the file system to be measured (default: a temporary directory); keeps the peer's image and the deltas
# Needs root for loop devices, KEELSON for another launcher. The look-inside delta is applied with the release's own
# libzstd, as a host does. One line per figure: what ours peer ratio bar ok|MISSED; exit code 0 only if all hold.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/payload-tests.sh"
release=$root/.demo/releases/1.1.0 old=$root/.demo/releases/1.0.0 keys=$root/.demo/keys rounds=3 work=''
while [ $# -gt 0 ]; do
  case "$1" in
    --release) release=$(readlink -f "$2") ;;
    --old) old=$(readlink -f "$2") ;;
    --keys) keys=$(readlink -f "$2") ;;
    --rounds) rounds=$2 ;;
    --work) work=$(readlink -f "$2") ;;
    *) echo "unknown option $1: see the head of $0" >&2; exit 2 ;;
  esac
  shift 2
done
for tool in zstd fsck.erofs losetup time; do
  command -v "$tool" >/dev/null || [ -x "/usr/bin/$tool" ] || [ -x "/usr/sbin/$tool" ] ||
    { echo "$tool is missing: apt-get install zstd erofs-utils mount time" >&2; exit 2; }
done
[ "$(id -u)" = 0 ] || { echo "loop devices need root" >&2; exit 2; }
loops=()
temporary=''
[ -n "$work" ] || work=$(mktemp -d) temporary=$work
mkdir -p "$work"
clean() {
  local loop
  for loop in "${loops[@]}"; do losetup -d "$loop" || true; done
  rm -f "$work"/target.* "$work"/loop.* "$work"/sum "$work"/time
  [ -z "$temporary" ] || rm -rf "$temporary"
}
trap clean EXIT

missed=0
# figure WHAT OURS PEER BAR: OURS must be at most BAR times PEER
figure() {
  awk -v w="$1" -v o="$2" -v p="$3" -v b="$4" 'BEGIN { r = o / p; ok = r <= b
    printf "%-34s %12s %12s %7.3f %6s %s\n", w, o, p, r, b, ok ? "ok" : "MISSED"; exit !ok }' || missed=1
}
size() { stat -L -c %s "$1"; }
median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }
largest() { printf '%s\n' "$@" | sort -n | tail -1; }
# timed COMMAND...: seconds into $seconds, KiB of the largest process into $rss
timed() {
  /usr/bin/time -f '%e %M' -o "$work/time" "$@"
  read -r seconds rss < <(tail -1 "$work/time")
}

# The very flags of the process that installs.
flags=$(sed -n '/^ *apply-worker)/,/;;/s/^ *flags="\($flags \)\?\(.*\)"$/\2/p' "$root/update-engine/src/main/dist/bin/keelson")
[ -n "$flags" ] || { echo "the worker's flags are not where they were in update-engine/src/main/dist/bin/keelson" >&2; exit 2; }
# shellcheck disable=SC2086  # the flags are words on purpose
apply() { # apply PAYLOAD USR UKI [OLD]
  timed "$java" -XX:+UseSerialGC -XX:-UsePerfData -Xss512k $flags --enable-native-access=ALL-UNNAMED \
    -cp "$classpath" io.keelson.payload.apply.ApplyBench "$keys/update.pub.pem" "$@"
}
same() { # same FILE DEVICE-OR-FILE
  cmp -n "$(size "$1")" "$1" "$2" || { echo "$2 is not $1" >&2; exit 1; }
}
# The peer gets its image as one file, usr and uki one after the other.
peer() { # peer TARGET CONV
  timed bash -c 'set -euo pipefail; zstd -dcq "$1" | tee >(sha256sum >"$4") | dd of="$2" bs=1M conv="$3" status=none
    while [ ! -s "$4" ]; do sleep 0.01; done' - "$work/image.zst" "$1" "$2" "$work/sum"
}

cat "$release/usr.erofs" "$release/uki.efi" >"$work/target.image"
sum=$(sha256sum <"$work/target.image")
[ -e "$work/image.zst" ] || zstd -q -19 "$work/target.image" -o "$work/image.zst"
echo "commit=$(git -C "$root" rev-parse --short HEAD) date=$(date -u +%F) cpus=$(nproc)" \
  "load=$(cut -d' ' -f1 /proc/loadavg) rounds=$rounds" \
  "image=$(size "$work/target.image") kernel=$(uname -r) flags=$flags"
printf '%-34s %12s %12s %7s %6s %s\n' what ours peer ratio bar verdict
figure full-bytes/zstd-19 "$(size "$release/update.payload")" "$(size "$work/image.zst")" 1.05

# race NAME PEER-TARGET CONV USR UKI: both in turn, so that a slow moment hits both
race() {
  local name=$1 target=$2 conv=$3 usr=$4 uki=$5 round ours=() theirs=() memory=()
  for ((round = 0; round < rounds; round++)); do
    [ -b "$target" ] || rm -f "$target" "$usr" "$uki"
    rm -f "$work/sum"
    sync
    peer "$target" "$conv"
    [ "$(cat "$work/sum")" = "$sum" ] || { echo "the peer made something else" >&2; exit 1; }
    theirs+=("$seconds")
    [ -b "$target" ] || rm -f "$target"
    sync
    apply "$release/update.payload" "$usr" "$uki"
    ours+=("$seconds") memory+=("$rss")
    same "$release/usr.erofs" "$usr"
    same "$release/uki.efi" "$uki"
  done
  echo "$name: ours ${ours[*]} peer ${theirs[*]}"
  figure "full-to-$name-seconds/pipe" "$(median "${ours[@]}")" "$(median "${theirs[@]}")" 1.3
  figure "full-to-$name-KiB/limit" "$(largest "${memory[@]}")" $((128 << 10)) 1
}
race file "$work/target.image" fdatasync "$work/target.usr" "$work/target.uki"
rm -f "$work"/target.*
loop() { # loop NAME BYTES: a loop device over an allocated file, in $loop
  fallocate -l "$(($2 + (-$2 & 1048575)))" "$work/loop.$1"
  loop=$(losetup --show -f "$work/loop.$1")
  loops+=("$loop")
}
usr_bytes=$(size "$release/usr.erofs") uki_bytes=$(size "$release/uki.efi")
loop image $((usr_bytes + uki_bytes)); image=$loop
loop usr "$usr_bytes"; usr=$loop
loop uki "$uki_bytes"; uki=$loop
race loop "$image" notrunc,fdatasync "$usr" "$uki"

delta() { # delta NAME LIMIT-KIB [OPTION]: a delta of one kind to files
  local name=$1 limit=$2
  shift 2
  [ -e "$work/$name.payload" ] || "${KEELSON:-$root/keelson}" payload generate --old "$old" --new "$release" \
    --key "$keys/update.key.pem" --out "$work/$name.payload" "$@" >/dev/null
  rm -f "$work"/target.*
  apply "$work/$name.payload" "$work/target.usr" "$work/target.uki" "$old"
  same "$release/usr.erofs" "$work/target.usr"
  same "$release/uki.efi" "$work/target.uki"
  echo "$name: $(size "$work/$name.payload") bytes in $seconds s"
  figure "$name-KiB/limit" "$rss" "$limit" 1
}
delta delta $((128 << 10))
[ -d "$work/release" ] || fsck.erofs --extract="$work/release" "$release/usr.erofs" >/dev/null
export LD_LIBRARY_PATH=$work/zstd
mkdir -p "$LD_LIBRARY_PATH"
cp -L "$work"/release/lib/x86_64-linux-gnu/libzstd.so.1 "$LD_LIBRARY_PATH/"
# What Repack demands of a host before it announces the capability.
delta look-inside $((1200 << 10)) --repack
exit $missed
