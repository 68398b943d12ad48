package io.github.drkit.postgres;

import io.github.drkit.error.DrException;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.error.TargetUnavailableException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The one place where an {@link SQLException} becomes a coded failure: by SQLState, never by text. The server's text is
 * left in the cause, because it may quote rows.
 */
final class PostgresErrors {

    private PostgresErrors() {}

    /**
     * Translates a failure.
     *
     * @param what verb, noun and quoted id: {@code connect to database 'x' at host:5432}
     */
    static DrException translate(String what, SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        String problem = "Cannot " + what + ": ";
        if (isTls(e)) {
            return handshake(what, e);
        }
        return switch (state) {
            case "28P01" ->
                new TargetAccessException(
                        "DRK-PG-004",
                        problem + "the server refused the password but a valid one is required",
                        "Was the password rotated? Credentials are asked for anew at each connection",
                        e);
            case "3D000" ->
                new NotFoundException(
                        "DRK-PG-006",
                        problem + "the server has no such database but an existing one is required",
                        "Compare the name with the server's list of databases; upper and lower case differ",
                        e);
            case "42501" ->
                new TargetAccessException(
                        "DRK-PG-007",
                        problem + "this role lacks a right (SQLState 42501) but must read everything the dump holds",
                        "Grant pg_read_all_data; where row level security applies, BYPASSRLS or ownership too",
                        e);
            case "55P03" ->
                new TargetUnavailableException(
                        "DRK-PG-008",
                        problem + "a lock was not granted within the lock timeout but is required",
                        "Which session holds it? Look for ALTER TABLE or a migration in pg_stat_activity",
                        e);
            case "57P01", "57P02", "57P03", "57P05" ->
                new TargetUnavailableException(
                        "DRK-PG-003",
                        problem + "the server ended or refused the session (SQLState " + state
                                + ") but has to accept connections",
                        "Is the server starting, stopping or failing over, or did an operator end the session?",
                        e);
            case "42P01", "3F000", "42703" ->
                new NotFoundException(
                        "DRK-PG-012",
                        problem + "a table, schema or column is missing (SQLState " + state + ") but has to exist",
                        "Was it dropped or renamed meanwhile, or is this another database than expected?",
                        e);
            case "40001", "40P01", "57014" ->
                new TargetUnavailableException(
                        "DRK-PG-013",
                        problem + "the server cancelled the query (SQLState " + state + ") but it has to last",
                        "Did an operator cancel it? On a replica raise max_standby_streaming_delay or set hot_standby_feedback",
                        e);
            default -> byClass(problem, state, e);
        };
    }

    static DrException interrupted(String what, SQLException e) {
        return new TargetUnavailableException(
                "DRK-PG-022",
                "Cannot " + what + ": the thread was interrupted but has to wait for the server",
                "Nothing was changed by it; begin anew, or resume the run",
                e);
    }

    /**
     * Translates a failure to connect by TLS. pgjdbc tells of a certificate that names another host by 08006, as of a lost
     * connection, and gives no cause; where a connection was lost, the cause is what the network said.
     */
    static DrException translateTls(String what, SQLException e) {
        boolean otherHost = "08006".equals(e.getSQLState()) && e.getCause() == null;
        return otherHost ? handshake(what, e) : translate(what, e);
    }

    private static DrException handshake(String what, SQLException e) {
        return new TargetAccessException(
                "DRK-PG-009",
                "Cannot " + what + ": the TLS handshake failed but a certificate valid for this host is required",
                "Does the CA file hold the server's authority, and does the certificate name this host?",
                e);
    }

    private static DrException byClass(String problem, String state, SQLException e) {
        // 08004 is the driver's word for a server that answered and refused, for instance to speak TLS.
        if (state.startsWith("08") && !state.equals("08004")) {
            return new TargetUnavailableException(
                    "DRK-PG-002",
                    problem + "the server was not reached or the connection broke (SQLState " + state
                            + ") but a connection is required",
                    "Do host, port and firewall let this machine through, and is the server up?",
                    e);
        }
        if (state.startsWith("28") || state.equals("08004")) {
            return new TargetAccessException(
                    "DRK-PG-005",
                    problem + "the server does not admit this role from here (SQLState " + state
                            + ") but has to admit it",
                    "Does pg_hba.conf (RDS: rds.force_ssl) admit this role, host and TLS mode, and may it log in?",
                    e);
        }
        if (state.startsWith("53")) {
            return new TargetUnavailableException(
                    "DRK-PG-010",
                    problem + "the server is out of connections, memory or disk (SQLState " + state
                            + ") but has to have some free",
                    "Look at max_connections, the database's connection limit and the disk",
                    e);
        }
        if (state.equals("XX001") || state.equals("XX002")) {
            return new IntegrityException(
                    "DRK-PG-011",
                    problem + "the server found its own data corrupted (SQLState " + state + ") but has to read it",
                    "Do not overwrite older recovery points; run amcheck and look at the server's disk",
                    e);
        }
        return new RequestRefusedException(
                "DRK-PG-014",
                problem + "the server answered SQLState " + (state.isEmpty() ? "(none)" : state)
                        + " but success is required",
                "The cause holds the server's own words",
                e);
    }

    /** The driver reports a failed handshake as a lost connection; only the cause tells them apart. */
    private static boolean isTls(SQLException e) {
        @Nullable Throwable cause = e.getCause();
        for (int depth = 0; cause != null && depth < 16; depth++) {
            if (cause instanceof SSLException || cause instanceof GeneralSecurityException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
