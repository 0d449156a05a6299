# Sourced by the scripts beside it that run a class of reboot-coordinator's tests: builds them and sets
# `root`, `java` and `classpath`. MAVEN_ARGS adds arguments to Maven, such as -o.
root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
java=java
[ -n "${JAVA_HOME:-}" ] && java=$JAVA_HOME/bin/java
"$java" -version 2>&1 | grep -q 'version "25' || { echo "set JAVA_HOME to a JDK 25" >&2; exit 2; }
# shellcheck disable=SC2086
mvn -B -q -ntp ${MAVEN_ARGS:-} -f "$root/pom.xml" -Dexec.skip=true -pl reboot-coordinator -am test-compile \
  dependency:build-classpath -Dmdep.outputFile=target/tests.classpath >&2 ||
  { echo "building reboot-coordinator's tests failed: see Maven's message above" >&2; exit 2; }
classpath=$root/reboot-coordinator/target/test-classes:$root/reboot-coordinator/target/classes
classpath=$classpath:$(cat "$root/reboot-coordinator/target/tests.classpath")
