#!/bin/sh
# Breaks every call of a snapshot, of two restores and of a proof in eleven ways, and kills their processes before and after every
# entry of their journals (or one moment in as many as given). Exits 0 only if every run ended as it may and harmed nothing; prints
# the figure last.
set -eu
cd "$(dirname "$0")/../.."
said=$(mktemp)
trap 'rm -f "$said"' EXIT

mvn -pl dr-aws -am verify -Dtest=RdsFaultsTest -Dsurefire.failIfNoSpecifiedTests=false \
    -Dit.test=none -Dfailsafe.failIfNoSpecifiedTests=false -Dspotless.check.skip \
    -Ddrkit.faults.stride="${1:-1}" ${MAVEN_ARGUMENTS:-} >"$said" 2>&1 || { cat "$said" >&2; exit 1; }
grep '^faults ' "$said"
