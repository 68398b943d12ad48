package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.error.DrException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.testkit.VirtualTime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How failures of a server are told: by their SQLState, and by whether something may have been done. */
class SqlTest {

    private static final String NL = System.lineSeparator();

    /** A session always is left, whatever is done to end it. */
    private final PostgresServer server = ScriptedServer.answering(
                    sql -> List.of(List.of(sql.contains("count") ? (Object) 1L : true)))
            .server();

    @ParameterizedTest
    @ValueSource(strings = {"08006", "57P01"})
    void aConnectionLostWhileSomethingWasChangedLeavesItUnknown(String state) {
        assertThatThrownBy(() -> act(state))
                .isExactlyInstanceOf(OutcomeUnknownException.class)
                .hasMessage("Cannot create role 'teller': the connection to the server was lost (SQLState " + state
                        + ") and whether it was done is not known" + NL
                        + "Hint: Resume the run: it looks first [DRK-SQL-001]");
    }

    @Test
    void aConnectionLostWhileAskingIsAskedForAgain() {
        assertThatThrownBy(() -> ask("08006"))
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessage("Cannot create role 'teller': the connection to the server was lost (SQLState 08006) but an"
                        + " answer is required" + NL
                        + "Hint: Is the server up, and does the network let this machine through? [DRK-SQL-002]");
    }

    @Test
    void aMissingRightIsToldAsOne() {
        assertThatThrownBy(() -> act("42501"))
                .isExactlyInstanceOf(TargetAccessException.class)
                .hasMessage("Cannot create role 'teller': this role lacks the right (SQLState 42501) but it is required"
                        + NL + "Hint: See the rights listed in docs/postgres-dumps.md [DRK-SQL-003]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"55006", "55P03", "53100", "53300"})
    void whatIsBusyOrShortOfSomethingMayBeFreeLater(String state) {
        assertThatThrownBy(() -> act(state))
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessage("Cannot create role 'teller': the database is in use, locked or short of something"
                        + " (SQLState " + state + ") but must be free" + NL
                        + "Hint: Who is connected? Look at pg_stat_activity [DRK-SQL-004]");
    }

    @Test
    void anythingElseIsToldByItsStateAndNeverByTheServersWords() {
        assertThatThrownBy(() -> act("23505"))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot create role 'teller': the server answered SQLState 23505 but success is required"
                        + NL + "Hint: The cause holds the server's own words [DRK-SQL-005]")
                .hasRootCauseMessage("a row that is nobody's business");
        assertThatThrownBy(() -> act(null))
                .hasMessageStartingWith(
                        "Cannot create role 'teller': the server answered SQLState (none) but success is required");
    }

    @Test
    void sessionsThatDoNotEndAreGivenUpOnAfterAWhile() {
        VirtualTime time = VirtualTime.startingAt("2026-11-26T02:00:00Z");
        Instant begin = time.now();

        assertThatThrownBy(() -> new Databases(server).endSessions("bank", time))
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessage("Cannot end the sessions in database 'bank': 1 are left after 30 s but none may be" + NL
                        + "Hint: Who are they? Look at pg_stat_activity; a superuser's session needs a superuser to"
                        + " end it [DRK-SQL-006]");
        assertThat(Duration.between(begin, time.now())).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
    }

    @Test
    void aStatementOfADeadProcessThatGoesOnForLongEndsTheWaitAndNothingElse() {
        VirtualTime time = VirtualTime.startingAt("2026-11-26T02:00:00Z");

        assertThatThrownBy(() -> new Databases(server).awaitEndOf("drkit-run-1-bank", "database 'bank'", time))
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessage("Cannot go on with database 'bank': the server is still busy with what an earlier attempt"
                        + " of this run asked for after 30 s but must have finished" + NL
                        + "Hint: Look at pg_stat_activity for 'drkit-run-1-bank'; resume the run when it is gone"
                        + " [DRK-SQL-007]");
    }

    private Object act(String state) throws DrException {
        return Sql.act(server, "bank", "create role 'teller'", connection -> {
            throw new SQLException("a row that is nobody's business", state);
        });
    }

    private Object ask(String state) throws DrException {
        return Sql.ask(server, "bank", "create role 'teller'", connection -> {
            throw new SQLException("a row that is nobody's business", state);
        });
    }
}
