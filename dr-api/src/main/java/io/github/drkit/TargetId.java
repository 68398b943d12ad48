package io.github.drkit;

import java.util.regex.Pattern;

/**
 * The name of a backup target, chosen by the caller and kept for ever: recovery points are found by it. Lower-case letters, digits, {@code .}, {@code _} and {@code -}; begins with a letter or digit; at most
 * 63 characters.
 *
 * @param value for example {@code fineract-prod}
 */
public record TargetId(String value) {

    private static final Pattern GRAMMAR = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    /**
     * Checks the grammar.
     *
     * @throws IllegalArgumentException if the value is not such an id
     */
    public TargetId {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException("Cannot accept target id '" + value
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
    public static TargetId of(String value) {
        return new TargetId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
