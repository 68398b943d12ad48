package io.github.drkit;

import java.util.regex.Pattern;

/**
 * The name of a run. It is part of the plan, so that a plan is executed once and everything it makes can carry its name. Lower-case letters, digits, {@code .}, {@code _} and {@code -}; begins with a letter or digit; at most
 * 63 characters.
 *
 * @param value for example {@code 20261122t020000z-7f3a9c2e}
 */
public record RunId(String value) {

    private static final Pattern GRAMMAR = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

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

    @Override
    public String toString() {
        return value;
    }
}
