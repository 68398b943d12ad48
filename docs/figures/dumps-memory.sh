#!/usr/bin/env bash
# Takes a bank (2GB unless given) through back up, verify, prove and restore in one process with a heap of 64 MiB.
# Exits 0 only if each succeeded and the process never had more than 256 MiB resident; prints the figure last.
set -euo pipefail
cd "$(dirname "$0")/../.."
. docs/figures/begin.sh
begin_servers "${1:-2GB}"

# What holds the resident memory beside the heap (-Xmx64m): one malloc arena, because glibc otherwise keeps up to eight per
# core; the serial collector, which has no structures beside the heap; little direct memory.
export MALLOC_ARENA_MAX=1
echo "Load before: $(load)"
java -Xmx64m -XX:+UseSerialGC -XX:MaxDirectMemorySize=16m -cp "$classpath" \
    io.github.drkit.examples.figures.WholeJob "$connections" memory $((256 * 1024)) 9>&-
