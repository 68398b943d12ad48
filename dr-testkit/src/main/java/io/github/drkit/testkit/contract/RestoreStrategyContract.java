package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.drkit.Capability;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Precondition;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Purpose;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RestoreStrategy;
import io.github.drkit.RestoredCopy;
import io.github.drkit.RunId;
import io.github.drkit.TimeSource;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.DrException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.PlanStaleException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every {@link RestoreStrategy} must do: the rules RST of {@code docs/contract.md}.
 *
 * <p>Rules that try every moment carry the JUnit tag {@code exhaustive}, for a build that runs them apart.
 */
@ExtendWith(NamesTheRule.class)
public abstract class RestoreStrategyContract {

    private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:07Z");
    private Rehearsal rehearsal = new Rehearsal(time);

    /** For subclasses, which need nothing passed in. */
    protected RestoreStrategyContract() {}

    /**
     * Makes a world: an original, one point of it, and a destination that does not exist.
     *
     * @throws Exception whatever making it throws; the test fails
     */
    protected abstract void makeWorld() throws Exception;

    /**
     * Opens the strategy. Each call opens the same one again, as another process would.
     *
     * @return a strategy
     */
    protected abstract RestoreStrategy strategy();

    /**
     * Names the point of the world.
     *
     * @return an id the strategy can restore
     */
    protected abstract RecoveryPointId point();

    /**
     * Says how {@link #point()} is asked for.
     *
     * @return by its id unless overridden; a strategy that restores instants of a window asks for the instant whose name
     *     {@link #point()} is, the latest one
     */
    protected Selection selection() {
        return Selection.point(point());
    }

    /**
     * Names the destination of the world.
     *
     * @return where nothing is yet
     */
    protected abstract RestoreDestination destination();

    /**
     * Describes everything the strategy could change: the original, the points, and the place restored to.
     *
     * @return equal texts only if nothing has changed
     * @throws Exception whatever looking throws; the test fails
     */
    protected abstract String world() throws Exception;

    /**
     * Describes the original's content.
     *
     * @return what {@link #restored()} must be equal to
     * @throws Exception whatever looking throws; the test fails
     */
    protected abstract String original() throws Exception;

    /**
     * Describes the restored content, in the same words as {@link #original()}.
     *
     * @return the content at the destination, or an empty text if there is none
     * @throws Exception whatever looking throws; the test fails
     */
    protected abstract String restored() throws Exception;

    /**
     * Puts something of somebody else at the destination.
     *
     * @throws Exception whatever doing so throws; the test fails
     */
    protected abstract void occupyDestination() throws Exception;

    /**
     * Changes a stored byte of the point.
     *
     * @throws Exception whatever doing so throws; the test is skipped when it throws {@code TestAbortedException}
     */
    protected abstract void damagePoint() throws Exception;

