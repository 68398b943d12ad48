#!/bin/sh
# Runs the same simulation over classes that are wrong in one way each, a lease that trusts time among them, and counts the
# interleavings until it is seen. Exits 0 only if every one is found; prints the figure last. MOST and SEED may be set.
set -eu
cd "$(dirname "$0")/../.."
said=$(mktemp)
trap 'rm -f "$said"' EXIT

mvn -pl dr-testkit -am verify -Dtest='SimulationTest#aMutantIsFound*' -Dsurefire.failIfNoSpecifiedTests=false \
    -Dit.test=none -Dfailsafe.failIfNoSpecifiedTests=false -Dspotless.check.skip \
    -Ddrkit.simulation.per-mutant="${MOST:-20000}" -Ddrkit.simulation.seed="${SEED:-1}" \
    ${MAVEN_ARGUMENTS:-} >"$said" 2>&1 || { cat "$said" >&2; exit 1; }
grep '^mutants: ' "$said"
