#!/usr/bin/env bash
# bench/faults.sh [ROUNDS=5] [SEED...]: ten hosts reboot through two coordinators over three etcd nodes in network
# namespaces (root needed) while each fault comes ROUNDS times in seeded order: leader killed, paused, cut off, cut from
# its peers, a follower cut off, disk full, compaction, coordinator killed, restore from a snapshot; one coordinator's
# clock is an hour off. Every record is judged by the history checker; records stay in reboot-coordinator/target/faults.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/reboot-tests.sh"
rounds=${1:-5}
shift $(($# < 1 ? $# : 1))
[ $# -gt 0 ] || set -- 1 2 3 4 5
[ "$(id -u)" = 0 ] || { echo "network namespaces need root" >&2; exit 2; }
echo "commit=$(git -C "$root" rev-parse --short HEAD) date=$(date -u +%F) rounds=$rounds"
cd "$root/reboot-coordinator"
code=0
for seed in "$@"; do
  "$java" -cp "$classpath" io.keelson.reboot.faults.FaultMain "$seed" "$rounds" || code=1
done
exit "$code"
