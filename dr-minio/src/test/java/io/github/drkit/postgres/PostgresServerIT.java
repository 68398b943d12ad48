package io.github.drkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.testkit.postgres.LocalPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresServerIT {

    private static LocalPostgres local;
    private static PostgresServer server;

    @BeforeAll
    static void beginServer() {
        local = LocalPostgres.beginOrSkip();
        server = Servers.of(local);
    }

    @AfterAll
    static void endServer() {
        if (local != null) {
            local.close();
        }
    }

    @Test
    void observesVersionAndIdentity() {
        ServerState state = server.observe();

        assertThat(state.majorVersion()).isEqualTo(local.major());
        assertThat(state.systemIdentifier())
                .hasValueSatisfying(id -> assertThat(id).matches("[0-9]{15,20}"));
        assertThat(state.inRecovery()).isFalse();
    }

    @Test
    void systemIdentifierIsEmptyWhereTheRoleMayNotAsk() {
        Servers.sql(server, "postgres", "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
        PostgresServer asRole = Servers.builder(local)
                .credentials(() -> new PostgresCredentials(local.role(), local.rolePassword()))
                .build();

        assertThat(asRole.observe().systemIdentifier()).isEmpty();
    }

    @Test
    void aThreadThatIsInterruptedWhileItConnectsIsToldSoAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> server.connect("postgres"))
                    .isExactlyInstanceOf(TargetUnavailableException.class)
                    .hasMessage("Cannot connect to database 'postgres' at " + local.host() + ":" + local.port()
                            + ": the thread was interrupted but has to wait for the server" + System.lineSeparator()
                            + "Hint: Nothing was changed by it; begin anew, or resume the run [DRK-PG-022]");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void listsDatabasesWithoutTemplatesAndRdsadmin() {
        Servers.sql(
                server,
                "postgres",
                "CREATE DATABASE rdsadmin",
                "CREATE DATABASE listed ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
                        + " CONNECTION LIMIT 7");

        List<ServedDatabase> databases = server.listDatabases();

        assertThat(databases).extracting(ServedDatabase::name).contains("listed", "postgres");
        assertThat(databases).extracting(ServedDatabase::name).doesNotContain("rdsadmin", "template0", "template1");
        assertThat(server.listAllDatabases())
                .extracting(ServedDatabase::name)
                .contains("rdsadmin", "template0", "template1");
        ServedDatabase listed = databases.stream()
                .filter(database -> database.name().equals("listed"))
                .findFirst()
                .orElseThrow();
        assertThat(listed.sizeBytes()).isGreaterThan(1_000_000);
        assertThat(listed)
                .isEqualTo(new ServedDatabase(
                        "listed", local.superuser(), true, listed.sizeBytes(), "UTF8", "C", "C", "libc", "", 7, false));
    }

    @ParameterizedTest(name = "database {0}")
    @ValueSource(
            strings = {
                "a=b",
                "postgres://other/x",
                "with space+plus%41",
                "que?ssl=false&x",
                "q\"uote'",
                "dbname=postgres"
            })
    void databaseNamesAreData(String name) throws SQLException, IOException, InterruptedException {
        Servers.sql(server, "postgres", "CREATE DATABASE " + Identifiers.quoted(name));

        try (Connection connection = server.connect(name);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_database(), current_setting('lock_timeout'),"
                        + " current_setting('application_name')")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo(name);
            assertThat(row.getString(2)).isEqualTo("30s");
            assertThat(row.getString(3)).isEqualTo("dr-kit");
        }
        ProcessBuilder psql =
                new ProcessBuilder("psql", "-qAtXc", "SELECT current_database()").redirectErrorStream(true);
        psql.environment().keySet().removeIf(key -> key.startsWith("PG"));
        psql.environment().putAll(server.toolEnvironment(name));
        Process process = psql.start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(answer).isZero();
        assertThat(answer.strip()).isEqualTo(name);
    }

    @Test
    void credentialsAreAskedForAnewBecauseTheyRotate() throws SQLException {
        Servers.sql(server, "postgres", "CREATE ROLE rotating LOGIN PASSWORD 'first'");
        AtomicInteger rotation = new AtomicInteger();
        PostgresServer rotating = Servers.builder(local)
                .credentials(
                        () -> new PostgresCredentials("rotating", rotation.getAndIncrement() == 0 ? "first" : "second"))
                .build();

        rotating.connect("postgres").close();
        Servers.sql(server, "postgres", "ALTER ROLE rotating PASSWORD 'second'");
        rotating.connect("postgres").close();

        assertThat(rotation).hasValue(2);
    }

    @Test
    void aWrongPasswordIsNamedWithoutShowingIt() {
        PostgresServer wrong = Servers.builder(local)
                .credentials(() -> new PostgresCredentials(local.superuser(), "planted-secret"))
                .build();

        assertThatThrownBy(() -> wrong.connect("postgres"))
                .isExactlyInstanceOf(TargetAccessException.class)
                .hasMessage("Cannot connect to database 'postgres' at 127.0.0.1:" + local.port()
                        + ": the server refused the password but a valid one is required" + System.lineSeparator()
                        + "Hint: Was the password rotated? Credentials are asked for anew at each connection"
                        + " [DRK-PG-004]")
                .satisfies(e -> assertThat(Traces.of(e)).doesNotContain("planted-secret"));
    }

    @Test
    void aRoleThatMayNotLogInIsNotAdmitted() {
        Servers.sql(server, "postgres", "CREATE ROLE barred NOLOGIN PASSWORD 'x'");
        PostgresServer barred = Servers.builder(local)
                .credentials(() -> new PostgresCredentials("barred", "x"))
                .build();

        assertThatThrownBy(() -> barred.connect("postgres"))
                .isExactlyInstanceOf(TargetAccessException.class)
                .hasMessageContaining("the server does not admit this role from here (SQLState 28000)")
                .hasMessageContaining("[DRK-PG-005]");
    }

    @Test
    void anUnknownDatabaseIsNotFound() {
        assertThatThrownBy(() -> server.connect("nowhere"))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage("Cannot connect to database 'nowhere' at 127.0.0.1:" + local.port()
                        + ": the server has no such database but an existing one is required"
                        + System.lineSeparator()
                        + "Hint: Compare the name with the server's list of databases; upper and lower case differ"
                        + " [DRK-PG-006]");
    }

    @Test
    void aClosedPortIsUnavailable() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        PostgresServer closed = Servers.builder(local).port(free).build();

        assertThatThrownBy(() -> closed.connect("postgres"))
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessageContaining("the server was not reached or the connection broke (SQLState 08001)")
                .hasMessageContaining("[DRK-PG-002]");
    }

    @Test
    void aLockNotGrantedInTimeIsNamed() throws SQLException {
        Servers.sql(server, "postgres", "CREATE TABLE locked_table(x int)");
        PostgresServer hasty =
                Servers.builder(local).lockTimeout(Duration.ofMillis(50)).build();
        try (Connection holder = server.connect("postgres");
                Statement lock = holder.createStatement()) {
            lock.execute("BEGIN");
            lock.execute("LOCK TABLE locked_table IN ACCESS EXCLUSIVE MODE");
            try (Connection waiter = hasty.connect("postgres");
                    Statement statement = waiter.createStatement()) {
                assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM locked_table"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(PostgresErrors.translate("read table 'locked_table'", e))
                                        .isExactlyInstanceOf(TargetUnavailableException.class)
                                        .hasMessageStartingWith(
                                                "Cannot read table 'locked_table': a lock was not granted within"
                                                        + " the lock timeout but is required")
                                        .hasMessageContaining("[DRK-PG-008]"));
            }
        }
    }

    @Test
    void aConnectFunctionThatGoesElsewhereIsRefused() {
        PostgresServer elsewhere = Servers.builder(local)
                .connector(database -> server.connect("postgres"))
                .build();

        assertThatThrownBy(() -> elsewhere.connect("template1"))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot connect to database 'template1' at 127.0.0.1:" + local.port()
                        + ": the session is in database 'postgres' but 'template1' is required"
                        + System.lineSeparator()
                        + "Hint: The connect function has to open the database it is given [DRK-PG-015]");
    }
}
