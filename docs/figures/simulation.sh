#!/bin/sh
# Simulates operators that back up, expire, hold, verify and collect at the same time, over the production classes, in
# 100,000 distinct interleavings. Exits 0 only if the bar holds; prints the figure last. DISTINCT and SEED may be set.
set -eu
cd "$(dirname "$0")/../.."
said=$(mktemp)
trap 'rm -f "$said"' EXIT

mvn -pl dr-testkit -am verify -Dtest='SimulationTest#noInterleaving*' -Dsurefire.failIfNoSpecifiedTests=false \
    -Dit.test=none -Dfailsafe.failIfNoSpecifiedTests=false -Dspotless.check.skip -Dtest.jvm.args=-XX:+UseSerialGC \
    -Ddrkit.simulation.distinct="${DISTINCT:-100000}" -Ddrkit.simulation.seed="${SEED:-1}" \
    ${MAVEN_ARGUMENTS:-} >"$said" 2>&1 || { cat "$said" >&2; exit 1; }
grep '^simulation: ' "$said"
