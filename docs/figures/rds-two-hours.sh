#!/bin/sh
# A restore of two hours on the run's clock, by the machine's. Exits 0 only if it takes less than five seconds; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/test-of-a-figure.sh
test_of_a_figure dr-aws RdsTwoHoursTest -Ddrkit.two-hours.seconds=5
figure_begins_with 'two-hours '
