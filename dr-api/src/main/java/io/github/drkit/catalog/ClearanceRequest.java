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
        requireSaid("who", who, 100);
        requireSaid("why", why, 500);
    }

    @Override
    public String kind() {
        return "clear";
    }

    @Override
    public Map<String, String> describe() {
        return Map.of("point", point.value(), "who", who, "why", why);
    }

    private static void requireSaid(String what, String text, int longest) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(
                    "Cannot clear a recovery point: '" + what + "' is blank but a named person must say why");
        }
        if (text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("Cannot clear a recovery point: '" + what + "' has " + text.length()
                    + " characters but at most " + longest + " printable are allowed");
        }
    }
}
