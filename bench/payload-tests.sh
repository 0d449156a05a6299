# Sourced by the scripts beside it that run a class of payload's tests: builds them where a source is newer and sets
# `root`, `java` and `classpath`. MAVEN_ARGS adds arguments to Maven, such as -o.
root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
java=java
[ -n "${JAVA_HOME:-}" ] && java=$JAVA_HOME/bin/java
"$java" -version 2>&1 | grep -q 'version "25' || { echo "set JAVA_HOME to a JDK 25" >&2; exit 2; }
jars=$root/payload/target/tests.classpath
sources=("$root"/pom.xml "$root"/{host,disk,payload}/{pom.xml,src})
if [ ! -e "$jars" ] || [ -n "$(find "${sources[@]}" -newer "$jars" -print -quit)" ]; then
  # shellcheck disable=SC2086
  mvn -B -q -ntp ${MAVEN_ARGS:-} -f "$root/pom.xml" -Dexec.skip=true -P fuzz -pl payload -am test-compile \
    dependency:build-classpath -Dmdep.outputFile=target/tests.classpath >&2 ||
    { echo "building payload's tests failed: see Maven's message above" >&2; exit 2; }
fi
classpath=$root/payload/target/test-classes:$root/payload/target/classes:$(cat "$jars")
