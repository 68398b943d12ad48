#!/bin/sh
# Simulates operators that back up, expire, hold, verify and collect at the same time, over the production classes, in
# 100,000 distinct interleavings. Exits 0 only if the bar holds; prints the figure last. DISTINCT and SEED may be set.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/test-of-a-figure.sh
test_of_a_figure dr-testkit 'SimulationTest#noInterleaving*' -Dtest.jvm.args=-XX:+UseSerialGC \
    -Ddrkit.simulation.distinct="${DISTINCT:-100000}" -Ddrkit.simulation.seed="${SEED:-1}"
figure_begins_with 'simulation: '
