package io.github.drkit.examples.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps docs/errors.md and the sources equal. */
class ErrorsPageTest {

    private static final Pattern CODE = Pattern.compile("DRK-[A-Z]{2,12}-[0-9]{3}");
    private static final Path ROOT = Path.of("..", "..", "..");
    private static final List<String> MODULES =
            List.of("dr-api", "dr-aws", "dr-minio", "dr-k8s", "dr-gitops", "dr-testkit");

    private static final List<String> TESTS = List.of(
            "dr-api",
            "dr-aws",
            "dr-minio",
            "dr-k8s",
            "dr-gitops",
            "dr-testkit",
            "docs/examples/quickstart",
            "docs/examples/toy-target");

    @Test
    void everyCodeInTheSourcesStandsOnThePageAndEveryCodeOnThePageStandsInTheSources() throws IOException {
        Set<String> thrown = new TreeSet<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> thrown.addAll(codes(file)));
            }
        }

        assertThat(codes(ROOT.resolve("docs/errors.md"))).isEqualTo(thrown).isNotEmpty();
    }

    /** A code whose words no test has read may say anything. */
    @Test
    void everyCodeOnThePageIsMetInATest() throws IOException {
        Set<String> met = new TreeSet<>();
        for (String module : TESTS) {
            Path folder = ROOT.resolve(module).resolve("src/test/java");
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> met.addAll(codes(file)));
            }
        }
        Set<String> unmet = codes(ROOT.resolve("docs/errors.md"));
        unmet.removeAll(met);

        assertThat(unmet).as("codes that no test meets").isEmpty();
    }

    private static Set<String> codes(Path file) {
        try {
            Set<String> codes = new TreeSet<>();
            Matcher matcher = CODE.matcher(Files.readString(file));
            while (matcher.find()) {
                codes.add(matcher.group());
            }
            return codes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
