package io.github.drkit.expiry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Catalog;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.Proof.Level;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.ExpiryMark;
import io.github.drkit.catalog.HoldRequest;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.catalog.ReleaseRequest;
import io.github.drkit.catalog.Removal;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.Verdict;
import io.github.drkit.catalog.Verdict.Kind;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.PlanStaleException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.report.RunReport;
import io.github.drkit.retention.Fate;
import io.github.drkit.retention.Forecast;
import io.github.drkit.retention.Inventory;
import io.github.drkit.retention.RetentionDecision;
import io.github.drkit.retention.RetentionDifference;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.schedule.Schedule;
import io.github.drkit.store.StoredObject;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryRestoreStrategy;
import io.github.drkit.testkit.fake.KeyRing;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExpiryTest {

    private static final KeyRing KEYS = KeyRing.fresh();

    private final ExpiryWorld world = new ExpiryWorld(KEYS);
    private List<RecoveryPointId> all = List.of();

    @BeforeEach
    void backUpForFiveDays() throws InterruptedException {
        world.days(5);
        all = world.listed();
        assertThat(all).hasSize(5);
    }

    @Test
    void whatThePolicyDoesNotNeedIsGoneAndNothingElse() throws Exception {
        RunReport report = world.expire();

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.listed()).isEqualTo(all.subList(2, 5));
        assertThat(world.damages()).isEmpty();
        assertThat(world.place(all.get(0))).containsExactly("manifest.json");
        assertThat(world.points.leftovers()).isEmpty();
    }

    @Test
    void aHostExpiresHoldsAndReleases() throws Exception {
        DisasterRecovery dr = world.dr;
        PointCatalog points = world.points;
        InMemoryJournal journal = world.journal;
        RetentionPolicy policy = ExpiryWorld.THREE_DAYS;
        SigningKey backupKey = KEYS.backup();
        SigningKey personKey = KEYS.prover();
        RecoveryPointId point = all.get(4);

        // tag::hold
        Operation<HoldRequest> holding = points.holding(personKey);
        Plan hold = dr.plan(holding, new HoldRequest(point, "Ada Lovelace", "case 42"));
        dr.execute(hold, holding);

        Operation<ReleaseRequest> releasing = points.releasing(personKey);
        Plan release = dr.plan(releasing, new ReleaseRequest(point, hold.run(), "Ada Lovelace", "case 42 is closed"));
        dr.execute(release, releasing);
        // end::hold
        // tag::expire
        Expiry expiry = Expiry.of(points, backupKey, journal);
        Plan plan = dr.plan(expiry, ExpireRequest.of(policy, Duration.ofHours(26)));
        String shown = plan.render();
        RunReport report = dr.execute(plan, expiry);
        // end::expire
        // tag::decide
        RetentionDecision decision = expiry.decide(policy, Duration.ofHours(26), world.time.now());
        RetentionDifference stricter = decision.whatIf(RetentionPolicy.dailyWeeklyMonthly(ZoneOffset.UTC));
        Forecast forecast = policy.forecast(decision.inventory());
        // end::decide

        assertThat(decision.entries()).extracting(entry -> entry.fate()).containsOnly(Fate.KEEP);
        assertThat(stricter.render()).isNotEmpty();
        assertThat(forecast.days()).hasSize(400);
        assertThat(shown).contains("note: frees ");
        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.listed()).isEqualTo(all.subList(2, 5));
    }

    @Test
    void planningWritesNothingAndSaysWhatBecomesOfEachPoint() {
        List<StoredObject> before = world.store.list("").objects();

        Plan plan = world.plan();

        assertThat(world.store.list("").objects()).isEqualTo(before);
        assertThat(plan.steps())
                .extracting(PlanStep::name)
                .containsExactly(
                        "lock", "mark", "wait", "expire-" + all.get(0), "expire-" + all.get(1), "keep-the-rest");
        assertThat(plan.steps().get(3).commands())
                .containsExactly(
                        "rclone delete \"$STORE/points/bank/" + all.get(0)
                                + "/\"  # STORE is the store as an rclone path, prefix included",
                        "rclone backend cleanup-hidden \"$STORE/points/bank/" + all.get(0)
                                + "/\"  # where the bucket keeps versions");
        assertThat(plan.render())
                .contains("note: tier daily: ")
                .contains("lost: DROP 2026-11-01T02:00:00Z " + all.get(0))
                .contains("note: KEEP 2026-11-05T02:00:00Z " + all.get(4))
                .contains("note: restorable before: 2026-11-01T02:00:00Z .. 2026-11-05T02:00:00Z (5 points, ")
                .contains("note: restorable after:  2026-11-03T02:00:00Z .. 2026-11-05T02:00:00Z (3 points, ");
    }

    @Test
    void aDecisionIsTheOneAPlanMadeNowHoldsAndNothingIsWritten() throws Exception {
        world.hold(all.get(0));
        List<StoredObject> before = world.store.list("").objects();
        int runs = world.journal.runs().size();

        RetentionDecision decision = Expiry.of(world.points, KEYS.backup(), world.journal)
                .decide(ExpiryWorld.THREE_DAYS, Duration.ofHours(26), world.time.now());

        assertThat(world.plan().preconditions()).extracting(Precondition::value).contains(decision.digest());
        assertThat(decision.find(all.get(0)).orElseThrow().fate()).isEqualTo(Fate.HOLD);
        assertThat(decision.drops()).extracting(entry -> entry.point().id()).containsExactly(all.get(1));
        assertThat(world.store.list("").objects()).isEqualTo(before);
        assertThat(world.journal.runs()).hasSize(runs);
    }

    @Test
    void whileTheJournalHasAPlanNobodyCanReadNothingGoes() {
        RunId run = RunId.of("bank-20261105-020000-damaged");
        world.journal.append(new JournalEntry(
                run, 1, world.time.now(), JournalEntry.Kind.PLANNED, "", 1, Optional.empty(), "no json", Map.of()));

        assertThatThrownBy(world::plan)
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessage("Cannot expire points of 'bank': the plan of run '" + run
                        + "' cannot be read in the journal but it tells which points are in use\n"
                        + "Hint: Who damaged the journal? If that run has ended, remove its journal [DRK-EXPIRY-004]");
    }

    @Test
    void aPlanTheWorldHasMovedAwayFromIsRefused() throws Exception {
        Plan plan = world.plan();
        world.hold(all.get(0));

        assertThatThrownBy(() -> world.dr.execute(plan, world.expiry)).isInstanceOf(PlanStaleException.class);

        assertThat(world.listed()).isEqualTo(all);
    }

    @Test
    void nothingGoesWhenTheNewestPointIsTooOld() {
        world.time.advance(Duration.ofHours(27));

        assertThatThrownBy(world::plan)
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("DRK-RETENTION-008");
    }

    @Test
    void aManualPointNeverGoes() throws Exception {
        RecoveryPointId manual = world.backUp(BackupRequest.manual("before the upgrade"));
        world.time.advance(Duration.ofHours(23));
        world.days(5);

        assertThat(world.expire().outcome()).isEqualTo(Outcome.SUCCEEDED);

        assertThat(world.listed()).hasSize(4).contains(manual);
    }

    @Test
    void aPointThatGoesIsListedApartAndNotRestoredUntilAHoldKeepsIt() throws Exception {
        RecoveryPointId oldest = all.get(0);
        dieIn("wait");

        assertThat(world.going()).isEqualTo(all.subList(0, 2));
        assertThat(world.listed()).isEqualTo(all.subList(2, 5));
        RecoveryPoint going = world.points.list().going().get(0);
        assertThat(going.remarks()).containsExactly("going: marked by run '" + last() + "' at 2026-11-05T03:00:00Z");
        assertThat(world.points.load(oldest).point()).as("whole still").isEqualTo(oldest);
        assertThatThrownBy(() -> world.dr.plan(restoring(), restoring(oldest)))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot restore recovery point '" + oldest + "': run '" + last()
                        + "' marked it as going at 2026-11-05T03:00:00Z but only a point that stays is restored\n"
                        + "Hint: Place a hold on it, which answers the mark, or restore another point"
                        + " [DRK-POINT-009]");

        RunReport hold = world.hold(oldest);

        assertThat(hold.find("place-hold").orElseThrow().message())
                .isEqualTo("listed, and held by Ada Lovelace; it was about to go, and stays");
        assertThat(world.run(restoring(), restoring(oldest)).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.dr
                        .resume(last(), world.expiry)
                        .find("expire-" + oldest)
                        .orElseThrow()
                        .message())
                .startsWith("kept: its mark was answered; HOLD: case 42, held by Ada Lovelace since ");
        assertThat(world.listed()).contains(oldest).doesNotContain(all.get(1));
    }

    @Test
    void aPointThatARestoreUsesStays() throws Exception {
        RecoveryPointId oldest = all.get(0);
        Plan restore = world.dr.plan(restoring(), restoring(oldest));
        world.inJournal.at(Call.APPEND, 5, Fault.CRASH_BEFORE);
        crashing(() -> world.dr.execute(restore, restoring()));

        Plan plan = world.plan();
        assertThat(plan.render())
                .contains("note: SKIP 2026-11-01T02:00:00Z " + oldest + ", which the policy drops: run '"
                        + restore.run() + "' uses it and has not ended");
        assertThat(world.dr.execute(plan, world.expiry).outcome()).isEqualTo(Outcome.SUCCEEDED);

        assertThat(world.listed()).contains(oldest).doesNotContain(all.get(1));
        assertThat(world.dr.resume(restore.run(), restoring()).outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void aRestoreThatBeginsWhileThePointWaitsKeepsIt() throws Exception {
        RecoveryPointId oldest = all.get(0);
        Plan restore = world.dr.plan(restoring(), restoring(oldest));
        dieIn("wait");
        world.inJournal.at(Call.APPEND, 5, Fault.CRASH_BEFORE);
        crashing(() -> world.dr.execute(restore, restoring()));

        RunReport report = world.dr.resume(last(), world.expiry);

        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(report.find("expire-" + oldest).orElseThrow().message())
                .isEqualTo("kept: run '" + restore.run() + "' uses it and has not ended");
        assertThat(world.listed()).contains(oldest).doesNotContain(all.get(1));
    }

    @Test
    void aLockedPointIsSkippedByName() throws Exception {
        RecoveryPointId oldest = all.get(0);
        Instant until = world.time.now().plus(Duration.ofDays(10));
        assertThat(world.points.lock(oldest, until)).isEmpty();
        StoredObject locked =
                world.store.list("points/bank/" + oldest).objects().get(0);
        assertThatThrownBy(() -> world.store.delete(locked))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot delete '" + locked.key() + "': it is locked until " + until
                        + " but must be free\nHint: Wait until then [DRK-FAKE-012]");

        Plan plan = world.plan();
        RunReport report = world.dr.execute(plan, world.expiry);

        assertThat(plan.render()).contains(oldest + ", which the policy drops: locked until " + until);
        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.listed()).contains(oldest).doesNotContain(all.get(1));
    }

    @Test
    void aPointThatIsLockedWhileItWaitsIsKept() throws Exception {
        dieIn("wait");
        Instant until = world.time.now().plus(Duration.ofDays(10));
        world.points.lock(all.get(0), until);

        RunReport report = world.dr.resume(last(), world.expiry);

        assertThat(report.find("expire-" + all.get(0)).orElseThrow().message())
                .isEqualTo("kept: locked until " + until);
        assertThat(world.listed()).contains(all.get(0)).doesNotContain(all.get(1));
    }

    @Test
    void whatALockKeepsAfterItsPointIsGoneIsDeletedByALaterExpiry() throws Exception {
        RecoveryPointId oldest = all.get(0);
        StoredObject manifest = world.store
                .list("points/bank/" + oldest + "/manifest.json")
                .objects()
                .get(0);
        // Locked by another hand in the very moment between the last look and the deletion.
        world.expiry = Expiry.of(
                new Watched(world.points, world.keys) {
                    @Override
                    public Removal remove(ExpiryMark mark, RunId by) {
                        world.store.lock(manifest, world.time.now().plus(Duration.ofHours(20)));
                        return super.remove(mark, by);
                    }
                },
                world.journal);

        RunReport report = world.expire();

        assertThat(report.find("expire-" + oldest).orElseThrow().outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(report.find("expire-" + oldest).orElseThrow().message())
                .startsWith("no longer listed, but not deleted yet: points/bank/" + oldest
                        + "/manifest.json: Cannot delete");
        assertThat(world.listed()).doesNotContain(oldest);
        assertThat(world.place(oldest)).as("not half a point").contains("manifest.json", "dump-1.00001");
        world.expiry = Expiry.of(world.points, world.keys.backup(), world.journal);
        world.time.advance(Duration.ofHours(21));

        assertThat(world.expire().find("finish-" + oldest).orElseThrow().outcome())
                .isEqualTo(Outcome.SUCCEEDED);

        assertThat(world.place(oldest)).containsExactly("manifest.json");
    }

    @Test
    void whatStaysIsLockedUntilItCanLeaveAndNoLockIsLowered() throws Exception {
        RecoveryPointId newest = all.get(4);
        world.points.lock(all.get(3), Instant.parse("2027-01-01T00:00:00Z"));

        RunReport report = world.expire();

        assertThat(report.find("lock").orElseThrow().message()).isEqualTo("3 points are locked as long as they stay");
        assertThat(world.points.lockedUntil(newest)).contains(Instant.parse("2026-11-08T01:45:00Z"));
        assertThat(world.points.lockedUntil(all.get(3))).contains(Instant.parse("2027-01-01T00:00:00Z"));
    }

    @Test
    void whereLocksAreAcceptedAndDroppedNothingGoes() throws Exception {
        world.expiry = Expiry.of(
                new Watched(world.points, world.keys) {
                    @Override
                    public List<String> lock(RecoveryPointId point, Instant until) {
                        return List.of("the manifest of '" + point + "' is not locked");
                    }
                },
                world.journal);

        RunReport report = world.expire();

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.find("lock").orElseThrow().message())
                .isEqualTo("not everything that stays is locked: "
                        + Stream.of(all.get(4), all.get(3), all.get(2))
                                .map(point -> "the manifest of '" + point + "' is not locked")
                                .collect(Collectors.joining("; "))
                        + " [DRK-EXPIRY-003]");
        assertThat(world.listed()).isEqualTo(all);
    }

    @Test
    void aClockThatJumpsWhileAPointWaitsKeepsEverything() throws Exception {
        for (Duration jump : List.of(Duration.ofDays(-1), Duration.ofDays(40))) {
            dieIn("wait");
            world.time.jumpTo(world.time.now().plus(jump));

            RunReport report = world.dr.resume(last(), world.expiry);

            assertThat(report.find("expire-" + all.get(0)).orElseThrow().message())
                    .startsWith("kept: Cannot expire points of 'bank': ");
            assertThat(world.listed()).isEqualTo(all);
            world.time.jumpTo(Instant.parse("2026-11-05T04:00:00Z"));
        }
    }

    @Test
    void anUnreadableManifestStopsEverything() throws Exception {
        dieIn("wait");
        world.store.flip("points/bank/" + all.get(3) + "/manifest.json", 100);

        RunReport report = world.dr.resume(last(), world.expiry);

        assertThat(report.find("expire-" + all.get(0)).orElseThrow().message())
                .startsWith("kept: Cannot expire points of 'bank': 1 entries of its catalog cannot be read");
        assertThat(world.listed()).containsAll(all.subList(0, 3));
        assertThatThrownBy(world::plan)
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("DRK-RETENTION-006");
    }

    @Test
    void aListingThatLosesWhatThePlanKeepsStopsEverything() throws Exception {
        world.expiry = Expiry.of(
                new Watched(world.points, world.keys) {
                    @Override
                    public Stock look(Instant now, Duration rpo) {
                        Stock seen = super.look(now, rpo);
                        Catalog catalog = seen.inventory().catalog();
                        boolean marked = !seen.marks().isEmpty();
                        List<RecoveryPoint> listed = catalog.points().stream()
                                .filter(point -> !marked || !point.id().equals(all.get(3)))
                                .toList();
                        Inventory inventory = Inventory.of(
                                seen.inventory().target(),
                                new Catalog(listed, List.of(), List.of(), catalog.going()),
                                now,
                                rpo);
                        return new Stock(inventory, seen.marks());
                    }
                },
                world.journal);

        RunReport report = world.expire();

        assertThat(report.find("expire-" + all.get(0)).orElseThrow().message())
                .isEqualTo("kept: the plan keeps [" + all.get(3)
                        + "], which are not listed any more: is the listing whole?");
        assertThat(world.listed()).isEqualTo(all);
    }

    @Test
    void aStoreThatWasNotSeenToCreateOnceRefusesThePlan() {
        world.expiry = Expiry.of(
                new Watched(world.points, world.keys) {
                    @Override
                    public String readiness() {
                        return "the store was not seen to have CONDITIONAL_CREATE";
                    }
                },
                world.journal);
        Plan plan = world.plan();

        assertThatThrownBy(() -> world.dr.execute(plan, world.expiry))
                .isInstanceOf(PlanStaleException.class)
                .hasMessageStartingWith(
                        "Cannot execute plan '" + plan.run() + "': points-at 'bank' is the store was not"
                                + " seen to have CONDITIONAL_CREATE but the plan relies on ready");

        assertThat(world.listed()).isEqualTo(all);
    }

    @Test
    void ofTwoRunsThatRelyOnWhatTheOtherDeletesOneGivesWay() throws Exception {
        // What one run locks the other cannot delete anyway; here nothing is locked.
        world.expiry = Expiry.of(
                new Watched(world.points, world.keys) {
                    @Override
                    public String lockability() {
                        return "not here";
                    }
                },
                world.journal);
        for (RecoveryPointId proven : all.subList(0, 2)) {
            world.points.record(
                    new Verdict(proven, RunId.of("p"), world.time.now(), Level.PROVEN, Kind.PROOF, "ok"),
                    KEYS.prover());
        }
        RetentionPolicy twoProven = RetentionPolicy.builder("two-proven")
                .tier("daily", Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC), 1)
                .minimumProven(2)
                .requiredProof(Level.UNPROVEN)
                .grace(Duration.ofDays(1))
                .build();
        Plan first = world.plan();
        Plan second = world.dr.plan(world.expiry, ExpireRequest.of(twoProven, Duration.ofHours(26)));
        assertThat(dropped(first)).containsExactly(all.get(0).value());
        assertThat(dropped(second))
                .containsExactly(all.get(2).value(), all.get(3).value());
        dieIn(first, "wait");
        dieIn(second, "wait");

        RunReport report = world.dr.resume(first.run(), world.expiry);
        world.dr.resume(second.run(), world.expiry);

        // Of three days the first needs the oldest, since the second deletes two.
        assertThat(report.find("expire-" + all.get(0)).orElseThrow().message()).startsWith("kept: KEEP: daily 3/3");
        assertThat(world.listed()).containsExactly(all.get(0), all.get(1), all.get(4));
    }

    @Test
    void aRunThatLostItsLeaseDeletesNothingMore() throws Exception {
        dieIn("wait");

        world.expiry.fence(last(), RunId.of("next"));

        assertThat(world.listed()).as("whole again").isEqualTo(all);
        assertThat(world.dr
                        .resume(last(), world.expiry)
                        .find("expire-" + all.get(0))
                        .orElseThrow()
                        .message())
                .isEqualTo("kept: its mark was answered; the policy still drops it");
        assertThat(world.listed()).isEqualTo(all);
        assertThat(world.expiry.lease(world.plan())).contains("bank");
    }

    @Test
    void aRunThatSleepsBetweenItsLastLookAndItsWordIsTooLateOnceItIsFenced() throws Exception {
        world.expiry = Expiry.of(
                new Watched(world.points, world.keys) {
                    @Override
                    public ExpiryMark answer(ExpiryMark mark, ExpiryMark.State answer, RunId by, String why) {
                        if (answer == ExpiryMark.State.GONE) {
                            super.fence(by, RunId.of("next"));
                        }
                        return super.answer(mark, answer, by, why);
                    }
                },
                world.journal);

        RunReport report = world.expire();

        assertThat(report.find("expire-" + all.get(0)).orElseThrow().message())
                .isEqualTo("kept: run '" + last() + "' lost its lease to run 'next'");
        assertThat(world.listed()).isEqualTo(all);
    }

    @Test
    void aMarkOfARunNobodyResumesIsAnsweredAndThePointExpiresAnew() throws Exception {
        dieIn("wait");
        RunId dead = last();

        Plan plan = world.plan();

        assertThat(plan.render())
                .contains("note: run '" + dead + "' said at 2026-11-05T03:00:00Z that '" + all.get(0)
                        + "' is GOING, and did not come to its end; this run goes on from there");
        assertThat(world.dr.execute(plan, world.expiry).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.listed()).isEqualTo(all.subList(2, 5));
        assertThat(world.dr.resume(dead, world.expiry).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.listed()).isEqualTo(all.subList(2, 5));
    }

    @Test
    void whoeverMadeAPointAndWakesUpAfterItsDeletionCannotMakeItAgain() throws Exception {
        Manifest manifest = world.points.load(all.get(0));
        world.expire();

        assertThatThrownBy(() -> world.points.commit(manifest, KEYS.backup()))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("DRK-POINT-005");
        assertThat(world.listed()).isEqualTo(all.subList(2, 5));
    }

    @Test
    void aMarkOfAStrangerHidesAndDeletesNothing() {
        KeyRing stranger = KeyRing.fresh();
        InMemoryBackupTarget forged =
                new InMemoryBackupTarget("bank", world.tables, world.store, stranger, world.journal);
        ExpiryMark mark = forged.points().mark(all.get(4), RunId.of("evil"), stranger.backup());
        forged.points().letGo(mark, RunId.of("evil"), stranger.backup());

        assertThat(world.listed()).isEqualTo(all);
        assertThat(world.points.standing(all.get(4)).orElseThrow().detail())
                .isEqualTo("points/bank/" + all.get(4)
                        + "/expiry/000000000002.json cannot be believed: it is not signed by a trusted key");
    }

    @Test
    void aKeyWhoseMarksWouldBeIgnoredIsRefused() {
        assertThatThrownBy(() -> world.points.mark(all.get(0), RunId.of("r"), KEYS.prover()))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageStartingWith(
                        "Cannot sign with key 'test-prover': it is not trusted for manifests of 'bank'");
    }

    @Test
    void veryManyPointsAreLookedAtInBatches() throws Exception {
        world.expiry = new Expiry(new StorePoints(world.points, KEYS.backup()), world.journal, 1);

        RunReport report = world.expire();

        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(report.find("expire-00001-00002").orElseThrow().message())
                .matches("2 of 2 points are gone, \\d+ bytes freed");
        assertThat(world.listed()).isEqualTo(all.subList(2, 5));
        assertThat(world.journal.entries(last()).stream()
                        .filter(entry -> entry.facts().containsKey("fate " + all.get(1)))
                        .map(entry -> entry.facts().get("fate " + all.get(1))))
                .as("each point's fate is in the journal, before and after")
                .hasSize(2)
                .first()
                .isEqualTo("gone");
    }

    @Test
    void aRequestMustSayHowLong() {
        assertThatThrownBy(() -> ExpiryWorld.request().withPause(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot expire: 'pause' is PT0S but must be positive");
        assertThat(ExpiryWorld.request().pause()).isEqualTo(Duration.ofMinutes(15));
    }

    private void dieIn(String step) throws Exception {
        dieIn(world.plan(), step);
    }

    /** Lets the process die at the entry that says that a step ended. */
    private void dieIn(Plan plan, String step) throws Exception {
        int entries = 3;
        for (PlanStep each : plan.steps()) {
            if (each.name().equals(step)) {
                break;
            }
            entries += 2;
        }
        world.inJournal.at(Call.APPEND, entries + 1, Fault.CRASH_BEFORE);
        crashing(() -> world.dr.execute(plan, world.expiry));
        assertThat(world.journal.entries(plan.run())).hasSize(entries);
    }

    private void crashing(Crashing work) throws Exception {
        try {
            work.run();
        } catch (AssertionError e) {
            throw e;
        } catch (Error crash) {
            world.inJournal.revive();
            world.inJournal.forget();
            return;
        }
        throw new AssertionError("it did not die");
    }

    private RunId last() {
        List<RunId> runs = world.journal.runs().stream()
                .filter(run -> world.dr.report(run).kind().equals("expire"))
                .toList();
        return runs.get(runs.size() - 1);
    }

    private static List<String> dropped(Plan plan) {
        return plan.steps().stream()
                .map(PlanStep::name)
                .filter(name -> name.startsWith("expire-"))
                .map(name -> name.substring("expire-".length()))
                .toList();
    }

    private InMemoryRestoreStrategy restoring() {
        return new InMemoryRestoreStrategy(world.store, world.points, world.tables);
    }

    private static RestoreRequest restoring(RecoveryPointId point) {
        return RestoreRequest.of(Selection.point(point), RestoreDestination.besideOriginal("copy"));
    }

    private interface Crashing {
        void run() throws Exception;
    }

    /** The points of a store, of which a test changes one answer. */
    private static class Watched implements ExpirablePoints {

        private final StorePoints points;

        Watched(PointCatalog points, KeyRing keys) {
            this.points = new StorePoints(points, keys.backup());
        }

        @Override
        public TargetId target() {
            return points.target();
        }

        @Override
        public String readiness() {
            return points.readiness();
        }

        @Override
        public Stock look(Instant now, Duration rpo) {
            return points.look(now, rpo);
        }

        @Override
        public ExpiryMark mark(RecoveryPointId point, RunId by) {
            return points.mark(point, by);
        }

        @Override
        public ExpiryMark answer(ExpiryMark mark, ExpiryMark.State answer, RunId by, String why) {
            return points.answer(mark, answer, by, why);
        }

        @Override
        public Removal remove(ExpiryMark mark, RunId by) {
            return points.remove(mark, by);
        }

        @Override
        public Optional<Instant> lockedUntil(RecoveryPointId point) {
            return points.lockedUntil(point);
        }

        @Override
        public String lockability() {
            return points.lockability();
        }

        @Override
        public List<String> lock(RecoveryPointId point, Instant until) {
            return points.lock(point, until);
        }
    }
}
