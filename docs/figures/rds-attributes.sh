#!/bin/sh
# Restores 1,000 instances (or as many as given) whose every carried setting is drawn by chance, half from a snapshot, half to a
# point in time, and counts what is lost without the plan having said so. Exits 0 only if that is nothing; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/test-of-a-figure.sh
test_of_a_figure dr-aws RdsAttributesTest -Ddrkit.attributes="${1:-1000}"
figure_begins_with 'attributes '
