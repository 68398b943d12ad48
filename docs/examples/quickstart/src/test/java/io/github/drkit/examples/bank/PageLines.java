package io.github.drkit.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The shell lines of docs/keys.md, to the letter. */
final class PageLines {

    private static final Path PAGE = Path.of("../../keys.md");

    private PageLines() {}

    /** Skips a test where a program that the lines call is missing. */
    static void requirePrograms() throws InterruptedException {
        for (List<String> asked : List.of(List.of("openssl", "version"), List.of("age-keygen", "--version"))) {
            assumeThat(ends(asked))
                    .as("program %s: not on the path", asked.get(0))
                    .isTrue();
        }
    }

    /** Runs a block in a folder. */
    static void run(String block, Path folder) throws IOException, InterruptedException {
        Path said = folder.resolve(block + ".said");
        Path lines = Files.writeString(folder.resolve(block + ".sh"), find(block));
        int code = new ProcessBuilder("sh", "-e", lines.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(said.toFile()))
                .start()
                .waitFor();
        assertThat(code).as(Files.readString(said)).isZero();
    }

    private static String find(String name) throws IOException {
        List<String> block = new ArrayList<>();
        boolean within = false;
        boolean opened = false;
        for (String line : Files.readAllLines(PAGE)) {
            if (line.equals("<!-- region: " + name + " -->")) {
                within = true;
            } else if (within && line.equals("```sh")) {
                opened = true;
            } else if (opened && line.equals("```")) {
                break;
            } else if (opened) {
                block.add(line);
            }
        }
        assertThat(block).as("the block '%s' of %s", name, PAGE).isNotEmpty();
        return String.join("\n", block) + "\n";
    }

    private static boolean ends(List<String> command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
