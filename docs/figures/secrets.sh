#!/bin/sh
# Plants secrets wherever a caller can give one and looks for them in all that comes out of the main job.
# Exits 0 only if the bar holds; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/test-of-a-figure.sh
it_of_a_figure dr-minio SecretsIT
figure_begins_with 'secrets planted'
