package io.github.drkit.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.TimeSource;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LocalPostgresIT {

    @Test
    void letsInWhoKnowsThePasswordAndNobodyElse() throws SQLException {
        try (LocalPostgres server = LocalPostgres.beginOrSkip()) {
            assertThat(ask(server, server.superuser(), server.password(), "SHOW server_version"))
                    .startsWith(server.version());
            assertThat(ask(server, server.role(), server.rolePassword(), "SELECT current_user"))
                    .isEqualTo(server.role());
            assertThatThrownBy(() -> ask(server, server.superuser(), "wrong", "SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("28P01"));
            assertThat(ask(
                            server,
                            server.superuser(),
                            server.password(),
                            "SELECT bool_and(rolpassword LIKE 'SCRAM-SHA-256$%') FROM pg_authid WHERE rolcanlogin"))
                    .isEqualTo("t");
        }
    }

    @Test
    void givesTheOrdinaryRoleNoRightBeyondLoggingIn() throws SQLException {
        try (LocalPostgres server = LocalPostgres.beginOrSkip()) {
            assertThat(ask(
                            server,
                            server.superuser(),
                            server.password(),
                            "SELECT concat(rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls)"
                                    + " FROM pg_roles WHERE rolname = '" + server.role() + "'"))
                    .isEqualTo("fffff");
        }
    }

    @Test
    void hasTheSettingsAskedFor() throws SQLException {
        LocalPostgres.Builder builder = LocalPostgres.builder(anyBinaries())
                .setting("max_connections", "17")
                .setting("application_name", "it's");
        try (LocalPostgres server = builder.begin()) {
            assertThat(ask(server, server.superuser(), server.password(), "SHOW max_connections"))
                    .isEqualTo("17");
        }
    }

    @Test
    void leavesNothingBehindWhenClosed() {
        LocalPostgres server = LocalPostgres.beginOrSkip();
        Path folder = server.socketFolder().orElseThrow().resolveSibling("");
        assertThat(folder.resolve("data")).exists();

        server.close();
        server.close();

        assertThat(folder).doesNotExist();
        assertThatThrownBy(() -> ask(server, server.superuser(), server.password(), "SELECT 1"))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        gone -> assertThat(gone.getSQLState()).isEqualTo("08001"));
    }

    @Test
    void leavesNothingBehindWhenItsProcessIsKilled() throws Exception {
        anyBinaries();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Path folder;
        try (BufferedReader words =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            folder = Path.of(words.readLine());
            assertThat(folder.resolve("data").resolve("postmaster.pid")).exists();
        } finally {
            process.destroyForcibly();
        }

        while (Files.exists(folder)) {
            TimeSource.system().sleep(Duration.ofMillis(20));
        }
    }

    @Test
    void saysWhatTheServerSaysWhenItDoesNotComeUp() {
        LocalPostgres.Builder builder = LocalPostgres.builder(anyBinaries()).setting("max_connections", "plenty");

        assertThatThrownBy(builder::begin)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Cannot begin PostgreSQL of '")
                .hasMessageContaining("invalid value for parameter \"max_connections\": \"plenty\"");
    }

    private static PostgresBinaries anyBinaries() {
        return PostgresBinaries.find().orElseGet(() -> Assumptions.abort("PostgreSQL server: none on this machine"));
    }

    private static String ask(LocalPostgres server, String user, String password, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl("postgres"), user, password);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    /** A process that begins a server and never ends by itself. */
    static final class Holder {

        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            LocalPostgres server = LocalPostgres.find().orElseThrow();
            System.out.println(server.socketFolder().orElseThrow().resolveSibling(""));
            System.in.read();
            server.close();
        }
    }
}
