#!/bin/sh
# Tries every property of retention on random histories (100,000 unless given), the second opinion among them.
# Exits 0 only if all hold; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/testkit-tests.sh
tests_of RetentionPropertiesTest "-Ddrkit.retention.histories=${1:-100000}"
