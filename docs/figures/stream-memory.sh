#!/bin/sh
# Writes GiB of generated stream (50 unless given) through dr-minio into a store in another process that discards it.
# Exits 0 only if the process stayed within a heap of 64 MiB and 256 MiB resident; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
gib=${1:-50}
work=$(mktemp -d)
server=
trap 'exec 9>&-; [ -z "$server" ] || wait "$server" || true; rm -rf "$work"' EXIT

mvn -q -pl dr-minio -am test-compile \
    org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
    -Dmdep.outputFile=target/figure.classpath -Dmdep.includeScope=test ${MAVEN_ARGUMENTS:-}
classpath=dr-minio/target/test-classes:dr-minio/target/classes:$(cat dr-minio/target/figure.classpath)

mkfifo "$work/alive"
java -Xmx1g -cp "$classpath" io.github.drkit.minio.DiscardingStore "$work/server" <"$work/alive" &
server=$!
# The store ends when this end of the pipe is closed, however this script ends.
exec 9>"$work/alive"
for attempt in $(seq 100); do
    [ -e "$work/server" ] && break
    sleep 0.2
done
[ -e "$work/server" ] || { echo "The discarding store did not begin" >&2; exit 1; }

java -Xmx64m -cp "$classpath" io.github.drkit.minio.StreamMemory "$work/server" "$gib" 9>&-
