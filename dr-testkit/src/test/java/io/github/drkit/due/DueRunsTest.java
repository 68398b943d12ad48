package io.github.drkit.due;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.drkit.BackupRequest;
import io.github.drkit.BackupTarget;
import io.github.drkit.Capabilities;
import io.github.drkit.Catalog;
import io.github.drkit.CollectRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.TargetId;
import io.github.drkit.TargetRequest;
import io.github.drkit.due.DueResult.Action;
import io.github.drkit.due.DueResult.Line;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.expiry.ExpireRequest;
import io.github.drkit.expiry.Expiry;
import io.github.drkit.journal.StoreJournal;
import io.github.drkit.lease.StoreLeases;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.schedule.Schedule;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DueRunsTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final List<Schedule> NIGHTLY = List.of(Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC));

    private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:10Z");
    private final FaultScript faults = new FaultScript();
    private final InMemoryPointStore store = InMemoryPointStore.on(time, faults, 1 << 20);
    private final KeyRing keys = KeyRing.fresh();
    private final InMemoryTables tables = new InMemoryTables().add("bank", "client", "Ada");
    private final AtomicInteger ids = new AtomicInteger();

    @Test
    void aFiringIsRunOnceHoweverOftenItIsAskedForAndInWhicheverProcess() throws Exception {
        DueResult first = nightly().runDue();
        time.advance(Duration.ofMinutes(1));
        DueResult second = nightly().runDue();

        assertThat(first.lines()).singleElement().satisfies(line -> {
            assertThat(line.action()).isEqualTo(Action.RAN);
            assertThat(line.outcome()).contains(Outcome.SUCCEEDED);
            assertThat(line.firing()).isEqualTo("2026-11-22T02:00:00Z");
            assertThat(line.why()).isEqualTo("attempt 1");
        });
        RecoveryPoint point = points().get(0);
        assertThat(point.scheduledFor()).contains(Instant.parse("2026-11-22T02:00:00Z"));
        assertThat(second.lines())
                .containsExactly(new Line(
                        TargetId.of("bank"),
                        "back up",
                        Instant.parse("2026-11-22T02:00:00Z"),
                        Action.SKIPPED,
                        Optional.of(point.run()),
                        Optional.empty(),
                        "covered by point '" + point.id() + "'"));
        assertThat(second.done()).isEmpty();
        assertThat(second.needsAttention()).isFalse();
        assertThat(points()).hasSize(1);
    }

    @Test
    void missedFiringsAreMadeUpForByOneRun() throws Exception {
        nightly().runDue();
        time.advance(Duration.ofDays(5));

        assertThat(nightly().runDue().done()).hasSize(1);
        assertThat(nightly().runDue().done()).isEmpty();

        assertThat(points())
                .extracting(point -> point.scheduledFor().orElseThrow().toString())
                .containsExactly("2026-11-22T02:00:00Z", "2026-11-27T02:00:00Z");
    }

    @Tag("exhaustive")
    @Test
    void theClockChangesOfAYearCostNoRunAndDoubleNone() throws Exception {
        // 02:30 is skipped in March and comes twice in October.
        List<Schedule> schedules = List.of(Schedule.dailyAt(LocalTime.of(2, 30), BERLIN));
        for (String day : List.of("2027-03-27T12:00:00Z", "2027-10-30T12:00:00Z")) {
            time.jumpTo(Instant.parse(day));
            int before = points().size();
            for (int minute = 0; minute < 2 * 24 * 60; minute += 10) {
                time.advance(Duration.ofMinutes(10));
                due(schedules).runDue();
            }
            assertThat(points().subList(before, points().size()))
                    .extracting(point -> point.scheduledFor().orElseThrow().toString())
                    .as("from %s", day)
                    .containsExactlyElementsOf(
                            day.startsWith("2027-03")
                                    ? List.of("2027-03-27T01:30:00Z", "2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z")
                                    : List.of("2027-10-30T00:30:00Z", "2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z"));
        }
    }

    @Test
    void firingsOfSeveralTiersAtOneInstantAreOneRun() throws Exception {
        RetentionPolicy preset = RetentionPolicy.dailyWeeklyMonthly(ZoneOffset.UTC);
        time.jumpTo(Instant.parse("2026-12-06T01:00:05Z"));
        assertThat(builder().protect(target(), preset).build().runDue().done()).hasSize(1);
        assertThat(builder().protect(target(), preset).build().runDue().done()).isEmpty();

        time.jumpTo(Instant.parse("2026-12-06T02:00:05Z"));
        assertThat(builder().protect(target(), preset).build().runDue().done()).hasSize(1);

        assertThat(points()).hasSize(2);
    }

    @Test
    void aManualPointTakesNoFiringsPlaceAndAFailedOneNeither() throws Exception {
        DisasterRecovery dr = engine();
        dr.execute(dr.plan(target(), BackupRequest.manual("before the upgrade")), target());

        assertThat(nightly().runDue().done()).hasSize(1);

        store.flip("points/bank/" + points().get(1).id() + "/dump-1.00001", 3);
        DueResult verified = verifying().runDue();
        assertThat(verified.lines())
                .extracting(Line::what, Line::action)
                .containsExactly(tuple("back up", Action.SKIPPED), tuple("verify", Action.RAN));
        assertThat(verified.needsAttention()).isTrue();
        time.advance(Duration.ofMinutes(15));
        DueResult again = verifying().runDue();
        assertThat(again.lines())
                .extracting(Line::what, Line::outcome)
                .containsExactly(
                        tuple("back up", Optional.of(Outcome.SUCCEEDED)),
                        tuple("verify", Optional.of(Outcome.SUCCEEDED)));
    }

    @Test
    void aPointOfTomorrowCoversNothingToday() throws Exception {
        time.jumpTo(Instant.parse("2027-11-22T02:00:10Z"));
        nightly().runDue();
        time.jumpTo(Instant.parse("2026-11-23T02:00:10Z"));

        assertThat(nightly().runDue().done()).hasSize(1);
    }

    @Test
    void aRunThatFailsIsTriedAgainLaterAndNotForEver() throws Exception {
        List<String> told = new ArrayList<>();
        for (int minute = 0; minute <= 60; minute += 5) {
            faults.forget();
            faults.at(Call.SEGMENT, 1, Fault.FAIL);
            DueResult result = nightly().runDue();
            Line line = result.lines().get(0);
            told.add(minute + " " + line.action() + " " + line.why());
            assertThat(result.needsAttention()).isEqualTo(line.action() != Action.SKIPPED);
            time.advance(Duration.ofMinutes(5));
        }

        assertThat(told)
                .containsExactly(
                        "0 RAN attempt 1",
                        "5 SKIPPED attempt 2 is due at 2026-11-22T02:15:10Z",
                        "10 SKIPPED attempt 2 is due at 2026-11-22T02:15:10Z",
                        "15 RAN attempt 2",
                        "20 SKIPPED attempt 3 is due at 2026-11-22T02:45:10Z",
                        "25 SKIPPED attempt 3 is due at 2026-11-22T02:45:10Z",
                        "30 SKIPPED attempt 3 is due at 2026-11-22T02:45:10Z",
                        "35 SKIPPED attempt 3 is due at 2026-11-22T02:45:10Z",
                        "40 SKIPPED attempt 3 is due at 2026-11-22T02:45:10Z",
                        "45 RAN attempt 3",
                        "50 GIVEN_UP attempted 3 times; the next firing tries again",
                        "55 GIVEN_UP attempted 3 times; the next firing tries again",
                        "60 GIVEN_UP attempted 3 times; the next firing tries again");
        faults.forget();
        time.advance(Duration.ofDays(1));
        assertThat(nightly().runDue().needsAttention()).isFalse();
    }

    @Test
    void aRunThatDiedIsTakenUpAgainWhenItsLeaseIsFree() throws Exception {
        faults.at(Call.SEGMENT, 1, Fault.CRASH_BEFORE);
        assertThatThrownBy(() -> nightly().runDue()).isInstanceOf(Error.class);
        faults.revive();

        DueResult tooEarly = nightly().runDue();
        assertThat(tooEarly.lines().get(0).action()).isEqualTo(Action.SKIPPED);
        assertThat(tooEarly.lines().get(0).why()).startsWith("under way: Cannot execute plan");
        time.advance(Duration.ofMinutes(6));

        Line resumed = nightly().runDue().lines().get(0);

        assertThat(resumed.action()).isEqualTo(Action.RESUMED);
        assertThat(resumed.outcome()).contains(Outcome.SUCCEEDED);
        assertThat(resumed.run()).isEqualTo(tooEarly.lines().get(0).run());
        assertThat(points()).hasSize(1);
    }

    @Tag("exhaustive")
    @Test
    void aProcessThatDiesAtAnyWriteMakesOnePointOfItsFiringInTheEnd() throws Exception {
        int before = faults.count(Call.CREATE);
        nightly().runDue();
        int creates = faults.count(Call.CREATE) - before;
        for (int create = 1; create <= creates; create++) {
            for (Fault crash : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
                store.list("").objects().forEach(store::delete);
                time.advance(Duration.ofDays(1));
                faults.at(Call.CREATE, create, crash);
                assertThatThrownBy(() -> nightly().runDue()).isInstanceOf(Error.class);
                faults.revive();
                time.advance(Duration.ofMinutes(6));

                DueResult result = nightly().runDue();

                String moment = crash + " " + create + " of " + creates + ": " + result;
                assertThat(result.needsAttention()).as(moment).isFalse();
                assertThat(points())
                        .as(moment)
                        .singleElement()
                        .satisfies(point -> assertThat(point.scheduledFor())
                                .contains(result.lines().get(0).firing()));
            }
        }
    }

    @Test
    void twoThatLookedAtTheSameMomentMakeOnePoint() throws Exception {
        DueRuns late = nightly();
        ScheduledBackup bank = new ScheduledBackup(target());
        DisasterRecovery dr = engine();
        Plan plan = dr.plan(bank, BackupRequest.scheduledFor(Instant.parse("2026-11-22T02:00:00Z")));
        late.runDue();

        assertThatThrownBy(() -> dr.execute(plan, bank))
                .hasMessageContaining("firing '2026-11-22T02:00:00Z' is covered by '"
                        + points().get(0).id() + "' but the plan relies on no point of another run");

        assertThat(points()).hasSize(1);
    }

    @Test
    void whatFollowsIsDoneOncePerPointAndInOrder() throws Exception {
        // tag::due
        RetentionPolicy policy = RetentionPolicy.dailyWeeklyMonthly(ZoneId.of("Europe/Berlin"));
        InMemoryBackupTarget bank = target();
        Expiry expiry = Expiry.of(bank.points(), keys.backup(), StoreJournal.in(store));
        DueRuns due = DueRuns.builder(StoreJournal.in(store), StoreLeases.in(store, Duration.ofMinutes(5)))
                .protect(
                        bank,
                        policy,
                        FollowUp.verify(bank),
                        FollowUp.always("expire", expiry, ExpireRequest.of(policy, Duration.ofHours(26))))
                .time(time)
                .build();

        DueResult result = due.runDue();
        // end::due
        assertThat(result.lines())
                .extracting(Line::what, Line::action)
                .containsExactly(
                        tuple("back up", Action.RAN), tuple("verify", Action.RAN), tuple("expire", Action.RAN));
        DueResult again = due.runDue();
        assertThat(again.lines())
                .extracting(Line::what, Line::action)
                .containsExactly(
                        tuple("back up", Action.SKIPPED),
                        tuple("verify", Action.SKIPPED),
                        tuple("expire", Action.SKIPPED));
        assertThat(again.lines().get(1).why()).startsWith("done by run '");
        // tag::next
        List<DueFiring> next = due.nextRuns(3);
        // end::next
        assertThat(next)
                .extracting(firing -> firing.at().toString())
                .containsExactly("2026-11-23T01:00:00Z", "2026-11-24T01:00:00Z", "2026-11-25T01:00:00Z");
    }

    @Test
    void whatFollowsAFailureIsNotDone() throws Exception {
        faults.at(Call.OPEN, 1, Fault.FAIL);

        DueResult result = builder()
                .protect(
                        target(),
                        NIGHTLY,
                        FollowUp.verify(target()),
                        FollowUp.always("again", target(), CollectRequest.ofEndedRuns()))
                .build()
                .runDue();

        assertThat(result.lines())
                .extracting(Line::what, Line::action, Line::why)
                .contains(tuple("again", Action.SKIPPED, "what comes before it is not done"));
        assertThat(result.lines().get(1).outcome()).contains(Outcome.FAILED);
    }

    @Test
    void aTargetThatCannotBeLookedAtKeepsNoOtherFromItsRun() throws Exception {
        tables.add("other", "client", "Bo");
        InMemoryBackupTarget other = new InMemoryBackupTarget("other", tables, store, keys, StoreJournal.in(store));
        faults.at(Call.LIST, 1, Fault.FAIL);

        DueResult result = builder()
                .protect(target(), NIGHTLY)
                .protect(other, NIGHTLY)
                .build()
                .runDue();

        assertThat(result.lines())
                .extracting(Line::target, Line::action)
                .containsExactly(tuple(TargetId.of("bank"), Action.REFUSED), tuple(TargetId.of("other"), Action.RAN));
        assertThat(result.needsAttention()).isTrue();
    }

    @Test
    void whatATargetOrAFollowUpThrowsKeepsNoOtherFromItsTurn() throws Exception {
        tables.add("other", "client", "Bo");
        tables.add("third", "client", "Cy");
        InMemoryBackupTarget other = new InMemoryBackupTarget("other", tables, store, keys, StoreJournal.in(store));
        InMemoryBackupTarget third = new InMemoryBackupTarget("third", tables, store, keys, StoreJournal.in(store));

        DueResult result = builder()
                .protect(new Unlistable(target()), NIGHTLY)
                .protect(
                        other,
                        NIGHTLY,
                        FollowUp.of("audit", "verify", other, point -> {
                            throw new IllegalStateException("password=1234");
                        }),
                        FollowUp.verify(other))
                .protect(third, NIGHTLY)
                .build()
                .runDue();

        String threw = "it threw java.lang.IllegalStateException; see the log";
        assertThat(result.lines())
                .extracting(line -> line.target().value(), Line::what, Line::action, Line::why)
                .containsExactly(
                        tuple("bank", "back up", Action.REFUSED, threw),
                        tuple("other", "back up", Action.RAN, "attempt 1"),
                        tuple("other", "audit", Action.REFUSED, threw),
                        tuple("other", "verify", Action.SKIPPED, "what comes before it is not done"),
                        tuple("third", "back up", Action.RAN, "attempt 1"));
        assertThat(result.needsAttention()).isTrue();
    }

    @Test
    void aPointMadeForTheFiringAndDatedAheadKeepsASecondFromBeingMadeAndIsToldByName() throws Exception {
        Instant firing = Instant.parse("2026-11-22T02:00:00Z");
        time.jumpTo(firing.plus(Duration.ofHours(2)));
        DisasterRecovery fast = engine();
        fast.execute(fast.plan(target(), BackupRequest.scheduledFor(firing)), target());
        RecoveryPoint point = points().get(0);
        time.jumpTo(firing.plusSeconds(10));

        DueResult early = verifying().runDue();
        time.jumpTo(firing.plus(Duration.ofMinutes(105)));
        DueResult later = verifying().runDue();

        assertThat(early.needsAttention()).isTrue();
        assertThat(early.lines())
                .extracting(Line::what, Line::action, Line::run, Line::why)
                .containsExactly(tuple(
                        "back up",
                        Action.REFUSED,
                        Optional.of(point.run()),
                        "point '" + point.id() + "' was made for it and is dated 2026-11-22T04:00:00Z but must be dated"
                                + " now: set the clock of its source"));
        assertThat(later.lines()).extracting(Line::action).containsExactly(Action.SKIPPED, Action.RAN);
        assertThat(points()).hasSize(1);
    }

    @Test
    void whatMakesNoSenseIsRefusedWhilePutTogether() {
        assertThatThrownBy(() -> builder().protect(target(), List.of()))
                .hasMessage(
                        "Cannot protect 'bank': 0 schedules and the follow-ups [] were given but at least one schedule"
                                + " is required, and each follow-up once");
        assertThatThrownBy(() ->
                        builder().protect(target(), NIGHTLY, FollowUp.verify(target()), FollowUp.verify(target())))
                .hasMessageContaining("the follow-ups [verify, verify]");
        assertThatThrownBy(() -> builder().protect(target(), NIGHTLY).protect(target(), NIGHTLY))
                .hasMessage("Cannot protect 'bank': it is protected already but once is enough");
        assertThatThrownBy(() -> builder().attempts(0, Duration.ZERO))
                .hasMessage("Cannot attempt a due run 0 times: expected 1 or more");
        assertThatThrownBy(() -> builder().attempts(1, Duration.ofSeconds(-1)))
                .hasMessage("Cannot pause PT-1S between attempts: expected zero or a positive duration");
        assertThatThrownBy(() -> builder().sideBySide(0))
                .hasMessage("Cannot run 0 steps side by side: expected 1 or more");
        assertThatThrownBy(() -> FollowUp.always("Expire!", target(), CollectRequest.ofEndedRuns()))
                .hasMessage("Cannot follow a backup by 'Expire!': expected a name of 1 to 30 lower-case letters, digits"
                        + " and dashes");
    }

    private List<RecoveryPoint> points() {
        return target().list().points();
    }

    private DueRuns nightly() {
        return due(NIGHTLY);
    }

    private DueRuns verifying() {
        return builder().protect(target(), NIGHTLY, FollowUp.verify(target())).build();
    }

    private DueRuns due(List<Schedule> schedules) {
        return builder().protect(target(), schedules).build();
    }

    /** As a new process would: nothing is remembered but what the store holds. */
    private DueRuns.Builder builder() {
        return DueRuns.builder(StoreJournal.in(store), StoreLeases.in(store, Duration.ofMinutes(5)))
                .time(time)
                .sideBySide(1)
                .ids(() -> "x" + ids.incrementAndGet());
    }

    private DisasterRecovery engine() {
        return DisasterRecovery.builder(StoreJournal.in(store))
                .leases(StoreLeases.in(store, Duration.ofMinutes(5)))
                .time(time)
                .ids(() -> "x" + ids.incrementAndGet())
                .build();
    }

    private InMemoryBackupTarget target() {
        return new InMemoryBackupTarget("bank", tables, store, keys, StoreJournal.in(store));
    }

    /** A target whose adapter is wrong. */
    private static final class Unlistable implements BackupTarget {

        private final InMemoryBackupTarget target;

        Unlistable(InMemoryBackupTarget target) {
            this.target = target;
        }

        @Override
        public Catalog list() {
            throw new IllegalStateException("password=1234");
        }

        @Override
        public TargetId id() {
            return target.id();
        }

        @Override
        public Capabilities capabilities() {
            return target.capabilities();
        }

        @Override
        public Plan plan(TargetRequest request, PlanContext context) {
            return target.plan(request, context);
        }

        @Override
        public String observe(Precondition precondition, PlanContext context) {
            return target.observe(precondition, context);
        }

        @Override
        public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
            return target.execute(step, context);
        }
    }
}
