package io.github.drkit.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.PlanStaleException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.json.CanonicalJson;
import io.github.drkit.report.RunReport;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.StoredObject;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClearingTest {

    private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:00Z");
    private final FaultScript inStore = new FaultScript();
    private final FaultScript inJournal = new FaultScript();
    private final InMemoryPointStore store = InMemoryPointStore.on(time, inStore, 1 << 20);
    private final InMemoryJournal journal = new InMemoryJournal(inJournal);
    private final KeyRing keys = KeyRing.fresh();
    private final InMemoryTables tables = new InMemoryTables().add("bank", "client", "x".repeat(1000));
    private final InMemoryBackupTarget target = new InMemoryBackupTarget("bank", tables, store, keys, journal);
    private final PointCatalog points = target.points();
    private final AtomicInteger ids = new AtomicInteger();
    private final DisasterRecovery dr = DisasterRecovery.builder(journal)
            .time(time)
            .ids(() -> "c" + ids.incrementAndGet())
            .sideBySide(1)
            .build();

    @BeforeEach
    void backUpTheWholeBankAndThenAlmostNothing() throws InterruptedException {
        backUp();
        tables.drop("bank");
        tables.add("bank", "client", "y");
        backUp();
        assertThat(suspect().plausibility()).isEqualTo(Plausibility.SUSPECT);
    }

    @Test
    void aNamedPersonClearsAPointAndTheRecordStaysBesideIt() throws Exception {
        Operation<ClearanceRequest> clearing = points.clearing(keys.prover());
        Plan plan = dr.plan(clearing, request());

        RunReport report = dr.execute(plan, clearing);

        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(report.kind()).isEqualTo("clear");
        assertThat(report.find("record-clearance").orElseThrow().message()).isEqualTo("cleared, and listed as OK");
        RecoveryPoint point = suspect();
        assertThat(point.plausibility()).isEqualTo(Plausibility.OK);
        assertThat(point.proof()).as("says nothing about proof").isEqualTo(Proof.none());
        assertThat(point.remarks())
                .containsExactly("cleared by test-prover: Ada Lovelace: the old clients were archived on purpose");
        assertThat(record().payload())
                .containsEntry("kind", "CLEARANCE")
                .containsEntry("level", "UNPROVEN")
                .containsEntry("run", plan.run().value())
                .containsEntry("manifestSha256", points.manifestSha256(point.id()))
                .containsEntry("detail", "Ada Lovelace: the old clients were archived on purpose");
    }

    @Test
    void thePlanSaysWhatMakesThePointSuspectAndWhatStays() {
        long sizeBytes = suspect().sizeBytes();
        List<StoredObject> before = store.list("").objects();

        Plan plan = dr.plan(points.clearing(keys.prover()), request());

        assertThat(plan.render())
                .isEqualTo("Plan to clear " + id() + "\n"
                        + "run " + plan.run() + "   " + plan.digest() + "\n"
                        + "  point: " + id() + "\n"
                        + "  who: Ada Lovelace\n"
                        + "  why: the old clients were archived on purpose\n"
                        + "note: suspect: " + sizeBytes + " bytes where the median of the last 1 is "
                        + points.list().points().get(0).sizeBytes() + "\n"
                        + "note: its proof stays UNPROVEN\n"
                        + "relies on\n"
                        + "  - manifest '" + id() + "' is " + points.manifestSha256(id()) + "\n"
                        + "  - plausibility '" + id() + "' is SUSPECT\n"
                        + "1. record-clearance: Record beside the point, for ever, that Ada Lovelace cleared it"
                        + "  [DEVOPS, CONDITIONAL, POINT_OF_NO_RETURN]\n");
        assertThat(store.list("").objects()).as("planning writes nothing").isEqualTo(before);
    }

    @Test
    void aPointThatIsAboutToGoIsHeldFirstAndThenCleared() {
        ClearanceRequest request = request();
        points.mark(request.point(), RunId.of("expiry"), keys.backup());

        assertThatThrownBy(() -> dr.plan(points.clearing(keys.prover()), request))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot clear recovery point '" + request.point()
                        + "': an expiry marked it as going but only a point that stays is cleared\n"
                        + "Hint: Place a hold on it, which answers the mark, then clear it [DRK-CLEAR-002]");
    }

    @Test
    void somebodyMustSaySomething() {
        for (String blank : List.of("", " \t")) {
            assertThatThrownBy(() -> new ClearanceRequest(id(), blank, "looked"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Cannot clear a recovery point: 'who' is blank but a named person must say why");
            assertThatThrownBy(() -> new ClearanceRequest(id(), "Ada", blank))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Cannot clear a recovery point: 'why' is blank but a named person must say why");
        }
        assertThatThrownBy(() -> new ClearanceRequest(id(), "a".repeat(101), "looked"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot clear a recovery point: 'who' has 101 characters but at most 100 printable are"
                        + " allowed");
        assertThatThrownBy(() -> new ClearanceRequest(id(), "Ada", "looked\ntwice"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot clear a recovery point: 'why' has 12 characters but at most 500 printable are"
                        + " allowed");
    }

    @Test
    void aPointThatIsNotSuspectIsRefused() throws Exception {
        RecoveryPointId first = points.list().points().get(0).id();
        assertThatThrownBy(() -> dr.plan(points.clearing(keys.prover()), new ClearanceRequest(first, "Ada", "looked")))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot clear recovery point '" + first + "': it is OK but only a SUSPECT one is cleared\n"
                        + "Hint: Nothing is to be done; was it cleared or PROVEN meanwhile, or is another point meant?"
                        + " [DRK-CLEAR-001]");
        clear();
        assertThatThrownBy(this::clear)
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageStartingWith("Cannot clear recovery point '" + id() + "': it is OK");
    }

    @Test
    void aPointThatIsNotThereOrNotReadableIsRefused() {
        RecoveryPointId none = RecoveryPointId.of("bank-none");
        assertThatThrownBy(() -> dr.plan(points.clearing(keys.prover()), new ClearanceRequest(none, "Ada", "looked")))
                .isInstanceOf(NotFoundException.class)
                .hasMessageStartingWith("Cannot load recovery point 'bank-none': there is no such point of 'bank'");

        RecoveryPointId id = id();
        store.flip("points/bank/" + id + "/manifest.json", 100);
        assertThatThrownBy(() -> dr.plan(points.clearing(keys.prover()), new ClearanceRequest(id, "Ada", "looked")))
                .isInstanceOf(IntegrityException.class)
                .hasMessageStartingWith("Cannot load recovery point '" + id + "': ");
    }

    @Test
    void aKeyWhoseRecordWouldBeIgnoredIsRefusedWhilePlanning() {
        for (SigningKey key : List.of(keys.backup(), KeyRing.fresh().prover())) {
            assertThatThrownBy(() -> dr.plan(points.clearing(key), request()))
                    .isInstanceOf(RequestRefusedException.class)
                    .hasMessage(
                            "Cannot sign with key '" + key.name() + "': it is not trusted for verdicts of 'bank' but"
                                    + " what it signs would be ignored\nHint: Is its public key among the trusted keys, under"
                                    + " the same name and for the same use? [DRK-POINT-007]");
        }
    }

    @Test
    void aPointThatWasClearedMeanwhileMakesThePlanStale() throws Exception {
        Operation<ClearanceRequest> clearing = points.clearing(keys.prover());
        Plan late = dr.plan(clearing, request());
        clear();

        assertThatThrownBy(() -> dr.execute(late, clearing))
                .isInstanceOf(PlanStaleException.class)
                .hasMessageStartingWith("Cannot execute plan '" + late.run() + "': plausibility '" + id()
                        + "' is OK but the plan relies on SUSPECT");
        assertThat(proofs()).hasSize(1);
    }

    @Test
    void aClearanceThatDiesAnywhereIsOneRecordWhenResumed() throws Exception {
        for (Fault fault : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            boolean died = true;
            for (int entry = 1; died; entry++) {
                Operation<ClearanceRequest> clearing = points.clearing(keys.prover());
                Plan plan = dr.plan(clearing, request());
                inJournal.at(Call.APPEND, entry, fault);
                died = executeOrDie(plan, clearing);
                inJournal.forget();
                time.advance(Duration.ofSeconds(10));
                if (died && !journal.entries(plan.run()).isEmpty()) {
                    String moment = fault + " entry " + entry;
                    assertThat(ended(plan) ? Outcome.SUCCEEDED : resumed(plan))
                            .as(moment)
                            .isEqualTo(Outcome.SUCCEEDED);
                    assertThat(proofs()).as(moment).hasSize(1);
                    assertThat(suspect().plausibility()).as(moment).isEqualTo(Plausibility.OK);
                }
                assertThat(entry).as("entries of a clearance").isLessThan(10);
                proofs().forEach(store::delete);
            }
        }
    }

    @Test
    void aLostAnswerIsSettledByLooking() throws Exception {
        inStore.at(Call.CREATE, 1, Fault.LOSE_ANSWER);

        assertThat(clear().outcome()).isEqualTo(Outcome.SUCCEEDED);

        assertThat(proofs()).hasSize(1);
    }

    @Test
    void aFailedPointStaysFailedAndThePlanSaysSo() throws Exception {
        points.record(
                new Verdict(id(), suspect().run(), time.now(), Proof.Level.FAILED, Verdict.Kind.PROOF, "damaged"),
                keys.prover());
        time.advance(Duration.ofMinutes(1));

        assertThat(dr.plan(points.clearing(keys.prover()), request()).remarks())
                .contains(new Plan.Remark(
                        Plan.Remark.Kind.NOTE, "its proof stays FAILED, so it is not restored all the same"));
        clear();
        assertThat(suspect().proof().level()).isEqualTo(Proof.Level.FAILED);
    }

    private boolean executeOrDie(Plan plan, Operation<ClearanceRequest> clearing) throws InterruptedException {
        try {
            dr.execute(plan, clearing);
            return false;
        } catch (AssertionError e) {
            throw e;
        } catch (Error crash) {
            inJournal.revive();
            return true;
        }
    }

    private boolean ended(Plan plan) {
        return dr.report(plan.run()).outcome() != Outcome.UNKNOWN;
    }

    private Outcome resumed(Plan plan) throws InterruptedException {
        return dr.resume(plan.run(), points.clearing(keys.prover())).outcome();
    }

    private RunReport clear() throws InterruptedException {
        Operation<ClearanceRequest> clearing = points.clearing(keys.prover());
        return dr.execute(dr.plan(clearing, request()), clearing);
    }

    private void backUp() throws InterruptedException {
        dr.execute(dr.plan(target, BackupRequest.manual("grown again")), target);
        time.advance(Duration.ofDays(1));
    }

    private ClearanceRequest request() {
        return new ClearanceRequest(id(), "Ada Lovelace", "the old clients were archived on purpose");
    }

    private RecoveryPointId id() {
        return suspect().id();
    }

    private RecoveryPoint suspect() {
        List<RecoveryPoint> listed = points.list().points();
        return listed.get(listed.size() - 1);
    }

    private List<StoredObject> proofs() {
        return store.list("points/bank/" + id() + "/proofs/").objects();
    }

    private SignedDocument record() {
        byte[] bytes = store.find(ObjectKey.of(proofs().get(0).key())).orElseThrow();
        assertThat(CanonicalJson.write(CanonicalJson.read(bytes))).isEqualTo(bytes);
        return SignedDocument.read("verdict", bytes);
    }
}
