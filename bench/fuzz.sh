#!/usr/bin/env bash
# bench/fuzz.sh [INPUTS [SEED [TARGET]]]: coverage-guided fuzzing (Jazzer) of the payload reader, rules and applier
# (TARGET PayloadFuzz) or of the patch decoders alone (PatchFuzz). Prints how many inputs reached each stage; fails on
# any exception that is not a documented refusal, on an input that takes more than 10 s, and when memory runs out.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/payload-tests.sh"
inputs=${1:-10000000} seed=${2:-20261121} target=${3:-PayloadFuzz}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/corpus" "$work/findings"
"$java" --enable-native-access=ALL-UNNAMED -cp "$classpath" io.keelson.payload.fuzz.FuzzSeeds "$target" "$work/corpus"
echo "target=$target inputs=$inputs seed=$seed commit=$(git -C "$root" rev-parse --short HEAD)" \
  "heap=${FUZZ_HEAP:-64m} date=$(date -u +%F) jdk=$("$java" -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')"
started=$SECONDS
code=0
# The heap is the update agent's own; libFuzzer keeps its corpus outside of it.
(cd "$work" && nice -n 10 "$java" --enable-native-access=ALL-UNNAMED -XX:+EnableDynamicAgentLoading \
  -XX:+UseSerialGC -Xmx"${FUZZ_HEAP:-64m}" -XX:MaxDirectMemorySize=64m -cp "$classpath" \
  com.code_intelligence.jazzer.Jazzer --target_class="io.keelson.payload.fuzz.$target" \
  --instrumentation_includes='io.keelson.**' --instrumentation_excludes='io.keelson.payload.fuzz.**' \
  --reproducer_path="$work/findings" -artifact_prefix="$work/findings/" \
  -runs="$inputs" -seed="$seed" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
  "$work/corpus") >"$work/log" 2>&1 || code=$?
grep -E '^ +[0-9]+  (made|reached|ended|patch)|^stat::|^Done ' "$work/log" || true
echo "seconds=$((SECONDS - started)) exit=$code"
if [ "$code" != 0 ]; then
  grep -v '^#' "$work/log" | tail -60 >&2
  for finding in "$work"/findings/*; do
    [ -e "$finding" ] && echo "$(basename "$finding"): $(od -An -v -tx1 "$finding" | tr -d ' \n')" >&2
  done
  exit 1
fi
