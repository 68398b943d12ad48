package io.github.drkit.engine;

import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Precondition;
import io.github.drkit.Progress;
import io.github.drkit.StepResult;
import io.github.drkit.TimeSource;
import io.github.drkit.error.DrException;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.PlanStaleException;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.journal.JournalEntry.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One execution of one plan in this process. The journal is written on the coordinating thread, before and after every
 * step; workers only act and record facts.
 */
final class Run {

    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    private final Plan plan;
    private final Operation<?> operation;
    private final RunLog log;
    private final TimeSource time;
    private final Consumer<RecoveryEvent> events;
    private final int sideBySide;
    private final RunLease lease;

    Run(
            Plan plan,
            Operation<?> operation,
            RunLog log,
            TimeSource time,
            Consumer<RecoveryEvent> events,
            int sideBySide,
            RunLease lease) {
        this.plan = plan;
        this.operation = operation;
        this.log = log;
        this.time = time;
        this.events = events;
        this.sideBySide = sideBySide;
        this.lease = lease;
    }

    /** Goes through the steps that are left and returns how the run ended. */
    Outcome execute(String writer) throws InterruptedException {
        Map<String, String> begun = new HashMap<>(lease.facts());
        begun.put("writer", writer);
        log.append(Kind.RUN_BEGUN, "", Optional.empty(), "begun", begun);
        events.accept(new RecoveryEvent.RunBegun(
                plan.run(),
                time.now(),
                plan.kind(),
                plan.subject(),
                plan.steps().size()));
        Set<String> undecided = undecided();
        log.reopen(RunLog.lost(plan, log));
        log.reopen(undecided);
        boolean interrupted = false;
        // Each step is handed to a thread at once: one that waited in a queue would be lost, unsettled, on an
        // interrupt.
        ExecutorService workers = Executors.newCachedThreadPool(Run::worker);
        try (OpenResources resources = new OpenResources()) {
            try {
                phase(workers, resources, step -> !RunLog.isCleanUp(step), true);
                settleUnreachable(undecided);
                if (workFailed()) {
                    phase(workers, resources, step -> step.is(Trait.ON_FAILURE), false);
                }
                phase(workers, resources, step -> step.is(Trait.CLEAN_UP), false);
            } catch (InterruptedException e) {
                interrupted = true;
            } finally {
                // Before what they use is closed, and before the caller hears of the end.
                stop(workers);
            }
        }
        Optional<String> loss = lease.loss();
        Outcome outcome = interrupted || loss.isPresent() ? Outcome.UNKNOWN : outcome();
        log.append(
                Kind.RUN_ENDED, "", Optional.of(outcome), loss.orElse(interrupted ? "interrupted" : "ended"), Map.of());
        events.accept(new RecoveryEvent.RunEnded(plan.run(), time.now(), outcome));
        if (interrupted && loss.isEmpty()) {
            throw new InterruptedException("Run '" + plan.run() + "' was interrupted; resume it by its id");
        }
        return outcome;
    }

    /** Steps that began without an end, or ended UNKNOWN: they are done again, and look first. */
    private Set<String> undecided() {
        Set<String> undecided = new HashSet<>();
        plan.steps().stream().map(PlanStep::name).filter(log::undecided).forEach(undecided::add);
        return undecided;
    }

    /** What began in an earlier process and could not be looked at now, for want of what it rests on, stays unknown. */
    private void settleUnreachable(Set<String> undecided) {
        for (PlanStep step : plan.steps()) {
            if (!RunLog.isCleanUp(step)
                    && undecided.contains(step.name())
                    && log.outcome(step.name()).isEmpty()) {
                log.append(
                        Kind.STEP_ENDED,
                        step.name(),
                        Optional.of(Outcome.UNKNOWN),
                        "began earlier, and could not be looked at because an earlier step did not succeed",
                        Map.of());
            }
        }
    }

    /** A failed clean-up is no reason to remove what was made. */
    private boolean workFailed() {
        return plan.steps().stream()
                .filter(step -> !RunLog.isCleanUp(step))
                .anyMatch(step ->
                        log.outcome(step.name()).filter(Outcome.FAILED::equals).isPresent());
    }

