package io.github.drkit.minio.postgres;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.Progress;
import io.github.drkit.StepContext;
import io.github.drkit.TimeSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Lets a test do one step of a plan, as if nothing had been done before but what the test says. */
final class StepProbe implements StepContext {

    private final Plan plan;
    private final Map<String, String> recorded = new HashMap<>();
    private final Map<String, Map<String, String>> given = new HashMap<>();
    private final Map<String, AutoCloseable> held = new HashMap<>();

    StepProbe(Plan plan) {
        this.plan = plan;
    }

    /** Lets a step before have left a fact. */
    StepProbe given(String step, String name, String value) {
        given.computeIfAbsent(step, key -> new HashMap<>()).put(name, value);
        return this;
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
        Map<String, String> facts = new HashMap<>(recorded);
        facts.putAll(given.getOrDefault(step, Map.of()));
        return Map.copyOf(facts);
    }

    @Override
    public Optional<Outcome> outcome(String step) {
        return Optional.empty();
    }

    @Override
    public void keepOpen(String name, AutoCloseable resource) {
        held.put(name, resource);
    }

    @Override
    public <T> T opened(String name, Class<T> type) {
        return Optional.ofNullable(held.get(name))
                .map(type::cast)
                .orElseThrow(() -> new IllegalStateException("Nothing is held as '" + name + "'"));
    }
}
