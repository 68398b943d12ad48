package io.github.drkit.engine;

import io.github.drkit.Check;
import io.github.drkit.CheckResult;
import io.github.drkit.Effect;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreStrategy;
import io.github.drkit.RestoredCopy;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.Verdict;
import io.github.drkit.catalog.Verdicts;
import io.github.drkit.error.DrException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A restore whose copy is checked and removed, and whose verdict is recorded. */
final class Proving implements Operation<RestoreRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(Proving.class);
    private static final String CHECKS = "run-checks";
    private static final String VERDICT = "record-verdict";

    private final RestoreStrategy strategy;
    private final Verdicts verdicts;
    private final SigningKey prover;
    private final List<Check> checks;

    Proving(RestoreStrategy strategy, Verdicts verdicts, SigningKey prover, List<Check> checks) {
        this.strategy = strategy;
        this.verdicts = verdicts;
        this.prover = prover;
        this.checks = List.copyOf(checks);
        Set<String> names = new HashSet<>();
        for (Check check : checks) {
            if (!names.add(check.name())) {
                throw new IllegalArgumentException(
                        "Cannot prove: two checks are called '" + check.name() + "' but each needs a name of its own");
            }
        }
    }

    RestoreStrategy strategy() {
        return strategy;
    }

    @Override
    public Plan plan(RestoreRequest request, PlanContext context) {
        RestoreRequest proof =
                new RestoreRequest(request.selection(), request.destination(), RestoreRequest.Purpose.PROOF);
        Plan restore = strategy.plan(proof, context);
        RecoveryPointId.of(restore.subject());
        List<PlanStep> steps = new ArrayList<>();
        List<String> work = restore.steps().stream()
                .filter(step -> !step.is(Trait.CLEAN_UP) && !step.is(Trait.ON_FAILURE))
                .map(PlanStep::name)
                .toList();
        restore.steps().stream().filter(step -> work.contains(step.name())).forEach(steps::add);
        steps.add(PlanStep.named(CHECKS, "Check the copy: " + names(), Effect.READ_ONLY)
                .after(work.toArray(String[]::new))
                .build());
        restore.steps().stream().filter(step -> !work.contains(step.name())).forEach(steps::add);
        // Last, and whatever happened before: a point found damaged must be recorded as such.
        steps.add(PlanStep.named(VERDICT, "Record what was found beside the point", Effect.CONDITIONAL)
                .after(steps.stream().map(PlanStep::name).toArray(String[]::new))
                .traits(Trait.CLEAN_UP)
                .parameter("prover", prover.name())
                .build());
        return new Plan(
                restore.run(),
                "prove",
                restore.subject(),
                restore.request(),
                restore.preconditions(),
                steps,
                restore.remarks(),
                restore.estimate());
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        return strategy.observe(precondition, context);
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        if (step.name().equals(CHECKS)) {
            return check(context);
        }
        if (step.name().equals(VERDICT)) {
            return recordVerdict(context);
        }
        return strategy.execute(step, context);
    }

    private String names() {
        return checks.isEmpty()
                ? "none beside the comparison"
                : String.join(", ", checks.stream().map(Check::name).toList());
    }

    private StepResult check(StepContext context) throws InterruptedException {
        List<String> failed = new ArrayList<>();
        List<String> untold = new ArrayList<>();
        try (RestoredCopy copy = strategy.open(context.plan())) {
            for (Check check : checks) {
                CheckResult result = look(check, copy, context);
                if (context instanceof RunContext run) {
                    run.checked(check.name(), result);
                }
                if (result.outcome() == Outcome.FAILED) {
                    failed.add(check.name() + ": " + result.actual() + " but " + result.expected());
                } else if (result.outcome() != Outcome.SUCCEEDED) {
                    untold.add(check.name() + ": " + result.actual());
                }
            }
        }
        if (!failed.isEmpty()) {
            return StepResult.damaged(String.join("; ", failed));
        }
        return untold.isEmpty()
                ? StepResult.succeeded(checks.size() + " checks hold")
                : StepResult.failed("could not be told, which proves nothing: " + String.join("; ", untold));
    }

    private static CheckResult look(Check check, RestoredCopy copy, StepContext context) throws InterruptedException {
        try {
            return check.check(copy, context);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.warn("Check '{}' could not look", check.name(), e);
            return new CheckResult(Outcome.UNKNOWN, "the check can look", problem(e));
        }
    }

    /** A {@code DataSource} may only throw an {@code SQLException}, so that ours is its cause. */
    private static String problem(Exception thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof DrException failure) {
                return failure.problem() + " [" + failure.code() + "]";
            }
        }
        return "it threw " + thrown.getClass().getName() + "; see the log";
    }

    private StepResult recordVerdict(StepContext context) throws InterruptedException {
        // What a clean-up step found says nothing about the point.
        List<PlanStep> work = context.plan().steps().stream()
                .filter(step -> !RunLog.isCleanUp(step))
                .toList();
        boolean damaged = work.stream()
                .anyMatch(step -> ended(step, Outcome.FAILED, context)
                        && "damaged".equals(context.facts(step.name()).get("integrity")));
        Optional<PlanStep> failed = work.stream()
                .filter(step -> !ended(step, Outcome.SUCCEEDED, context) && !ended(step, Outcome.SKIPPED, context))
                .findFirst();
        if (!damaged && failed.isPresent()) {
            return StepResult.skipped("no verdict: step '" + failed.get().name()
                    + "' did not succeed, for a reason that is not the point's");
        }
        Optional<PlanStep> skipped = work.stream()
                .filter(step -> ended(step, Outcome.SKIPPED, context))
                .findFirst();
        if (!damaged && skipped.isPresent()) {
            // All else went well, so the run would say SUCCEEDED of a proof that nobody gave.
            return StepResult.failed("no verdict: step '" + skipped.get().name()
                    + "' was SKIPPED but PROVEN needs every step SUCCEEDED");
        }
        Proof.Level level = damaged ? Proof.Level.FAILED : Proof.Level.PROVEN;
        // Kept in the journal first, so that repeating the step after a crash writes the same record again.
        Instant at = Instant.parse(
                context.facts(VERDICT).getOrDefault("at", context.time().now().toString()));
        context.record("at", at.toString());
        verdicts.record(
                new Verdict(
                        RecoveryPointId.of(context.plan().subject()),
                        context.plan().run(),
                        at,
                        level,
                        Verdict.Kind.PROOF,
                        damaged ? "restored and found different" : "restored by " + strategy.name() + " and compared"),
                context.plan(),
                prover);
        return StepResult.succeeded("recorded " + level, Map.of("proof", level.name()));
    }

    private static boolean ended(PlanStep step, Outcome outcome, StepContext context) {
        return context.outcome(step.name()).filter(outcome::equals).isPresent();
    }
}
