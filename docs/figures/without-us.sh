#!/bin/sh
# Restores a point by the shell lines of docs/format.md alone and compares it with the original.
# Exits 0 only if the bar holds; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/test-of-a-figure.sh
it_of_a_figure dr-minio ShellLinesIT
figure_begins_with 'databases restored by the page'
