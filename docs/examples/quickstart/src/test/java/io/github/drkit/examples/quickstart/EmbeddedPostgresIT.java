package io.github.drkit.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.testkit.postgres.LocalPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class EmbeddedPostgresIT {

    @Test
    void runsTheEmbeddedProgramsAndNotTheInstalledOnes() throws SQLException {
        try (LocalPostgres server = EmbeddedPostgres.begin(new PgDump(Path.of("pg_dump"), "99.0", 99));
                Connection connection = new DatabaseServer(
                                server.host(), server.port(), server.superuser(), server.password())
                        .connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT setting FROM pg_config() WHERE name = 'BINDIR'")) {
            row.next();
            assertThat(row.getString(1))
                    .isEqualTo(server.socketFolder()
                            .orElseThrow()
                            .resolveSibling("server/bin")
                            .toString());
        }
    }

    @Test
    void refusesAServerThatPgDumpCannotRead() {
        assertThatThrownBy(() -> EmbeddedPostgres.begin(new PgDump(Path.of("pg_dump"), "9.6.24", 9)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessageMatching(
                        "Cannot dump PostgreSQL '[0-9.]+': pg_dump is 9\\.6\\.24 but the server's major version"
                                + " or a newer one is required\\R"
                                + "Hint: Type: sh docs/quickstart\\.sh, which chooses the server by the pg_dump it finds"
                                + " \\[DRK-QUICK-004\\]");
    }
}
