#!/bin/sh
# Breaks every call of a snapshot, of two restores and of a proof in eleven ways, and kills their processes before and after every
# entry of their journals (or one moment in as many as given). Exits 0 only if every run ended as it may and harmed nothing; prints
# the figure last.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/test-of-a-figure.sh
test_of_a_figure dr-aws RdsFaultsTest -Ddrkit.faults.stride="${1:-1}"
figure_begins_with 'faults '
