package io.github.drkit.expiry;

import io.github.drkit.PlanRequest;
import io.github.drkit.retention.RetentionPolicy;
import java.time.Duration;
import java.util.Map;

/**
 * Asks for the points that a policy does not need to be deleted.
 *
 * @param policy what is kept
 * @param rpo the RPO: when the newest point that counts is older, nothing goes
 * @param pause how long a marked point waits before it is looked at again and deleted
 */
public record ExpireRequest(RetentionPolicy policy, Duration rpo, Duration pause) implements PlanRequest {

    /**
     * The pause unless another is given: 15 minutes. Stores refuse requests that were signed longer ago, and clocks may
     * differ by as much, so whoever looked before the mark has acted by then; and a person who sees it has time to place
     * a hold.
     */
    public static final Duration PAUSE = Duration.ofMinutes(15);

    private static final Duration LONGEST = Duration.ofDays(36_525);

    /**
     * Checks the durations.
     *
     * @throws IllegalArgumentException if one of them is not positive, or over 100 years
     */
    public ExpireRequest {
        requireSensible("rpo", rpo);
        requireSensible("pause", pause);
    }

    /**
     * Asks for it with the usual pause.
     *
     * @param policy what is kept
     * @param rpo the RPO: when the newest point that counts is older, nothing goes
     * @return the request, with a pause of 15 minutes
     */
    public static ExpireRequest of(RetentionPolicy policy, Duration rpo) {
        return new ExpireRequest(policy, rpo, PAUSE);
    }

    /**
     * Sets another pause. A shorter one leaves people less time to object, and a restore that was begun elsewhere less
     * time to be seen.
     *
     * @param other how long
     * @return another request
     */
    public ExpireRequest withPause(Duration other) {
        return new ExpireRequest(policy, rpo, other);
    }

    @Override
    public String kind() {
        return "expire";
    }

    @Override
    public Map<String, String> describe() {
        return Map.of("policy", policy.toJson(), "rpo", rpo.toString(), "pause", pause.toString());
    }

    private static void requireSensible(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException("Cannot expire: '" + name + "' is " + value + " but must be positive");
        }
        if (value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "Cannot expire: '" + name + "' is " + value + " but must be at most " + LONGEST.toDays() + " days");
        }
    }
}
