#!/bin/sh
# Plants secrets wherever a caller can give one and looks for them in all that comes out of the main job.
# Exits 0 only if the bar holds; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
said=$(mktemp)
trap 'rm -f "$said"' EXIT

mvn -pl dr-minio -am verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false \
    -Dit.test=SecretsIT ${MAVEN_ARGUMENTS:-} >"$said" 2>&1 || { cat "$said" >&2; exit 1; }
# Nothing is printed where the test was skipped for want of a program: that is no figure.
grep '^secrets planted' "$said" || { grep 'Skipped\|not on the path' "$said" >&2; exit 1; }
