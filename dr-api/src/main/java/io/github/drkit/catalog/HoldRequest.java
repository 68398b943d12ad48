package io.github.drkit.catalog;

import io.github.drkit.PlanRequest;
import io.github.drkit.RecoveryPointId;
import java.util.Map;

/**
 * Asks for a recovery point to be held: it stays until somebody releases the hold, whatever any policy says. Who and why
 * are recorded beside the point.
 *
 * @param point which
 * @param who the person who answers for it, such as {@code Ada Lovelace}; at most 100 characters
 * @param why the reason, one sentence or a case number; at most 500 characters, no secrets
 */
public record HoldRequest(RecoveryPointId point, String who, String why) implements PlanRequest {

    /**
     * Checks that somebody says something.
     *
     * @throws IllegalArgumentException if who or why is blank, too long or holds a control character
     */
    public HoldRequest {
        Said.require("hold a recovery point", who, why);
    }

    @Override
    public String kind() {
        return "hold";
    }

    @Override
    public Map<String, String> describe() {
        return Map.of("point", point.value(), "who", who, "why", why);
    }
}
