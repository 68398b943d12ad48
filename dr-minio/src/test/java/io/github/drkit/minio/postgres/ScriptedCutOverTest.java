package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Effect;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.error.DrException;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.journal.JournalEntry.Kind;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.KeyRing;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cut-over makes of databases, journals and backups that are not there, and of renames nobody can see. */
class ScriptedCutOverTest {

    private static final RunId RUN = RunId.of("run-1");
    private static final RunId CUT_OVER = RunId.of("cut-over-1");

    private final VirtualTime time = VirtualTime.startingAt("2026-11-26T02:00:00Z");
    private final InMemoryJournal journal = new InMemoryJournal();

    @Test
    void aCopyThatDoesNotExistIsNotCutOverTo() {
        PostgresCutOver cutOver =
                cutOver(ScriptedServer.answering(sql -> observed(sql).orElse(List.of())));

        assertThatThrownBy(() -> cutOver.plan(
                        PostgresCutOverRequest.of(Map.of("bank", "bank_restored")), new PlanContext(RUN, time)))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage("Cannot cut over database 'bank_restored': it does not exist but it must\n"
                        + "Hint: Was it restored under another name? [DRK-CUT-001]");
    }

    @Test
    void aRunThatCutNothingOverIsNotUndone() {
        PostgresCutOver cutOver = cutOver(ScriptedServer.answering(sql -> List.of()));

        assertThatThrownBy(() -> cutOver.plan(PostgresCutOverRequest.back(CUT_OVER), new PlanContext(RUN, time)))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage("Cannot undo cut-over 'cut-over-1': the journal has no switch of that run that succeeded"
                        + " but one is required\n"
                        + "Hint: Is it the journal the cut-over ran with, and the run that cut over? [DRK-CUT-003]");
    }

    @ParameterizedTest
    @MethodSource
    void aCutOverWhoseMarkIsNotInTheJournalIsNotUndoneAndNothingIsChanged(
            Optional<Outcome> marked, Map<String, String> facts) {
        marked.ifPresent(outcome -> ended("mark-bank", outcome, facts));
        ended("switch", Outcome.SUCCEEDED, Map.of("database bank", "8 7"));
        ScriptedServer server = ScriptedServer.answering(sql -> observed(sql)
                .orElse(sql.contains("shobj_description") ? List.of(database(8L)) : List.of(List.of("bank"))));
        PostgresCutOver cutOver = cutOver(server);
        PlanStep withdraw = PlanStep.named("withdraw", "Take the new databases out of service", Effect.CONDITIONAL)
                .parameter("database bank", "8 7")
                .parameter("cut-over", CUT_OVER.value())
                .build();

        for (ThrowingCallable undo : List.<ThrowingCallable>of(
                () -> cutOver.plan(PostgresCutOverRequest.back(CUT_OVER), new PlanContext(RUN, time)),
                () -> cutOver.plan(PostgresCutOverRequest.withdraw(CUT_OVER), new PlanContext(RUN, time)),
                () -> cutOver.execute(withdraw, new StepProbe(plan(withdraw))))) {
            assertThatThrownBy(undo)
                    .isExactlyInstanceOf(NotFoundException.class)
                    .hasMessage(
                            "Cannot undo cut-over 'cut-over-1': the journal has its switch but not the state of 'bank'"
                                    + " before it, which is required to count what would be lost\n"
                                    + "Hint: Is it the whole journal the cut-over ran with? If that is lost, compare the databases"
                                    + " by hand before one is renamed [DRK-CUT-007]")
                    .extracting(refusal -> ((DrException) refusal).changed())
                    .isEqualTo("nothing");
        }
        assertThat(server.statements()).isEmpty();
    }

