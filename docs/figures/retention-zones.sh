#!/bin/sh
# Compares schedules in every IANA zone, over every change of its offset from 2000 to 2040, with a walk along the time line.
# Exits 0 only if no firing differs; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/testkit-tests.sh
tests_of EveryZoneTest -Ddrkit.retention.zones=all
