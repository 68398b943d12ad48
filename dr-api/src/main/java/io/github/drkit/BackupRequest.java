package io.github.drkit;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Asks for one recovery point.
 *
 * @param scheduledFor the firing of a schedule it is made for, UTC; empty if a person asks
 * @param label what a person calls it, such as {@code pre v1.13.0 upgrade}; empty if a schedule asks. At most 200
 *     characters
 */
public record BackupRequest(Optional<Instant> scheduledFor, String label) implements TargetRequest {

    /**
     * Checks the label.
     *
     * @throws IllegalArgumentException if it is longer than 200 characters or holds a control character
     */
    public BackupRequest {
        if (label.length() > 200 || label.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("Cannot back up: the label has " + label.length()
                    + " characters but at most 200 printable are allowed");
        }
    }

    /**
     * Asks for a point on behalf of a schedule.
     *
     * @param firing the firing it is made for, UTC, which may lie behind
     * @return the request
     */
    public static BackupRequest scheduledFor(Instant firing) {
        return new BackupRequest(Optional.of(firing), "");
    }

    /**
     * Asks for a point on behalf of a person. It is kept until someone deletes it.
     *
     * @param label what the person calls it
     * @return the request
     */
    public static BackupRequest manual(String label) {
        return new BackupRequest(Optional.empty(), label);
    }

    @Override
    public String kind() {
        return "back up";
    }

    @Override
    public Map<String, String> describe() {
        Map<String, String> description = new TreeMap<>();
        scheduledFor.ifPresent(firing -> description.put("scheduled-for", firing.toString()));
        description.put("label", label);
        return description;
    }
}
