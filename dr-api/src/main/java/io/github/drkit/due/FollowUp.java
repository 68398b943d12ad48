package io.github.drkit.due;

import io.github.drkit.BackupTarget;
import io.github.drkit.Operation;
import io.github.drkit.PlanRequest;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RestoreRequest;
import io.github.drkit.TargetRequest;
import io.github.drkit.VerifyRequest;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What is done after each scheduled backup, with the point it made: verify it, prove it, expire older ones, or anything
 * else that is planned and executed. Immutable, and as thread-safe as its operation.
 *
 * @param <R> what the operation is asked for
 */
public final class FollowUp<R extends PlanRequest> {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,29}");

    private final String name;
    private final String kind;
    private final Operation<R> operation;
    private final Function<RecoveryPoint, R> request;

    private FollowUp(String name, String kind, Operation<R> operation, Function<RecoveryPoint, R> request) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("Cannot follow a backup by '" + name
                    + "': expected a name of 1 to 30 lower-case letters, digits and dashes");
        }
        this.name = name;
        this.kind = kind;
        this.operation = operation;
        this.request = request;
    }

    /**
     * Does anything that can be planned.
     *
     * @param name what results call it, of 1 to 30 lower-case letters, digits and dashes
     * @param kind the kind of the operation's plans, by which its runs are found in the journal
     * @param operation who does it; run under a lease of its own unless its plans name one
     * @param request asks for it, given the point; the same for the same point, since its runs are found by it
     * @param <R> what the operation is asked for
     * @return the follow-up
     * @throws IllegalArgumentException if the name is none
     */
    public static <R extends PlanRequest> FollowUp<R> of(
            String name, String kind, Operation<R> operation, Function<RecoveryPoint, R> request) {
        return new FollowUp<>(name, kind, operation, request);
    }

    /**
     * Verifies the point.
     *
     * @param target whose point it is
     * @return a follow-up called {@code verify}
     */
    public static FollowUp<TargetRequest> verify(BackupTarget target) {
        return of("verify", "verify", target, point -> new VerifyRequest(point.id()));
    }

    /**
     * Proves the point.
     *
     * @param proving from {@link io.github.drkit.engine.DisasterRecovery#proving}
     * @param request asks for the point to be restored for a proof
     * @return a follow-up called {@code prove}
     */
    public static FollowUp<RestoreRequest> prove(
            Operation<RestoreRequest> proving, Function<RecoveryPoint, RestoreRequest> request) {
        return of("prove", "prove", proving, request);
    }

    /**
     * Does the same after each backup, whatever point it made, such as expiring older ones.
     *
     * @param name what results call it
     * @param operation who does it
     * @param request what it is asked for
     * @param <R> what the operation is asked for
     * @return the follow-up
     * @throws IllegalArgumentException if the name is none
     */
    public static <R extends PlanRequest> FollowUp<R> always(String name, Operation<R> operation, R request) {
        return of(name, request.kind(), operation, point -> request);
    }

    String name() {
        return name;
    }

    String kind() {
        return kind;
    }

    Operation<R> operation() {
        return operation;
    }

    R request(RecoveryPoint point) {
        return request.apply(point);
    }

    @Override
    public String toString() {
        return name;
    }
}
