# Sourced by the figures whose programs are tests of dr-testkit: builds them and sets classpath.
mvn -q -B -pl dr-testkit -am test-compile \
    org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
    -Dmdep.outputFile=target/figure.classpath -Dmdep.includeScope=test ${MAVEN_ARGUMENTS:-} >&2
classpath=dr-testkit/target/test-classes:dr-testkit/target/classes:$(cat dr-testkit/target/figure.classpath)

tests_of() {
    class=$1
    shift
    java -Xmx2g "$@" -cp "$classpath" io.github.drkit.retention.TestsOfAFigure "io.github.drkit.retention.$class"
}
