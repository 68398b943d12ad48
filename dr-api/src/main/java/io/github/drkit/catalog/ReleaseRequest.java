package io.github.drkit.catalog;

import io.github.drkit.PlanRequest;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import java.util.Map;

/**
 * Asks for a hold to be released. Other holds on the same point stay.
 *
 * @param point which
 * @param hold the run that placed the hold, as {@link PlacedHold#run()} names it
 * @param who the person who answers for it; at most 100 characters
 * @param why the reason; at most 500 characters, no secrets
 */
public record ReleaseRequest(RecoveryPointId point, RunId hold, String who, String why) implements PlanRequest {

    /**
     * Checks that somebody says something.
     *
     * @throws IllegalArgumentException if who or why is blank, too long or holds a control character
     */
    public ReleaseRequest {
        Said.require("release a hold", who, why);
    }

    @Override
    public String kind() {
        return "release";
    }

    @Override
    public Map<String, String> describe() {
        return Map.of("point", point.value(), "hold", hold.value(), "who", who, "why", why);
    }
}
