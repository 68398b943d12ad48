package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.drkit.BackupRequest;
import io.github.drkit.BackupTarget;
import io.github.drkit.Capability;
import io.github.drkit.Catalog;
import io.github.drkit.CollectRequest;
import io.github.drkit.Effect;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetRequest;
import io.github.drkit.TimeSource;
import io.github.drkit.VerifyRequest;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.DrException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.event.RecoveryListener;
import io.github.drkit.journal.Journal;
import io.github.drkit.lease.LeasedOperation;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every {@link BackupTarget} must do: the rules TGT of {@code docs/contract.md}. The contract drives the target
 * through the engine, with a journal that dies where it is told to.
 *
 * <p>Rules that try every moment carry the JUnit tag {@code exhaustive}, for a build that runs them apart.
 */
@ExtendWith(NamesTheRule.class)
public abstract class BackupTargetContract {

    private static final RunId AWAKE = RunId.of("awake");
    private static final Instant FIRING = Instant.parse("2026-11-22T02:00:00Z");

    private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:07Z");
    private Rehearsal rehearsal = new Rehearsal(time);

    /** For subclasses, which need nothing passed in. */
    protected BackupTargetContract() {}

    /**
     * Makes a world: a live system with something to protect, and a place without points.
     *
     * @throws Exception whatever making it throws; the test fails
     */
    protected abstract void makeWorld() throws Exception;

    /**
     * Opens the target. Each call opens the same one again, as another process would.
     *
     * @param journal where its runs are recorded, for targets that look there before they collect
     * @return a target
     * @throws Exception whatever opening throws; the test fails
     */
    protected abstract BackupTarget target(Journal journal) throws Exception;

    /**
     * Describes everything the target could change: the live system and the place of its points.
     *
     * @return equal texts only if nothing has changed, so make it contents and times rather than counts
     * @throws Exception whatever looking throws; the test fails
     */
    protected abstract String world() throws Exception;

    /**
     * Makes the live system break off, from now on, before it has given everything.
     *
     * @throws Exception whatever doing so throws; the test is skipped when it throws {@code TestAbortedException}
     */
    protected abstract void breakSource() throws Exception;

    /**
     * Tells of a listed point whether the live system made it by itself, as RDS makes a snapshot a day. Such points come
     * while time passes, and the rules are about the others.
     *
     * @param point which
     * @return false unless overridden
     */
    protected boolean isForeign(RecoveryPoint point) {
        return false;
    }

    /**
     * Tells of a listed problem whether it is one of the live system and of none of the points, such as logs that are not
     * shipped.
     *
     * @param problem which
     * @return false unless overridden
     */
    protected boolean isForeign(Catalog.Problem problem) {
        return false;
    }

    /**
     * Changes a stored byte of a point, past the target.
     *
     * @param point which
     * @throws Exception whatever doing so throws; the test is skipped when it throws {@code TestAbortedException}
     */
    protected void damage(RecoveryPoint point) throws Exception {
        Assumptions.abort("this contract test cannot damage a point");
    }

    /**
     * Returns secrets the target was given.
     *
     * @return none unless overridden; none may appear in plans, journals and reports
     */
    protected Set<String> secrets() {
        return Set.of();
    }

    /**
     * Returns the clock the engine runs on, unless {@link #clock()} is overridden.
     *
     * @return a clock that stands at 2026-11-22T02:00:07Z until it is moved
     */
    protected final VirtualTime time() {
        return time;
    }

    /**
     * Returns the clock the engine runs on. On the virtual one waiting returns at once; an implementation that waits for
     * other programs needs one on which it does not, such as {@link io.github.drkit.testkit.MovableTime}.
     *
     * @return {@link #time()} unless overridden
     */
    protected TimeSource clock() {
        return time;
    }

    /**
     * Lets time pass on {@link #clock()}, and for everything that tells the time to the target.
     *
     * @param duration how long
     */
    protected void pass(Duration duration) {
        time.advance(duration);
    }

    @BeforeEach
    void begin() throws Exception {
        rehearsal = new Rehearsal(clock());
        makeWorld();
    }

