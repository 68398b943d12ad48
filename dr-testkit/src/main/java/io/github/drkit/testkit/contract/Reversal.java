package io.github.drkit.testkit.contract;

import io.github.drkit.Effect;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanRequest;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Precondition;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.TimeSource;
import io.github.drkit.cutover.Change;
import io.github.drkit.cutover.Reversible;
import io.github.drkit.cutover.Standing;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes and undoes one reversible change in runs of its own, as a cut-over and a roll back do. */
final class Reversal {

    private static final String STEP = "make";

    private final Rehearsal rehearsal;

    Reversal(TimeSource time) {
        this.rehearsal = new Rehearsal(time);
    }

    Plan plan(Reversible part) {
        return rehearsal.engine().plan(new Making(part), Request.MAKE);
    }

    RunReport make(Reversible part) throws InterruptedException {
        return make(plan(part), part);
    }

    RunReport make(Plan plan, Reversible part) throws InterruptedException {
        return rehearsal.engine().execute(plan, new Making(part));
    }

    RunReport goOn(Plan plan, Reversible part) throws InterruptedException {
        return rehearsal.goOn(plan, () -> new Making(part));
    }

    /** Makes it in a process that dies at a journal entry, counted from 1; tells whether it came that far. */
    boolean makeUntil(int entry, Fault crash, Plan plan, Reversible part) throws InterruptedException {
        return rehearsal.executeUntil(entry, crash, plan, new Making(part));
    }

    RunReport undo(Plan made, Reversible part) throws InterruptedException {
        Operation<PlanRequest> undoing = new Undoing(part, recorded(made));
        return rehearsal.execute(undoing, Request.UNDO);
    }

    RunReport undoNothing(Reversible part) throws InterruptedException {
        return rehearsal.execute(new Undoing(part, Map.of()), Request.UNDO);
    }

    /** What making it recorded. */
    Map<String, String> recorded(Plan plan) {
        Map<String, String> recorded = new TreeMap<>();
        for (JournalEntry entry : rehearsal.journal().entries(plan.run())) {
            if (entry.kind() == JournalEntry.Kind.STEP_NOTED) {
                recorded.putAll(entry.facts());
            }
        }
        return recorded;
    }

    String traces(Plan plan) {
        return rehearsal.traces(plan);
    }

    private enum Request implements PlanRequest {
        MAKE("make"),
        UNDO("undo");

        private final String kind;

        Request(String kind) {
            this.kind = kind;
        }

        @Override
        public String kind() {
            return kind;
        }

        @Override
        public Map<String, String> describe() {
            return Map.of();
        }
    }

    private record Making(Reversible part) implements Operation<PlanRequest> {

        @Override
        public Plan plan(PlanRequest request, PlanContext context) {
            Change change = part.plan();
            PlanStep.Builder step = PlanStep.named(STEP, change.title(), Effect.CONDITIONAL)
                    .traits(Trait.DESTRUCTIVE)
                    .changes(STEP)
                    .inverse(change.inverse());
            change.parameters().forEach(step::parameter);
            change.commands().forEach(step::command);
            return new Plan(
                    context.run(),
                    request.kind(),
                    part.name(),
                    request.describe(),
                    List.of(new Precondition(STEP, part.name(), change.before())),
                    List.of(step.build()),
                    change.remarks(),
                    Optional.empty());
        }

        @Override
        public String observe(Precondition precondition, PlanContext context) {
            return part.plan().before();
        }

        @Override
        public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
            part.make(step, context);
            return judged(part.observe(context.facts(STEP)), Standing.State.MADE);
        }
    }

    private record Undoing(Reversible part, Map<String, String> made) implements Operation<PlanRequest> {

        @Override
        public Plan plan(PlanRequest request, PlanContext context) {
            return new Plan(
                    context.run(),
                    request.kind(),
                    part.name(),
                    request.describe(),
                    List.of(),
                    List.of(PlanStep.named("undo", "Undo what was recorded", Effect.CONDITIONAL)
                            .build()),
                    List.of(),
                    Optional.empty());
        }

        @Override
        public String observe(Precondition precondition, PlanContext context) {
            return precondition.value();
        }

        @Override
        public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
            part.undo(made, context);
            return judged(part.observe(made), Standing.State.UNMADE);
        }
    }

    private static StepResult judged(Standing now, Standing.State wanted) {
        return new StepResult(now.state() == wanted ? Outcome.SUCCEEDED : Outcome.FAILED, now.toString(), Map.of());
    }
}
