package io.github.drkit.testkit.contract;

import io.github.drkit.Effect;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.Progress;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.TimeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a check is given: a plan of one step that looks. It may write facts down and finds none. */
record LookingContext(TimeSource time) implements StepContext {

    @Override
    public Plan plan() {
        return new Plan(
                RunId.of("contract"),
                "check",
                "copy",
                Map.of(),
                List.of(),
                List.of(PlanStep.named("check", "Looks at a restored copy", Effect.READ_ONLY)
                        .build()),
                List.of(),
                Optional.empty());
    }

    @Override
    public int attempt() {
        return 1;
    }

    @Override
    public Progress progress() {
        return Progress.silent();
    }

    @Override
    public void record(String name, String value) {
        // Nothing of a contract is resumed.
    }

    @Override
    public Map<String, String> facts(String step) {
        return Map.of();
    }

    @Override
    public Optional<Outcome> outcome(String step) {
        return Optional.empty();
    }

    @Override
    public void keepOpen(String name, AutoCloseable resource) {
        throw new IllegalStateException("Cannot keep '" + name + "' open: a check opens and closes what it needs");
    }

    @Override
    public <T> T opened(String name, Class<T> type) {
        throw new IllegalStateException("Cannot find '" + name + "': nothing is kept open for a check");
    }
}
