#!/bin/sh
# Decides on 1,000,000 points in a JVM of its own with a heap of 512 MiB. Exits 0 only if it took less than 2 s; prints the
# figure last.
set -eu
cd "$(dirname "$0")/../.."
. docs/figures/testkit-tests.sh
java -Xmx512m -cp "$classpath" io.github.drkit.retention.MillionPoints "${1:-2000}"
