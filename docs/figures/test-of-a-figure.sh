# Sourced by the figures that tests print: test_of_a_figure MODULE TEST OPTIONS... builds and runs one test, and leaves what was
# said in the file $said, which is gone at the end. Where the test fails all of it is shown, and the figure ends with 1.
said=$(mktemp)
trap 'rm -f "$said"' EXIT

test_of_a_figure() {
    module=$1 test=$2
    shift 2
    mvn -pl "$module" -am verify -Dtest="$test" -Dsurefire.failIfNoSpecifiedTests=false \
        -Dit.test=none -Dfailsafe.failIfNoSpecifiedTests=false -Dspotless.check.skip \
        "$@" ${MAVEN_ARGUMENTS:-} >"$said" 2>&1 || { cat "$said" >&2; exit 1; }
}
