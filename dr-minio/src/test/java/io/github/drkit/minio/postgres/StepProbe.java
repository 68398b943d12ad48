package io.github.drkit.minio.postgres;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.Progress;
import io.github.drkit.StepContext;
import io.github.drkit.TimeSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Lets a test do one step of a plan, as if nothing had been done before. */
final class StepProbe implements StepContext {

    private final Plan plan;
    private final Map<String, String> recorded = new HashMap<>();

    StepProbe(Plan plan) {
        this.plan = plan;
    }

    @Override
    public Plan plan() {
        return plan;
    }

    @Override
    public int attempt() {
        return 1;
    }

    @Override
    public TimeSource time() {
        return TimeSource.system();
    }

    @Override
    public Progress progress() {
        return Progress.silent();
    }

    @Override
    public void record(String name, String value) {
        recorded.put(name, value);
    }

    @Override
    public Map<String, String> facts(String step) {
        return Map.copyOf(recorded);
    }

    @Override
    public Optional<Outcome> outcome(String step) {
        return Optional.empty();
    }

    @Override
    public void hold(String name, AutoCloseable resource) {
        throw new IllegalStateException("Nothing is held here");
    }

    @Override
    public <T> T held(String name, Class<T> type) {
        throw new IllegalStateException("Nothing is held here");
    }
}
