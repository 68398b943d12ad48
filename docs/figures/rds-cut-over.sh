#!/bin/sh
# Fence, switch and roll back between two real PostgreSQL servers, with three clients that write every 100 ms and find the bank
# through a secret and Fineract's tenant row. Exits 0 only if the bar holds; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/test-of-a-figure.sh
it_of_a_figure dr-testkit CutOverIT -Ddrkit.cut-over.rows="${1:-100}"
figure_begins_with 'rds/cut-over: ' 2
