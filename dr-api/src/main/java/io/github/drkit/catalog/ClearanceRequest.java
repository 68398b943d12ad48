package io.github.drkit.catalog;

import io.github.drkit.PlanRequest;
import io.github.drkit.RecoveryPointId;
import java.util.Map;

/**
 * Asks for a SUSPECT recovery point to be cleared: a named person has looked and says that it is as it should be. What is
 * said is recorded beside the point for ever.
 *
 * @param point which
 * @param who the person who answers for it, such as {@code Ada Lovelace}; at most 100 characters
 * @param why what the person saw, in one sentence; at most 500 characters, no secrets
 */
public record ClearanceRequest(RecoveryPointId point, String who, String why) implements PlanRequest {

    /**
     * Checks that somebody says something.
     *
     * @throws IllegalArgumentException if who or why is blank, too long or holds a control character
     */
    public ClearanceRequest {
        Said.require("clear a recovery point", who, why);
    }

    @Override
    public String kind() {
        return "clear";
    }

    @Override
    public Map<String, String> describe() {
        return Map.of("point", point.value(), "who", who, "why", why);
    }
}
