#!/usr/bin/env bash
# bench/storm.sh [HOSTS...]: so many hosts ask for 5 slots in the same moment, each on its own connection; then all wait
# on open connections, are served one after the other and give their slot back. Client, coordinator (`keelson reboot
# serve`) and a real etcd with its own quota are separate processes. Holds when exactly 5 are granted at once, no answer
# is an error, all are served in the order of their places, and no slot is held at the end.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/reboot-tests.sh"
[ $# -gt 0 ] || set -- 10 50 200 1000 10000
# One descriptor for each host on both sides; below that the largest storm cannot be asked for.
ulimit -n "$(ulimit -Hn)"
for hosts in "$@"; do
  [ "$(ulimit -n)" = unlimited ] || [ "$hosts" -lt $(($(ulimit -n) - 500)) ] ||
    { echo "$hosts hosts need more open files than $(ulimit -n): raise the hard limit (ulimit -Hn)" >&2; exit 2; }
done
echo "commit=$(git -C "$root" rev-parse --short HEAD) date=$(date -u +%F) cpus=$(nproc) load=$(cut -d' ' -f1 /proc/loadavg)" \
  "etcd=$(/usr/bin/etcd --version | sed -n '1s/.*: //p') open_files=$(ulimit -n)"
code=0
"$java" -cp "$classpath" io.keelson.reboot.storm.StormMain "$@" || code=$?
# Measured before on a machine of the same kind (2 CPUs, etcd 3.4.23), one run each; airlock a3585ed is Go and is not
# built here, so these are quoted, not measured in this run.
echo "quoted airlock hosts=10 slots=5 granted=2 errors=8 (HTTP 500 'conflict on semaphore detected')"
echo "quoted airlock hosts=1000 slots=5 granted=5 ask_ms=940..1100 p50_ms=117..163 p99_ms=282..353 conflicts=64"
echo "quoted airlock hosts=1000 steady-state ok=41 errors=959 released=0 of 5"
exit "$code"
