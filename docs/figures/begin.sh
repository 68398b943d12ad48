# Sourced by the figures that need a bank and a store: begin_servers SIZE builds, begins both in processes of their own and
# makes keys; whatever happens, all of it is gone at the end. Sets classpath, connections (a file) and what is in that file.

need() {
    for tool in "$@"; do
        command -v "$tool" >/dev/null || { echo "Cannot measure: $tool is not on PATH but required" >&2; exit 2; }
    done
}

end_servers() {
    status=$?
    exec 9>&- || true
    [ -z "${servers:-}" ] || wait "$servers" || true
    [ -z "${work:-}" ] || rm -rf "$work"
    exit $status
}

begin_servers() {
    need java mvn pg_dump pg_restore age age-keygen
    work=$(mktemp -d)
    servers=
    trap end_servers EXIT
    trap 'exit 130' INT TERM

    mvn -q -B -pl docs/examples/figures -am -Dmaven.test.skip=true package ${MAVEN_ARGUMENTS:-} >&2
    module=docs/examples/figures/target
    classpath=$module/classes:$(cat "$module/measured.classpath")

    if [ -z "${DRKIT_MINIO_BINARY:-}" ]; then
        # Without Go the store is S3Proxy, and the last line says so.
        DRKIT_MINIO_BINARY=$(.ci/minio) || DRKIT_MINIO_BINARY=
    fi
    export DRKIT_MINIO_BINARY

    connections=$work/connections
    mkfifo "$work/alive"
    java -Xmx1g -cp "$module/classes:$(cat "$module/servers.classpath")" io.github.drkit.examples.figures.Servers "$work" "$1" "$connections" \
        <"$work/alive" >&2 &
    servers=$!
    # The servers end when this end of the pipe is closed, however this script ends.
    exec 9>"$work/alive"
    echo "Making a bank of $1" >&2
    while [ ! -e "$connections" ]; do
        kill -0 "$servers" 2>/dev/null || { echo "Cannot measure: the servers did not begin" >&2; exit 2; }
        sleep 0.2
    done
    umask 077
    age-keygen -o "$work/identity" 2>/dev/null
    age-keygen -o "$work/second-identity" 2>/dev/null
    {
        echo "IDENTITY=$work/identity"
        echo "RECIPIENT_1=$(age-keygen -y "$work/identity")"
        echo "RECIPIENT_2=$(age-keygen -y "$work/second-identity")"
    } >>"$connections"
    . "$connections"
    export PGHOST PGPORT PGUSER PGPASSWORD
}

load() { cut -d' ' -f1-3 /proc/loadavg; }
