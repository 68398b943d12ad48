package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RunId;
import io.github.drkit.catalog.ExpiryMark;
import io.github.drkit.catalog.ExpiryMark.State;
import io.github.drkit.catalog.PointMarks;
import io.github.drkit.catalog.Removal;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.PlanStaleException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.expiry.ExpirablePoints;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.rds.AwsCall;
import io.github.drkit.testkit.rds.AwsFault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RdsExpiryTest {

    private static final RunId RUN = RunId.of("expiry");
    private static final String OLDEST = ExpiryBench.SNAPSHOTS.get(0);
    private static final String SECOND = ExpiryBench.SNAPSHOTS.get(1);
    private static final List<String> KEPT = ExpiryBench.SNAPSHOTS.subList(2, 5);

    private ExpiryBench bench = new ExpiryBench();

    @BeforeEach
    void backUpForFiveDays() throws InterruptedException {
        bench.days(5);
        assertThat(bench.manual(RdsWorld.HOME)).hasSize(5);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void whatThePolicyDoesNotNeedIsGoneAndNothingElse() throws InterruptedException {
        bench.somebodyTakes("before-the-audit", Map.of());
        String awsBackup = bench.world.aws.rds.awsBackup(RdsWorld.HOME, RdsWorld.INSTANCE);
        bench.bench.run(bench.target(), BackupRequest.manual("upgrade"));
        List<String> before = bench.world.aws.rds.snapshots(RdsWorld.HOME);
        bench.world.script().forgetCalls();

        RunReport report = bench.expire();

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(report.find("expire-" + OLDEST).orElseThrow().message())
                .isEqualTo("gone, freed " + 100L * 1024 * 1024 * 1024 + " bytes");
        assertThat(deleted()).containsExactly(OLDEST, SECOND);
        assertThat(bench.world.aws.rds.snapshots(RdsWorld.HOME))
                .contains("before-the-audit", "fineract-prod-upgrade", awsBackup)
                .hasSize(before.size() - 2)
                .isSubsetOf(before)
                .doesNotContain(OLDEST, SECOND);
        assertThat(before).as("RDS's own").anyMatch(name -> name.startsWith("rds:"));
    }

    @Test
    void thePlanNamesOnlyWhatDrKitMade() throws InterruptedException {
        bench.somebodyTakes("before-the-audit", Map.of());

        Plan plan = bench.plan();

        assertThat(plan.render())
                .contains("lost: DROP 2026-11-01T02:0")
                .contains("decided on 5 points and 0 holds")
                .doesNotContain("before-the-audit")
                .doesNotContain("rds.");
        assertThat(RdsBench.step(plan, "expire-" + OLDEST).commands())
                .containsExactly("aws rds delete-db-snapshot --region eu-central-1 --db-snapshot-identifier " + OLDEST);
    }

    @Test
    void whatOthersMadeStaysHoweverOldAndWhateverItsTags() throws InterruptedException {
        bench.close();
        bench = new ExpiryBench().fiveDaysWithOthers();

        RunReport report = bench.expire();

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(bench.manual(RdsWorld.HOME))
                .containsExactlyInAnyOrder(KEPT.get(0), KEPT.get(1), KEPT.get(2), "before-the-audit", "foreign");
    }

    @Test
    void aSnapshotOfAnotherTargetStays() throws InterruptedException {
        bench.tag(OLDEST, RdsTags.TARGET, "other");

        assertThat(bench.expire().outcome()).isEqualTo(Outcome.SUCCEEDED);

        assertThat(bench.manual(RdsWorld.HOME)).contains(OLDEST).doesNotContain(SECOND);
    }

    @Test
    void automatedSnapshotsDoNotCount() throws InterruptedException {
        bench.world.aws.pass(Duration.ofDays(2)); // RDS went on, DR Kit's schedule did not

        assertThat(bench.target().list().points())
                .anyMatch(point -> point.run().value().equals("automated"));
        assertThatThrownBy(bench::plan)
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("DRK-RETENTION-008");
    }

    @Test
    void theLastPointsThatCountStay() throws InterruptedException {
        bench.expire();

        RunReport again = bench.expire();

        assertThat(again.outcome()).as(again.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(bench.manual(RdsWorld.HOME)).isEqualTo(KEPT);
    }

    @Test
    void aTagHoldsAtAnyTime() throws InterruptedException {
        bench.tag(OLDEST, RdsTags.HOLD, "case 42");
        assertThat(bench.plan().render())
                .contains("HOLD 2026-11-01T02:0")
                .contains("case 42, held by tag drkit:hold at the earliest since 2026-11-01T02:0");
        bench.untag(OLDEST, RdsTags.HOLD);
        Plan plan = bench.plan();
        bench.tag(OLDEST, RdsTags.HOLD, "case 42");

        assertThatThrownBy(() -> bench.bench.engine().execute(plan, bench.expiry()))
                .isInstanceOf(PlanStaleException.class);

        bench.untag(OLDEST, RdsTags.HOLD);
        dieAt("DeleteDBSnapshot");
        bench.tag(SECOND, RdsTags.HOLD, "case 43");
        RunReport resumed = bench.bench.engine().resume(last(), bench.expiry());

        assertThat(resumed.find("expire-" + SECOND).orElseThrow().message())
                .startsWith("kept: HOLD: case 43, held by tag drkit:hold");
        assertThat(bench.manual(RdsWorld.HOME)).contains(SECOND).doesNotContain(OLDEST);
    }

    @Test
    void aSnapshotThatGoesIsListedApartAndNotRestoredUnlessSomebodyHoldsIt() {
        ExpirablePoints points = points();
        points.mark(RecoveryPointId.of(OLDEST), RUN);
        RdsRestore strategy = RdsRestore.fromSnapshot(bench.target()).build();
        RestoreRequest request = RestoreRequest.of(
                Selection.point(RecoveryPointId.of(OLDEST)),
                new RestoreDestination(
                        RdsWorld.HOME, Map.of(RdsWorld.INSTANCE, "restored"), Isolation.BESIDE_ORIGINAL));

        assertThat(bench.going()).containsExactly(OLDEST);
        assertThat(bench.listed()).doesNotContain(OLDEST).containsAll(KEPT);
        String at = bench.world.aws.time.now().toString();
        assertThatThrownBy(() -> bench.bench.engine().plan(strategy, request))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot restore recovery point '" + OLDEST + "': it is going: marked by run 'expiry' at " + at
                                + " but only a point that stays is restored\n"
                                + "Hint: Give the snapshot the tag drkit:hold, which keeps it, or restore another point"
                                + " [DRK-RDS-039]");

        bench.tag(OLDEST, RdsTags.HOLD, "the bank is down");

        assertThat(bench.listed()).contains(OLDEST);
        assertThat(bench.bench.engine().plan(strategy, request).subject()).isEqualTo(OLDEST);
    }

    @Test
    void aSnapshotThatARestoreUsesStays() throws InterruptedException {
        RdsRestore strategy = RdsRestore.fromSnapshot(bench.target()).build();
        Plan restore = bench.bench
                .engine()
                .plan(
                        strategy,
                        RestoreRequest.of(
                                Selection.point(RecoveryPointId.of(OLDEST)),
                                new RestoreDestination(
                                        RdsWorld.HOME,
                                        Map.of(RdsWorld.INSTANCE, "restored"),
                                        Isolation.BESIDE_ORIGINAL)));
        bench.world.script().inject(AwsFault.crashAfter("RestoreDBInstanceFromDBSnapshot"));
        assertThatThrownBy(() -> bench.bench.engine().execute(restore, strategy))
                .isInstanceOf(Error.class);
        bench.world.script().revive();

        RunReport report = bench.expire();

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(bench.manual(RdsWorld.HOME)).contains(OLDEST).doesNotContain(SECOND);
    }

    @Test
    void theLastLookBeforeTheDeletionFindsWhatHasChangedSince() {
        ExpirablePoints points = points();
        ExpiryMark gone = gone(points, OLDEST);

        bench.tag(OLDEST, RdsTags.HOLD, "case 42");
        requireLeft(points, gone, "tag drkit:hold holds it: case 42");
        assertThat(bench.listed()).as("it is there, and nothing will delete it").contains(OLDEST);

        bench.untag(OLDEST, RdsTags.HOLD);
        bench.tag(OLDEST, RdsTags.LABEL, "audit");
        requireLeft(points, gone, "somebody asked for it by hand");

        bench.untag(OLDEST, RdsTags.LABEL);
        String made = RdsTags.of(bench.snapshot(OLDEST).tagList()).getOrDefault(RdsTags.MADE, "");
        bench.tag(OLDEST, RdsTags.MADE, made + "-other");
        requireLeft(points, gone, "its tags do not say any more that DR Kit made it for 'bank'");

        bench.tag(OLDEST, RdsTags.MADE, made);
        assertThat(points.remove(gone, RUN)).isEqualTo(new Removal(100L * 1024 * 1024 * 1024, List.of()));
        assertThat(points.remove(gone, RUN)).as("again").isEqualTo(new Removal(0, List.of()));
        assertThat(bench.manual(RdsWorld.HOME)).doesNotContain(OLDEST).hasSize(4);
    }

    @Test
    void anotherSnapshotThatTookTheNameStaysAndIsListed() {
        ExpirablePoints points = points();
        ExpiryMark gone = gone(points, OLDEST);
        Map<String, String> tags = RdsTags.of(bench.snapshot(OLDEST).tagList());
        bench.world.rds.deleteDBSnapshot(request -> request.dbSnapshotIdentifier(OLDEST));
        bench.somebodyTakes(OLDEST, tags);

        assertThat(points.remove(gone, RUN)).isEqualTo(new Removal(0, List.of()));

        assertThat(bench.manual(RdsWorld.HOME)).contains(OLDEST);
        assertThat(bench.listed()).contains(OLDEST);
        assertThat(points.look(bench.world.aws.time.now(), Duration.ofHours(26)).marks())
                .isEmpty();
    }

    @Test
    void onlyWhatIsGoneIsDeleted() {
        ExpirablePoints points = points();
        ExpiryMark going = points.mark(RecoveryPointId.of(OLDEST), RUN);

        assertThatThrownBy(() -> points.remove(going, RUN))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot delete snapshot '" + OLDEST + "': it is GOING but must be GONE");
    }

    @Test
    void whatIsNotOursIsNotMarked() {
        bench.somebodyTakes("foreign", Map.of());

        assertThatThrownBy(() -> points().mark(RecoveryPointId.of("foreign"), RUN))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage("Cannot mark recovery point 'foreign' as going: DR Kit made no snapshot of that id in"
                        + " eu-central-1 but it must exist\n"
                        + "Hint: Who deleted it, or changed its tags? Plan again [DRK-RDS-007]");
    }

    @Test
    void aDeletionWhoseAnswerIsLostIsSettledByLooking() throws InterruptedException {
        bench.world.script().forgetCalls();
        bench.world.script().inject(AwsFault.dropAfter("DeleteDBSnapshot"));

        RunReport report = bench.expire();

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(deleted()).as("each once").containsExactly(OLDEST, SECOND);
        assertThat(bench.manual(RdsWorld.HOME)).isEqualTo(KEPT);
    }

    @Test
    void aDeletionThatNobodyAnsweredAndNothingCameOfIsUnknownUntilItIsResumed() throws InterruptedException {
        bench.world.script().inject(AwsFault.dropBefore("DeleteDBSnapshot"));

        RunReport report = bench.expire();

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.UNKNOWN);
        assertThat(report.find("expire-" + OLDEST).orElseThrow().message())
                .isEqualTo("Cannot tell whether this was done: delete snapshot '" + OLDEST
                        + "': no answer came but one is required\nHint: Resume the run; it looks first [DRK-RDS-008]");
        assertThat(bench.manual(RdsWorld.HOME)).hasSize(5);

        RunReport resumed = bench.bench.engine().resume(report.run(), bench.expiry());

        assertThat(resumed.outcome()).as(resumed.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(bench.manual(RdsWorld.HOME)).isEqualTo(KEPT);
    }

    @Test
    void aDeletionThatCannotBeSeenIsUnknown() {
        ExpirablePoints points = points();
        ExpiryMark gone = gone(points, OLDEST);
        bench.world.script().forgetCalls();
        bench.world
                .script()
                .inject(AwsFault.answer("DescribeDBSnapshots", 503, "ServiceUnavailable")
                        .nth(describes(points, gone) + 1)
                        .always());

        assertThatThrownBy(() -> points.remove(gone, RUN))
                .hasMessage("Cannot tell whether snapshot '" + OLDEST + "' was deleted: RDS was told to and then not"
                        + " reached but an answer is required\nHint: Resume the run; it looks first [DRK-RDS-008]");
    }

    /** How often it looks before it deletes; a hold stops it there. */
    private int describes(ExpirablePoints points, ExpiryMark gone) {
        bench.tag(OLDEST, RdsTags.HOLD, "case 42");
        bench.world.script().forgetCalls();
        points.remove(gone, RUN);
        int looks = (int) bench.world.script().calls().stream()
                .filter(call -> call.action().equals("DescribeDBSnapshots"))
                .count();
        bench.untag(OLDEST, RdsTags.HOLD);
        return looks;
    }

    @Test
    void eachRegionIsDecidedUponByItself() throws InterruptedException {
        bench.close();
        bench = new ExpiryBench(true);
        bench.days(5);
        List<String> all = bench.manual(RdsWorld.AWAY);
        assertThat(all).hasSize(5);

        assertThat(bench.expire().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(bench.manual(RdsWorld.HOME)).isEqualTo(KEPT);
        assertThat(bench.manual(RdsWorld.AWAY)).isEqualTo(all);

        RunReport away =
                bench.bench.run(bench.target().expiringIn(RdsWorld.AWAY, bench.bench.journal), ExpiryBench.request());

        assertThat(away.outcome()).as(away.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(bench.manual(RdsWorld.AWAY)).isEqualTo(KEPT);
    }

    @Test
    void aRunThatLostItsLeaseDeletesNothingMoreInAnyRegion() throws InterruptedException {
        bench.close();
        bench = new ExpiryBench(true);
        bench.days(5);
        RunId lost = RunId.of("lost");
        ExpirablePoints away = new ExpirableSnapshots(
                bench.target().options(),
                new MarkPlace(bench.marks, ExpiryBench.KEYS.backup()),
                bench.world.away().rds());
        RecoveryPointId copy = RecoveryPointId.of(OLDEST + ".in." + RdsWorld.AWAY);
        assertThat(away.deletion(copy))
                .containsExactly("aws rds delete-db-snapshot --region us-east-2 --db-snapshot-identifier " + OLDEST);
        ExpiryMark there = away.mark(copy, lost);
        ExpiryMark here = points().mark(RecoveryPointId.of(OLDEST), lost);
        ExpiryMark others = points().mark(RecoveryPointId.of(SECOND), RunId.of("other"));

        bench.expiry().fence(lost, RUN);

        assertThat(away.answer(there, State.GONE, lost, "").detail())
                .isEqualTo("run 'lost' lost its lease to run 'expiry'");
        assertThat(points().answer(here, State.GONE, lost, "").state()).isEqualTo(State.KEPT);
        assertThat(points().answer(others, State.GONE, RunId.of("other"), "").state())
                .isEqualTo(State.GONE);
    }

    @Test
    void expiryNeedsAPlaceForMarksAndAKnownRegion() {
        assertThatThrownBy(() -> bench.world.target().build().expiring(bench.bench.journal))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot expire snapshots of 'bank': it has no place for marks but an expiry must leave some\n"
                                + "Hint: Give the builder marks in a store, and the backup's key, by expirable [DRK-RDS-040]");
        assertThatThrownBy(() -> bench.target().expiringIn(RdsWorld.AWAY, bench.bench.journal))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot expire snapshots of 'bank' in 'us-east-2': the target knows [eu-central-1] but the"
                        + " region must be one of them\nHint: Add the region by copyTo [DRK-RDS-041]");
    }

    private ExpirablePoints points() {
        return new ExpirableSnapshots(
                bench.target().options(),
                new MarkPlace(bench.marks, ExpiryBench.KEYS.backup()),
                bench.world.region().rds());
    }

    private static ExpiryMark gone(ExpirablePoints points, String name) {
        ExpiryMark going = points.mark(RecoveryPointId.of(name), RUN);
        ExpiryMark gone = points.answer(going, State.GONE, RUN, "");
        assertThat(gone.state()).isEqualTo(State.GONE);
        assertThat(PointMarks.identity(gone)).startsWith("db-");
        return gone;
    }

    private void requireLeft(ExpirablePoints points, ExpiryMark gone, String why) {
        assertThat(points.remove(gone, RUN)).isEqualTo(new Removal(0, List.of("snapshot " + OLDEST + ": " + why)));
        assertThat(bench.manual(RdsWorld.HOME)).contains(OLDEST);
    }

    private void dieAt(String action) {
        bench.world.script().inject(AwsFault.crashAfter(action));
        assertThatThrownBy(bench::expire).isInstanceOf(Error.class);
        bench.world.script().revive();
    }

    private RunId last() {
        List<RunId> runs = bench.bench.journal.runs();
        return runs.get(runs.size() - 1);
    }

    private List<String> deleted() {
        return bench.world.script().calls().stream()
                .filter(call -> call.action().equals("DeleteDBSnapshot"))
                .map(AwsCall::parameters)
                .map(parameters -> parameters.get("DBSnapshotIdentifier"))
                .toList();
    }
}
