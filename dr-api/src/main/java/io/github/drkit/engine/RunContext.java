package io.github.drkit.engine;

import io.github.drkit.CheckResult;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.Progress;
import io.github.drkit.StepContext;
import io.github.drkit.TimeSource;
import io.github.drkit.journal.JournalEntry.Kind;
import java.util.Map;
import java.util.Optional;

/** What one step of one run may use. */
final class RunContext implements StepContext {

    private final Plan plan;
    private final PlanStep step;
    private final RunLog log;
    private final OpenResources resources;
    private final TimeSource time;
    private final Progress progress;

    RunContext(Plan plan, PlanStep step, RunLog log, OpenResources resources, TimeSource time, Progress progress) {
        this.plan = plan;
        this.step = step;
        this.log = log;
        this.resources = resources;
        this.time = time;
        this.progress = progress;
    }

    @Override
    public Plan plan() {
        return plan;
    }

    @Override
    public int attempt() {
        return log.attempt(step.name());
    }

    @Override
    public TimeSource time() {
        return time;
    }

    @Override
    public Progress progress() {
        return progress;
    }

    @Override
    public void record(String name, String value) {
        log.append(Kind.STEP_NOTED, step.name(), Optional.empty(), name, Map.of(name, value));
    }

    @Override
    public Map<String, String> facts(String of) {
        return log.facts(of);
    }

    @Override
    public Optional<Outcome> outcome(String of) {
        return log.outcome(of);
    }

    @Override
    public void keepOpen(String name, AutoCloseable resource) {
        resources.keep(name, resource);
    }

    @Override
    public <T> T opened(String name, Class<T> type) {
        return resources.opened(name, type);
    }

    void checked(String name, CheckResult result) {
        log.append(
                Kind.CHECK_ENDED,
                name,
                Optional.of(result.outcome()),
                "checked",
                Map.of("expected", result.expected(), "actual", result.actual()));
    }
}
