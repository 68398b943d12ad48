package io.github.drkit;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Asks for one recovery point: for a schedule, or for a person, never for both or neither. What nobody asked for by name
 * would look like any other point to a retention policy, and go.
 *
 * @param scheduledFor the firing of a schedule it is made for, UTC; empty if a person asks
 * @param label what a person calls it, such as {@code pre v1.13.0 upgrade}; empty if a schedule asks. At most 200
 *     characters; a blank one counts as none
 */
public record BackupRequest(Optional<Instant> scheduledFor, String label) implements TargetRequest {

    /**
     * Checks who asks.
     *
     * @throws IllegalArgumentException if there is neither a firing nor a label, or both, or the label is longer than 200
     *     characters or holds a control character; give one of the two
     */
    public BackupRequest {
        if (label.length() > 200 || label.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("Cannot back up: the label has " + label.length()
                    + " characters but at most 200 printable are allowed");
        }
        if (label.isBlank()) {
            label = "";
        }
        if (scheduledFor.isEmpty() && label.isEmpty()) {
            throw new IllegalArgumentException(
                    "Cannot back up: there is neither the firing of a schedule nor a label but"
                            + " one of them is required; say what the point is for, such as 'before the upgrade'");
        }
        if (scheduledFor.isPresent() && !label.isEmpty()) {
            throw new IllegalArgumentException("Cannot back up: the firing " + scheduledFor.get() + " and the label '"
                    + label + "' are given but only one of them is allowed; leave out the label for a schedule, the"
                    + " firing for a person");
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
     * Asks for a point on behalf of a person. It is kept until someone deletes it: no retention policy lets it go.
     *
     * @param label what the person calls it, 1 to 200 characters
     * @return the request
     * @throws IllegalArgumentException if the label is blank, longer, or holds a control character
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