    /**
     * Returns secrets the strategy was given.
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

    @BeforeEach
    void begin() throws Exception {
        rehearsal = new Rehearsal(clock());
        makeWorld();
    }

    @Test
    @DisplayName("RST-001 name and capabilities are always the same, and say what it restores")
    void identityStays() {
        assertThat(strategy().name()).isNotBlank().isEqualTo(strategy().name());
        assertThat(strategy().capabilities()).isEqualTo(strategy().capabilities());
        assertThat(strategy().capabilities().formats())
                .as("formats it restores")
                .isNotEmpty();
        assertThat(strategy().capabilities().able())
                .containsAnyOf(Capability.RESTORE_POINT, Capability.RESTORE_INSTANT);
    }

    @Test
    @DisplayName("RST-002 planning changes nothing")
    void planningChangesNothing() throws Exception {
        String before = world();

        plan(Purpose.RESTORE);
        if (can(Capability.PROVE)) {
            plan(Purpose.PROOF);
        }

        assertThat(world()).isEqualTo(before);
    }

    @Test
    @DisplayName("RST-003 planning twice gives the same preconditions and steps")
    void planningIsRepeatable() {
        PlanContext context = new PlanContext(RunId.of("one-run"), clock());
        Plan first = strategy().plan(request(Purpose.RESTORE), context);
        Plan second = strategy().plan(request(Purpose.RESTORE), context);

        assertThat(second.preconditions()).isEqualTo(first.preconditions());
        assertThat(second.digest()).as("digest").isEqualTo(first.digest());
    }

    @Test
    @DisplayName("RST-004 a plan's subject is the id of the point, also when the latest was asked for")
    void subjectIsThePoint() {
        assertThat(plan(Purpose.RESTORE).subject()).isEqualTo(point().value());
        Plan latest = rehearsal.engine().plan(strategy(), RestoreRequest.of(Selection.latest(), destination()));
        assertThat(latest.subject()).as("subject of the latest").isEqualTo(point().value());
        assertThat(latest.kind()).isEqualTo("restore");
        assertThat(latest.request()).containsEntry("selection", "latest");
    }

    @Test
    @DisplayName("RST-005 what a plan relies on is observed as planned, by looking only")
    void preconditionsAreObserved() throws Exception {
        Plan plan = plan(Purpose.RESTORE);
        String before = world();

        assertThat(plan.preconditions()).isNotEmpty();
        for (Precondition precondition : plan.preconditions()) {
            assertThat(strategy().observe(precondition, new PlanContext(plan.run(), clock())))
                    .as("%s", precondition)
                    .isEqualTo(precondition.value());
        }
        assertThat(world()).isEqualTo(before);
    }

    @Test
    @DisplayName("RST-006 what SUCCEEDED is at the destination, equal to what was backed up")
    void restoredEqualsOriginal() throws Exception {
        RunReport report = rehearsal.execute(strategy(), request(Purpose.RESTORE));

        assertThat(report.outcome()).as("outcome\n%s", report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(restored()).as("restored content").isEqualTo(original()).isNotEmpty();
    }

    @Test
    @DisplayName("RST-007 the original stays as it is")
    void originalStays() throws Exception {
        String before = original();

        rehearsal.execute(strategy(), request(Purpose.RESTORE));

        assertThat(original()).isEqualTo(before);
    }

    @Test
    @DisplayName("RST-008 a destination that exists is refused while planning, and left alone")
    void existingDestinationIsRefused() throws Exception {
        occupyDestination();
        String before = world();

        assertThatThrownBy(() -> plan(Purpose.RESTORE))
                .as("planning into a destination that exists")
                .isInstanceOf(RequestRefusedException.class);
        assertThat(world()).isEqualTo(before);
    }

    @Test
    @DisplayName("RST-009 a destination that appeared after planning makes the plan stale, and is left alone")
    void occupiedSincePlanning() throws Exception {
        DisasterRecovery dr = rehearsal.engine();
        Plan plan = plan(Purpose.RESTORE);
        occupyDestination();
        String before = world();

        assertThatThrownBy(() -> dr.execute(plan, strategy()))
                .as("executing into a destination that appeared")
                .isInstanceOf(PlanStaleException.class);
        assertThat(world()).isEqualTo(before);
    }

    @Test
    @DisplayName("RST-010 a plan is executed once")
    void planIsExecutedOnce() throws Exception {
        DisasterRecovery dr = rehearsal.engine();
        Plan plan = plan(Purpose.RESTORE);
        dr.execute(plan, strategy());
        String before = world();

        assertThatThrownBy(() -> dr.execute(plan, strategy())).isInstanceOf(RequestRefusedException.class);
        assertThat(world()).isEqualTo(before);
    }

    @Test
    @DisplayName("RST-011 a point that is not there is refused while planning")
    void unknownPointIsNotFound() {
        assumeThat(can(Capability.RESTORE_POINT))
                .as("%s declares RESTORE_POINT", strategy().name())
                .isTrue();
        RecoveryPointId nobody = RecoveryPointId.of(point() + "-nobody");

        assertThatThrownBy(() ->
                        rehearsal.engine().plan(strategy(), RestoreRequest.of(Selection.point(nobody), destination())))
                .as("planning to restore '%s'", nobody)
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining(nobody.value());
    }

    @Test
    @DisplayName("RST-012 a damaged point is blamed as such, and nothing half restored stays")
    void damagedPointIsBlamed() throws Exception {
        damagePoint();
        String before = world();

        RunReport report;
        try {
            report = rehearsal.execute(strategy(), request(Purpose.RESTORE));
        } catch (DrException refused) {
            assertThat(world()).isEqualTo(before);
            return;
        }

        assertThat(report.outcome()).as("outcome\n%s", report.toMarkdown()).isEqualTo(Outcome.FAILED);
        assertThat(report.steps())
                .as("steps that blame the point")
                .anyMatch(step -> "damaged".equals(step.facts().get("integrity")));
        assertThat(restored()).as("what is left at the destination").isEmpty();
        assertThat(world()).isEqualTo(before);
    }

    @Tag("exhaustive")
    @Test
    @DisplayName("RST-013 a process that dies at any entry of the journal is survived by resuming")
    void deathAnywhereIsSurvived() throws Exception {
        for (Fault crash : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            boolean died = true;
            for (int entry = 1; died && entry < Rehearsal.MANY; entry++) {
                makeWorld();
                String moment = crash + " entry " + entry;
                String original = original();
                Plan plan = plan(Purpose.RESTORE);

                died = rehearsal.executeUntil(entry, crash, plan, strategy());
                RunReport report = rehearsal.goOn(plan, this::strategy);

                assertThat(report.outcome())
                        .as("%s: outcome\n%s", moment, report.toMarkdown())
                        .isEqualTo(Outcome.SUCCEEDED);
                assertThat(restored()).as("%s: restored content", moment).isEqualTo(original);
                assertThat(original()).as("%s: original", moment).isEqualTo(original);
            }
        }
    }

    @Tag("exhaustive")
    @Test
    @DisplayName("RST-014 a restore that is interrupted at any step is finished by resuming")
    void interruptionIsSurvived() throws Exception {
        boolean interrupted = true;
        for (int step = 1; interrupted && step < Rehearsal.MANY; step++) {
            makeWorld();
            Plan plan = plan(Purpose.RESTORE);

            interrupted = rehearsal.interruptAt(step, plan, strategy());

            RunReport report = rehearsal.goOn(plan, this::strategy);
            assertThat(report.outcome())
                    .as("interrupted at step %s\n%s", step, report.toMarkdown())
                    .isEqualTo(Outcome.SUCCEEDED);
            assertThat(restored()).isEqualTo(original());
        }
    }

    @Test
    @DisplayName("RST-015 a proof removes what it made and nothing else, and its clean-up comes last")
    void proofRemovesWhatItMade() throws Exception {
        assumeThat(can(Capability.PROVE))
                .as("%s declares PROVE", strategy().name())
                .isTrue();
        Plan plan = plan(Purpose.PROOF);
        List<Boolean> cleanUps =
                plan.steps().stream().map(step -> step.is(Trait.CLEAN_UP)).toList();
        String before = world();

        RunReport report = rehearsal.engine().execute(plan, strategy());

        assertThat(plan.kind()).isEqualTo("prove");
        assertThat(cleanUps).as("clean-up steps come last").isSorted().contains(true);
        assertThat(report.outcome()).as("outcome\n%s", report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(restored()).as("what is left at the destination").isEmpty();
        assertThat(world()).isEqualTo(before);
    }

    @Test
    @DisplayName("RST-016 a restored copy can be opened for checks, and closing it removes nothing")
    void copyCanBeOpened() throws Exception {
        Plan plan = plan(Purpose.RESTORE);
        rehearsal.engine().execute(plan, strategy());
        String before = world();

        try (RestoredCopy copy = strategy().open(plan)) {
            assertThat(copy.databases()).isNotNull();
        }

        assertThat(world()).isEqualTo(before);
    }

    @Test
    @DisplayName("RST-017 what makes something says how it is undone, or is removed by the plan itself on failure")
    void stepsHaveAnInverse() {
        Plan plan = plan(Purpose.RESTORE);

        boolean removes = plan.steps().stream().anyMatch(step -> step.is(Trait.ON_FAILURE));
        assertThat(removes || plan.steps().stream().map(PlanStep::inverse).anyMatch(inverse -> !inverse.isEmpty()))
                .as("some step has an inverse, or an ON_FAILURE step removes what was made")
                .isTrue();
    }

    @Test
    @DisplayName("RST-018 no secret stands in a plan, a journal or a report")
    void noSecretIsWrittenDown() throws Exception {
        assumeThat(secrets()).as("secrets given to the strategy").isNotEmpty();
        Plan plan = plan(Purpose.RESTORE);
        rehearsal.engine().execute(plan, strategy());

        String traces = rehearsal.traces(plan) + strategy();

        for (String secret : secrets()) {
            assertThat(traces.contains(secret))
                    .as("a secret of %s characters is shown", secret.length())
                    .isFalse();
        }
    }

    private boolean can(Capability capability) {
        return strategy().capabilities().can(capability);
    }

    private RestoreRequest request(Purpose purpose) {
        return new RestoreRequest(selection(), destination(), purpose);
    }

    private Plan plan(Purpose purpose) {
        return rehearsal.engine().plan(strategy(), request(purpose));
    }
}
