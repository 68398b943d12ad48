package io.github.drkit;

import java.util.Map;

/**
 * Asks for a recovery point to be read again and checked, up to VERIFIED. The verdict is recorded beside the point.
 *
 * @param point which
 */
public record VerifyRequest(RecoveryPointId point) implements TargetRequest {

    @Override
    public String kind() {
        return "verify";
    }

    @Override
    public Map<String, String> describe() {
        return Map.of("point", point.value());
    }
}
