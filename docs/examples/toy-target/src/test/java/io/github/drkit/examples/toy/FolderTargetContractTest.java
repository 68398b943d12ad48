package io.github.drkit.examples.toy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.BackupTarget;
import io.github.drkit.TargetId;
import io.github.drkit.journal.Journal;
import io.github.drkit.testkit.contract.BackupTargetContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

// tag::contract
class FolderTargetContractTest extends BackupTargetContract {

    @TempDir
    private Path folder;

    private Path world;
    private int worlds;

    @Override
    protected void makeWorld() throws IOException {
        world = folder.resolve("world-" + ++worlds);
        Files.createDirectories(world.resolve("live"));
        Files.writeString(world.resolve("live/ledger.csv"), "1;100.00\n2;-100.00\n");
        Files.writeString(world.resolve("live/clients é.csv"), "Ada\nBo\n");
    }

    @Override
    protected BackupTarget target(Journal journal) {
        return new FolderTarget(TargetId.of("bank-files"), world.resolve("live"), world.resolve("points"));
    }

    @Override
    protected String world() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(world)) {
            for (Path file : files.sorted().toList()) {
                all.append(file).append(Files.getLastModifiedTime(file));
                all.append(Files.isRegularFile(file) ? Files.readString(file) : "")
                        .append('\n');
            }
        }
        return all.toString();
    }

    @Override
    protected void breakSource() throws IOException {
        Files.createDirectories(world.resolve("live/not-a-file"));
    }
    // end::contract

    private static final Path SOURCE = Path.of("src/main/java/io/github/drkit/examples/toy/FolderTarget.java");

    /** The figure dumps/toy-target-lines: lines that are neither blank, nor comment, nor import. */
    @Test
    void theTargetHasFewerThan150LinesOfCode() throws IOException {
        List<String> code = Files.readAllLines(SOURCE).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("//") && !line.startsWith("/*"))
                .filter(line -> !line.startsWith("import ") && !line.startsWith("package "))
                .toList();

        assertThat(code.size()).as("dumps/toy-target-lines").isLessThan(150);
    }

    /** Written only against dr-api: nothing of an engine, a store or another module. */
    @Test
    void theTargetUsesNothingButTheWords() throws IOException {
        assertThat(Files.readAllLines(SOURCE))
                .filteredOn(line -> line.startsWith("import io.github.drkit."))
                .allMatch(line -> line.matches("import io\\.github\\.drkit\\.(error\\.)?[A-Z]\\w+;"));
    }
}
