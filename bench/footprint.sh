#!/usr/bin/env bash
# bench/footprint.sh [--release DIR] [--next DIR] [--lib DIR] [--checks N] [--rest SECONDS] [--rest-only] [--work DIR]
# keelsond's footprint: the /usr of a release, started by its own bin/keelson with its own runtime and class archive in a
# directory in place of the host (mount namespace and chroot, a loop device as the disk), with an https server whose
# authority is pinned. N checks, then a rest with none: memory and CPU of that rest. Then the update to the next release,
# written for real, with the memory of keelsond and all its children sampled.
#   --release  output of 'keelson image build --payload' (default: .demo/releases/1.0.0); --next: the one after (1.1.0)
#   --lib      jars of this tree, in place of the release's, with this tree's bin/keelson and class list
#   --checks   before the rest (default: 20); --rest: its length in seconds (default: 70, more than one native trim); --rest-only: no update after it
# Needs root and JAVA_HOME for a JDK 25. For experiments: KEELSON_JAVA_FLAGS goes to keelsond and its child, and with --lib
# FOOTPRINT_DUMP_FLAGS to the dump of the archive and FOOTPRINT_LIST names its class list. Exit code 0 only if all bars hold.
set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "$0")")")
[ "$(id -u)" = 0 ] || { echo "a chroot and a loop device need root" >&2; exit 2; }
[ -n "${FOOTPRINT_INSIDE:-}" ] || FOOTPRINT_INSIDE=1 exec unshare --mount --propagation private "$0" "$@"
release=$root/.demo/releases/1.0.0 next=$root/.demo/releases/1.1.0 lib='' checks=20 rest=70 rest_only='' work=''
while [ $# -gt 0 ]; do
  case "$1" in
    --release) release=$(readlink -f "$2") ;;
    --next) next=$(readlink -f "$2") ;;
    --lib) lib=$(readlink -f "$2") ;;
    --checks) checks=$2 ;;
    --rest) rest=$2 ;;
    --rest-only) rest_only=1; shift; continue ;;
    --work) work=$(readlink -f "$2") ;;
    *) echo "unknown option $1: see the head of $0" >&2; exit 2 ;;
  esac
  shift 2
done
for tool in fsck.erofs losetup openssl curl; do
  PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null ||
    { echo "$tool is missing: apt-get install erofs-utils mount openssl curl" >&2; exit 2; }
done
for file in "$release"/{disk.img,usr.erofs,uki.efi} "$next"/{update.payload,release.json}; do
  [ -e "$file" ] || { echo "$file is missing: 'keelson image build --payload', or 'keelson demo', makes it" >&2; exit 2; }
done
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
"$java" -version 2>&1 | grep -q 'version "25' || { echo "set JAVA_HOME to a JDK 25" >&2; exit 2; }

work=$(mktemp -d "${work:-${TMPDIR:-/tmp}}/footprint.XXXXXX")
host=$work/host
server='' daemon='' loop=''
clean() {
  local pid
  for pid in $daemon $server; do kill "$pid" 2>/dev/null && wait "$pid" || true; done
  ! mountpoint -q "$host" || umount -R "$host"
  [ -z "$loop" ] || losetup -d "$loop"
  rm -rf --one-file-system "$work"
}
trap clean EXIT

