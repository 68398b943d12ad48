package io.github.drkit.examples.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the poms say about publishing is said in three places, because of the plugin that uploads; they must agree. */
class PublishingTest {

    private static final Path ROOT =
            Path.of("").toAbsolutePath().getParent().getParent().getParent();
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]+)</artifactId>");
    private static final Pattern PARENT = Pattern.compile("<parent>.*?</parent>", Pattern.DOTALL);

    @Test
    void theBomListsEveryJarThatIsPublished() throws IOException {
        Set<String> listed =
                names("(?s)<dependency>.*?<artifactId>([^<]+)</artifactId>", ROOT.resolve("dr-bom/pom.xml"));

        Set<String> published = published();
        published.remove("dr-bom");
        assertThat(listed).isEqualTo(published);
    }

    @Test
    void whatIsNotPublishedIsKeptOutOfTheBundle() throws IOException {
        Set<String> excluded = names("<excludeArtifact>([^<]+)</excludeArtifact>", ROOT.resolve("pom.xml"));

        Set<String> notPublished = new TreeSet<>(modules());
        notPublished.removeAll(published());
        assertThat(excluded).isEqualTo(notPublished);
    }

    /** The modules beside docs whose pom does not skip deployment. */
    private static Set<String> published() throws IOException {
        try (Stream<Path> poms = Files.find(ROOT, 2, (path, attributes) -> path.endsWith("pom.xml"))) {
            return poms.filter(pom -> !pom.getParent().equals(ROOT))
                    .filter(pom -> !read(pom).contains("<maven.deploy.skip>true<"))
                    .map(PublishingTest::artifact)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> modules() throws IOException {
        try (Stream<Path> poms = Stream.concat(
                Files.find(ROOT, 2, (path, attributes) -> path.endsWith("pom.xml")),
                Files.find(ROOT.resolve("docs/examples"), 2, (path, attributes) -> path.endsWith("pom.xml")))) {
            return poms.filter(pom -> !pom.getParent().equals(ROOT))
                    .map(PublishingTest::artifact)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static String artifact(Path pom) {
        return ARTIFACT.matcher(PARENT.matcher(read(pom)).replaceAll(""))
                .results()
                .map(match -> match.group(1))
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> names(String pattern, Path pom) {
        return Pattern.compile(pattern)
                .matcher(read(pom))
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String read(Path pom) {
        try {
            return Files.readString(pom);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
