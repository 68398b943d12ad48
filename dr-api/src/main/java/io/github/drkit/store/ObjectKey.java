package io.github.drkit.store;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The name of an object in a store, relative to the store's prefix: segments of {@code A-Z a-z 0-9 . _ -} between
 * slashes. External names never become keys as they are; {@link #segment(String)} encodes one.
 *
 * @param value at most 900 bytes, each segment at most 200 (S3 allows 1024, and MinIO 255 a segment)
 */
public record ObjectKey(String value) {

    private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z0-9._-]{1,200}(/[A-Za-z0-9._-]{1,200})*");

    /**
     * Checks the grammar.
     *
     * @throws IllegalArgumentException if the value is not a key, or has a segment that is {@code .} or {@code ..}
     */
    public ObjectKey {
        boolean dots = ("/" + value + "/").contains("/./") || ("/" + value + "/").contains("/../");
        if (!GRAMMAR.matcher(value).matches() || dots || value.length() > 900) {
            throw new IllegalArgumentException("Cannot accept object key '" + value
                    + "': expected segments of letters, digits, '.', '_' and '-' between single slashes, 900 at most");
        }
    }

    /**
     * Returns the key for a value.
     *
     * @param value the key's text
     * @return the key
     * @throws IllegalArgumentException if the value is not a key
     */
    public static ObjectKey of(String value) {
        return new ObjectKey(value);
    }

    /**
     * Returns this key with a further segment.
     *
     * @param segment appended after a slash
     * @return the longer key
     */
    public ObjectKey child(String segment) {
        return new ObjectKey(value + "/" + segment);
    }

    /**
     * Encodes any name as one segment, so that two names never give the same one: letters, digits, {@code _} and
     * {@code -} stay, every other byte of its UTF-8 form becomes {@code .} and two hex digits.
     *
     * @param name any text that is not empty
     * @return a segment
     * @throws IllegalArgumentException if the name is empty, or its encoded form longer than 200
     */
    public static String segment(String name) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-');
            encoded.append(plain ? String.valueOf(c) : String.format(".%02x", (int) c));
        }
        return new ObjectKey(encoded.toString()).value();
    }

    @Override
    public String toString() {
        return value;
    }
}
