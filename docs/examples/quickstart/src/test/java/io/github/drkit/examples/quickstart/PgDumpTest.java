package io.github.drkit.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.error.RequestRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PgDumpTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1), 15.18, 15",
        "pg_dump (PostgreSQL) 18.6, 18.6, 18",
        "pg_dump (PostgreSQL) 19beta2, 19beta2, 19"
    })
    void readsTheVersionsPeopleHave(String said, String version, int major) {
        Path program = Path.of("pg_dump");

        assertThat(PgDump.of(program, said)).isEqualTo(new PgDump(program, version, major));
    }

    @Test
    void asksTheFirstOneOfThePath() throws IOException {
        program("first", "echo 'pg_dump (PostgreSQL) 16.15'");
        program("second", "echo 'pg_dump (PostgreSQL) 17.11'");

        PgDump found = PgDump.load("/nowhere::" + folder.resolve("first") + ":" + folder.resolve("second"));

        assertThat(found).isEqualTo(new PgDump(folder.resolve("first/pg_dump"), "16.15", 16));
    }

    @Test
    void namesTheLineToTypeWhereThereIsNone() {
        assertThatThrownBy(() -> PgDump.load("/nowhere"))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot find program 'pg_dump': PATH leads to none but PostgreSQL's client programs are required"
                                + System.lineSeparator()
                                + "Hint: Type: sh docs/quickstart.sh --install [DRK-QUICK-001]");
    }

    @Test
    void refusesAProgramThatFailsThoughItPrintsAVersion() throws IOException {
        Path program = program("broken", "echo 'pg_dump (PostgreSQL) 16.15'; exit 1");

        assertThatThrownBy(() -> PgDump.load(folder.resolve("broken").toString()))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot use program '" + program + "': it answers 'pg_dump (PostgreSQL) 16.15' to --version"
                        + " but '(PostgreSQL) <major>.<minor>' is required" + System.lineSeparator() + "Hint: Does '"
                        + program + " --version' work in this shell? [DRK-QUICK-002]");
    }

    private Path program(String name, String script) throws IOException {
        Path program = Files.createDirectory(folder.resolve(name)).resolve("pg_dump");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