    @Test
    @DisplayName("TGT-001 id and capabilities are always the same")
    void identityStays() throws Exception {
        BackupTarget target = open();

        assertThat(target.id()).isEqualTo(open().id());
        assertThat(target.capabilities()).isEqualTo(open().capabilities());
        assertThat(target.capabilities().formats()).as("formats of its points").isNotEmpty();
    }

    @Test
    @DisplayName("TGT-002 planning changes nothing")
    void planningChangesNothing() throws Exception {
        backUp();
        String before = world();

        for (TargetRequest request : able()) {
            plan(request);

            assertThat(world())
                    .as("the world after planning to %s", request.kind())
                    .isEqualTo(before);
        }
    }

    @Test
    @DisplayName("TGT-003 planning twice gives the same preconditions and steps")
    void planningIsRepeatable() throws Exception {
        backUp();
        for (TargetRequest request : able()) {
            RunId run = RunId.of("one-run");
            Plan first = open().plan(request, new PlanContext(run, clock()));
            Plan second = open().plan(request, new PlanContext(run, clock()));

            assertThat(second.preconditions())
                    .as("preconditions of %s", request.kind())
                    .isEqualTo(first.preconditions());
            assertThat(second.digest()).as("digest of %s", request.kind()).isEqualTo(first.digest());
        }
    }

    @Test
    @DisplayName("TGT-004 a plan names its run, its kind, its subject and the whole request")
    void planNamesWhatWasAsked() throws Exception {
        backUp();
        for (TargetRequest request : able()) {
            Plan plan = open().plan(request, new PlanContext(RunId.of("one-run"), clock()));

            assertThat(plan.run()).isEqualTo(RunId.of("one-run"));
            assertThat(plan.kind()).isEqualTo(request.kind());
            assertThat(plan.request()).as("request in the plan").containsAllEntriesOf(request.describe());
            assertThat(plan.subject())
                    .as("subject of %s", request.kind())
                    .isEqualTo(
                            request instanceof VerifyRequest verify
                                    ? verify.point().value()
                                    : open().id().value());
        }
    }

    @Test
    @DisplayName("TGT-005 what a plan relies on is observed as planned, by looking only")
    void preconditionsAreObserved() throws Exception {
        backUp();
        for (TargetRequest request : able()) {
            Plan plan = plan(request);
            assertThat(plan.preconditions())
                    .as("preconditions of %s", request.kind())
                    .isNotEmpty();
            String before = world();
            for (Precondition precondition : plan.preconditions()) {
                assertThat(open().observe(precondition, new PlanContext(plan.run(), clock())))
                        .as("%s", precondition)
                        .isEqualTo(precondition.value());
            }
            assertThat(world()).as("the world after looking").isEqualTo(before);
        }
    }

    @Test
    @DisplayName("TGT-006 a step says truly how it is safe: one that removes or changes something is not READ_ONLY")
    void stepsSayHowTheyAreSafe() throws Exception {
        backUp();
        for (TargetRequest request : able()) {
            Plan plan = plan(request);
            Set<String> names = new HashSet<>();
            plan.preconditions().forEach(precondition -> names.add(precondition.name()));
            for (PlanStep step : plan.steps()) {
                boolean acts = step.is(Trait.DESTRUCTIVE) || !step.changes().isEmpty();
                assertThat(acts && step.effect() == Effect.READ_ONLY)
                        .as("%s acts and is READ_ONLY", step.name())
                        .isFalse();
                assertThat(names)
                        .as("preconditions that %s may change", step.name())
                        .containsAll(step.changes());
            }
        }
    }

