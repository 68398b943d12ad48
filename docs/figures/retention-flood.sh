#!/bin/sh
# Floods a catalog with fresh empty points, forged proofs and forged dates; then seven bad runs in a row.
# Exits 0 only if nothing good is evicted; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/testkit-tests.sh
tests_of FloodTest "-Ddrkit.retention.flood=${1:-300}"
