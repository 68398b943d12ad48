package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RestoreStrategy;
import io.github.drkit.RestoredCopy;
import io.github.drkit.RunId;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.catalog.Verdict;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryRestoreStrategy;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InMemoryRestoreStrategyContractTest extends RestoreStrategyContract {

    private final KeyRing keys = KeyRing.fresh();
    private FaultScript faults = new FaultScript();
    private InMemoryTables tables;
    private InMemoryPointStore store;
    private InMemoryBackupTarget target;

    @Override
    protected void makeWorld() throws InterruptedException {
        tables = new InMemoryTables()
                .add("bank", "client", "Ada")
                .add("bank", "client", "Bo")
                .add("bank", "loan", "1");
        faults = new FaultScript();
        store = InMemoryPointStore.on(time(), faults, 8);
        InMemoryJournal journal = new InMemoryJournal();
        target = new InMemoryBackupTarget("bank", tables, store, keys, journal);
        assertThat(new Rehearsal(time())
                        .execute(target, BackupRequest.manual("world"))
                        .outcome())
                .isEqualTo(Outcome.SUCCEEDED);
    }

    @Override
    protected RestoreStrategy strategy() {
        return new InMemoryRestoreStrategy(store, target.points(), tables);
    }

    @Override
    protected RecoveryPointId point() {
        return target.list().points().get(0).id();
    }

    @Override
    protected RestoreDestination destination() {
        return RestoreDestination.besideOriginal("bank-restored");
    }

    @Override
    protected String world() {
        StringBuilder all = new StringBuilder().append(store.changes());
        tables.names().forEach(name -> all.append(name).append(tables.find(name)));
        return all.toString();
    }

    @Override
    protected String original() {
        return tables.find("bank").map(Object::toString).orElse("");
    }

    @Override
    protected String restored() {
        return tables.find("bank-restored").map(Object::toString).orElse("");
    }

    @Override
    protected void occupyDestination() {
        tables.add("bank-restored", "theirs", "row");
    }

    @Override
    protected void damagePoint() {
        store.flip("points/bank/" + point() + "/dump-1.00002", 7);
    }

    @Override
    protected Set<String> secrets() {
        return Set.of("PRIVATE KEY");
    }

    @Test
    void aPointOfAnotherFormatIsNotRestored() {
        RunId run = RunId.of("other");
        RecoveryPointId other = target.points().pointOf(run);
        target.points()
                .commit(
                        new Manifest(
                                other,
                                target.id(),
                                run,
                                "pg-dump/1",
                                Instant.parse("2026-11-22T02:00:00Z"),
                                Optional.empty(),
                                "",
                                List.of(),
                                Map.of()),
                        keys.backup());

        assertThatThrownBy(() -> plan(Selection.point(other)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot restore recovery point '" + other
                        + "': its format is pg-dump/1 but only " + InMemoryBackupTarget.FORMAT + " is restored\n"
                        + "Hint: Use the strategy for that format [DRK-FAKE-007]");
    }

    @Test
    void aDatabaseThatExistsIsNotRestoredInto() {
        occupyDestination();

        assertThatThrownBy(() -> plan(Selection.latest()))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot restore into database 'bank-restored': it exists but must be new\n"
                        + "Hint: Choose another name [DRK-FAKE-008]");
    }

    @Test
    void anInstantBeforeThePointsSelectsNone() {
        assertThatThrownBy(() -> plan(Selection.instant(Instant.parse("2020-01-01T00:00:00Z"))))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage("Cannot restore 'instant:2020-01-01T00:00:00Z': no recovery point fits but one must, passed"
                        + " over: []\nHint: List the points [DRK-FAKE-009]");
    }

    @Test
    void aFailedPointIsRestoredForAProofOnly() {
        target.points()
                .record(
                        new Verdict(
                                point(),
                                RunId.of("look"),
                                time().now(),
                                Proof.Level.FAILED,
                                Verdict.Kind.PROOF,
                                "a check that was wrong"),
                        keys.prover());

        assertThatThrownBy(() -> plan(Selection.latest()))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessageStartingWith("Cannot restore 'latest': no recovery point fits but one must, passed over: ['"
                        + point() + "' is FAILED: [");
        assertThatThrownBy(() -> plan(Selection.point(point())))
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessage("Cannot restore recovery point '" + point()
                        + "': it is FAILED but a FAILED point is restored for a proof only\n"
                        + "Hint: Choose another point [DRK-FAKE-022]");
        assertThat(strategy()
                        .plan(
                                new RestoreRequest(
                                        Selection.point(point()), destination(), RestoreRequest.Purpose.PROOF),
                                new PlanContext(RunId.of("proof"), time()))
                        .subject())
                .isEqualTo(point().value());
    }

    @Test
    void thePlanNamesTheNewerPointThatWasPassedOver() throws InterruptedException {
        time().advance(Duration.ofHours(1));
        new Rehearsal(time()).execute(target, BackupRequest.manual("damaged"));
        RecoveryPointId newer = target.list().points().get(1).id();
        target.points()
                .record(
                        new Verdict(
                                newer,
                                RunId.of("look"),
                                time().now(),
                                Proof.Level.FAILED,
                                Verdict.Kind.PROOF,
                                "a row is missing"),
                        keys.prover());

        Plan plan = plan(Selection.latest());

        assertThat(plan.subject()).isEqualTo(point().value());
        assertThat(plan.render()).contains("note: passed over: '" + newer + "' is FAILED: ");
    }

    @Test
    void aPointDatedInTheFutureIsRestoredByItsIdOnly() {
        time().jumpTo(time().now().minus(Duration.ofHours(1)));

        assertThatThrownBy(() -> plan(Selection.latest()))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage("Cannot restore 'latest': no recovery point fits but one must, passed over: ['" + point()
                        + "' is dated 2026-11-22T02:00:07Z, after now: was a clock wrong?]\n"
                        + "Hint: List the points [DRK-FAKE-009]");
        assertThat(plan(Selection.point(point())).subject()).isEqualTo(point().value());
    }

    @Test
    void rowsThatAreDamagedAreNotLoaded() throws Exception {
        damagePoint();

        assertThat(loading())
                .isEqualTo("Cannot read recovery point '" + point() + "': segment 'points/bank/" + point()
                        + "/dump-1.00002' has another digest than was written but the rows written are required\n"
                        + "Hint: Use another recovery point [DRK-FAKE-010]");
    }

    @Test
    void aStreamThatBreaksOffIsNotLoaded() throws Exception {
        faults.cutRead(1, 9);

        assertThat(loading())
                .isEqualTo("Cannot read recovery point '" + point() + "': reading broke off but must reach the end\n"
                        + "Hint: Try again [DRK-FAKE-006]");
    }

    @Test
    void aCopyIsOpenedOnlyWhereOneWasRestoredAndTakesNoConnections() {
        Plan plan = plan(Selection.latest());

        assertThatThrownBy(() -> strategy().open(plan))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage("Cannot open database 'bank-restored': there is none of this name but one is required\n"
                        + "Hint: Was it restored? [DRK-FAKE-005]");

        occupyDestination();
        try (RestoredCopy copy = strategy().open(plan)) {
            assertThatThrownBy(() -> copy.database("bank"))
                    .isExactlyInstanceOf(NotFoundException.class)
                    .hasMessage("Cannot connect to database 'bank' restored as 'bank-restored': tables in memory take"
                            + " no connections but one is required\nHint: Look at the InMemoryTables [DRK-FAKE-005]");
        }
    }

    private Plan plan(Selection selection) {
        return new Rehearsal(time()).engine().plan(strategy(), RestoreRequest.of(selection, destination()));
    }

    /** What a restore of the latest point says when it fails to load. */
    private String loading() throws InterruptedException {
        RunReport report =
                new Rehearsal(time()).execute(strategy(), RestoreRequest.of(Selection.latest(), destination()));
        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(restored()).isEmpty();
        return report.find("load-rows").orElseThrow().message();
    }
}
