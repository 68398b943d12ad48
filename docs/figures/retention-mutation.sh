#!/bin/sh
# Changes the decisions of retention and leases in hundreds of small ways (PIT) and sees whether the tests of dr-testkit notice, with
# 300 histories per property. Exits 0 only if at least 90 % of the changes are noticed; prints the figure last.
set -eu
cd "$(dirname "$0")/../.."
said=$(mktemp)
trap 'rm -f "$said"' EXIT

mvn -B -Pmutation -pl dr-testkit -am test-compile ${MAVEN_ARGUMENTS:-} >"$said" 2>&1 ||
    { cat "$said" >&2; exit 1; }
grep '^>> Generated [0-9]* mutations' "$said" | sed 's/^>> /retention\/mutation: /'
