package io.github.drkit;

import java.util.Map;
import java.util.Optional;

/**
 * What an implementation may use while executing a step. Thread-safe; valid until the step has ended.
 */
public interface StepContext {

    /**
     * Returns the plan being executed.
     *
     * @return the plan
     */
    Plan plan();

    /**
     * Returns which attempt at this step this is. Above 1 the step has begun before, and its end is not known or its
     * effect was volatile: look before acting.
     *
     * @return 1 or more
     */
    int attempt();

    /**
     * Returns the clock.
     *
     * @return the one way to ask for the time and to wait
     */
    TimeSource time();

    /**
     * Returns where to say how far the work is.
     *
     * @return the progress of this step
     */
    Progress progress();

    /**
     * Writes a fact into the journal now, before going on: what must not be lost if this process dies, such as the id of
     * something just made. Blocks until it is durable.
     *
     * @param name its name
     * @param value its value, no secret
     * @throws io.github.drkit.error.OutcomeUnknownException if another writer owns the run: stop at once
     */
    void record(String name, String value);

    /**
     * Returns the facts the journal holds of a step of this run, including this one and earlier attempts; later values
     * replace earlier ones of the same name.
     *
     * @param step the step's name
     * @return its facts, empty if it has none
     */
    Map<String, String> facts(String step);

    /**
     * Returns how a step of this run ended last, for clean-up steps that depend on it.
     *
     * @param step the step's name
     * @return its outcome, or empty if it has not ended
     */
    Optional<Outcome> outcome(String step);

    /**
     * Keeps something open for later steps of this process; it is closed when the run ends, and gone after a crash. A
     * step that calls this is VOLATILE.
     *
     * @param name under which {@link #opened} finds it; replaces, and closes, what had it before
     * @param resource what to keep
     */
    void keepOpen(String name, AutoCloseable resource);

    /**
     * Returns something an earlier step of this process keeps open.
     *
     * @param name the name given to {@link #keepOpen}
     * @param type its type
     * @param <T> its type
     * @return it
     * @throws IllegalStateException if nothing of that name and type is open
     */
    <T> T opened(String name, Class<T> type);
}
