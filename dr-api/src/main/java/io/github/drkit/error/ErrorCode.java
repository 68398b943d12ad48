package io.github.drkit.error;

import java.util.regex.Pattern;

/**
 * The stable name of one failure, such as {@code DRK-STORE-003}: what a runbook, an alarm or a support page can be keyed
 * on. A code never changes its meaning; {@code docs/errors.md} lists each.
 *
 * @param value the code: {@code DRK-}, an area in capitals, a dash and three digits
 */
public record ErrorCode(String value) {

    private static final Pattern GRAMMAR = Pattern.compile("DRK-[A-Z]{2,12}-[0-9]{3}");

    /**
     * Checks the grammar.
     *
     * @throws IllegalArgumentException if the value is not a code
     */
    public ErrorCode {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException("Cannot accept error code '" + value
                    + "': expected DRK-, an area in capitals, a dash and three digits");
        }
    }

    /**
     * Returns the code for a value.
     *
     * @param value the code's text
     * @return the code
     * @throws IllegalArgumentException if the value is not a code
     */
    public static ErrorCode of(String value) {
        return new ErrorCode(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
