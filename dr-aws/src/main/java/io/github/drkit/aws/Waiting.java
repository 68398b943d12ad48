package io.github.drkit.aws;

import io.github.drkit.StepContext;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.TargetUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Looks again and again until something is decided. The SDK's waiters end after 30 minutes, take a status they do not know for
 * nothing, and one of them takes a missing snapshot for a finished one; a restore of a large database takes hours.
 *
 * @param rds where to look
 * @param every the longest time between two looks; each is shortened by chance to no less than half
 * @param limit how long to wait at most; after it nobody can tell, which is no failure
 */
record Waiting(Rds rds, Duration every, Duration limit) {

    /**
     * Waits.
     *
     * @param what is waited for, for people: {@code instance 'x' to be available}
     * @param look asks AWS
     * @param judge what it means: a decision, or empty to look again
     * @throws OutcomeUnknownException if nothing is decided within the limit
     */
    <T, R> R until(String what, StepContext context, Supplier<T> look, Function<T, Optional<R>> judge)
            throws InterruptedException {
        Instant end = context.time().now().plus(limit);
        String last = "nothing was seen";
        while (true) {
            try {
                T seen = look.get();
                last = String.valueOf(seen);
                Optional<R> decided = judge.apply(seen);
                if (decided.isPresent()) {
                    return decided.get();
                }
            } catch (TargetUnavailableException away) {
                if (Thread.interrupted()) {
                    InterruptedException cancelled = new InterruptedException("Cancelled while waiting for " + what);
                    cancelled.addSuppressed(away);
                    throw cancelled;
                }
                last = away.problem(); // RDS works on, whether or not it answers
            }
            context.progress().moved(0);
            if (!context.time().now().isBefore(end)) {
                throw new OutcomeUnknownException(
                        "DRK-RDS-015",
                        "Cannot wait longer for " + what + ": " + limit.toMinutes() + " minutes have passed (" + last
                                + ") but a decision is required",
                        "Resume the run to wait on; a longer limit can be given to the builder");
            }
            context.time().sleep(rds.spread(every));
        }
    }
}
