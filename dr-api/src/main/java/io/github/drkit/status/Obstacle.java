package io.github.drkit.status;

import io.github.drkit.error.DrException;

/**
 * Something that would make a restore fail today, or that lets nobody be sure of it.
 *
 * @param what one sentence without a full stop
 * @param nextStep the one thing to do or check next
 */
public record Obstacle(String what, String nextStep) {

    static Obstacle of(RuntimeException failure) {
        return failure instanceof DrException known
                ? new Obstacle(known.problem(), known.hint())
                : new Obstacle(Assessment.problem(failure), "Report it to whoever wrote the adapter");
    }

    @Override
    public String toString() {
        return what + ". Next: " + nextStep;
    }
}
