package io.github.drkit;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a run. It is part of the plan, so that a plan is executed once and everything it makes can carry its name. Lower-case letters, digits, {@code .}, {@code _} and {@code -}; begins with a letter or digit; at most
 * 63 characters.
 *
 * @param value for example {@code 20261122t020000z-7f3a9c2e}
 */
public record RunId(String value) {

    private static final Pattern GRAMMAR = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final Pattern DATED = Pattern.compile("(\\d{8}t\\d{6})z-.*");
    private static final DateTimeFormatter UTC_COMPACT = DateTimeFormatter.ofPattern("yyyyMMdd't'HHmmss");

    /**
     * Checks the grammar.
     *
     * @throws IllegalArgumentException if the value is not such an id
     */
    public RunId {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException("Cannot accept run id '" + value
                    + "': expected at most 63 lower-case letters, digits, '.', '_' and '-', beginning with a letter or"
                    + " digit");
        }
    }

    /**
     * Returns the id for a value.
     *
     * @param value the id's text
     * @return the id
     * @throws IllegalArgumentException if the value is not such an id
     */
    public static RunId of(String value) {
        return new RunId(value);
    }

    /**
     * Names a run as the engine does, by the time it is planned at.
     *
     * @param instant UTC, to the second
     * @param distinct what no other run of that second has: lower-case letters and digits
     * @return the id
     * @throws IllegalArgumentException if that is no id
     */
    public static RunId dated(Instant instant, String distinct) {
        return new RunId(UTC_COMPACT.format(instant.atOffset(ZoneOffset.UTC)) + "z-" + distinct);
    }

    /**
     * Returns when the run was named, so that old runs can be passed over without reading their journals.
     *
     * @return UTC, to the second; empty if the id was not given by {@link #dated}
     */
    public Optional<Instant> namedAt() {
        Matcher name = DATED.matcher(value);
        try {
            return name.matches()
                    ? Optional.of(
                            LocalDateTime.parse(name.group(1), UTC_COMPACT).toInstant(ZoneOffset.UTC))
                    : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty(); // digits that are no date
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
