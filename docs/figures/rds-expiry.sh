#!/bin/sh
# Breaks every call of an expiry of snapshots in six ways, and kills its process before and after every mark and every entry of its
# journal (or one moment in as many as given). Exits 0 only if every run came to its end and deleted what may go and nothing else;
# prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
said=$(mktemp)
trap 'rm -f "$said"' EXIT

mvn -pl dr-aws -am verify -Dtest=RdsExpiryFaultsTest -Dsurefire.failIfNoSpecifiedTests=false \
    -Dit.test=none -Dfailsafe.failIfNoSpecifiedTests=false -Dspotless.check.skip \
    -Ddrkit.faults.stride="${1:-1}" ${MAVEN_ARGUMENTS:-} >"$said" 2>&1 || { cat "$said" >&2; exit 1; }
grep '^expiry ' "$said"
