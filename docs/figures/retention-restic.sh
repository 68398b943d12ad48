#!/bin/sh
# Gives 200 histories to the real "restic forget --dry-run" and to DR Kit. Exits 0 only if they keep the same periods and
# differ in nothing but what docs/retention.md lists; prints the figure last. The repository is kept under target and used again.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/testkit-tests.sh
command -v restic >/dev/null || { echo "Cannot compare: restic is not on PATH but required" >&2; exit 2; }
work=dr-testkit/target/restic
run() { java -cp "$classpath" io.github.drkit.retention.ResticHistories "$@"; }
export TZ=UTC RESTIC_PASSWORD=not-a-secret RESTIC_REPOSITORY=$work/repository RESTIC_CACHE_DIR=$work/cache
mkdir -p "$work"
run write "$work"
if ! cmp -s "$work/backups" "$work/done"; then
    rm -rf "$work/repository" "$work/cache"
    restic -q init
    while IFS="|" read -r number time tags; do
        echo "$number" | restic -q backup --stdin --stdin-filename point --host bank --time "$time" --tag "$tags" >/dev/null
    done <"$work/backups"
    cp "$work/backups" "$work/done"
fi
while read -r history keep; do
    restic forget --no-lock --dry-run --json --group-by "" --tag "$history" $keep >"$work/$history.json"
done <"$work/forgets"
run compare "$work"
