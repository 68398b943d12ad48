#!/usr/bin/env bash
# Compares DR Kit's backup with what people type, on a bank whose ledger dumps to about 1 GB, over an S3 server in another
# process: bash docs/figures/dumps-speed.sh [size of the bank] [runs]
#
# Each run measures, one after the other:
#   A  DR Kit without rows in the baseline     B  pg_dump -Fc -Z0 | zstd -3 | age | rclone rcat
#   C  DR Kit with the default baseline        D  pg_dump -Fc | rclone rcat
#   E  pg_dump -Fc -Z0 >/dev/null, the limit of one connection
# Exits 0 only if the medians hold: A at most 1.25 times the wall and 1.5 times the CPU of B; C at least 1.8 times as fast
# as D. CPU is user and system time of the whole process tree as the kernel counts it, JVM start and pg_dump included, the
# servers not. Prints the figure last.
set -euo pipefail
cd "$(dirname "$0")/../.."
. docs/figures/begin.sh
need zstd rclone psql awk
size=${1:-1700MB}
runs=${2:-5}
begin_servers "$size"

# The store is plain HTTP on this machine; rclone refuses a bundle of authorities it is told of by AWS's variable.
unset AWS_CA_BUNDLE
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export RCLONE_CONFIG=$work/rclone.conf
cat >"$RCLONE_CONFIG" <<EOF
[store]
type = s3
provider = $([ "$S3" = MinIO ] && echo Minio || echo Other)
endpoint = $S3_ENDPOINT
access_key_id = $S3_ACCESS_KEY
secret_access_key = $S3_SECRET_KEY
EOF

drkit() {
    java ${DRKIT_FIGURE_JAVA:-} -cp "$classpath" io.github.drkit.examples.figures.BackUpOnce "$connections" "$1" "$2" \
        >"$work/$1.log" 2>&1
}
a() { drkit "$1" STRUCTURE; }
b() {
    pg_dump -Fc -Z0 "$DATABASE" | zstd -q -3 | age -r "$RECIPIENT_1" -r "$RECIPIENT_2" \
        | rclone rcat "store:figures/$1/dump.zst.age"
}
c() { drkit "$1" ROWS; }
d() { pg_dump -Fc "$DATABASE" | rclone rcat "store:figures/$1/dump"; }
e() { pg_dump -Fc -Z0 "$DATABASE" >/dev/null; }

measured=$work/measured
measure() {
    local kind=$1 place=$1$2
    TIMEFORMAT='%R %U %S'
    if ! { time "$kind" "$place" 2>"$work/$place.err" 9>&-; } 2>"$work/time"; then
        echo "Cannot measure: $kind failed" >&2
        cat "$work/$place.err" "$work/$place.log" >&2 2>/dev/null || true
        exit 2
    fi
    awk -v kind="$kind" -v run="$2" '{ print kind, run, $1, $2 + $3 }' "$work/time" | tee -a "$measured"
    # What is left to write must not fall into the next one's time.
    [ "$kind" = e ] || rclone purge "store:figures/$place"
    sync
}

# Once unmeasured: PostgreSQL writes hint bits at the first read, and programs come from disk.
dumped=$(pg_dump -Fc -Z0 "$DATABASE" | wc -c)
psql -q -d postgres -c CHECKPOINT 2>/dev/null || true
a warm && rclone purge store:figures/warm
b warm && rclone purge store:figures/warm
echo "Dump of $dumped bytes, PostgreSQL $POSTGRES, store $S3, $(nproc) cores, load $(load)"
echo "kind run wall-seconds cpu-seconds"
for run in $(seq "$runs"); do
    for kind in a b c d e; do
        measure "$kind" "$run"
    done
done

awk -v bytes="$dumped" -v store="$S3" -v load="$(load)" -v cores="$(nproc)" '
    { count[$1]++; wall[$1, count[$1]] = $3; cpu[$1, count[$1]] = $4 }
    function sorted(values, kind, to,    n, i, j, t) {
        n = count[kind]
        for (i = 1; i <= n; i++) to[i] = values[kind, i]
        for (i = 2; i <= n; i++) for (j = i; j > 1 && to[j] < to[j - 1]; j--) { t = to[j]; to[j] = to[j - 1]; to[j - 1] = t }
        return n
    }
    function median(values, kind,    to, n) {
        n = sorted(values, kind, to)
        return n % 2 ? to[(n + 1) / 2] : (to[n / 2] + to[n / 2 + 1]) / 2
    }
    function line(kind, name,    to, n, low, high) {
        n = sorted(wall, kind, to)
        printf "%-48s wall %6.2f s (%.2f to %.2f)", name, median(wall, kind), to[1], to[n]
        n = sorted(cpu, kind, to)
        printf "   CPU %6.2f s (%.2f to %.2f)\n", median(cpu, kind), to[1], to[n]
    }
    # Away from what would flatter: a ratio that should be small is rounded up, one that should be large down.
    function up(x) { return int(x * 1000) / 1000 < x ? (int(x * 1000) + 1) / 1000 : x }
    function down(x) { return int(x * 1000) / 1000 }
    END {
        line("a", "A  DR Kit, baseline without rows")
        line("b", "B  pg_dump -Fc -Z0 | zstd -3 | age | rclone rcat")
        line("c", "C  DR Kit, default baseline")
        line("d", "D  pg_dump -Fc | rclone rcat")
        line("e", "E  pg_dump -Fc -Z0 >/dev/null")
        ab = median(wall, "a") / median(wall, "b")
        cpus = median(cpu, "a") / median(cpu, "b")
        dc = median(wall, "d") / median(wall, "c")
        ae = median(wall, "a") / median(wall, "e")
        ce = median(wall, "c") / median(wall, "e")
        held = ab <= 1.25 && cpus <= 1.5 && dc >= 1.8
        printf "dumps/speed %s: A/B wall %.3f (bar 1.25), CPU %.3f (bar 1.5); D/C %.3f (bar 1.8); A/E %.3f, C/E %.3f; ", \
            held ? "holds" : "MISSED", up(ab), up(cpus), down(dc), up(ae), up(ce)
        printf "%d bytes, %s, %d cores, load %s\n", bytes, store, cores, load
        exit !held
    }' "$measured"
