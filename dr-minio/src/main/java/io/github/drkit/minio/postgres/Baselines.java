package io.github.drkit.minio.postgres;

import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.postgres.Baseline;
import java.util.function.Supplier;

/** Captures baselines as a step does it: an interrupt cancels. */
final class Baselines {

    private Baselines() {}

    static Baseline capture(Supplier<Baseline> capture) throws InterruptedException {
        try {
            return capture.get();
        } catch (TargetUnavailableException e) {
            if (Thread.interrupted()) {
                InterruptedException cancelled = new InterruptedException("Capturing a baseline was cancelled");
                cancelled.initCause(e);
                throw cancelled;
            }
            throw e;
        }
    }
}
