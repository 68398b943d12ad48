#!/bin/sh
# Fence, switch and roll back between two real PostgreSQL servers, with three clients that write every 100 ms and find the bank
# through a secret and Fineract's tenant row. Exits 0 only if the bar holds; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
said=$(mktemp)
trap 'rm -f "$said"' EXIT

mvn -pl dr-testkit -am verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false \
    -Dit.test=CutOverIT -Ddrkit.cut-over.rows="${1:-100}" ${MAVEN_ARGUMENTS:-} >"$said" 2>&1 || { cat "$said" >&2; exit 1; }
# Nothing is printed where the test was skipped for want of a server: that is no figure.
[ "$(grep -c '^rds/cut-over: ' "$said")" -eq 2 ] || { grep 'Skipped\|none on this machine' "$said" >&2; exit 1; }
grep '^rds/cut-over: ' "$said" | sort
