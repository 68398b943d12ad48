#!/bin/sh
# Kills a backup and a restore before and after each entry of the journal and at 25 random moments (or as many as given) each.
# Exits 0 only if the bar holds; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/test-of-a-figure.sh
it_of_a_figure dr-minio KillIT -Ddrkit.kills="${1:-25}"
figure_begins_with 'kills ' 2
