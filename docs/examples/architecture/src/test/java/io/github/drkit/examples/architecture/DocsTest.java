package io.github.drkit.examples.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps the Java code on the pages equal to code that is built and tested. On the line before a block stands
 * {@code <!-- region: path/to/File.java#name -->}; in that file the region lies between {@code // tag::name} and
 * {@code // end::name}. ADRs are records of their day and are not held to it.
 */
class DocsTest {

    private static final Path ROOT = Path.of("..", "..", "..");
    private static final Pattern REGION = Pattern.compile("<!-- region: ([^#\\s]+)#(\\S+) -->");

    @Test
    void everyJavaBlockOnEveryPageIsARegionOfTestedCode() throws IOException {
        List<String> wrong = new ArrayList<>();
        int blocks = 0;
        for (Path page : pages()) {
            List<String> lines = Files.readAllLines(page);
            for (int line = 0; line < lines.size(); line++) {
                if (lines.get(line).strip().equals("```java")) {
                    blocks++;
                    check(page, lines, line).forEach(wrong::add);
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(blocks).as("Java blocks found on the pages").isPositive();
    }

    @Test
    void aBlockThatDiffersOrNamesNothingIsFound() throws IOException {
        String file = "docs/examples/toy-target/src/main/java/io/github/drkit/examples/toy/FolderTarget.java";
        Path page = Path.of("page.md");

        assertThat(check(page, List.of("", "```java", "int x;", "```"), 1))
                .containsExactly("page.md:2: no region is named on the line before");
        assertThat(check(page, List.of("<!-- region: " + file + "#nowhere -->", "```java", "int x;", "```"), 1))
                .containsExactly("page.md:2: there is no region 'nowhere' in " + file);
        assertThat(check(page, List.of("<!-- region: " + file + "#list -->", "```java", "int x;", "```"), 1))
                .singleElement()
                .asString()
                .startsWith("page.md:2: differs from region 'list' of " + file + ", which is\n");
    }

    private static List<String> check(Path page, List<String> lines, int opening) throws IOException {
        String where = page.getFileName() + ":" + (opening + 1) + ": ";
        Matcher region = REGION.matcher(opening == 0 ? "" : lines.get(opening - 1));
        if (!region.matches()) {
            return List.of(where + "no region is named on the line before");
        }
        List<String> code = region(ROOT.resolve(region.group(1)), region.group(2));
        if (code.isEmpty()) {
            return List.of(where + "there is no region '" + region.group(2) + "' in " + region.group(1));
        }
        List<String> shown = lines.subList(opening + 1, lines.size()).stream()
                .takeWhile(line -> !line.strip().equals("```"))
                .toList();
        return shown.equals(code)
                ? List.of()
                : List.of(where + "differs from region '" + region.group(2) + "' of " + region.group(1) + ", which is\n"
                        + String.join("\n", code));
    }

    /** The lines between the tags, moved to the left margin; nested tags are left out. */
    private static List<String> region(Path file, String name) throws IOException {
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        List<String> region = Files.readAllLines(file).stream()
                .dropWhile(line -> !line.strip().equals("// tag::" + name))
                .skip(1)
                .takeWhile(line -> !line.strip().equals("// end::" + name))
                .filter(line -> !line.strip().matches("// (tag|end)::.*"))
                .toList();
        int margin = region.stream()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
        return region.stream()
                .map(line -> line.isBlank() ? "" : line.substring(margin))
                .toList();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path page : List.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md"))) {
            if (Files.isRegularFile(page)) {
                pages.add(page);
            }
        }
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.toString().contains("/adr/"))
                    .sorted()
                    .forEach(pages::add);
        }
        return pages;
    }
}