# The host's files.
mkdir -p "$host"/{usr,proc,dev,sys,tmp,run,var/lib,efi/EFI/Linux,etc/keelson} "$work/server"
image=$release/usr.erofs
if [ -n "$lib" ]; then
  fsck.erofs --extract="$work/usr" --preserve "$image" >/dev/null
  home=$work/usr/lib/keelson
  epoch=$(stat -c %Y "$home/keelsond.jsa")
  rm "$home"/lib/*.jar
  cp "$lib"/*.jar "$home/lib/"
  cp "$root/update-engine/src/main/dist/bin/keelson" "$work/usr/bin/keelson"
  touch -d "@$epoch" "$home"/lib/*.jar
  # As the builder's ClassArchive does it.
  (cd "$home" && runtime/bin/java -Xshare:dump -XX:+UseSerialGC ${FOOTPRINT_DUMP_FLAGS:-} --enable-native-access=ALL-UNNAMED \
    -XX:SharedClassListFile="${FOOTPRINT_LIST:-$root/update-engine/src/main/dist/lib/keelson/keelsond.classlist}" \
    -XX:SharedArchiveFile=keelsond.jsa -cp "$(printf '%s\n' lib/*.jar | paste -sd:)" >"$work/dump.log" 2>&1) ||
    { tail -20 "$work/dump.log" >&2; exit 2; }
  image=$work/usr.erofs
  mkfs.erofs --quiet "$image" "$work/usr" >/dev/null
  rm -rf "$work/usr"
fi
mount --bind "$host" "$host"
# As on a host, and with nothing of it in memory yet: how much of a file is resident depends on that.
mount -t erofs -o loop,ro "$image" "$host/usr"
mount --bind /proc "$host/proc"
mount --rbind /dev "$host/dev"
for link in bin lib lib64 sbin; do [ ! -e "$host/usr/$link" ] || ln -s "usr/$link" "$host/$link"; done
echo 0123456789abcdef0123456789abcdef >"$host/etc/machine-id"
version=$(sed -n 's/^IMAGE_VERSION=//p' "$host/usr/lib/os-release")
cp "$release/uki.efi" "$host/efi/EFI/Linux/keelson_$version.efi"

# Its disk, as the kernel of a host that runs from slot A would describe it.
cp --sparse=always "$release/disk.img" "$work/disk.img"
loop=$(losetup --show -f "$work/disk.img")
disk=$host/sys/block/${loop##*/}
mkdir -p "$disk/queue"
echo 512 >"$disk/queue/logical_block_size"
stat -c '%Hr:%Lr' "$loop" >"$disk/dev"
mounted=$host/sys/dev/block/$(awk -v m="$host/usr" '$5 == m { print $3 }' /proc/self/mountinfo)
mkdir -p "$mounted"/{dm,slaves}
for number in 2 3; do
  mkdir "$disk/p$number"
  echo "$number" >"$disk/p$number/partition"
  # The entry in the partition table: first and last sector.
  read -r first last < <(od -An -t u8 -j $((1024 + 128 * (number - 1) + 32)) -N 16 "$loop")
  echo "$first" >"$disk/p$number/start"
  echo $((last - first + 1)) >"$disk/p$number/size"
  ln -s "/sys/block/${loop##*/}/p$number" "$mounted/slaves/p$number"
done

# The server and its certificate.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=footprint \
  -addext subjectAltName=IP:127.0.0.1 -keyout "$work/server/key.pem" -out "$host/etc/keelson/ca.pem" 2>/dev/null
openssl pkcs12 -export -in "$host/etc/keelson/ca.pem" -inkey "$work/server/key.pem" -passout pass:footprint \
  -out "$work/server/server.p12"
next_version=$(sed -n 's/.*"version" *: *"\([^"]*\)".*/\1/p' "$next/release.json" | head -1)
"$java" "$root/bench/footprint/OmahaStub.java" "$work/server" "$next_version" "$next/update.payload" \
  "$(sha256sum <"$next/update.payload" | cut -d' ' -f1)" &
server=$!
while [ ! -e "$work/server/port" ]; do kill -0 "$server"; sleep 0.2; done
cat >"$host/etc/keelson/update.conf" <<END
SERVER=https://127.0.0.1:$(cat "$work/server/port")/v1/update/
SERVER_CA_FILE=/etc/keelson/ca.pem
POLL_INTERVAL=3600
END

