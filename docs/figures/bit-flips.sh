#!/bin/sh
# Flips single bits of a stored, encrypted point, one at a time, and counts how often it is found.
# Exits 0 only if the bar holds; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/test-of-a-figure.sh
it_of_a_figure dr-minio BitFlipIT
figure_begins_with 'flipped bits found'
