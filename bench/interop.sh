#!/usr/bin/env bash
# bench/interop.sh AOSP FLATCAR RELEASE: has others' programs judge what we export.
#   AOSP     checkout of android_system_update_engine, branch android-12.1 (scripts/paycheck.py)
#   FLATCAR  checkout of flatcar/update_engine (decode_payload)
#   RELEASE  output directory of 'keelson image build'
# Needs python3-protobuf, python3-six, protobuf-compiler, openssl, bzip2. Neither program is part of this repository.
# One line per fact; exit code 0 only if all of them hold.
set -euo pipefail
aosp=$(readlink -f "$1") flatcar=$(readlink -f "$2") release=$(readlink -f "$3")
root=$(dirname "$(dirname "$(readlink -f "$0")")")
keelson=${KEELSON:-$root/keelson}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
fact() { # fact NAME COMMAND...: the command succeeds
  local name=$1
  shift
  if "$@" >"$work/log" 2>&1; then echo "$name ok"; else echo "$name MISSED"; tail -n 15 "$work/log" >&2; failed=1; fi
}
refused() { ! "$@"; }

openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/key.pem" 2>/dev/null ||
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/key.pem" 2>/dev/null
openssl pkey -in "$work/key.pem" -pubout -out "$work/public.pem"
for profile in aosp v1; do
  "$keelson" payload generate --profile "$profile" --new "$release" --key "$work/key.pem" --out "$work/$profile.payload"
done
flip() { # flip FILE OFFSET: a copy with one byte changed
  cp "$1" "$work/flipped"
  printf "\\x$(printf %02x $(($(od -An -tu1 -j "$2" -N1 "$1") ^ 1)))" |
    dd of="$work/flipped" bs=1 seek="$2" conv=notrunc status=none
}

# paycheck.py writes to partition files that exist.
export PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=python
check=("${PYTHON:-/usr/bin/python3}" "$aosp/scripts/paycheck.py")
fact "aosp: paycheck accepts a full payload and its signatures" "${check[@]}" -c -t full -k "$work/public.pem" "$work/aosp.payload"
truncate -s "$(stat -c %s "$release/usr.erofs")" "$work/usr"
truncate -s "$(stat -c %s "$release/uki.efi")" "$work/uki"
truncate -s %4096 "$work/uki"
fact "aosp: paycheck applies it" "${check[@]}" "$work/aosp.payload" --part_names usr uki \
  --out_dst_part_paths "$work/usr" "$work/uki"
fact "aosp: usr is bit-identical" cmp "$work/usr" "$release/usr.erofs"
cp "$release/uki.efi" "$work/uki.padded"
truncate -s %4096 "$work/uki.padded"
fact "aosp: uki is bit-identical, filled up to a block" cmp "$work/uki" "$work/uki.padded"
flip "$work/aosp.payload" $(($(stat -c %s "$work/aosp.payload") / 2))
fact "aosp: paycheck refuses a flipped bit" refused "${check[@]}" -c -t full -k "$work/public.pem" "$work/flipped"
fact "aosp: our own hosts accept it as well" "$keelson" payload verify --key "$work/public.pem" "$work/aosp.payload"

fact "v1: decode_payload accepts it" env CHECKINPUT=1 bash "$flatcar/decode_payload" \
  "$work/public.pem" "$work/v1.payload" "$work/usr" "$work/uki"
fact "v1: usr is bit-identical" cmp "$work/usr" "$release/usr.erofs"
fact "v1: uki is bit-identical" cmp "$work/uki" "$release/uki.efi"
flip "$work/v1.payload" $(($(stat -c %s "$work/v1.payload") / 2))
fact "v1: decode_payload refuses a flipped bit" refused bash "$flatcar/decode_payload" \
  "$work/public.pem" "$work/flipped" "$work/usr" "$work/uki"
exit $failed
