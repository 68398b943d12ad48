package io.github.drkit.aws;

import io.github.drkit.StepContext;
import io.github.drkit.error.DrException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Makes something whose name the plan gives, at most once. RDS has no client token: the name is the token, since a second create
 * collides. It is looked for before it is made, whenever an answer is lost, and when the name turns out to be taken.
 *
 * @param type what it is, for people
 * @param name its identifier
 * @param look finds it
 * @param notOurs why what was found is not what this run made, or empty if it is
 */
record Once<T>(String type, String name, Supplier<Optional<T>> look, Function<T, Optional<String>> notOurs) {

    /** What was asked for a moment ago may take a while to be seen: RDS answers some questions from an older state. */
    private static final Duration SEEN_WITHIN = Duration.ofMinutes(5);

    /** Makes it. */
    @FunctionalInterface
    interface Making<T> {
        T make() throws InterruptedException;
    }

    T make(StepContext context, Waiting waiting, Making<T> making) throws InterruptedException {
        Optional<T> there;
        try {
            there = look.get();
        } catch (TargetUnavailableException e) {
            if (context.attempt() > 1) {
                throw unknown("nobody answers whether an earlier attempt made it", e);
            }
            throw e;
        }
        if (there.isPresent()) {
            return requireOurs(there.get());
        }
        try {
            return making.make();
        } catch (OutcomeUnknownException lost) {
            return requireOurs(soon(context, waiting, lost));
        } catch (RequestRefusedException refused) {
            if (!AwsErrors.is(refused, AwsErrors.EXISTS)) {
                throw refused;
            }
            return requireOurs(soon(context, waiting, unknown("the name is taken and nobody shows by what", refused)));
        } catch (TargetUnavailableException busy) {
            if (context.attempt() > 1) {
                throw unknown("an earlier attempt may have made it, and it is not seen yet", busy);
            }
            throw busy;
        }
    }

    private T soon(StepContext context, Waiting waiting, OutcomeUnknownException lost) throws InterruptedException {
        Waiting patience = new Waiting(waiting.rds(), waiting.every(), SEEN_WITHIN);
        try {
            return patience.until(type + " '" + name + "' to be seen", context, look, Function.identity());
        } catch (OutcomeUnknownException notSeen) {
            lost.addSuppressed(notSeen);
            throw lost;
        }
    }

    private T requireOurs(T found) {
        Optional<String> reason = notOurs.apply(found);
        if (reason.isPresent()) {
            throw new RequestRefusedException(
                    "DRK-RDS-013",
                    "Cannot make " + type + " '" + name + "': there is one but " + reason.get(),
                    "Plan again: the plan chooses another name");
        }
        return found;
    }

    private OutcomeUnknownException unknown(String why, DrException cause) {
        return new OutcomeUnknownException(
                "DRK-RDS-008",
                "Cannot tell whether " + type + " '" + name + "' was made: " + why + " but an answer is required",
                "Resume the run; it looks first",
                cause);
    }
}
