package io.github.drkit.examples.quickstart;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write it.
 *
 * @param bytes the number, positive
 */
public record ByteSize(long bytes) {

    // Six digits of terabytes still fit in a long.
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,6})([KMGT])B");
    private static final String UNITS = "KMGT";
    private static final int STEP = 1000;

    public ByteSize {
        if (bytes <= 0) {
            throw new IllegalArgumentException("Cannot use size " + bytes + ": it must be positive");
        }
    }

    /**
     * Reads {@code 50MB} or {@code 2GB}; units are decimal.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static ByteSize parse(String text) {
        Matcher matcher = TEXT.matcher(text.toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "Cannot read size '" + text + "': a whole number and KB, MB, GB or TB is required, like 50MB");
        }
        long bytes = Long.parseLong(matcher.group(1));
        for (int unit = 0; unit <= UNITS.indexOf(matcher.group(2)); unit++) {
            bytes *= STEP;
        }
        return new ByteSize(bytes);
    }

    @Override
    public String toString() {
        double value = bytes;
        int unit = -1;
        while (value >= STEP && unit < UNITS.length() - 1) {
            value /= STEP;
            unit++;
        }
        return unit < 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %cB", value, UNITS.charAt(unit));
    }
}
