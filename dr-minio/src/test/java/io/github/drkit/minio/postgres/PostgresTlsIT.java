package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Outcome;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.postgres.PostgresCredentials;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.postgres.PostgresBinaries;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * TLS by a private authority, over JDBC and by the client programs alike: who is let in is who the certificate names and
 * the named authority vouches for.
 */
@Timeout(180)
class PostgresTlsIT {

    private static final String NAMED = "localhost";

    /** The same server, by a name that its certificate does not bear. */
    private static final String NOT_NAMED = "127.0.0.1";

    private static Path certificates;
    private static OwnAuthority authority;
    private static LocalPostgres postgres;

    @BeforeAll
    static void beginServer(@TempDir Path shared) throws Exception {
        certificates = shared;
        authority = OwnAuthority.make(shared, "own-authority");
        OwnAuthority.Issued issued = authority.issue(NAMED);
        postgres = PostgresBinaries.find()
                .map(binaries -> LocalPostgres.builder(binaries)
                        .tls(issued.certificate(), issued.key())
                        .begin())
                .orElseGet(() -> Assumptions.abort("PostgreSQL server: none on this machine"));
        new Bench(postgres, shared).bank("fineract");
    }

    @AfterAll
    static void endServer() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void aServerItsAuthorityVouchesForIsBackedUpAndRestoredOverTls(@TempDir Path folder) throws Exception {
        PostgresServer server = server(NAMED, authority.certificate());
        Bench bench = new Bench(postgres, folder);
        try (Connection connection = server.connect("fineract");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
            row.next();
            assertThat(row.getBoolean(1)).as("this session is encrypted").isTrue();
        }

        RunReport backup = bench.run(bench.target(server, "fineract").build(), BackupRequest.manual("tls"));
        assertThat(backup.outcome()).as(Bench.said(backup)).isEqualTo(Outcome.SUCCEEDED);
        PostgresDumpRestore strategy = PostgresDumpRestore.builder(Bench.BANK, server, bench.store())
                .trusted(bench.trusted())
                .build();
        RunReport restore = bench.run(
                strategy,
                RestoreRequest.of(
                        Selection.latest(),
                        new RestoreDestination(
                                strategy.place(), Map.of("fineract", "over_tls"), Isolation.BESIDE_ORIGINAL)));

        assertThat(restore.outcome()).as(Bench.said(restore)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(bench.ask("over_tls", "SELECT count(*) FROM entry")).isEqualTo("20000");
    }

    @Test
    void pgDumpTrustsWhomJdbcTrusts() throws Exception {
        Dumped dumped = dump(server(NAMED, authority.certificate()));

        assertThat(dumped.exitCode()).as(dumped.said()).isZero();
    }

    @Test
    void aCertificateForAnotherHostIsRefusedByJdbcAndPgDump() throws Exception {
        PostgresServer server = server(NOT_NAMED, authority.certificate());

        assertThatThrownBy(() -> server.connect("fineract"))
                .isExactlyInstanceOf(TargetAccessException.class)
                .hasMessage(refused(NOT_NAMED));
        Dumped dumped = dump(server);
        assertThat(dumped.exitCode()).isNotZero();
        assertThat(dumped.said()).contains("does not match host name \"" + NOT_NAMED + "\"");
    }

    @Test
    void anUnknownAuthorityIsRefusedByJdbcAndPgDump() throws Exception {
        OwnAuthority stranger = OwnAuthority.make(certificates, "stranger");
        PostgresServer server = server(NAMED, stranger.certificate());

        assertThatThrownBy(() -> server.connect("fineract"))
                .isExactlyInstanceOf(TargetAccessException.class)
                .hasMessage(refused(NAMED));
        Dumped dumped = dump(server);
        assertThat(dumped.exitCode()).isNotZero();
        assertThat(dumped.said()).contains("certificate verify failed");
    }

    @Test
    void aServerWithoutTlsIsRefusedUnlessPlaintextIsSaid() throws Exception {
        try (LocalPostgres bare = LocalPostgres.beginOrSkip()) {
            PostgresServer server = PostgresServer.builder(NAMED)
                    .port(bare.port())
                    .credentials(() -> new PostgresCredentials(bare.superuser(), bare.password()))
                    .certificateAuthorities(authority.certificate())
                    .build();

            assertThatThrownBy(() -> server.connect("postgres"))
                    .isExactlyInstanceOf(TargetAccessException.class)
                    .hasMessage("Cannot connect to database 'postgres' at localhost:" + bare.port()
                            + ": the server does not admit this role from here (SQLState 08004) but has to admit it"
                            + System.lineSeparator()
                            + "Hint: Does pg_hba.conf (RDS: rds.force_ssl) admit this role, host and TLS mode, and may"
                            + " it log in? [DRK-PG-005]");
            Dumped dumped = dump(server, "postgres");
            assertThat(dumped.exitCode()).isNotZero();
            assertThat(dumped.said()).contains("server does not support SSL, but SSL was required");
        }
    }

    private static PostgresServer server(String host, Path authorities) {
        return PostgresServer.builder(host)
                .port(postgres.port())
                .credentials(() -> new PostgresCredentials(postgres.superuser(), postgres.password()))
                .certificateAuthorities(authorities)
                .build();
    }

    private static String refused(String host) {
        return "Cannot connect to database 'fineract' at " + host + ":" + postgres.port()
                + ": the TLS handshake failed but a certificate valid for this host is required"
                + System.lineSeparator()
                + "Hint: Does the CA file hold the server's authority, and does the certificate name this host?"
                + " [DRK-PG-009]";
    }

    private record Dumped(int exitCode, String said) {}

    private static Dumped dump(PostgresServer server) throws Exception {
        return dump(server, "fineract");
    }

    private static Dumped dump(PostgresServer server, String database) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("pg_dump", "--schema-only", "--file=/dev/null");
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().putAll(server.toolEnvironment(database));
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Dumped(process.waitFor(), said);
    }
}
