#!/bin/sh
# Plays ten years of backups and decisions. Exits 0 only if it took less than 10 s; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/testkit-tests.sh
java -cp "$classpath" io.github.drkit.retention.TenYears "${1:-10000}"