    private Outcome outcome() {
        if (any(Outcome.UNKNOWN)) {
            return Outcome.UNKNOWN;
        }
        boolean allDone = plan.steps().stream()
                .filter(step -> !RunLog.isCleanUp(step))
                .allMatch(step -> log.satisfied(step.name()));
        return any(Outcome.FAILED) || !allDone ? Outcome.FAILED : Outcome.SUCCEEDED;
    }

    /** Interrupts what still runs and waits for it to end. */
    private static void stop(ExecutorService workers) {
        workers.shutdownNow();
        boolean interrupted = false;
        while (!workers.isTerminated()) {
            try {
                workers.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean any(Outcome outcome) {
        return plan.steps().stream()
                .anyMatch(
                        step -> log.outcome(step.name()).filter(outcome::equals).isPresent());
    }

    /** Runs the chosen steps as their predecessors allow; a failure keeps further ones from beginning, if it is to stop them. */
    private void phase(
            ExecutorService workers, OpenResources resources, Predicate<PlanStep> chosen, boolean stopsOnFailure)
            throws InterruptedException {
        List<PlanStep> waiting = new ArrayList<>(plan.steps().stream()
                .filter(chosen)
                .filter(step -> log.outcome(step.name()).isEmpty())
                .toList());
        BlockingQueue<Future<StepResult>> done = new LinkedBlockingQueue<>();
        CompletionService<StepResult> running = new ExecutorCompletionService<>(workers, done);
        Map<Future<StepResult>, PlanStep> steps = new HashMap<>();
        try {
            while (!waiting.isEmpty() || !steps.isEmpty()) {
                boolean unknown = any(Outcome.UNKNOWN);
                boolean stopped = unknown || (stopsOnFailure && any(Outcome.FAILED));
                for (PlanStep step : List.copyOf(waiting)) {
                    // What began in an earlier process is looked at, whatever else failed: it may have had its effect.
                    boolean looks = !unknown && log.begun(step.name());
                    if ((stopped && !looks) || (stopsOnFailure && blocked(step))) {
                        waiting.remove(step);
                        if (!unknown && !log.begun(step.name())) {
                            log.append(
                                    Kind.STEP_ENDED,
                                    step.name(),
                                    Optional.of(Outcome.SKIPPED),
                                    "not begun, because an earlier step did not succeed",
                                    Map.of());
                        }
                    } else if (steps.size() < sideBySide && ready(step, stopsOnFailure, waiting, steps)) {
                        lease.check();
                        waiting.remove(step);
                        begin(step, running, steps, resources);
                    }
                }
                if (!steps.isEmpty()) {
                    end(lease.await(done), steps);
                } else if (!waiting.isEmpty()) {
                    throw new IllegalStateException("Cannot execute plan '" + plan.run() + "': "
                            + waiting.get(0).name() + " waits for a step that does not come before it");
                }
            }
        } catch (InterruptedException e) {
            settle(done, steps, workers);
            throw e;
        }
    }

    /** After an interrupt or the loss of the lease: stop the workers, wait for each to say what it saw, and write it down. */
    private void settle(
            BlockingQueue<Future<StepResult>> done, Map<Future<StepResult>, PlanStep> steps, ExecutorService workers) {
        workers.shutdownNow();
        while (!steps.isEmpty()) {
            try {
                end(done.take(), steps);
            } catch (InterruptedException again) {
                // Interrupted once is enough: what the workers saw must still be written down.
                LOG.debug("Interrupted again while run '{}' settles", plan.run());
            }
        }
    }

    private boolean blocked(PlanStep step) {
        return step.after().stream().anyMatch(before -> log.outcome(before).isPresent() && !log.satisfied(before));
    }

    private boolean ready(
            PlanStep step, boolean needsSuccess, List<PlanStep> waiting, Map<Future<StepResult>, PlanStep> steps) {
        if (needsSuccess) {
            return step.after().stream().allMatch(log::satisfied);
        }
        return step.after().stream()
                .noneMatch(before ->
                        waiting.stream().anyMatch(other -> other.name().equals(before))
                                || steps.values().stream()
                                        .anyMatch(other -> other.name().equals(before)));
    }

    private void begin(
            PlanStep step,
            CompletionService<StepResult> running,
            Map<Future<StepResult>, PlanStep> steps,
            OpenResources resources) {
        log.append(Kind.STEP_BEGUN, step.name(), Optional.empty(), step.title(), Map.of());
        events.accept(new RecoveryEvent.StepBegun(
                plan.run(), time.now(), step.name(), step.title(), log.attempt(step.name())));
        RunContext context = new RunContext(plan, step, log, resources, lease.time(), progress(step));
        steps.put(running.submit(() -> act(step, context)), step);
    }

    private StepResult act(PlanStep step, RunContext context) throws InterruptedException {
        try {
            if (step.is(Trait.DESTRUCTIVE)) {
                requirePreconditions(log.attempt(step.name()) == 1 ? step.name() : "");
            }
            return operation.execute(step, context);
        } catch (DrException failure) {
            // Drivers and stores fail like this when their thread is interrupted, so it says nothing of the far side.
            if (Thread.interrupted()) {
                InterruptedException cancelled = new InterruptedException(failure.getMessage());
                cancelled.initCause(failure);
                throw cancelled;
            }
            throw failure;
        }
    }

    private void end(Future<StepResult> done, Map<Future<StepResult>, PlanStep> steps) {
        PlanStep step = Objects.requireNonNull(steps.remove(done), "every future has its step");
        StepResult result = result(step, done);
        log.append(Kind.STEP_ENDED, step.name(), Optional.of(result.outcome()), result.message(), result.facts());
        events.accept(
                new RecoveryEvent.StepEnded(plan.run(), time.now(), step.name(), result.outcome(), result.message()));
    }

    private StepResult result(PlanStep step, Future<StepResult> done) {
        Throwable thrown;
        try {
            @Nullable StepResult result = done.get();
            if (result != null) {
                return result;
            }
            thrown = new NullPointerException("null instead of a StepResult");
        } catch (ExecutionException e) {
            thrown = e.getCause() == null ? e : e.getCause();
        } catch (InterruptedException e) {
            thrown = e;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        if (log.broken()) {
            throw log.refusal(); // the journal is not ours any more: not one entry further
        }
        if (thrown instanceof InterruptedException) {
            return StepResult.unknown("interrupted before its effect was observed");
        }
        if (thrown instanceof OutcomeUnknownException unknown) {
            return StepResult.unknown(unknown.getMessage());
        }
        if (thrown instanceof IntegrityException damaged) {
            return StepResult.damaged(damaged.getMessage());
        }
        if (thrown instanceof DrException failure) {
            return new StepResult(
                    Outcome.FAILED,
                    failure.getMessage(),
                    Map.of("code", failure.code().value(), "changed", failure.changed()));
        }
        // An adapter's bug: nobody knows how far it came.
        LOG.error("Step '{}' of run '{}' threw what no step may throw", step.name(), plan.run(), thrown);
        return StepResult.unknown("threw " + thrown.getClass().getName() + ", which no step may; see the log");
    }

    /** Reads all preconditions again, but for those that steps already begun have changed. */
    void requirePreconditions() {
        requirePreconditions("");
    }

    /** The step that is about to act for the first time stands in the journal as begun, and has changed nothing yet. */
    private void requirePreconditions(String aboutToAct) {
        Set<String> changed = new HashSet<>();
        plan.steps().stream()
                .filter(step -> log.begun(step.name()) && !step.name().equals(aboutToAct))
                .forEach(step -> changed.addAll(step.changes()));
        for (Precondition precondition : plan.preconditions()) {
            if (!changed.contains(precondition.name())) {
                String now = operation.observe(precondition, new PlanContext(plan.run(), time));
                if (!now.equals(precondition.value())) {
                    throw new PlanStaleException(
                            "DRK-PLAN-001",
                            "Cannot execute plan '" + plan.run() + "': " + precondition.name() + " '"
                                    + precondition.about() + "' is " + now + " but the plan relies on "
                                    + precondition.value(),
                            "Plan again and compare; the world has moved since this plan was made");
                }
            }
        }
    }

    private Progress progress(PlanStep step) {
        AtomicLong total = new AtomicLong();
        OptionalLong expected = step.parameters().containsKey(PlanStep.EXPECTED_BYTES)
                ? OptionalLong.of(Long.parseLong(step.parameters().get(PlanStep.EXPECTED_BYTES)))
                : OptionalLong.empty();
        return bytes -> events.accept(
                new RecoveryEvent.StepMoved(plan.run(), time.now(), step.name(), total.addAndGet(bytes), expected));
    }

    private static Thread worker(Runnable work) {
        Thread thread = new Thread(work, "drkit-step");
        thread.setDaemon(true);
        return thread;
    }
}
