#!/usr/bin/env bash
# Builds the published modules twice, in two folders and time zones, and compares every jar and bill of materials byte by
# byte. Both with the umask 022, because a jar keeps the permissions of the files it is made of. Exits 0 only if all are
# equal. MODULES names fewer modules, arguments are handed to Maven.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022

modules=${MODULES:-dr-api,dr-testkit,dr-minio}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build() { # folder, time zone
    local tree=$work/$1 zone=$2
    shift 2
    mkdir -p "$tree"
    git ls-files -z | xargs -0 tar -c | tar -x -C "$tree"
    (
        cd "$tree"
        TZ=$zone mvn -B -q --no-transfer-progress -Pgates -pl "$modules" -am package \
            -Dmaven.test.skip=true -DskipITs "$@" >&2
        find . -path '*/target/*' \( -name 'dr*.jar' -o -name '*-cyclonedx.json' \) -print0 | sort -z | xargs -0 sha256sum
    )
}

build one UTC "$@" >"$work/one.sums"
build a-folder-with-another-name Asia/Tokyo "$@" >"$work/two.sums"

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
