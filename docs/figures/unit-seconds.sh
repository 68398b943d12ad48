#!/usr/bin/env bash
# Runs the unit and contract tests of all modules (no network, no server, no waiting) and sums the time Maven spends in
# them, start of each module's JVM included, compilation not.
# Exits 0 only if all pass within 60 s; prints the figure last. A figure of time: it wants a quiet machine.
set -euo pipefail
cd "$(dirname "$0")/../.."
bar=60
said=$(mktemp)
trap 'rm -f "$said"' EXIT

MAVEN_OPTS="${MAVEN_OPTS:-} -Dorg.slf4j.simpleLogger.showDateTime=true -Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS" \
    mvn -B -Dstyle.color=never test ${MAVEN_ARGUMENTS:-} >"$said" 2>&1 || { cat "$said" >&2; exit 1; }

awk -v bar="$bar" -v cores="$(nproc)" -v load="$(cut -d' ' -f1-3 /proc/loadavg)" '
    function seconds(clock,    part) { split(clock, part, ":"); return part[1] * 3600 + part[2] * 60 + part[3] }
    # A goal lasts until the next line that begins one, or the end of its module.
    / --- .* @ | Building .*\[[0-9]+\/[0-9]+\]$| Reactor Summary / {
        if (begun != "") {
            took = seconds($1) - begun
            total += took < 0 ? took + 86400 : took
            begun = ""
        }
    }
    / --- (maven-)?surefire(-plugin)?:[^ ]*:test / { begun = seconds($1); modules++ }
    / Tests run: [0-9]+, Failures: 0, Errors: 0, Skipped: [0-9]+$/ { match($0, /run: [0-9]+/); tests += substr($0, RSTART + 5, RLENGTH - 5) }
    END {
        held = tests > 0 && total <= bar
        printf "dumps/unit-seconds %s: %.1f s for %d tests in %d modules (bar %d s), %d cores, load %s\n", \
            held ? "holds" : "MISSED", total, tests, modules, bar, cores, load
        exit !held
    }' "$said"
