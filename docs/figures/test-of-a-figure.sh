# Sourced by the figures that tests print. test_of_a_figure MODULE TEST OPTIONS... builds and runs one test, and it_of_a_figure one
# integration test; both leave what was said in the file $said, which is gone at the end. Where the test fails all of it is shown,
# and the figure ends with 1.
said=$(mktemp)
trap 'rm -f "$said"' EXIT

test_of_a_figure() {
    module=$1 test=$2
    shift 2
    verify "$module" "$test" none "$@"
}

it_of_a_figure() {
    module=$1 test=$2
    shift 2
    verify "$module" none "$test" "$@"
}

verify() {
    module=$1 test=$2 it=$3
    shift 3
    mvn -pl "$module" -am verify -Dtest="$test" -Dsurefire.failIfNoSpecifiedTests=false \
        -Dit.test="$it" -Dfailsafe.failIfNoSpecifiedTests=false -Dspotless.check.skip \
        "$@" ${MAVEN_ARGUMENTS:-} >"$said" 2>&1 || { cat "$said" >&2; exit 1; }
}

# Prints the lines the tests printed, of which there must be as many as said, 1 unless said. There are fewer where a test was
# skipped for want of a program: that is no figure.
figure_begins_with() {
    if [ "$(grep -c "^$1" "$said")" -lt "${2:-1}" ]; then
        grep 'Skipped\|not on the path\|none on this machine' "$said" >&2
        exit 1
    fi
    grep "^$1" "$said" | sort
}
