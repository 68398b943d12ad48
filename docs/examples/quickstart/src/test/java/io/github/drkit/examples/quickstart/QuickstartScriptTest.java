package io.github.drkit.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the script on a PATH that holds only what a test puts there. */
class QuickstartScriptTest {

    private static final List<String> SYSTEM = List.of("sh", "sed", "cat", "dirname", "cp");

    @TempDir
    Path folder;

    private Path bin;

    @BeforeEach
    void copyTheScript() throws IOException {
        bin = Files.createDirectory(folder.resolve("bin"));
        for (String program : SYSTEM) {
            Path real = Path.of("/bin", program);
            program(program, "exec " + (Files.exists(real) ? real : Path.of("/usr/bin", program)) + " \"$@\"");
        }
        Files.createDirectory(folder.resolve("docs"));
        Files.copy(script(), folder.resolve("docs/quickstart.sh"));
        Files.createDirectories(folder.resolve("docs/examples/quickstart/target"));
        Files.writeString(folder.resolve("docs/examples/quickstart/target/classpath"), "a.jar:b.jar");
        program("mvn", "echo \"mvn $*\"");
        program("java", "echo \"java $*\"");
        program("id", "echo 0");
    }

    @ParameterizedTest
    @CsvSource({"14.22, 14.22.0", "15.18, 15.19.0", "16.1, 16.15.0", "17.0, 17.11.0", "18.6, 18.6.0", "19beta2, 18.6.0"
    })
    void choosesTheNewestServerThatPgDumpReads(String client, String server) throws Exception {
        client(client);

        Ending ending = run("--size", "1 GB");

        assertThat(ending.output())
                .contains("-Dembedded-postgres-binaries.version=" + server + " package")
                .endsWith("java -cp docs/examples/quickstart/target/classes:a.jar:b.jar"
                        + " io.github.drkit.examples.quickstart.Quickstart --size 1 GB\n");
        assertThat(ending.exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"9.6.24", "13.20", "unknown"})
    void refusesAPgDumpThatReadsNoneOfTheServers(String client) throws Exception {
        client(client);

        assertThat(run())
                .isEqualTo(new Ending(
                        2,
                        "Cannot run the quickstart: pg_dump says 'pg_dump (PostgreSQL) " + client
                                + "' but version 14 or newer is required\n"
                                + "Hint: install newer client programs of PostgreSQL\n"));
    }

    @Test
    void namesTheLineToTypeWherePgDumpIsMissing() throws Exception {
        program("apt-get", "echo must not run");

        assertThat(run())
                .isEqualTo(new Ending(
                        2,
                        "Cannot run the quickstart: PostgreSQL's pg_dump, pg_restore and pg_dumpall are not on PATH but"
                                + " required\n"
                                + "Hint: type the next line, or run this again with --install\n"
                                + "apt-get update && apt-get install -y postgresql-client\n"));
    }

    @Test
    void installsWhatIsMissingWhenAskedTo() throws Exception {
        program("id", "echo 1000");
        program("sudo", "\"$@\"");
        program(
                "apt-get",
                "case $1 in install) cp \"${0%/*}/client\" \"${0%/*}/pg_dump\";"
                        + " cp \"${0%/*}/client\" \"${0%/*}/pg_restore\"; cp \"${0%/*}/client\" \"${0%/*}/pg_dumpall\";; esac");
        program("client", "echo 'pg_dump (PostgreSQL) 17.11'");

        Ending ending = run("--install", "--size", "50MB");

        assertThat(ending.output())
                .startsWith("Installing PostgreSQL's client programs:"
                        + " sudo apt-get update && sudo apt-get install -y postgresql-client\n")
                .contains("version=17.11.0")
                .endsWith("Quickstart --size 50MB\n");
        assertThat(ending.exitCode()).isZero();
    }

    @Test
    void stopsWhenTheInstallationFails() throws Exception {
        program("dnf", "echo 'no network'; exit 3");

        assertThat(run("--install"))
                .isEqualTo(new Ending(
                        3, "Installing PostgreSQL's client programs: dnf install -y postgresql\nno network\n"));
    }

    @Test
    void stopsWhenTheBuildFails() throws Exception {
        client("15.18");
        program("mvn", "exit 1");

        Ending ending = run();

        assertThat(ending.exitCode()).isEqualTo(1);
        assertThat(ending.output()).doesNotContain("java -cp");
    }

    private void client(String version) throws IOException {
        for (String name : List.of("pg_dump", "pg_restore", "pg_dumpall")) {
            program(name, "echo '" + name + " (PostgreSQL) " + version + "'");
        }
    }

    private void program(String name, String script) throws IOException {
        Path program = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Ending run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("/bin/sh", folder.resolve("docs/quickstart.sh").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ending(process.waitFor(), output);
    }

    // Surefire runs in the module's folder, docs/examples/quickstart.
    private static Path script() {
        return Path.of("..", "..", "quickstart.sh");
    }

    private record Ending(int exitCode, String output) {}
}
