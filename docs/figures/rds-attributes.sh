#!/bin/sh
# Restores 1,000 instances (or as many as given) whose every carried setting is drawn by chance, half from a snapshot, half to a
# point in time, and counts what is lost without the plan having said so. Exits 0 only if that is nothing; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
said=$(mktemp)
trap 'rm -f "$said"' EXIT

mvn -pl dr-aws -am verify -Dtest=RdsAttributesTest -Dsurefire.failIfNoSpecifiedTests=false \
    -Dit.test=none -Dfailsafe.failIfNoSpecifiedTests=false -Dspotless.check.skip \
    -Ddrkit.attributes="${1:-1000}" ${MAVEN_ARGUMENTS:-} >"$said" 2>&1 || { cat "$said" >&2; exit 1; }
grep '^attributes ' "$said"
