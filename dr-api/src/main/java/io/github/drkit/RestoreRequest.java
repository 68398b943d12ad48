package io.github.drkit;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Asks for a recovery point to be brought back.
 *
 * @param selection which point or instant
 * @param destination where to
 * @param purpose whether the copy is to stay
 */
public record RestoreRequest(Selection selection, RestoreDestination destination, Purpose purpose)
        implements PlanRequest {

    /**
     * Asks for a copy that stays.
     *
     * @param selection which point or instant
     * @param destination where to
     * @return the request
     */
    public static RestoreRequest of(Selection selection, RestoreDestination destination) {
        return new RestoreRequest(selection, destination, Purpose.RESTORE);
    }

    @Override
    public String kind() {
        return purpose == Purpose.RESTORE ? "restore" : "prove";
    }

    @Override
    public Map<String, String> describe() {
        Map<String, String> description = new TreeMap<>();
        description.put("selection", selection.toString());
        description.put("place", destination.place());
        description.put("isolation", destination.isolation().name());
        destination.renames().forEach((from, to) -> description.put("rename " + from, to));
        return description;
    }

    /** Whether the copy is to stay. */
    public enum Purpose {
        /** The copy stays. */
        RESTORE,
        /** The copy is checked and removed again. */
        PROOF
    }

    /**
     * Which state to bring back: a point by its id, an instant, or the latest that is not FAILED.
     *
     * @param text {@code point:<id>}, {@code instant:<UTC>} or {@code latest}
     */
    public record Selection(String text) {

        /**
         * Checks the form.
         *
         * @throws IllegalArgumentException if it is none of the three forms
         */
        public Selection {
            Objects.requireNonNull(text);
            if (text.startsWith("point:")) {
                RecoveryPointId.of(text.substring("point:".length()));
            } else if (text.startsWith("instant:")) {
                Instant.parse(text.substring("instant:".length()));
            } else if (!text.equals("latest")) {
                throw new IllegalArgumentException(
                        "Cannot select '" + text + "': expected point:<id>, instant:<UTC> or latest");
            }
        }

        /**
         * Selects one point.
         *
         * @param id which
         * @return the selection
         */
        public static Selection point(RecoveryPointId id) {
            return new Selection("point:" + id);
        }

        /**
         * Selects the newest state that is not after an instant.
         *
         * @param instant UTC
         * @return the selection
         */
        public static Selection instant(Instant instant) {
            return new Selection("instant:" + instant);
        }

        /**
         * Selects the newest state.
         *
         * @return the selection
         */
        public static Selection latest() {
            return new Selection("latest");
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
