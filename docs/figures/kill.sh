#!/bin/sh
# Kills a backup and a restore before and after each entry of the journal and at 25 random moments (or as many as given) each.
# Exits 0 only if the bar holds; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
said=$(mktemp)
trap 'rm -f "$said"' EXIT

mvn -pl dr-minio -am verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false \
    -Dspotless.check.skip -Dit.test=KillIT -Ddrkit.kills="${1:-25}" ${MAVEN_ARGUMENTS:-} >"$said" 2>&1 || { cat "$said" >&2; exit 1; }
# Nothing is printed where the test was skipped for want of a program: that is no figure.
grep '^kills ' "$said" || { grep 'Skipped\|not on the path' "$said" >&2; exit 1; }