    static Stream<Arguments> aCutOverWhoseMarkIsNotInTheJournalIsNotUndoneAndNothingIsChanged() {
        return Stream.of(
                Arguments.of(Optional.empty(), Map.of()),
                Arguments.of(Optional.of(Outcome.UNKNOWN), Map.of("xid", "740")),
                Arguments.of(Optional.of(Outcome.SUCCEEDED), Map.of("rows public.t", "100")),
                Arguments.of(Optional.of(Outcome.SUCCEEDED), Map.of("xid", "seven hundred")),
                Arguments.of(Optional.of(Outcome.SUCCEEDED), Map.of("xid", "740", "rows public.t", "many")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8", "8 seven", "8 7 6", "8 99999999999"})
    void aSwitchWhoseObjectIdsAreDamagedIsNotUndoneAndNothingIsChanged(String damaged) {
        ended("switch", Outcome.SUCCEEDED, Map.of("database bank", damaged));
        ScriptedServer server = ScriptedServer.answering(sql -> observed(sql).orElse(List.of()));

        assertThatThrownBy(
                        () -> cutOver(server).plan(PostgresCutOverRequest.back(CUT_OVER), new PlanContext(RUN, time)))
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessage("Cannot exchange database 'bank': plan or journal gives '" + damaged
                        + "' but the object ids of two databases are required\n"
                        + "Hint: Was the journal damaged? Compare the databases by hand before one is renamed"
                        + " [DRK-CUT-008]");
        assertThat(server.statements()).isEmpty();
    }

    @Test
    void onlyTheLossThatAWithdrawalCountedIsAccepted() {
        PostgresCutOver cutOver = cutOverWithASwitch();
        RunId withdrawal = RunId.of("withdrawal-1");
        String counted = "sha256:" + "a".repeat(64);
        String accepted = "sha256:" + "b".repeat(64);
        PostgresCutOverRequest request =
                PostgresCutOverRequest.back(CUT_OVER).accepting(withdrawal, accepted, RecoveryPointId.of("bank-lost"));

        requireOtherLoss(cutOver, request, "nothing", accepted);
        ended(withdrawal, "withdraw", Outcome.SUCCEEDED, Map.of());
        requireOtherLoss(cutOver, request, "nothing", accepted);
        ended(withdrawal, "count-loss", Outcome.SUCCEEDED, Map.of("digest", counted));
        requireOtherLoss(cutOver, request, counted, accepted);
    }

    private void requireOtherLoss(
            PostgresCutOver cutOver, PostgresCutOverRequest request, String counted, String accepted) {
        assertThatThrownBy(() -> cutOver.plan(request, new PlanContext(RUN, time)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot roll back cut-over 'cut-over-1': run 'withdrawal-1' counted " + counted + " but "
                        + accepted + " is accepted\n"
                        + "Hint: Accept the digest that the withdrawal of this cut-over told [DRK-CUT-009]");
    }

    @Test
    void aBackupThatDoesNotExistIsNoReasonToAcceptALoss() {
        PostgresCutOver cutOver = cutOverWithASwitch();
        RunId withdrawal = RunId.of("withdrawal-1");
        String counted = "sha256:" + "a".repeat(64);
        ended(withdrawal, "withdraw", Outcome.SUCCEEDED, Map.of());
        ended(withdrawal, "count-loss", Outcome.SUCCEEDED, Map.of("digest", counted));

        assertThatThrownBy(() -> cutOver.plan(
                        PostgresCutOverRequest.back(CUT_OVER)
                                .accepting(withdrawal, counted, RecoveryPointId.of("bank-lost")),
                        new PlanContext(RUN, time)))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage("Cannot roll back cut-over 'cut-over-1': the backup 'bank-lost' of what would be lost does"
                        + " not exist but is required\n"
                        + "Hint: Withdraw, back the withdrawn databases up, verify the point, and name it here"
                        + " [DRK-CUT-004]");
    }

    private PostgresCutOver cutOverWithASwitch() {
        ended("mark-bank", Outcome.SUCCEEDED, Map.of("xid", "740"));
        ended("switch", Outcome.SUCCEEDED, Map.of("database bank", "8 7"));
        return cutOver(ScriptedServer.answering(sql -> observed(sql)
                .orElse(sql.contains("shobj_description") ? List.of(database(8L)) : List.of(List.of("bank")))));
    }

    @Test
    void aNameThatAnotherDatabaseHasAfterTheRenameIsUnknown() {
        AtomicBoolean taken = new AtomicBoolean();
        // Free when the rename looks, and somebody else's when its effect is looked at.
        PostgresCutOver cutOver = cutOver(ScriptedServer.answering(sql -> {
            if (sql.contains("shobj_description")) {
                return taken.getAndSet(true) ? List.of(database(9L)) : List.of();
            }
            return List.of(List.of("bank_restored"));
        }));
        PlanStep step = ofBank();

        assertThatThrownBy(() -> cutOver.execute(step, new StepProbe(plan(step))))
                .isExactlyInstanceOf(OutcomeUnknownException.class)
                .hasMessage("Cannot tell whether database 'bank' was renamed: it is not the one that was to get the"
                        + " name\nHint: Resume the run: it looks first [DRK-CUT-006]");
        assertThat(taken).isTrue();
    }

    @Test
    void aServerThatDoesNotSayHowADatabaseIsCalledLeavesItUnknown() {
        PostgresCutOver cutOver = cutOver(ScriptedServer.answering(sql -> {
            throw new SQLException("going down", "57P01");
        }));
        PlanStep step = ofBank();

        assertThatThrownBy(() -> cutOver.execute(step, new StepProbe(plan(step))))
                .isExactlyInstanceOf(OutcomeUnknownException.class)
                .hasMessage("Cannot tell how database 8 is called: the server did not say (SQLState 57P01)\n"
                        + "Hint: Resume the run: it looks first [DRK-CUT-006]");
    }

    private void ended(String step, Outcome outcome, Map<String, String> facts) {
        ended(CUT_OVER, step, outcome, facts);
    }

    private void ended(RunId run, String step, Outcome outcome, Map<String, String> facts) {
        journal.append(new JournalEntry(
                run,
                journal.entries(run).size() + 1L,
                time.now(),
                Kind.STEP_ENDED,
                step,
                1,
                Optional.of(outcome),
                "",
                facts));
    }

    private PostgresCutOver cutOver(ScriptedServer server) {
        InMemoryPointStore store = InMemoryPointStore.on(time);
        return PostgresCutOver.of(
                server.server(),
                journal,
                PointCatalog.of(store, Bench.BANK, KeyRing.fresh().trusted()));
    }

    private static Optional<List<List<Object>>> observed(String sql) {
        if (sql.contains("server_version_num")) {
            return Optional.of(List.of(List.of(150_014, false)));
        }
        return sql.contains("pg_control_system")
                ? Optional.of(List.of(List.of("7000000000000000000")))
                : Optional.empty();
    }

    private static List<Object> database(long oid) {
        return List.of(oid, "bank", "app", true, -1, "");
    }

    private static PlanStep ofBank() {
        return PlanStep.named("switch", "Rename all in one transaction", Effect.CONDITIONAL)
                .parameter("database bank", "8 -1")
                .build();
    }

    private static Plan plan(PlanStep step) {
        return new Plan(RUN, "cut over", "bank", Map.of(), List.of(), List.of(step), List.of(), Optional.empty());
    }
}
