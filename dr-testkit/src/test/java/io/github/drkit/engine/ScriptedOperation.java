package io.github.drkit.engine;

import io.github.drkit.Operation;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanRequest;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** An operation whose steps and preconditions are written down by the test, and which notes what was executed. */
final class ScriptedOperation implements Operation<PlanRequest> {

    static final PlanRequest REQUEST = new PlanRequest() {
        @Override
        public String kind() {
            return "rehearse";
        }

        @Override
        public Map<String, String> describe() {
            return Map.of("what", "steps");
        }
    };

    private final List<PlanStep> steps = new ArrayList<>();
    private final Map<String, Action> actions = new TreeMap<>();
    private final Map<String, Supplier<String>> preconditions = new LinkedHashMap<>();
    private final List<String> executed = new ArrayList<>();

    ScriptedOperation step(PlanStep.Builder step, Action action) {
        PlanStep built = step.build();
        steps.add(built);
        actions.put(built.name(), action);
        return this;
    }

    ScriptedOperation precondition(String name, Supplier<String> value) {
        preconditions.put(name, value);
        return this;
    }

    /** The steps executed so far, with the attempt behind a colon when it is not the first. */
    synchronized List<String> executed() {
        return List.copyOf(executed);
    }

    @Override
    public Plan plan(PlanRequest request, PlanContext context) {
        List<Precondition> read = new ArrayList<>();
        preconditions.forEach((name, value) -> read.add(new Precondition(name, "world", value.get())));
        return new Plan(
                context.run(), request.kind(), "script", request.describe(), read, steps, List.of(), Optional.empty());
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        return preconditions.get(precondition.name()).get();
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        synchronized (this) {
            executed.add(step.name() + (context.attempt() == 1 ? "" : ":" + context.attempt()));
        }
        return actions.get(step.name()).act(context);
    }

    interface Action {
        StepResult act(StepContext context) throws InterruptedException;
    }
}
