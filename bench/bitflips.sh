#!/usr/bin/env bash
# bench/bitflips.sh PAYLOAD PUBLIC-KEY [SAMPLES [SEED]]: flips one bit of a release's payload at each of SAMPLES random
# positions; every flip must be refused. A tenth of them is applied (to temporary files), the others are only checked.
set -euo pipefail
payload=$(readlink -f "$1") key=$(readlink -f "$2")
. "$(dirname "$(readlink -f "$0")")/payload-tests.sh"
echo "commit=$(git -C "$root" rev-parse --short HEAD) date=$(date -u +%F) payload=$(sha256sum <"$payload" | cut -c1-16)"
exec nice -n 10 "$java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -Xmx64m -cp "$classpath" \
  io.keelson.payload.fuzz.BitFlips "$payload" "$key" "${3:-1000}" "${4:-20261121}"
