package io.github.drkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.testkit.postgres.LocalPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ExportedSnapshotIT {

    private static LocalPostgres local;
    private static PostgresServer server;

    @BeforeAll
    static void beginServer() {
        local = LocalPostgres.beginOrSkip();
        server = Servers.of(local);
        Servers.sql(server, "postgres", "CREATE DATABASE one", "CREATE DATABASE two");
        Servers.sql(server, "one", "CREATE TABLE t(x int)", "INSERT INTO t VALUES (1)", "CREATE SEQUENCE s");
        Servers.sql(server, "two", "CREATE TABLE t(x int)", "INSERT INTO t VALUES (1)");
    }

    @AfterAll
    static void endServer() {
        if (local != null) {
            local.close();
        }
    }

    @Test
    void aDumpThroughTheSnapshotLacksWhatCameLater() throws IOException, InterruptedException {
        List<ExportedSnapshot> snapshots = ExportedSnapshot.openAll(server, List.of("one", "two"));
        try {
            Servers.sql(server, "one", "INSERT INTO t VALUES (4711)");
            Servers.sql(server, "two", "INSERT INTO t VALUES (4711)");

            for (ExportedSnapshot snapshot : snapshots) {
                String dump = dump(snapshot, 0);
                assertThat(dump).contains("\n1\n").doesNotContain("4711");
                assertThat(snapshot.isAlive()).isTrue();
            }
        } finally {
            snapshots.forEach(ExportedSnapshot::close);
        }
    }

    @Test
    void everythingCommittedBeforeTheConsistencyTimeIsInside() throws SQLException {
        try (Connection connection = server.connect("one");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT clock_timestamp()");
                ExportedSnapshot snapshot = ExportedSnapshot.open(server, "one")) {
            row.next();
            assertThat(snapshot.consistencyTime()).isAfter(row.getTimestamp(1).toInstant());
            try (ResultSet after = statement.executeQuery("SELECT clock_timestamp()")) {
                after.next();
                assertThat(snapshot.consistencyTime())
                        .isBefore(after.getTimestamp(1).toInstant());
            }
            assertThat(snapshot.fromReplica()).isFalse();
            assertThat(snapshot.serverVersion() / 10_000).isEqualTo(local.major());
        }
    }

    @Test
    void noTimeoutOfTheServerEndsTheSession() throws SQLException {
        Servers.sql(
                server,
                "postgres",
                "CREATE DATABASE impatient",
                "ALTER DATABASE impatient SET idle_in_transaction_session_timeout = '50ms'",
                "ALTER DATABASE impatient SET statement_timeout = '40ms'");

        try (ExportedSnapshot snapshot = ExportedSnapshot.open(server, "impatient");
                Connection waiting = server.connect("postgres");
                Statement statement = waiting.createStatement()) {
            statement.execute("SELECT pg_sleep(0.3)");
            assertThat(snapshot.isAlive()).isTrue();
        }
    }

    @Test
    void aTerminatedSessionIsDeadAndNothingMayRelyOnIt() throws IOException, InterruptedException {
        try (ExportedSnapshot snapshot = ExportedSnapshot.open(server, "two")) {
            Servers.sql(
                    server,
                    "postgres",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'two'"
                            + " AND state = 'idle in transaction'",
                    "SELECT pg_sleep(0.2)");

            assertThat(snapshot.isAlive()).isFalse();
            assertThatThrownBy(snapshot::requireAlive)
                    .isExactlyInstanceOf(TargetUnavailableException.class)
                    .hasMessage("Cannot rely on snapshot '" + snapshot.id() + "' of database 'two': its session ended"
                            + " but has to live until the last reader is done" + System.lineSeparator()
                            + "Hint: Was the session terminated, the server restarted, or (replica) the query cancelled"
                            + " by recovery? [DRK-PG-017]");
            dump(snapshot, 1);
        }
    }

    @Test
    void aClosedSnapshotIsNotAliveAndItsSessionIsGone() throws SQLException {
        ExportedSnapshot snapshot = ExportedSnapshot.open(server, "two");
        snapshot.close();
        snapshot.close();

        assertThat(snapshot.isAlive()).isFalse();
        assertThat(sessionsIn("two")).isZero();
    }

    @Test
    void oneMissingDatabaseClosesTheOthers() throws SQLException {
        assertThatThrownBy(() -> ExportedSnapshot.openAll(server, List.of("two", "nowhere")))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessageContaining("'nowhere'")
                .hasMessageContaining("[DRK-PG-006]");
        assertThat(sessionsIn("two")).isZero();
    }

    @Test
    void aDatabaseNamedTwiceIsRefused() {
        assertThatThrownBy(() -> ExportedSnapshot.openAll(server, List.of("one", "one")))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot open snapshots: a database is named twice in [one, one]");
    }

    @Test
    void sequencesAreReadWhenTheSnapshotOpens() {
        Servers.sql(server, "one", "CREATE SEQUENCE IF NOT EXISTS s", "SELECT setval('s', 41)");
        try (ExportedSnapshot snapshot = ExportedSnapshot.open(server, "one")) {
            Servers.sql(server, "one", "SELECT nextval('s')");

            assertThat(snapshot.sequences()).containsExactly(new SequenceState("\"public\".\"s\"", "41", true));
        }
    }

    private static long sessionsIn(String database) throws SQLException {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            // The server forgets a session a moment after its client left.
            long left = 1;
            for (int attempt = 0; attempt < 50 && left > 0; attempt++) {
                try (ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = '" + database + "'")) {
                    row.next();
                    left = row.getLong(1);
                }
                statement.execute("SELECT pg_sleep(0.05)");
            }
            return left;
        }
    }

    private static String dump(ExportedSnapshot snapshot, int expectedExit) throws IOException, InterruptedException {
        ProcessBuilder dump =
                new ProcessBuilder("pg_dump", "--snapshot", snapshot.id(), "-Fp").redirectError(new File("/dev/null"));
        dump.environment().keySet().removeIf(key -> key.startsWith("PG"));
        dump.environment().putAll(server.toolEnvironment(snapshot.database()));
        Process process = dump.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(expectedExit);
        return text;
    }
}
