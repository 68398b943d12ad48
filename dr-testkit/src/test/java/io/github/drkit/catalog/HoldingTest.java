package io.github.drkit.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanRequest;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.PlanStaleException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.report.RunReport;
import io.github.drkit.store.Creation;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoredObject;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import java.lang.reflect.Proxy;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HoldingTest {

    private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:00Z");
    private final InMemoryPointStore store = InMemoryPointStore.on(time);
    private final InMemoryJournal journal = new InMemoryJournal();
    private final KeyRing keys = KeyRing.fresh();
    private final InMemoryTables tables = new InMemoryTables().add("bank", "client", "x");
    private final InMemoryBackupTarget target = new InMemoryBackupTarget("bank", tables, store, keys, journal);
    private final PointCatalog points = target.points();
    private final AtomicInteger ids = new AtomicInteger();
    private final DisasterRecovery dr = DisasterRecovery.builder(journal)
            .time(time)
            .ids(() -> "h" + ids.incrementAndGet())
            .sideBySide(1)
            .build();
    private RecoveryPointId point = RecoveryPointId.of("none");

    @BeforeEach
    void backUp() throws InterruptedException {
        Plan plan = dr.plan(target, BackupRequest.manual("before the audit"));
        dr.execute(plan, target);
        point = points.pointOf(plan.run());
    }

    @Test
    void aHoldIsListedAndNamedUntilItIsReleased() throws Exception {
        Plan plan = dr.plan(points.holding(keys.prover()), hold());
        RunReport report = dr.execute(plan, points.holding(keys.prover()));

        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(report.find("place-hold").orElseThrow().message()).isEqualTo("listed, and held by Ada Lovelace");
        assertThat(points.survey().holds())
                .containsExactly(new PlacedHold(point, plan.run(), "Ada Lovelace", "case 42", time.now()));
        assertThat(points.list().points().get(0).remarks())
                .containsExactly("held by Ada Lovelace since 2026-11-22T02:00:00Z (run '" + plan.run() + "'): case 42");
        Plan release = dr.plan(points.releasing(keys.prover()), release(plan.run()));
        assertThat(release.render())
                .contains(
                        "note: held by Ada Lovelace since 2026-11-22T02:00:00Z: case 42; once it is released the policy"
                                + " decides on the point");

        assertThat(dr.execute(release, points.releasing(keys.prover())).outcome())
                .isEqualTo(Outcome.SUCCEEDED);

        assertThat(points.survey().holds()).isEmpty();
        assertThat(store.list("points/bank/" + point + "/holds/").objects())
                .as("what was said stays")
                .hasSize(2);
    }

    @Test
    void aReleaseEndsOneHoldOnly() throws Exception {
        RunId first = held();
        RunId second = held();
        assertThat(dr.plan(points.holding(keys.prover()), hold()).render())
                .contains("note: it is held already by Ada Lovelace since 2026-11-22T02:00:00Z: case 42");

        run(points.releasing(keys.prover()), release(first));

        assertThat(points.survey().holds()).extracting(PlacedHold::run).containsExactly(second);
        assertThatThrownBy(() -> dr.plan(points.releasing(keys.prover()), release(first)))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("Cannot release the hold of run '" + first + "' on '" + point + "': the point is held by ["
                        + second
                        + "] but not by that run\nHint: List the point: its remarks name its holds; was it released"
                        + " meanwhile? [DRK-HOLD-002]");
    }

    @Test
    void aHoldThatWasReleasedMeanwhileMakesThePlanStale() throws Exception {
        RunId hold = held();
        Plan late = dr.plan(points.releasing(keys.prover()), release(hold));
        run(points.releasing(keys.prover()), release(hold));

        assertThatThrownBy(() -> dr.execute(late, points.releasing(keys.prover())))
                .isInstanceOf(PlanStaleException.class)
                .hasMessageStartingWith("Cannot execute plan '" + late.run() + "': hold '" + hold + " " + point
                        + "' is absent but the plan relies on stands");
    }

    @Test
    void aHoldOnAPointThatIsGoneIsToldSoAndOneOnNoPointIsRefused() throws Exception {
        Plan late = dr.plan(points.holding(keys.prover()), hold());
        ExpiryMark mark = points.mark(point, RunId.of("expiry"), keys.backup());
        ExpiryMark gone = points.letGo(mark, RunId.of("expiry"), keys.backup());

        RunReport report = dr.execute(late, points.holding(keys.prover()));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.find("place-hold").orElseThrow().message())
                .isEqualTo("the hold on '" + point + "' came too late: run 'expiry' let the point go at"
                        + " 2026-11-22T02:00:00Z [DRK-HOLD-001]");
        assertThat(points.keep(mark, RunId.of("late"), "too late", keys.prover()))
                .isEqualTo(gone);
        assertThatThrownBy(() -> dr.plan(points.holding(keys.prover()), hold()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageStartingWith("Cannot load recovery point '" + point + "': there is no such point of 'bank'");
        assertThat(points.remove(gone, RunId.of("expiry"), keys.backup()).left())
                .isEmpty();
        assertThat(store.list("points/bank/").objects())
                .as("the hold is gone with the point")
                .hasSize(1);
        assertThatThrownBy(() -> points.remove(mark, RunId.of("expiry"), keys.backup()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot remove recovery point '" + point + "': it is GOING but must be GONE");
    }

    @Test
    void aHoldAnswersAlsoTheExpiryThatMarksThePointRightAfterItsAnswer() throws Exception {
        AtomicInteger marks = new AtomicInteger();
        points.mark(point, RunId.of("expiry-0"), keys.backup());
        PointStore meddled = (PointStore) Proxy.newProxyInstance(
                PointStore.class.getClassLoader(), new Class<?>[] {PointStore.class}, (proxy, method, arguments) -> {
                    Object result = method.invoke(store, arguments);
                    if (method.getName().equals("create")
                            && arguments[0].toString().contains("/expiry/")
                            && marks.incrementAndGet() <= 3) {
                        points.mark(point, RunId.of("expiry-" + marks.get()), keys.backup());
                    }
                    return result;
                });
        Operation<HoldRequest> holding = new InMemoryBackupTarget("bank", tables, meddled, keys, journal)
                .points()
                .holding(keys.prover());

        RunReport report = dr.execute(dr.plan(holding, hold()), holding);

        assertThat(report.find("place-hold").orElseThrow().message())
                .isEqualTo("listed, and held by Ada Lovelace; it was about to go, and stays");
        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(marks).hasValue(4);
        assertThat(points.list().find(point)).isPresent();
    }

    @Test
    void aHoldWhoseRecordIsDamagedOrOfAStrangerHoldsAndAReleaseLikeThatReleasesNothing() throws Exception {
        RunId hold = held();
        String record = "points/bank/" + point + "/holds/" + hold;
        KeyRing stranger = KeyRing.fresh();
        PointCatalog forged = new InMemoryBackupTarget("bank", tables, store, stranger, journal).points();
        forged.release(points.survey().holds().get(0), RunId.of("evil"), time.now(), "Eve", "no", stranger.prover());
        assertThat(points.survey().holds()).hasSize(1);

        store.flip(record + "/placed.json", 300);

        PlacedHold damaged = points.survey().holds().get(0);
        assertThat(damaged.run()).isEqualTo(hold);
        assertThat(damaged.who()).isEqualTo("a record that cannot be believed");
        assertThat(damaged.why()).startsWith(record + "/placed.json: ");
    }

    @Test
    void aReleaseThatIsWrittenOverByAStrangerIsNotCalledDone() throws Exception {
        RunId hold = held();
        Plan plan = dr.plan(points.releasing(keys.prover()), release(hold));
        KeyRing stranger = KeyRing.fresh();
        PointCatalog forged = new InMemoryBackupTarget("bank", tables, store, stranger, journal).points();
        forged.release(points.survey().holds().get(0), RunId.of("evil"), time.now(), "Eve", "no", stranger.prover());

        RunReport report = dr.execute(plan, points.releasing(keys.prover()));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.find("release-hold").orElseThrow().message()).contains("DRK-POINT-005");
    }

    @Test
    void aReleaseByAKeyThatIsNoLongerTrustedIsNotCalledDone() throws Exception {
        RunId hold = held();
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        SigningKey dismissed = SigningKey.of("dismissed", pair.getPrivate());
        PointCatalog before =
                PointCatalog.of(store, target.id(), keys.trusted().withProver("dismissed", pair.getPublic()));
        Plan plan = dr.plan(before.releasing(dismissed), release(hold));

        RunReport report = dr.execute(plan, points.releasing(dismissed));

        assertThat(report.find("release-hold").orElseThrow().message())
                .isEqualTo("the release is recorded but the hold still stands [DRK-HOLD-003]");
        assertThat(points.survey().holds()).hasSize(1);
    }

    @Test
    void aDamagedHoldIsReleasedByItsName() throws Exception {
        RunId hold = held();
        Operation<ReleaseRequest> releasing = points.releasing(keys.prover());
        Plan plan = dr.plan(releasing, release(hold));
        store.overwrite("points/bank/" + point + "/holds/" + hold + "/placed.json", new byte[] {1});

        assertThat(dr.execute(plan, releasing).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(points.survey().holds()).isEmpty();
    }

    @Test
    void somebodyMustSaySomething() {
        assertThatThrownBy(() -> new HoldRequest(point, " ", "why"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot hold a recovery point: 'who' is blank but a named person must say why");
        assertThatThrownBy(() -> new ReleaseRequest(point, RunId.of("r"), "Ada", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot release a hold: 'why' is blank but a named person must say why");
    }

    @Test
    void aKeyWhoseHoldsWouldBeIgnoredIsRefused() {
        assertThatThrownBy(() -> dr.plan(points.holding(keys.backup()), hold()))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("DRK-POINT-007");
    }

    @Test
    void aMarkThatNeverComesToRestIsTold() {
        PointCatalog contested = PointCatalog.of(
                new ManifestReadsTest.Watched(store) {
                    @Override
                    public Creation create(ObjectKey key, byte[] content) {
                        return Creation.EXISTED; // somebody else's, who is gone again when it is looked at
                    }
                },
                target.id(),
                keys.trusted());

        assertThatThrownBy(() -> contested.mark(point, RunId.of("r"), keys.backup()))
                .isInstanceOf(IntegrityException.class)
                .hasMessage(
                        "Cannot mark recovery point '" + point + "' as going: its marks changed 10 times while one was"
                                + " written but one run must come to its turn\nHint: Which other operator expires points of this"
                                + " target at the same time? [DRK-EXPIRY-001]");
    }

    @Test
    void whatComesBackEachTimeItIsDeletedIsTold() {
        ExpiryMark mark = points.mark(point, RunId.of("r"), keys.backup());
        ExpiryMark gone = points.letGo(mark, RunId.of("r"), keys.backup());
        PointCatalog haunted = PointCatalog.of(
                new ManifestReadsTest.Watched(store) {
                    @Override
                    public void delete(StoredObject object) {
                        super.delete(object);
                        if (object.key().contains("/dump")) {
                            store.overwrite(object.key(), new byte[] {1});
                        }
                    }
                },
                target.id(),
                keys.trusted());

        assertThatThrownBy(() -> haunted.remove(gone, RunId.of("r"), keys.backup()))
                .isInstanceOf(TargetUnavailableException.class)
                .hasMessage(
                        "Cannot remove 'points/bank/" + point + "/': it was deleted 10 times and is still listed but"
                                + " must be gone\nHint: Does another writer, or a replication, put it back? [DRK-EXPIRY-002]");
    }

    private RunId held() throws InterruptedException {
        Plan plan = dr.plan(points.holding(keys.prover()), hold());
        dr.execute(plan, points.holding(keys.prover()));
        return plan.run();
    }

    private <R extends PlanRequest> void run(Operation<R> operation, R request) throws InterruptedException {
        assertThat(dr.execute(dr.plan(operation, request), operation).outcome()).isEqualTo(Outcome.SUCCEEDED);
        time.advance(Duration.ofSeconds(1));
    }

    private HoldRequest hold() {
        return new HoldRequest(point, "Ada Lovelace", "case 42");
    }

    private ReleaseRequest release(RunId hold) {
        return new ReleaseRequest(point, hold, "Grace Hopper", "the case is closed");
    }
}