ask() { curl -s -m 50 --unix-socket "$host/run/keelson/keelsond.sock" "$@"; }
# A host's journal takes the lines; here they are shown when something goes wrong.
chroot "$host" /usr/bin/keelson daemon 2>"$work/log" &
daemon=$!
fail() { echo "$1; keelsond's last lines:" >&2; tail -20 "$work/log" >&2; exit 2; }
status() { ask http://x/status || true; }
state() { status | grep -o '"state" *: *"[^"]*"' | head -1 | cut -d'"' -f4; }
until_state() { # until_state STATE SECONDS
  local left=$(($2 * 5))
  until [ "$(state)" = "$1" ]; do
    kill -0 "$daemon" 2>/dev/null && [ $((left--)) -gt 0 ] || fail "keelsond did not become $1 but $(state)"
    sleep 0.2
  done
}
asked() { stat -c %s "$work/server/asked" 2>/dev/null || echo 0; }
of() { awk -v f="$2:" '$1 == f { print $2 }' "/proc/$1/status"; } # of PID FIELD: KiB
cpu_ms() { awk -v t="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13) * 1000 / t }' "/proc/$1/stat"; }
until_state idle 60
for ((i = 1; i <= checks; i++)); do
  before=$(asked)
  ask -X POST -d '{}' http://x/check >/dev/null
  for ((left = 100; left > 0; left--)); do [ "$(asked)" -gt "$before" ] && break; sleep 0.1; done
  [ "$left" -gt 0 ] || fail "check $i did not reach the server"
  until_state idle 20
  sleep 0.5
done
sleep 5
echo "commit=$(git -C "$root" rev-parse --short HEAD) date=$(date -u +%F) cpus=$(nproc) load=$(cut -d' ' -f1 /proc/loadavg)" \
  "release=$version$([ -z "$lib" ] || echo ' with jars and flags of this tree') checks=$(asked) rest=${rest}s"
tr '\0' '\n' <"/proc/$daemon/cmdline" | grep '^-X' | paste -sd' '
before=$(cpu_ms "$daemon")
sleep "$rest"
after=$(cpu_ms "$daemon")
missed=0
figure() { # figure WHAT VALUE UNIT [BAR]
  awk -v w="$1" -v v="$2" -v u="$3" -v b="${4:-}" 'BEGIN { ok = b == "" || v <= b
    printf "%-32s %9.2f %-4s %s\n", w, v, u, b == "" ? "" : "<= " b " " (ok ? "ok" : "MISSED"); exit !ok }' || missed=1
}
mib() { awk -v k="$1" 'BEGIN { print k / 1024 }'; }
[ "$(asked)" = "$checks" ] || echo "the server was asked within the rest" >&2
figure "at rest, RSS" "$(mib "$(of "$daemon" VmRSS)")" MiB 64
figure "  of it private to keelsond" "$(mib "$(of "$daemon" RssAnon)")" MiB
figure "  of it files" "$(mib "$(of "$daemon" RssFile)")" MiB
figure "  threads" "$(of "$daemon" Threads)" ""
figure "at rest, CPU" "$(awk -v a="$after" -v b="$before" -v s="$rest" 'BEGIN { print (a - b) / s / 10 }')" % 0.2

[ -z "$rest_only" ] || exit $missed

# Proportional: a page that keelsond and its child both have in memory is there once.
family() { echo "$daemon"; pgrep -P "$daemon" || true; }
pss() {
  local pid total=0 one
  for pid in $(family); do
    one=$(awk '$1 == "Pss:" { print $2 }' "/proc/$pid/smaps_rollup" 2>/dev/null) || continue
    total=$((total + ${one:-0}))
  done
  echo "$total"
}
touch "$work/server/offer"
start=$(date +%s.%N) peak=0 child=0
ask -X POST -d '{}' http://x/apply >/dev/null
while now=$(state) && [ "$now" != updated-needs-reboot ]; do
  kill -0 "$daemon" 2>/dev/null || fail "keelsond ended"
  ! grep -q 'update \(failed\|refused\)' "$work/log" || fail "the update failed"
  one=$(pss)
  [ "$one" -le "$peak" ] || peak=$one
  for pid in $(pgrep -P "$daemon" || true); do
    one=$(of "$pid" VmHWM 2>/dev/null) || continue
    [ "${one:-0}" -le "$child" ] || child=$one
  done
  sleep 0.2
done
figure "applying $next_version, all processes" "$(mib "$peak")" MiB 128
figure "  largest RSS of keelsond" "$(mib "$(of "$daemon" VmHWM)")" MiB
[ "$child" = 0 ] || figure "  largest RSS of its child" "$(mib "$child")" MiB
figure "  until it waits for its reboot" "$(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')" s
figure "  of it CPU of keelsond" "$(awk -v a="$after" -v b="$(cpu_ms "$daemon")" 'BEGIN { print (b - a) / 1000 }')" s
sleep "$rest"
figure "at rest afterwards, RSS" "$(mib "$(of "$daemon" VmRSS)")" MiB
exit $missed
