#!/bin/sh
# Runs the same simulation over classes that are wrong in one way each, a lease that trusts time among them, and counts the
# interleavings until it is seen. Exits 0 only if every one is found; prints the figure last. MOST and SEED may be set.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/test-of-a-figure.sh
test_of_a_figure dr-testkit 'SimulationTest#aMutantIsFound*' \
    -Ddrkit.simulation.per-mutant="${MOST:-20000}" -Ddrkit.simulation.seed="${SEED:-1}"
figure_begins_with 'mutants: ' 8
