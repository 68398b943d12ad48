package io.github.drkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Effect;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.RunId;
import io.github.drkit.StepResult;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.PlanStaleException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.journal.JournalEntry.Kind;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.RecordingListener;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryJournal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RunTest {

    private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:00Z");
    private final FaultScript faults = new FaultScript();
    private final InMemoryJournal journal = new InMemoryJournal(faults);
    private final RecordingListener listener = new RecordingListener();
    private final AtomicInteger ids = new AtomicInteger();
    private final ScriptedOperation operation = new ScriptedOperation();

    @Test
    void stepsRunInTheOrderOfThePlan() throws Exception {
        operation
                .step(step("a"), ok())
                .step(step("b").after("a"), ok())
                .step(step("c").after("a", "b"), ok());

        RunReport report = execute();

        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(operation.executed()).containsExactly("a", "b", "c");
        assertThat(kinds(report.run()))
                .containsExactly(
                        "PLANNED ",
                        "RUN_BEGUN ",
                        "STEP_BEGUN a",
                        "STEP_ENDED a",
                        "STEP_BEGUN b",
                        "STEP_ENDED b",
                        "STEP_BEGUN c",
                        "STEP_ENDED c",
                        "RUN_ENDED ");
    }

    @Test
    void independentStepsRunSideBySide() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        ScriptedOperation.Action meets = context -> {
            try {
                both.await(10, TimeUnit.SECONDS);
                return StepResult.succeeded("met");
            } catch (java.util.concurrent.BrokenBarrierException | java.util.concurrent.TimeoutException e) {
                return StepResult.failed("was alone");
            }
        };
        operation.step(step("left"), meets).step(step("right"), meets);

        assertThat(execute().outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void noMoreStepsRunSideBySideThanAllowed() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        for (int number = 0; number < 6; number++) {
            operation.step(step("step-" + number), context -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                Thread.yield();
                now.decrementAndGet();
                return StepResult.succeeded("done");
            });
        }
        DisasterRecovery dr = DisasterRecovery.builder(journal)
                .time(time)
                .ids(() -> "one")
                .sideBySide(1)
                .build();

        dr.execute(dr.plan(operation, ScriptedOperation.REQUEST), operation);

        assertThat(most).hasValue(1);
    }

    @Test
    void aFailureKeepsLaterStepsFromBeginningAndRunsWhatIsForFailures() throws Exception {
        operation
                .step(step("a"), context -> StepResult.failed("no space"))
                .step(step("b").after("a"), ok())
                .step(step("undo").traits(Trait.ON_FAILURE), ok())
                .step(step("tidy").traits(Trait.CLEAN_UP), ok());

        RunReport report = execute();

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(operation.executed()).containsExactly("a", "undo", "tidy");
        assertThat(report.find("b").orElseThrow().outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(report.find("a").orElseThrow().message()).isEqualTo("no space");
    }

    @Test
    void withoutAFailureWhatIsForFailuresIsSkipped() throws Exception {
        operation
                .step(step("a"), ok())
                .step(step("undo").traits(Trait.ON_FAILURE), ok())
                .step(step("tidy").traits(Trait.CLEAN_UP), ok());

        RunReport report = execute();

        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(operation.executed()).containsExactly("a", "tidy");
        assertThat(report.find("undo").orElseThrow().outcome()).isEqualTo(Outcome.SKIPPED);
    }

    @Test
    void unknownMeansNoCleanUpUntilItIsResolvedByLooking() throws Exception {
        operation
                .step(step("a"), context -> {
                    if (context.attempt() == 1) {
                        throw new OutcomeUnknownException("DRK-TEST-001", "Cannot tell", "Look");
                    }
                    return StepResult.succeeded("it was there");
                })
                .step(step("b").after("a"), ok())
                .step(step("undo").traits(Trait.ON_FAILURE), ok())
                .step(step("tidy").traits(Trait.CLEAN_UP), ok());

        RunReport first = execute();
        assertThat(first.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(operation.executed()).containsExactly("a");

        RunReport second = engine().resume(first.run(), operation);
        assertThat(second.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(operation.executed()).containsExactly("a", "a:2", "b", "tidy");
    }

    @Test
    void aCleanUpThatEndsUnknownStopsTheOnesAfterIt() throws Exception {
        operation
                .step(step("a"), ok())
                .step(
                        step("first").traits(Trait.CLEAN_UP),
                        context -> context.attempt() == 1 ? StepResult.unknown("lost") : StepResult.succeeded("gone"))
                .step(step("second").after("first").traits(Trait.CLEAN_UP), ok());

        RunReport report = execute();
        assertThat(report.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(operation.executed()).containsExactly("a", "first");

        assertThat(engine().resume(report.run(), operation).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(operation.executed()).containsExactly("a", "first", "first:2", "second");
    }

    @Test
    void aFailedCleanUpFailsTheRunAndRemovesNothingThatWasMade() throws Exception {
        operation
                .step(step("a"), ok())
                .step(step("undo").traits(Trait.ON_FAILURE), ok())
                .step(step("tidy").traits(Trait.CLEAN_UP), context -> StepResult.failed("locked"))
                .step(step("tidy-more").after("tidy").traits(Trait.CLEAN_UP), ok());
        // The crash lies between the failed clean-up and the next one.
        faults.at(Call.APPEND, 6, Fault.CRASH_AFTER);
        DisasterRecovery dr = engine();
        Plan plan = dr.plan(operation, ScriptedOperation.REQUEST);
        assertThatThrownBy(() -> dr.execute(plan, operation)).isInstanceOf(Error.class);
        faults.revive();

        RunReport report = engine().resume(plan.run(), operation);

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(operation.executed()).containsExactly("a", "tidy", "tidy-more");
    }

    @Test
    void whatBeganBeforeACrashIsLookedAtAlsoWhenAnotherStepFailed() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        operation
                .step(step("fails"), context -> {
                    began.await();
                    return StepResult.failed("broken");
                })
                .step(step("slow"), context -> {
                    if (context.attempt() == 1) {
                        began.countDown();
                        throw new InterruptedException("the process dies here");
                    }
                    return StepResult.succeeded("its effect is there");
                })
                .step(step("undo").traits(Trait.ON_FAILURE), ok());

        RunReport report = execute();
        assertThat(report.outcome()).isEqualTo(Outcome.UNKNOWN);

        RunReport resumed = engine().resume(report.run(), operation);

        assertThat(operation.executed()).containsExactlyInAnyOrder("fails", "slow", "slow:2", "undo");
        assertThat(resumed.find("slow").orElseThrow().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(resumed.outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void whatCannotBeLookedAtStaysUnknownAndNothingIsCleanedUp() throws Exception {
        operation
                .step(step("snapshot").traits(Trait.VOLATILE), context -> switch (context.attempt()) {
                    case 2 -> StepResult.failed("server is away");
                    default -> StepResult.succeeded("open");
                })
                .step(
                        step("dump").after("snapshot"),
                        context -> context.attempt() == 1 ? StepResult.unknown("lost") : StepResult.succeeded("stored"))
                .step(step("undo").traits(Trait.ON_FAILURE), ok());

        RunReport first = execute();
        RunReport second = engine().resume(first.run(), operation);
        assertThat(second.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(operation.executed()).containsExactly("snapshot", "dump", "snapshot:2");

        assertThat(engine().resume(first.run(), operation).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(operation.executed()).containsExactly("snapshot", "dump", "snapshot:2", "snapshot:3", "dump:2");
    }

    @Test
    void aStepThatFindsNothingToDoLetsTheNextBegin() throws Exception {
        operation
                .step(step("a"), context -> StepResult.skipped("nothing to do"))
                .step(step("b").after("a"), ok());

        assertThat(execute().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(operation.executed()).containsExactly("a", "b");
    }

    @Test
    void whatAnAdapterThrowsDecidesTheOutcome() throws Exception {
        operation.step(step("refused"), context -> {
            throw new TargetUnavailableException("DRK-TEST-002", "Cannot reach it", "Wait", "half a dump", null);
        });
        RunReport report = execute();
        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.find("refused").orElseThrow().facts())
                .containsExactlyInAnyOrderEntriesOf(Map.of("code", "DRK-TEST-002", "changed", "half a dump"));

        assertThat(outcomeOf(context -> {
                    throw new IllegalStateException("a bug with secret=hunter2");
                }))
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(outcomeOf(context -> null)).isEqualTo(Outcome.UNKNOWN);
        assertThat(outcomeOf(context -> {
                    throw new IntegrityException("DRK-TEST-003", "Cannot read it", "Use another");
                }))
                .isEqualTo(Outcome.FAILED);
    }

    @Test
    void anAdaptersUnexpectedMessageDoesNotReachTheJournal() throws Exception {
        operation.step(step("buggy"), context -> {
            throw new IllegalStateException("password=hunter2");
        });

        RunReport report = execute();

        assertThat(journal.entries(report.run()).toString()).doesNotContain("hunter2");
        assertThat(report.find("buggy").orElseThrow().message())
                .isEqualTo("threw java.lang.IllegalStateException, which no step may; see the log");
    }

    @Test
    void interruptionStopsTheStepsAndWaitsForThemAndTheRunIsResumed() throws Exception {
        Thread caller = Thread.currentThread();
        CountDownLatch never = new CountDownLatch(1);
        AtomicReference<String> told = new AtomicReference<>("");
        operation
                .step(step("a"), context -> {
                    if (context.attempt() > 1) {
                        return StepResult.succeeded("done");
                    }
                    caller.interrupt();
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        told.set("a was interrupted");
                        throw e;
                    }
                    return StepResult.failed("not interrupted");
                })
                .step(step("b").after("a"), ok())
                .step(step("tidy").traits(Trait.CLEAN_UP), ok());
        DisasterRecovery dr = engine();
        Plan plan = dr.plan(operation, ScriptedOperation.REQUEST);

        assertThatThrownBy(() -> dr.execute(plan, operation))
                .isInstanceOf(InterruptedException.class)
                .hasMessage("Run '" + plan.run() + "' was interrupted; resume it by its id");

        assertThat(told).hasValue("a was interrupted");
        assertThat(Thread.interrupted()).as("flag, since the exception said it").isFalse();
        assertThat(dr.report(plan.run()).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(dr.resume(plan.run(), operation).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(operation.executed()).containsExactly("a", "a:2", "b", "tidy");
    }

    @Test
    void anInterruptBeforeAStepHasAThreadIsSettled() throws Exception {
        Thread caller = Thread.currentThread();
        for (int round = 0; round < 100; round++) {
            ScriptedOperation two =
                    new ScriptedOperation().step(step("a"), ok()).step(step("b").after("a"), ok());
            DisasterRecovery dr = DisasterRecovery.builder(journal)
                    .time(time)
                    .ids(() -> "x" + ids.incrementAndGet())
                    .sideBySide(1)
                    .listener(event -> {
                        if (event instanceof RecoveryEvent.StepBegun begun
                                && begun.step().equals("b")
                                && begun.attempt() == 1) {
                            caller.interrupt();
                        }
                    })
                    .build();
            Plan plan = dr.plan(two, ScriptedOperation.REQUEST);
            assertThatThrownBy(() -> dr.execute(plan, two)).isInstanceOf(InterruptedException.class);

            assertThat(dr.report(plan.run()).find("b").orElseThrow().end())
                    .as("end of b")
                    .isPresent();
        }
    }

    @Test
    void anInterruptedStepCanStillRecordAFact() throws Exception {
        Thread caller = Thread.currentThread();
        InterruptibleJournal interruptible = new InterruptibleJournal(journal);
        operation.step(step("a"), context -> {
            if (context.attempt() == 1) {
                caller.interrupt();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    context.record("made", "database-7");
                    throw e;
                }
            }
            return StepResult.succeeded("found " + context.facts("a").get("made"));
        });
        DisasterRecovery dr = DisasterRecovery.builder(interruptible)
                .time(time)
                .ids(() -> "x" + ids.incrementAndGet())
                .build();
        Plan plan = dr.plan(operation, ScriptedOperation.REQUEST);
        assertThatThrownBy(() -> dr.execute(plan, operation)).isInstanceOf(InterruptedException.class);

        RunReport report = dr.resume(plan.run(), operation);

        assertThat(report.find("a").orElseThrow().message()).isEqualTo("found database-7");
    }

    /** As a database driver does whose thread is interrupted while it connects. */
    @Test
    void aStepThatFailsBecauseItIsInterruptedEndsUnknownAndIsResumed() throws Exception {
        Thread caller = Thread.currentThread();
        operation.step(step("a"), context -> {
            if (context.attempt() == 1) {
                caller.interrupt();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new TargetUnavailableException("DRK-X-001", "Cannot connect: interrupted", "Wait", e);
                }
            }
            return StepResult.succeeded("done");
        });
        DisasterRecovery dr = engine();
        Plan plan = dr.plan(operation, ScriptedOperation.REQUEST);
        assertThatThrownBy(() -> dr.execute(plan, operation)).isInstanceOf(InterruptedException.class);
        assertThat(dr.report(plan.run()).find("a").orElseThrow().outcome()).isEqualTo(Outcome.UNKNOWN);

        assertThat(dr.resume(plan.run(), operation).outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void aChangedPreconditionRefusesThePlanAndNothingBegins() throws Exception {
        AtomicReference<String> database = new AtomicReference<>("absent");
        operation.precondition("database", database::get).step(step("a"), ok());
        DisasterRecovery dr = engine();
        Plan plan = dr.plan(operation, ScriptedOperation.REQUEST);
        database.set("present");

        assertThatThrownBy(() -> dr.execute(plan, operation))
                .isInstanceOf(PlanStaleException.class)
                .hasMessage("Cannot execute plan '" + plan.run()
                        + "': database 'world' is present but the plan relies on absent\n"
                        + "Hint: Plan again and compare; the world has moved since this plan was made [DRK-PLAN-001]");
        assertThat(journal.entries(plan.run())).isEmpty();
        assertThat(operation.executed()).isEmpty();
    }

    @Test
    void preconditionsAreReadAgainBeforeADestructiveStepAlsoThoseItChangesItself() throws Exception {
        AtomicReference<String> database = new AtomicReference<>("old");
        operation
                .precondition("database", database::get)
                .step(step("wait"), context -> {
                    database.set("written to by somebody else");
                    return StepResult.succeeded("waited");
                })
                .step(step("replace").after("wait").traits(Trait.DESTRUCTIVE).changes("database"), ok());

        RunReport report = execute();

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.find("replace").orElseThrow().facts()).containsEntry("code", "DRK-PLAN-001");
        assertThat(operation.executed()).containsExactly("wait");
    }

    @Test
    void aFarSideThatIsAwayWhenItIsLookedAtBeginsNothing() throws Exception {
        AtomicBoolean away = new AtomicBoolean();
        operation.precondition("database", () -> unlessAway(away)).step(step("a"), ok());
        DisasterRecovery dr = engine();
        Plan plan = dr.plan(operation, ScriptedOperation.REQUEST);

        away.set(true);
        assertThatThrownBy(() -> dr.execute(plan, operation))
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessageEndingWith("[DRK-TEST-004]");
        assertThat(journal.entries(plan.run())).isEmpty();

        away.set(false);
        assertThat(dr.execute(plan, operation).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(operation.executed()).containsExactly("a");
    }

    @Test
    void aFarSideThatIsAwayWhenARunIsTakenUpLeavesItAsItWas() throws Exception {
        AtomicBoolean away = new AtomicBoolean();
        operation
                .precondition("database", () -> unlessAway(away))
                .step(
                        step("a"),
                        context -> context.attempt() == 1 ? StepResult.unknown("lost") : StepResult.succeeded("there"));
        RunReport first = execute();
        List<String> kinds = kinds(first.run());

        away.set(true);
        assertThatThrownBy(() -> engine().resume(first.run(), operation))
                .isExactlyInstanceOf(TargetUnavailableException.class);
        assertThat(kinds(first.run())).isEqualTo(kinds);

        away.set(false);
        assertThat(engine().resume(first.run(), operation).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(operation.executed()).containsExactly("a", "a:2");
    }

    @Test
    void aFarSideThatIsAwayBeforeADestructiveStepFailsItBeforeItActs() throws Exception {
        AtomicBoolean away = new AtomicBoolean();
        operation
                .precondition("database", () -> unlessAway(away))
                .step(step("wait"), context -> {
                    away.set(true);
                    return StepResult.succeeded("waited");
                })
                .step(step("replace").after("wait").traits(Trait.DESTRUCTIVE).changes("database"), ok());

        RunReport report = execute();

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.find("replace").orElseThrow().facts()).containsEntry("code", "DRK-TEST-004");
        assertThat(operation.executed()).containsExactly("wait");
    }

    /** Looking cannot throw an interrupt, so it says that the far side cannot be reached; it was not the far side. */
    @Test
    void anInterruptWhileLookingBeforeADestructiveStepFailsNothing() throws Exception {
        Thread caller = Thread.currentThread();
        AtomicInteger looks = new AtomicInteger();
        CountDownLatch never = new CountDownLatch(1);
        operation
                .precondition("database", () -> {
                    if (looks.incrementAndGet() == 3) { // after planning, and before the run
                        caller.interrupt();
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                            throw new TargetUnavailableException("DRK-TEST-004", "Cannot look", "Wait");
                        }
                    }
                    return "present";
                })
                .step(step("replace").traits(Trait.DESTRUCTIVE).changes("database"), ok());
        DisasterRecovery dr = engine();
        Plan plan = dr.plan(operation, ScriptedOperation.REQUEST);

        assertThatThrownBy(() -> dr.execute(plan, operation)).isInstanceOf(InterruptedException.class);

        assertThat(dr.report(plan.run()).find("replace").orElseThrow().outcome())
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(operation.executed()).isEmpty();
        assertThat(dr.resume(plan.run(), operation).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(operation.executed()).containsExactly("replace:2");
    }

    private static String unlessAway(AtomicBoolean away) {
        if (away.get()) {
            throw new TargetUnavailableException("DRK-TEST-004", "Cannot look", "Wait");
        }
        return "present";
    }

    @Test
    void whatTheRunChangedItselfDoesNotRefuseItsLaterSteps() throws Exception {
        AtomicReference<String> database = new AtomicReference<>("absent");
        operation
                .precondition("database", database::get)
                .step(step("create").changes("database"), context -> {
                    database.set("present");
                    return context.attempt() == 1 ? StepResult.unknown("lost") : StepResult.succeeded("there");
                })
                .step(step("replace").after("create").traits(Trait.DESTRUCTIVE), ok());

        RunReport first = execute();

        assertThat(engine().resume(first.run(), operation).outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void aPlanIsExecutedOnce() throws Exception {
        operation.step(step("a"), ok());
        DisasterRecovery dr = engine();
        Plan plan = dr.plan(operation, ScriptedOperation.REQUEST);
        dr.execute(plan, operation);

        assertThatThrownBy(() -> dr.execute(plan, operation))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot execute plan '" + plan.run()
                        + "': its run has begun already but a plan is executed once\n"
                        + "Hint: Resume the run by its id, or plan again [DRK-RUN-004]");
        assertThatThrownBy(() -> dr.resume(plan.run(), operation))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot resume run '" + plan.run() + "': it ended SUCCEEDED but only a run that is UNKNOWN or"
                                + " crashed is resumed\nHint: Plan again if it did not do what it should [DRK-RUN-005]");
        assertThat(operation.executed()).containsExactly("a");
    }

    @Test
    void aRunThatIsNotThereIsNotResumed() {
        assertThatThrownBy(() -> engine().resume(RunId.of("nobody"), operation))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("Cannot find run 'nobody': the journal has no entry of it\nHint: List the runs of the"
                        + " journal; is it the journal the run was begun with? [DRK-RUN-006]");
    }

    @Test
    void whoeverIsTakenOverStopsAtItsNextEntryAndCleansNothingUp() throws Exception {
        AtomicReference<RunId> run = new AtomicReference<>();
        operation
                .step(step("a"), context -> {
                    engine().takeOver(run.get(), "the operator says it hangs");
                    return StepResult.succeeded("done");
                })
                .step(step("b").after("a"), ok())
                .step(step("tidy").traits(Trait.CLEAN_UP), ok());
        DisasterRecovery dr = engine();
        Plan plan = dr.plan(operation, ScriptedOperation.REQUEST);
        run.set(plan.run());

        assertThatThrownBy(() -> dr.execute(plan, operation))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("was written by somebody else but a run has one writer");

        assertThat(operation.executed()).containsExactly("a");
        assertThat(kinds(plan.run())).endsWith("STEP_BEGUN a", "RUN_TAKEN_OVER ");
        assertThatThrownBy(() -> dr.resume(plan.run(), operation))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot resume run '" + plan.run() + "': it was taken over but only a run that is UNKNOWN or"
                                + " crashed is resumed\nHint: Plan again if it did not do what it should [DRK-RUN-005]");
    }

    @Test
    void anEndedRunIsNotTakenOver() throws Exception {
        operation.step(step("a"), ok());
        RunReport report = execute();

        assertThatThrownBy(() -> engine().takeOver(report.run(), "by mistake"))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot take over run '" + report.run() + "': it ended SUCCEEDED but only a run that is"
                        + " UNKNOWN or crashed is taken over\nHint: Leftovers of a run that has ended are collected"
                        + " without taking it over [DRK-RUN-007]");
        assertThat(engine().report(report.run()).outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void ofTwoThatResumeOneIsRefused() throws Exception {
        AtomicReference<RunId> run = new AtomicReference<>();
        AtomicReference<Throwable> second = new AtomicReference<>();
        operation.step(step("a"), context -> {
            if (context.attempt() == 1) {
                return StepResult.unknown("lost");
            }
            return StepResult.succeeded("done");
        });
        RunReport report = execute();
        run.set(report.run());
        // Both have read the journal; the other writes first.
        RunLog late = new RunLog(journal, run.get(), time);
        engine().resume(run.get(), operation);

        assertThatThrownBy(() -> late.append(Kind.RUN_BEGUN, "", java.util.Optional.empty(), "begun", Map.of()))
                .isInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(() -> late.append(Kind.STEP_BEGUN, "a", java.util.Optional.empty(), "", Map.of()))
                .as("what refused the first entry refuses all")
                .isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void whenTheJournalIsRefusedTheRunWaitsForItsStepsBeforeItReports() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicReference<String> state = new AtomicReference<>("idle");
        operation
                .step(step("slow"), context -> {
                    state.set("working");
                    context.keepOpen("connection", () -> state.set(state.get() + ", closed"));
                    release.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        state.set("stopped");
                    }
                    return StepResult.succeeded("never");
                })
                .step(step("quick"), context -> {
                    release.await();
                    return StepResult.succeeded("done");
                });
        faults.at(Call.APPEND, 5, Fault.FAIL);

        assertThatThrownBy(this::execute)
                .isInstanceOf(TargetUnavailableException.class)
                .hasMessageContaining("lets call 5 of APPEND fail");
        assertThat(state).hasValue("stopped, closed");
    }

    @Test
    void heldThingsAreClosedInReverseOrderAndBeforeTheEndIsTold() throws Exception {
        List<String> closed = new ArrayList<>();
        operation
                .step(step("open").traits(Trait.VOLATILE), context -> {
                    context.keepOpen("first", () -> closed.add("first"));
                    context.keepOpen("second", () -> {
                        closed.add("second");
                        throw new IllegalStateException("closing fails");
                    });
                    context.keepOpen("first", () -> closed.add("third"));
                    return StepResult.succeeded("open");
                })
                .step(step("use").after("open"), context -> {
                    assertThatThrownBy(() -> context.opened("second", String.class))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessage(
                                    "Cannot find 'second': no step of this process keeps open a String of that name");
                    return StepResult.succeeded(String.valueOf(closed));
                });

        RunReport report = execute();

        assertThat(report.find("use").orElseThrow().message()).isEqualTo("[first]");
        assertThat(closed).containsExactly("first", "third", "second");
        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void progressIsTotalledAndNeverShowsAHundred() throws Exception {
        operation.step(step("a").parameter(PlanStep.EXPECTED_BYTES, "200"), context -> {
            context.progress().moved(50);
            context.progress().moved(150);
            context.progress().moved(100);
            return StepResult.succeeded("done");
        });
        operation.step(step("b").after("a"), context -> {
            context.progress().moved(7);
            return StepResult.succeeded("done");
        });

        execute();

        assertThat(listener.events(RecoveryEvent.StepMoved.class))
                .extracting(RecoveryEvent.StepMoved::percent)
                .containsExactly(OptionalInt.of(25), OptionalInt.of(99), OptionalInt.of(99), OptionalInt.empty());
    }

    @Test
    void aListenerThatThrowsDoesNotFailTheRun() throws Exception {
        operation.step(step("a"), ok());
        DisasterRecovery dr = DisasterRecovery.builder(journal)
                .time(time)
                .ids(() -> "one")
                .listener(event -> {
                    throw new IllegalStateException("no");
                })
                .listener(listener)
                .build();

        assertThat(dr.execute(dr.plan(operation, ScriptedOperation.REQUEST), operation)
                        .outcome())
                .isEqualTo(Outcome.SUCCEEDED);
        assertThat(listener.events()).hasSize(4);
    }

    @Test
    void theReportIsTheSameFromTheSameJournalAndMeasuresTheCriticalPath() throws Exception {
        operation
                .step(step("a"), sleeps(10))
                .step(step("b").after("a"), sleeps(60))
                .step(step("c").after("a"), sleeps(5))
                .step(step("d").after("b", "c"), sleeps(1));
        DisasterRecovery dr = DisasterRecovery.builder(journal)
                .time(time)
                .ids(() -> "one")
                .sideBySide(1)
                .build();
        Plan plan = dr.plan(operation, ScriptedOperation.REQUEST);

        RunReport report = dr.execute(plan, operation);

        assertThat(engine().report(plan.run())).isEqualTo(report);
        assertThat(engine().report(plan.run()).toJson()).isEqualTo(report.toJson());
        assertThat(report.duration()).isEqualTo(Duration.ofSeconds(76));
        assertThat(report.find("b").orElseThrow().duration()).contains(Duration.ofSeconds(60));
        assertThat(report.criticalPath()).containsExactly("a", "c", "d");
    }

    /** No engine of ours writes such a journal today; one that did must not end green. */
    @Test
    void workThatWasNeverBegunIsNotDoneWhateverTheJournalSaysOfItsEnd() throws Exception {
        operation
                .step(
                        step("a"),
                        context -> context.attempt() == 1 ? StepResult.unknown("lost") : StepResult.succeeded("there"))
                .step(step("b").after("a"), ok());
        RunReport first = execute();
        journal.append(new JournalEntry(
                first.run(),
                journal.entries(first.run()).size() + 1L,
                time.now(),
                Kind.STEP_ENDED,
                "b",
                0,
                Optional.of(Outcome.SKIPPED),
                "not begun",
                Map.of()));

        RunReport second = engine().resume(first.run(), operation);

        assertThat(operation.executed()).containsExactly("a", "a:2");
        assertThat(second.outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void aPlanThatWasChangedInTheJournalIsNotResumed() throws Exception {
        operation.step(step("a"), context -> StepResult.unknown("lost"));
        RunReport report = execute();
        InMemoryJournal forged = new InMemoryJournal();
        for (JournalEntry entry : journal.entries(report.run())) {
            forged.append(new JournalEntry(
                    entry.run(),
                    entry.sequence(),
                    entry.at(),
                    entry.kind(),
                    entry.step(),
                    entry.attempt(),
                    entry.outcome(),
                    entry.text().replace("script", "production"),
                    entry.facts()));
        }

        assertThatThrownBy(() -> DisasterRecovery.builder(forged).build().resume(report.run(), operation))
                .isInstanceOf(IntegrityException.class)
                .hasMessage("Cannot read journal of run '" + report.run()
                        + "': its first entry is not the plan its digest names\nHint: A run with a damaged journal is"
                        + " not resumed; look at what it left and plan again [DRK-RUN-003]");
    }

    private Outcome outcomeOf(ScriptedOperation.Action action) throws InterruptedException {
        ScriptedOperation one = new ScriptedOperation().step(step("only"), action);
        DisasterRecovery dr = engine();
        return dr.execute(dr.plan(one, ScriptedOperation.REQUEST), one).outcome();
    }

    private RunReport execute() throws InterruptedException {
        DisasterRecovery dr = engine();
        return dr.execute(dr.plan(operation, ScriptedOperation.REQUEST), operation);
    }

    private DisasterRecovery engine() {
        return DisasterRecovery.builder(journal)
                .time(time)
                .ids(() -> "x" + ids.incrementAndGet())
                .listener(listener)
                .build();
    }

    private List<String> kinds(RunId run) {
        return journal.entries(run).stream()
                .map(entry -> entry.kind() + " " + entry.step())
                .toList();
    }

    private ScriptedOperation.Action sleeps(int seconds) {
        return context -> {
            context.time().sleep(Duration.ofSeconds(seconds));
            return StepResult.succeeded("slept");
        };
    }

    private static ScriptedOperation.Action ok() {
        return context -> StepResult.succeeded("done");
    }

    private static PlanStep.Builder step(String name) {
        return PlanStep.named(name, "Do " + name, Effect.NAMED);
    }

    /** Refuses an interrupted thread, as files and sockets do. */
    private record InterruptibleJournal(InMemoryJournal journal) implements io.github.drkit.journal.Journal {
        @Override
        public void append(JournalEntry entry) {
            if (Thread.currentThread().isInterrupted()) {
                throw new TargetUnavailableException("DRK-TEST-004", "Cannot write: interrupted", "No");
            }
            journal.append(entry);
        }

        @Override
        public List<JournalEntry> entries(RunId run) {
            return journal.entries(run);
        }

        @Override
        public List<RunId> runs() {
            return journal.runs();
        }
    }
}
