#!/usr/bin/env bash
# Shows that each gate of the build bites: plants one defect at a time in a copy of the tree and expects the build to
# fail and to say why. Exits 0 only if all do. Takes about three minutes once Maven has its downloads.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
log=$work/log
mkdir "$tree"
git ls-files -z | xargs -0 tar -c | tar -x -C "$tree"
cd "$tree"
git init -q && git add -A && git -c user.name=gates -c user.email=gates@localhost commit -qm planted

mvn() { command mvn -B --no-transfer-progress "$@"; }

module=dr-gitops
planted=$module/src/main/java/io/github/drkit/gitops/Planted.java
texts=()
caught=0

# A Java file of these lines in a module that has little else.
plant() { printf '%s\n' 'package io.github.drkit.gitops;' '' "$@" >"$planted"; }

# Expects the given Maven command to fail and its output to hold the text.
expect() { # name, text, command...
    local name=$1 text=$2
    shift 2
    texts+=("$text")
    if "$@" >"$log" 2>&1; then
        echo "NOT CAUGHT  $name: the build passed"
    elif ! grep -qF -- "$text" "$log"; then
        echo "NOT CAUGHT  $name: the build failed but did not say '$text'"
        grep ERROR "$log" | head -n 5
    else
        echo "caught      $name"
        caught=$((caught + 1))
    fi
    git checkout -q . && git clean -qfd
}

compile=(mvn compile -pl "$module" -am)

plant '' '/** Planted. */' 'final class Planted {' '    java.util.List names() {' '        return java.util.List.of();' '    }' '}'
expect 'a compiler warning' 'found raw type' "${compile[@]}"

plant 'final class Planted {' '    boolean same(int[] a, int[] b) {' '        return a.equals(b);' '    }' '}'
expect 'a bug pattern of Error Prone' '[ArrayEquals]' "${compile[@]}"

plant 'final class Planted {' '    String name() {' '        return null;' '    }' '}'
expect 'a null in null-marked code' '[NullAway]' "${compile[@]}"

plant 'final class Planted { int one() { return 1; } }'
expect 'a file that is not formatted' 'had format violations' \
    mvn verify -pl "$module" -am -DskipTests -DskipITs

sed -i 's#<artifactId>commons-codec</artifactId>#<artifactId>no-longer-pinned</artifactId>#' pom.xml
expect 'two versions of one dependency' 'Dependency convergence error for commons-codec' mvn compile -pl dr-minio -am

sed -i -z 's#<dependencies>#<dependencies><dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId></dependency>#' "$module/pom.xml"
expect 'a logging binding in a library' 'BannedDependencies failed' "${compile[@]}"

plant '/** Planted. <p></p> */' 'public final class Planted {' '    private Planted() {}' '}'
expect 'a Javadoc warning' 'Project contains Javadoc Warnings' \
    mvn package -Pgates -pl "$module" -am -DskipTests -Dmaven.javadoc.skip=false

plant 'import org.slf4j.Logger;' '' 'record Planted(Logger logger) {}'
expect 'a dependency used but not declared' 'Used undeclared dependencies found' \
    mvn verify -Pgates -pl "$module" -am -DskipTests -DskipITs -Dmdep.analyze.skip=false \
    -Dmaven.javadoc.skip=true -Dmaven.source.skip=true -Dcyclonedx.skip=true

plant 'import java.time.Instant;' '' 'final class Planted {' '    Instant now() {' '        return Instant.now();' '    }' '}'
expect 'a clock that is not passed in' "Planted.now()> calls method <java.time.Instant.now()>" \
    mvn test -pl docs/examples/architecture -am -Dtest=ArchitectureTest -Dsurefire.failIfNoSpecifiedTests=false

sed -i 's#<project.build.outputTimestamp>.*</project.build.outputTimestamp>##' pom.xml
expect 'a jar with the time of its build in it' 'Not reproducible' \
    env MODULES=dr-api docs/reproducible.sh -Dmaven.javadoc.skip=true -Dcyclonedx.skip=true

# The control: without a defect the same checks pass, and none of the texts above appears.
if ! mvn verify -Pgates -pl "$module" -am -DskipTests -DskipITs >"$log" 2>&1; then
    grep ERROR "$log" | head -n 20
    echo "The tree does not pass its own gates"
    exit 1
fi
if ! MODULES=dr-api docs/reproducible.sh -Dmaven.javadoc.skip=true -Dcyclonedx.skip=true >>"$log" 2>&1; then
    grep 'Not reproducible' "$log" || true
    echo "The tree is not reproducible without a defect either"
    exit 1
fi
for text in "${texts[@]}"; do
    if grep -qF -- "$text" "$log"; then
        echo "The clean build says '$text', too"
        exit 1
    fi
done

echo "gates that bite: $caught of ${#texts[@]}"
[ "$caught" = "${#texts[@]}" ]
