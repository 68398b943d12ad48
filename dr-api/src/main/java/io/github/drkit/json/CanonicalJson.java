package io.github.drkit.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON of which there is exactly one form: keys sorted, no blanks, only objects, arrays, strings, whole numbers and
 * booleans. {@code jq -cS} prints the same bytes. Thread-safe.
 */
public final class CanonicalJson {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)
            .build();

    /** A key may be anybody's, too: others are not repeated. */
    private static final Pattern NAME = Pattern.compile("[\\w-]{1,40}");

    private CanonicalJson() {}

    /**
     * Writes an object.
     *
     * @param object maps, lists, strings, longs, integers and booleans only
     * @return UTF-8 bytes, the same for equal objects
     * @throws IllegalArgumentException if it holds anything else
     */
    public static byte[] write(Map<String, ?> object) {
        requirePlain("write JSON", object);
        try {
            return MAPPER.writeValueAsBytes(object);
        } catch (IOException e) {
            throw new IllegalArgumentException("Cannot write JSON: " + e.getMessage(), e);
        }
    }

    /**
     * Reads an object, strictly: one value, no key twice, nothing after it.
     *
     * @param bytes UTF-8
     * @return maps, lists, strings, longs and booleans
     * @throws IllegalArgumentException if it is not such an object; the message does not repeat it
     */
    public static Map<String, Object> read(byte[] bytes) {
        return read("JSON", bytes);
    }

    /**
     * Reads an object as {@link #read(byte[])} does, for a person who should know which.
     *
     * @param what the noun of the message, such as {@code retention policy}
     * @param bytes UTF-8
     * @return maps, lists, strings, longs and booleans
     * @throws IllegalArgumentException if it is not such an object; the message names the member and does not repeat its value
     */
    public static Map<String, Object> read(String what, byte[] bytes) {
        Map<String, Object> object;
        try {
            object = MAPPER.readValue(bytes, new TypeReference<>() {});
        } catch (IOException e) {
            // The parser's own message quotes what it could not read; the content may be anybody's.
            throw new IllegalArgumentException("Cannot read " + what + ": the " + bytes.length
                    + " bytes are no well-formed object but must be one");
        }
        if (object == null) {
            throw new IllegalArgumentException("Cannot read " + what + ": it is null but must be an object");
        }
        requirePlain("read " + what, object);
        return object;
    }

    private static void requirePlain(String action, Map<?, ?> object) {
        String flaw = flaw(object);
        if (!flaw.isEmpty()) {
            throw new IllegalArgumentException("Cannot " + action + ": " + flaw
                    + " but must be an object, array, Unicode text, whole number or boolean");
        }
    }

    /** Where something is not plain, and what it is; empty if all is. Paths are put together on the way back only. */
    private static String flaw(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> member : map.entrySet()) {
                if (!(member.getKey() instanceof String name) || !isUnicode(name)) {
                    return "'' is a key that is no Unicode text";
                }
                String flaw = flaw(member.getValue());
                if (!flaw.isEmpty()) {
                    return under(NAME.matcher(name).matches() ? name : "?", flaw);
                }
            }
            return "";
        }
        if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                String flaw = flaw(list.get(i));
                if (!flaw.isEmpty()) {
                    return under("[" + i + "]", flaw);
                }
            }
            return "";
        }
        if (value instanceof String text) {
            // Half a surrogate pair would be written as a question mark, and two objects would become one.
            return isUnicode(text) ? "" : "'' is a text that is not Unicode";
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Boolean) {
            return "";
        }
        return value == null
                ? "'' is null"
                : value instanceof Number
                        ? "'' is a number that is not whole, or too large"
                        : "'' is of " + value.getClass();
    }

    private static String under(String name, String flaw) {
        String rest = flaw.substring(1);
        return "'" + name + (rest.startsWith("'") || rest.startsWith("[") ? "" : ".") + rest;
    }

    private static boolean isUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
