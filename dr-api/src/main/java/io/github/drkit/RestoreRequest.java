package io.github.drkit;

import java.time.Instant;
import java.time.format.DateTimeParseException;
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
     * Which state to bring back: a point by its id, an instant, or the latest. Its text, in plans and journals, is
     * {@code point:<id>}, {@code instant:<UTC>} or {@code latest}.
     *
     * <p>Which points can be chosen:
     *
     * <table>
     * <caption>What a selection may bring back</caption>
     * <tr><th>a point that is</th><th>asked for by its id</th><th>by an instant, or as the latest</th></tr>
     * <tr><td>UNPROVEN, STORED, VERIFIED, PROVEN</td><td>yes</td><td>yes: the newest, however far it is proven</td></tr>
     * <tr><td>SUSPECT</td><td>yes, and the plan says so</td><td>yes, and the plan says so</td></tr>
     * <tr><td>FAILED</td><td>only for a {@linkplain Purpose#PROOF proof}, which alone can clear it</td>
     *     <td>passed over</td></tr>
     * <tr><td>about to be deleted by an expiry</td><td>refused; a hold keeps it first</td><td>passed over</td></tr>
     * <tr><td>dated more than {@link RecoveryPoint#CLOCK_SKEW} after now</td><td>yes</td><td>passed over: a clock was
     *     wrong</td></tr>
     * </table>
     *
     * <p>{@link Catalog#choose} is these rules, for whoever writes a strategy. An instant within a recovery window is
     * restored as it is, if the strategy restores windows.
     */
    public sealed interface Selection permits Selection.Point, Selection.AtInstant, Selection.Latest {

        /**
         * Selects one point.
         *
         * @param id which
         * @return the selection
         */
        static Selection point(RecoveryPointId id) {
            return new Point(id);
        }

        /**
         * Selects the newest state that is not after an instant.
         *
         * @param instant UTC
         * @return the selection
         */
        static Selection instant(Instant instant) {
            return new AtInstant(instant);
        }

        /**
         * Selects the newest state.
         *
         * @return the selection
         */
        static Selection latest() {
            return new Latest();
        }

        /**
         * Reads the text of a selection.
         *
         * @param text as {@link #toString()} gives it
         * @return the selection
         * @throws IllegalArgumentException if it is none of the three forms; nothing is guessed
         */
        static Selection parse(String text) {
            if (text.startsWith(Point.PREFIX)) {
                return new Point(RecoveryPointId.of(text.substring(Point.PREFIX.length())));
            }
            if (text.equals(Latest.TEXT)) {
                return new Latest();
            }
            try {
                if (text.startsWith(AtInstant.PREFIX)) {
                    return new AtInstant(Instant.parse(text.substring(AtInstant.PREFIX.length())));
                }
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(expected(text), e);
            }
            throw new IllegalArgumentException(expected(text));
        }

        private static String expected(String text) {
            return "Cannot select '" + text + "': expected point:<id>, instant:<UTC> or latest";
        }

        /**
         * One point.
         *
         * @param id which
         */
        record Point(RecoveryPointId id) implements Selection {

            private static final String PREFIX = "point:";

            /** Checks that there is one. */
            public Point {
                Objects.requireNonNull(id, "id");
            }

            @Override
            public String toString() {
                return PREFIX + id;
            }
        }

        /**
         * The newest state that is not after an instant.
         *
         * @param instant UTC
         */
        record AtInstant(Instant instant) implements Selection {

            private static final String PREFIX = "instant:";

            /** Checks that there is one. */
            public AtInstant {
                Objects.requireNonNull(instant, "instant");
            }

            @Override
            public String toString() {
                return PREFIX + instant;
            }
        }

        /** The newest state. */
        record Latest() implements Selection {

            private static final String TEXT = "latest";

            @Override
            public String toString() {
                return TEXT;
            }
        }
    }
}
