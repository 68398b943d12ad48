package io.github.drkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.drkit.error.DrException;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.error.TargetUnavailableException;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresErrorsTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aStateBecomesACodedFailure(String state, Class<? extends DrException> type, String reason, String hint) {
        SQLException refused = new SQLException("row (planted-secret)", state);

        DrException translated = PostgresErrors.translate("read table 'client'", refused);

        assertThat(translated)
                .isExactlyInstanceOf(type)
                .hasMessage("Cannot read table 'client': " + reason + "\nHint: " + hint)
                .hasCause(refused);
        assertThat(translated.getMessage()).doesNotContain("planted-secret");
    }

    static Stream<Arguments> aStateBecomesACodedFailure() {
        String password = "the server refused the password but a valid one is required";
        String database = "the server has no such database but an existing one is required";
        String lock = "a lock was not granted within the lock timeout but is required";
        return Stream.of(
                arguments(
                        "28P01",
                        TargetAccessException.class,
                        password,
                        "Was the password rotated? Credentials are asked for anew at each connection [DRK-PG-004]"),
                arguments(
                        "3D000",
                        NotFoundException.class,
                        database,
                        "Compare the name with the server's list of databases; upper and lower case differ [DRK-PG-006]"),
                arguments(
                        "42501",
                        TargetAccessException.class,
                        "this role lacks a right (SQLState 42501) but must read everything the dump holds",
                        "Grant pg_read_all_data; where row level security applies, BYPASSRLS or ownership too"
                                + " [DRK-PG-007]"),
                arguments(
                        "55P03",
                        TargetUnavailableException.class,
                        lock,
                        "Which session holds it? Look for ALTER TABLE or a migration in pg_stat_activity [DRK-PG-008]"),
                ended("57P01"),
                ended("57P02"),
                ended("57P03"),
                ended("57P05"),
                missing("42P01"),
                missing("3F000"),
                missing("42703"),
                cancelled("40001"),
                cancelled("40P01"),
                cancelled("57014"),
                arguments(
                        "08006",
                        TargetUnavailableException.class,
                        "the server was not reached or the connection broke (SQLState 08006) but a connection is"
                                + " required",
                        "Do host, port and firewall let this machine through, and is the server up? [DRK-PG-002]"),
                arguments(
                        "28000",
                        TargetAccessException.class,
                        "the server does not admit this role from here (SQLState 28000) but has to admit it",
                        "Does pg_hba.conf (RDS: rds.force_ssl) admit this role, host and TLS mode, and may it log in?"
                                + " [DRK-PG-005]"),
                arguments(
                        "08004",
                        TargetAccessException.class,
                        "the server does not admit this role from here (SQLState 08004) but has to admit it",
                        "Does pg_hba.conf (RDS: rds.force_ssl) admit this role, host and TLS mode, and may it log in?"
                                + " [DRK-PG-005]"),
                arguments(
                        "53300",
                        TargetUnavailableException.class,
                        "the server is out of connections, memory or disk (SQLState 53300) but has to have some free",
                        "Look at max_connections, the database's connection limit and the disk [DRK-PG-010]"),
                corrupted("XX001"),
                corrupted("XX002"),
                arguments(
                        "XX000",
                        RequestRefusedException.class,
                        "the server answered SQLState XX000 but success is required",
                        "The cause holds the server's own words [DRK-PG-014]"));
    }

    private static Arguments ended(String state) {
        return arguments(
                state,
                TargetUnavailableException.class,
                "the server ended or refused the session (SQLState " + state + ") but has to accept connections",
                "Is the server starting, stopping or failing over, or did an operator end the session? [DRK-PG-003]");
    }

    private static Arguments missing(String state) {
        return arguments(
                state,
                NotFoundException.class,
                "a table, schema or column is missing (SQLState " + state + ") but has to exist",
                "Was it dropped or renamed meanwhile, or is this another database than expected? [DRK-PG-012]");
    }

    private static Arguments cancelled(String state) {
        return arguments(
                state,
                TargetUnavailableException.class,
                "the server cancelled the query (SQLState " + state + ") but it has to last",
                "Did an operator cancel it? On a replica raise max_standby_streaming_delay or set"
                        + " hot_standby_feedback [DRK-PG-013]");
    }

    private static Arguments corrupted(String state) {
        return arguments(
                state,
                IntegrityException.class,
                "the server found its own data corrupted (SQLState " + state + ") but has to read it",
                "Do not overwrite older recovery points; run amcheck and look at the server's disk [DRK-PG-011]");
    }

    @Test
    void aFailureWithoutAStateIsNamedAsSuch() {
        assertThat(PostgresErrors.translate("read table 'client'", new SQLException("planted-secret")))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot read table 'client': the server answered SQLState (none) but success is required\n"
                        + "Hint: The cause holds the server's own words [DRK-PG-014]");
    }

    /** The driver gives 08006 for it, as for a cable that was pulled. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aHandshakeThatFailedIsNoLostConnection(int depth) {
        Exception handshake = depth == 1
                ? new SSLHandshakeException("PKIX")
                : new IOException("broken", new CertificateException("expired"));

        assertThat(PostgresErrors.translate("connect", new SQLException("lost", "08006", handshake)))
                .isExactlyInstanceOf(TargetAccessException.class)
                .hasMessage("Cannot connect: the TLS handshake failed but a certificate valid for this host is required"
                        + "\nHint: Does the CA file hold the server's authority, and does the certificate name this"
                        + " host? [DRK-PG-009]");
    }

    /** The driver gives a name that does not match 08006 without a cause. */
    @Test
    void aCertificateForAnotherHostIsNoLostConnectionAndALostOneIsNoCertificate() {
        assertThat(PostgresErrors.translateTls("connect", new SQLException("not verified", "08006")))
                .isExactlyInstanceOf(TargetAccessException.class)
                .hasMessageEndingWith("[DRK-PG-009]");
        assertThat(PostgresErrors.translateTls("connect", new SQLException("lost", "08006", new IOException("reset"))))
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessageEndingWith("[DRK-PG-002]");
        assertThat(PostgresErrors.translateTls("connect", new SQLException("refused", "08001")))
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessageEndingWith("[DRK-PG-002]");
    }
}
