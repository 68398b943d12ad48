#!/bin/sh
# The figure dumps/toy-target-lines: a target that passes BackupTargetContract, in lines of code (neither blank, nor
# comment, nor import). The contract runs first; without it the number would mean nothing.
set -eu
cd "$(dirname "$0")/../.."
mvn -q -pl docs/examples/toy-target -am test -Dtest='FolderTargetContractTest' -Dsurefire.failIfNoSpecifiedTests=false
lines=$(grep -vcE '^ *(//|/\*)|^(import|package) |^$' \
    docs/examples/toy-target/src/main/java/io/github/drkit/examples/toy/FolderTarget.java)
[ "$lines" -lt 150 ]
echo "dumps/toy-target-lines: $lines"
