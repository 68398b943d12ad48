package io.github.drkit.examples.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every Java block on a page is a region of a source that runs, and every link between pages leads somewhere. */
class DocsTest {

    private static final Path ROOT = Path.of("..", "..", "..").toAbsolutePath().normalize();
    private static final Pattern BLOCK =
            Pattern.compile("(?:<!-- region: (\\S+)#(\\S+) -->\\s*\\n)?```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]*)(?:#([^)]*))?\\)");
    private static final Pattern FENCED = Pattern.compile("^```.*?^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);

    @TestFactory
    Stream<DynamicTest> everyJavaBlockIsItsRegion() throws IOException {
        return pages().stream()
                .map(page -> DynamicTest.dynamicTest(ROOT.relativize(page).toString(), () -> {
                    for (Block block : blocks(Files.readString(page))) {
                        assertThat(block.source())
                                .as("a Java block names its region")
                                .isNotEmpty();
                        assertThat(block.text()).isEqualTo(region(ROOT.resolve(block.source()), block.name()));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyLinkLeadsToAFileAndToAHeadingOfIt() throws IOException {
        return pages().stream()
                .map(page -> DynamicTest.dynamicTest(ROOT.relativize(page).toString(), () -> {
                    Matcher link = LINK.matcher(Files.readString(page));
                    while (link.find()) {
                        Path file = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
                        assertThat(file).exists();
                        if (link.group(2) != null) {
                            assertThat(anchors(Files.readString(file)))
                                    .as("headings of %s", file)
                                    .contains(link.group(2));
                        }
                    }
                }));
    }

    @Test
    void aBlockThatDiffersFromItsRegionIsSeen() {
        List<Block> blocks = blocks("<!-- region: A.java#x -->\n```java\nint a;\n```\n\n```java\nint b;\n```\n");

        assertThat(blocks).containsExactly(new Block("A.java", "x", "int a;\n"), new Block("", "", "int b;\n"));
    }

    @Test
    void aRegionIsTheLinesBetweenItsMarksWithoutTheirIndent() {
        assertThat(region("  // tag::x\n    a\n      b\n\n    c\n  // end::x\n", "x"))
                .isEqualTo("a\n  b\n\nc\n");
    }

    @Test
    void anAnchorIsAHeadingInSmallLettersWithoutItsMarks() {
        assertThat(
                        anchors(
                                "# One `two` & three!\n```sh\n# no heading\n```\n## A [link](b.md), so it-is\n## one two  three\n"))
                .containsExactly("one-two--three", "a-link-so-it-is", "one-two--three-1");
    }

    private record Block(String source, String name, String text) {}

    private static List<Block> blocks(String page) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(page);
        while (matcher.find()) {
            boolean named = matcher.group(1) != null;
            blocks.add(new Block(named ? matcher.group(1) : "", named ? matcher.group(2) : "", matcher.group(3)));
        }
        return blocks;
    }

    /** As GitHub makes them: of headings alike the second ends in -1. */
    private static List<String> anchors(String page) {
        List<String> anchors = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        Matcher heading = HEADING.matcher(FENCED.matcher(page).replaceAll(""));
        while (heading.find()) {
            String anchor = heading.group(1)
                    .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                    .replace(' ', '-');
            int before = seen.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? anchor : anchor + "-" + before);
        }
        return anchors;
    }

    private static String region(Path source, String name) throws IOException {
        assertThat(source).exists();
        return region(Files.readString(source), name);
    }

    private static String region(String source, String name) {
        List<String> lines = source.lines().toList();
        int begin = index(lines, "// tag::" + name);
        int end = index(lines, "// end::" + name);
        return String.join("\n", lines.subList(begin + 1, end)).stripIndent() + "\n";
    }

    private static int index(List<String> lines, String mark) {
        for (int at = 0; at < lines.size(); at++) {
            if (lines.get(at).strip().equals(mark)) {
                return at;
            }
        }
        throw new AssertionError("there is no line '" + mark + "'");
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            Stream.concat(top, docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .filter(path -> !path.toString().contains("/target/"))
                    .forEach(pages::add);
        }
        assertThat(pages).isNotEmpty();
        return pages;
    }
}
