#!/usr/bin/env bash
# bench/fuzz.sh [SEED [TARGET=GUIDED+SEEDED...]]: fuzzing with counts of how many inputs got how far.
#   PayloadFuzz   whole payloads, nearly all validly signed: reader, rules, every operation, signatures, root hash
#   ManifestFuzz  manifests without a signature around them
#   PatchFuzz     the decoders of Keelson's own patches
# GUIDED inputs are guided by coverage (Jazzer), SEEDED ones come from a random grammar alone, in the heap that hosts give
# their agent. Fails on whatever is thrown but the documented refusals, on a guided input of more than FUZZ_SECONDS (10;
# more on a busy machine, where the first input alone loads and instruments every class), and when memory runs out.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/payload-tests.sh"
seed=${1:-20261121}
shift $(($# < 1 ? $# : 1))
[ $# -gt 0 ] || set -- PayloadFuzz=100000+1900000 ManifestFuzz=300000+7200000 PatchFuzz=200000+300000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
run=("$java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -XX:MaxDirectMemorySize=64m -cp "$classpath")
echo "commit=$(git -C "$root" rev-parse --short HEAD) date=$(date -u +%F) seed=$seed" \
  "jdk=$("$java" -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')"

fuzz() {
  local target=$1 runs=$2 dir=$work/$1 code=0 started=$SECONDS
  mkdir -p "$dir/corpus" "$dir/findings"
  "${run[@]}" io.keelson.payload.fuzz.FuzzSeeds "$target" "$dir/corpus"
  # Jazzer looks through the whole class path once, hence a heap that is larger than a host's.
  (cd "$dir" && nice -n 10 "${run[@]}" -Xmx384m -XX:+EnableDynamicAgentLoading \
    com.code_intelligence.jazzer.Jazzer --target_class="io.keelson.payload.fuzz.$target" \
    --instrumentation_includes='io.keelson.**' --instrumentation_excludes='io.keelson.payload.fuzz.**' \
    --reproducer_path=findings -artifact_prefix=findings/ -runs="$runs" -seed="$seed" -max_len=4096 \
    -timeout="${FUZZ_SECONDS:-10}" -rss_limit_mb=2048 -print_final_stats=1 corpus) >"$dir/log" 2>&1 || code=$?
  echo "target=$target guided=$runs seconds=$((SECONDS - started)) exit=$code"
  grep -E '^ +[0-9]+  |DONE ' "$dir/log" || true
  [ "$code" = 0 ] && return 0
  grep -v '^#' "$dir/log" | tail -60 >&2
  for finding in "$dir"/findings/*; do
    [ -e "$finding" ] && echo "$(basename "$finding"): $(od -An -v -tx1 "$finding" | tr -d ' \n')" >&2
  done
  return 1
}

seeded() {
  local target=$1 inputs=$2 started=$SECONDS code=0
  nice -n 10 "${run[@]}" -Xmx64m io.keelson.payload.fuzz.SeededFuzz "$target" "$inputs" "$seed" >"$work/log" 2>&1 || code=$?
  echo "target=$target seeded=$inputs heap=64m seconds=$((SECONDS - started)) exit=$code"
  cat "$work/log"
  return $code
}

for target in "$@"; do
  counts=${target#*=}
  [ "${counts%+*}" = 0 ] || fuzz "${target%=*}" "${counts%+*}"
  [ "${counts#*+}" = 0 ] || seeded "${target%=*}" "${counts#*+}"
done