    @Test
    @DisplayName("TGT-007 a backup that SUCCEEDED is one more point, listed with what was asked for")
    void successIsListed() throws Exception {
        RunReport report = rehearsal.execute(open(), BackupRequest.scheduledFor(FIRING));

        assertThat(report.outcome()).as("outcome\n%s", report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(points()).hasSize(1);
        RecoveryPoint point = points().get(0);
        assertThat(point.run()).isEqualTo(report.run());
        assertThat(point.target()).isEqualTo(open().id());
        assertThat(open().capabilities().formats()).contains(point.format());
        assertThat(point.scheduledFor()).contains(FIRING);
        assertThat(point.proof()).as("proof of what nobody looked at").isEqualTo(Proof.none());
        assertThat(point.sizeBytes()).as("size").isPositive();

        pass(Duration.ofHours(1));
        RunReport second = rehearsal.execute(open(), BackupRequest.manual("before the upgrade"));

        assertThat(points())
                .filteredOn(other -> other.run().equals(second.run()))
                .extracting(RecoveryPoint::label)
                .containsExactly("before the upgrade");
        assertThat(points()).hasSize(2).contains(point);
    }

    @Test
    @DisplayName("TGT-008 listing changes nothing")
    void listingChangesNothing() throws Exception {
        backUp();
        String before = world();

        Catalog first = open().list();

        assertThat(open().list()).isEqualTo(first);
        assertThat(world()).isEqualTo(before);
    }

    @Test
    @DisplayName("TGT-009 a plan is executed once")
    void planIsExecutedOnce() throws Exception {
        DisasterRecovery dr = rehearsal.engine();
        Plan plan = plan(BackupRequest.manual("once"));
        dr.execute(plan, open());
        String before = world();

        assertThatThrownBy(() -> dr.execute(plan, open())).isInstanceOf(RequestRefusedException.class);
        assertThat(world()).isEqualTo(before);
    }

    @Test
    @DisplayName("TGT-010 a source that breaks off is no success and no point")
    void brokenSourceIsNoPoint() throws Exception {
        backUp();
        List<RecoveryPoint> before = points();
        breakSource();

        Outcome outcome;
        try {
            outcome = rehearsal.execute(open(), BackupRequest.manual("broken")).outcome();
        } catch (DrException refused) {
            outcome = Outcome.FAILED;
        }

        assertThat(outcome).as("outcome of a backup whose source broke off").isNotEqualTo(Outcome.SUCCEEDED);
        assertThat(points()).as("points").isEqualTo(before);
    }

    @Tag("exhaustive")
    @Test
    @DisplayName("TGT-011 a process that dies at any entry of the journal leaves no half point, and resuming finishes")
    void deathAnywhereIsSurvived() throws Exception {
        for (Fault crash : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            boolean died = true;
            for (int entry = 1; died && entry < Rehearsal.MANY; entry++) {
                makeWorld();
                String moment = crash + " entry " + entry;
                Plan plan = plan(BackupRequest.manual("dies"));

                died = rehearsal.executeUntil(entry, crash, plan, open());

                assertThat(problems()).as("%s: problems", moment).isEmpty();
                List<RecoveryPoint> left = points();
                assertThat(left.size()).as("%s: points", moment).isLessThanOrEqualTo(1);
                if (!left.isEmpty()) {
                    requireWhole(left.get(0), moment);
                }
                RunReport report = rehearsal.goOn(plan, this::open);
                assertThat(report.outcome())
                        .as("%s: outcome\n%s", moment, report.toMarkdown())
                        .isEqualTo(Outcome.SUCCEEDED);
                assertThat(points())
                        .as("%s: points after resuming", moment)
                        .extracting(RecoveryPoint::run)
                        .containsExactly(plan.run());
                requireWhole(points().get(0), moment);
            }
        }
    }

    @Tag("exhaustive")
    @Test
    @DisplayName("TGT-012 a backup that is interrupted at any step is finished by resuming")
    void interruptionIsSurvived() throws Exception {
        boolean interrupted = true;
        for (int step = 1; interrupted && step < Rehearsal.MANY; step++) {
            makeWorld();
            Plan plan = plan(BackupRequest.manual("interrupted"));

            interrupted = rehearsal.interruptAt(step, plan, open());

            RunReport report = rehearsal.goOn(plan, this::open);
            assertThat(report.outcome())
                    .as("interrupted at step %s\n%s", step, report.toMarkdown())
                    .isEqualTo(Outcome.SUCCEEDED);
            assertThat(points()).extracting(RecoveryPoint::run).containsExactly(plan.run());
        }
    }

    @Test
    @DisplayName("TGT-013 verification gives the level it declares, and the point shows it")
    void verificationIsRecorded() throws Exception {
        assumeCan(Capability.VERIFY);
        backUp();
        RecoveryPoint point = points().get(0);

        RunReport report = rehearsal.execute(open(), new VerifyRequest(point.id()));

        assertThat(report.outcome()).as("outcome\n%s", report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        Proof proof = open().list().find(point.id()).orElseThrow().proof();
        assertThat(proof.level()).as("level").isEqualTo(open().capabilities().verifiesUpTo());
        assertThat(proof.at()).as("when").isPresent();
        assertThat(proof.by()).as("by whom").isNotEmpty();
    }

    @Test
    @DisplayName("TGT-014 verification of a damaged point FAILS, the point shows it, and the others stay listed")
    void damageIsFound() throws Exception {
        assumeCan(Capability.VERIFY);
        backUp();
        pass(Duration.ofHours(1));
        backUp();
        List<RecoveryPoint> both = points();
        damage(both.get(0));

        RunReport report =
                rehearsal.execute(open(), new VerifyRequest(both.get(0).id()));

        assertThat(report.outcome()).as("outcome of verifying a damaged point").isEqualTo(Outcome.FAILED);
        Catalog after = open().list();
        assertThat(after.find(both.get(0).id()).orElseThrow().proof().level()).isEqualTo(Proof.Level.FAILED);
        assertThat(after.find(both.get(1).id())).as("the other point").contains(both.get(1));
    }

    @Test
    @DisplayName("TGT-015 verifying a point that is not there is refused while planning")
    void unknownPointIsNotFound() throws Exception {
        assumeCan(Capability.VERIFY);
        RecoveryPointId nobody = RecoveryPointId.of(open().id() + "-nobody");

        assertThatThrownBy(() -> plan(new VerifyRequest(nobody)))
                .as("planning to verify '%s'", nobody)
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining(nobody.value());
    }

    @Test
    @DisplayName("TGT-016 an ability that is not declared is refused while planning")
    void undeclaredIsRefused() throws Exception {
        backUp();
        RecoveryPointId point = points().get(0).id();
        Map<Capability, TargetRequest> requests =
                Map.of(Capability.VERIFY, new VerifyRequest(point), Capability.COLLECT, CollectRequest.ofEndedRuns());
        List<TargetRequest> undeclared = requests.entrySet().stream()
                .filter(request -> !can(request.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        assumeThat(undeclared).as("requests it does not declare").isNotEmpty();

        for (TargetRequest request : undeclared) {
            assertThatThrownBy(() -> open().plan(request, new PlanContext(RunId.of("x"), clock())))
                    .as("planning to %s, which is not declared", request.kind())
                    .isInstanceOf(RequestRefusedException.class);
        }
    }

    @Test
    @DisplayName("TGT-017 collecting spares every point, whatever died before it")
    void collectingSparesPoints() throws Exception {
        assumeCan(Capability.COLLECT);
        backUp();
        List<RunId> died = new ArrayList<>();
        boolean dies = true;
        for (int entry = 2; dies && entry < Rehearsal.MANY; entry++) {
            Plan plan = plan(BackupRequest.manual("dies"));
            dies = rehearsal.executeUntil(entry, Fault.CRASH_AFTER, plan, open());
            died.add(plan.run());
        }
        List<RecoveryPoint> before = points();
        pass(Duration.ofDays(2));

        RunReport ended = rehearsal.execute(open(), CollectRequest.ofEndedRuns());
        RunReport abandoned = rehearsal.execute(open(), new CollectRequest(Set.copyOf(died)));

        assertThat(ended.outcome()).as("%s", ended.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(abandoned.outcome()).as("%s", abandoned.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(points()).as("points after collecting").isEqualTo(before);
        assertThat(problems()).isEmpty();
        for (RecoveryPoint point : before) {
            requireWhole(point, "after collecting");
        }
    }

    @Test
    @DisplayName("TGT-018 no secret stands in a plan, a journal or a report")
    void noSecretIsWrittenDown() throws Exception {
        assumeThat(secrets()).as("secrets given to the target").isNotEmpty();
        Plan plan = plan(BackupRequest.manual("secret"));
        rehearsal.engine().execute(plan, open());

        String traces = rehearsal.traces(plan) + open().list() + open();

        for (String secret : secrets()) {
            assertThat(traces.contains(secret))
                    .as("a secret of %s characters is shown", secret.length())
                    .isFalse();
        }
    }

    @Test
    @DisplayName(
            "TGT-019 a run that was fenced makes no point, whichever step it slept before; a point that exists stays")
    void fencedRunsCommitNothing() throws Exception {
        assumeThat(open()).as("the target's operations").isInstanceOf(LeasedOperation.class);
        AtomicInteger begun = new AtomicInteger();
        AtomicBoolean existed = new AtomicBoolean();
        boolean slept = true;
        for (int step = 1; slept; step++) {
            Plan plan = plan(BackupRequest.manual("sleeps"));
            int sleepsBefore = step;
            begun.set(0);
            RecoveryListener sleeper = event -> {
                if (event instanceof RecoveryEvent.StepBegun && begun.incrementAndGet() == sleepsBefore) {
                    existed.set(isMade(plan.run()));
                    leased().fence(plan.run(), AWAKE);
                    leased().fence(plan.run(), AWAKE);
                }
            };
            RunReport report = rehearsal.engine(sleeper).execute(plan, open());
            slept = begun.get() >= step;
            boolean makes = !slept || existed.get();

            String moment = "fenced before step " + step + "\n" + report.toMarkdown();
            assertThat(isMade(plan.run()))
                    .as("is there a point of the run, %s", moment)
                    .isEqualTo(makes);
            assertThat(report.outcome() == Outcome.SUCCEEDED)
                    .as("did the run succeed, %s", moment)
                    .isEqualTo(makes);
        }
        List<RecoveryPoint> before = points();
        leased().fence(before.get(before.size() - 1).run(), AWAKE);

        assertThat(points()).as("points after the run of one was fenced").isEqualTo(before);
        requireWhole(before.get(before.size() - 1), "after its run was fenced");
    }

    private boolean isMade(RunId run) {
        return points().stream().anyMatch(point -> point.run().equals(run));
    }

    private LeasedOperation leased() {
        return (LeasedOperation) open();
    }

    private List<RecoveryPoint> points() {
        return open().list().points().stream()
                .filter(point -> !isForeign(point))
                .toList();
    }

    private List<Catalog.Problem> problems() {
        return open().list().problems().stream()
                .filter(problem -> !isForeign(problem))
                .toList();
    }

    private void backUp() throws Exception {
        RunReport report = rehearsal.execute(open(), BackupRequest.manual("contract"));
        assertThat(report.outcome()).as("a backup\n%s", report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
    }

    /** Where the target can verify, a listed point must verify, also after a crash. */
    private void requireWhole(RecoveryPoint point, String moment) throws Exception {
        if (can(Capability.VERIFY)) {
            RunReport report = rehearsal.execute(open(), new VerifyRequest(point.id()));
            assertThat(report.outcome())
                    .as("%s: verification of the listed point\n%s", moment, report.toMarkdown())
                    .isEqualTo(Outcome.SUCCEEDED);
        }
    }

    /** One request of each kind it can do; there is a point to verify. */
    private List<TargetRequest> able() {
        List<TargetRequest> requests = new ArrayList<>(List.of(BackupRequest.manual("able")));
        if (can(Capability.VERIFY)) {
            requests.add(new VerifyRequest(points().get(0).id()));
        }
        if (can(Capability.COLLECT)) {
            requests.add(CollectRequest.ofEndedRuns());
        }
        return requests;
    }

    private Plan plan(TargetRequest request) {
        return rehearsal.engine().plan(open(), request);
    }

    private void assumeCan(Capability capability) {
        assumeThat(can(capability))
                .as("%s declares %s", open().id(), capability)
                .isTrue();
    }

    private boolean can(Capability capability) {
        return open().capabilities().can(capability);
    }

    private BackupTarget open() {
        try {
            return target(rehearsal.journal());
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("the contract test could not open its target", e);
        }
    }
}
