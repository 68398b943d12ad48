#!/bin/sh
# Breaks every call of an expiry of snapshots in six ways, and kills its process before and after every mark and every entry of its
# journal (or one moment in as many as given). Exits 0 only if every run came to its end and deleted what may go and nothing else;
# prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/test-of-a-figure.sh
test_of_a_figure dr-aws RdsExpiryFaultsTest -Ddrkit.faults.stride="${1:-1}"
figure_begins_with 'expiry '
