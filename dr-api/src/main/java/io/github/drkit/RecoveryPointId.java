package io.github.drkit;

import java.util.regex.Pattern;

/**
 * The name of a recovery point, unique within a store. Lower-case letters, digits, {@code .}, {@code _} and {@code -}; begins with a letter or digit; at most
 * 127 characters.
 *
 * @param value for example {@code fineract-prod-20261122t020000z-7f3a9c2e}
 */
public record RecoveryPointId(String value) {

    private static final Pattern GRAMMAR = Pattern.compile("[a-z0-9][a-z0-9._-]{0,126}");

    /**
     * Checks the grammar.
     *
     * @throws IllegalArgumentException if the value is not such an id
     */
    public RecoveryPointId {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException("Cannot accept recovery point id '" + value
                    + "': expected at most 127 lower-case letters, digits, '.', '_' and '-', beginning with a letter or"
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
    public static RecoveryPointId of(String value) {
        return new RecoveryPointId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
