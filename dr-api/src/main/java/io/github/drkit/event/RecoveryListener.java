package io.github.drkit.event;

/**
 * Is told what happens in a run. Called on the threads that do the work, so it must be quick and thread-safe; what it
 * throws is logged and does not fail the run.
 */
@FunctionalInterface
public interface RecoveryListener {

    /**
     * Is told of an event.
     *
     * @param event what happened
     */
    void on(RecoveryEvent event);
}
