#!/usr/bin/env bash
# bench/apt.sh [--work DIR] [--seed N]
# Asks our resolver and apt's for the same 40 sets of packages, drawn by a seed from Debian 13's lists: 20 ordinary ones, 12
# in which an alternative or a virtual package has to be chosen, 8 with packages that conflict. apt gets lists and a status
# file of its own; nothing on this machine is changed, and it need not be root. One line per set, two more where they differ.
# The exit code is 0 when it could compare.
set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "$0")")")
work='' seed=1
while [ $# -gt 0 ]; do
  case "$1" in
    --work) work=$(mkdir -p "$2" && readlink -f "$2") ;;
    --seed) seed=$2 ;;
    *) echo "unknown option $1: see the head of $0" >&2; exit 2 ;;
  esac
  shift 2
done
if [ -z "$work" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
java=java
[ -n "${JAVA_HOME:-}" ] && java=$JAVA_HOME/bin/java
if [ -z "${CLASSPATH:-}" ]; then
  # shellcheck disable=SC2086
  mvn -B -q -ntp ${MAVEN_ARGS:-} -f "$root/pom.xml" -Dexec.skip=true -pl image-builder -am test-compile \
    dependency:build-classpath -Dmdep.outputFile=target/tests.classpath >&2 ||
    { echo "building image-builder's tests failed: see Maven's message above" >&2; exit 2; }
  module=$root/image-builder
  CLASSPATH=$module/target/test-classes:$module/target/classes:$(cat "$module/target/tests.classpath")
fi
export CLASSPATH
"$java" --enable-native-access=ALL-UNNAMED io.keelson.image.packages.AptComparison "$work" "$seed"
