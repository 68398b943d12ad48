#!/usr/bin/env bash
# Builds the published modules twice, in two folders, time zones and umasks, and compares every jar and bill of
# materials byte by byte. Exits 0 only if all are equal. MODULES names fewer modules, arguments are handed to Maven.
set -euo pipefail
cd "$(dirname "$0")/.."

modules=${MODULES:-dr-api,dr-testkit,dr-minio}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build() { # folder, time zone, umask
    local tree=$work/$1 zone=$2 mask=$3
    shift 3
    mkdir -p "$tree"
    git ls-files -z | xargs -0 tar -c | tar -x -C "$tree"
    (
        umask "$mask"
        cd "$tree"
        TZ=$zone mvn -B -q --no-transfer-progress -Pgates -pl "$modules" -am package \
            -Dmaven.test.skip=true -DskipITs "$@" >&2
        find . -path '*/target/*' \( -name 'dr*.jar' -o -name '*-cyclonedx.json' \) -print0 | sort -z | xargs -0 sha256sum
    )
}

build one UTC 022 "$@" >"$work/one.sums"
build a-folder-with-another-name Asia/Tokyo 077 "$@" >"$work/two.sums"

count=$(wc -l <"$work/one.sums")
if [ "$count" -lt "$(tr ',' '\n' <<<"$modules" | wc -l)" ]; then
    echo "Cannot compare: $count artifacts were built of $modules but at least one of each is needed" >&2
    exit 1
fi
if ! diff "$work/one.sums" "$work/two.sums" >&2; then
    echo "Not reproducible: the artifacts above differ" >&2
    exit 1
fi
echo "$count artifacts, all equal"
