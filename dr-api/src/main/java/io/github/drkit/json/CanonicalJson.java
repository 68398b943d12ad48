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

    private CanonicalJson() {}

    /**
     * Writes an object.
     *
     * @param object maps, lists, strings, longs, integers and booleans only
     * @return UTF-8 bytes, the same for equal objects
     * @throws IllegalArgumentException if it holds anything else
     */
    public static byte[] write(Map<String, ?> object) {
        requirePlain(object);
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
        try {
            Map<String, Object> object = MAPPER.readValue(bytes, new TypeReference<>() {});
            if (object == null) {
                throw new IllegalArgumentException("Cannot read JSON: found null but expected an object");
            }
            requirePlain(object);
            return object;
        } catch (IOException e) {
            // The parser's own message quotes what it could not read; the content may be anybody's.
            throw new IllegalArgumentException(
                    "Cannot read JSON: the " + bytes.length + " bytes are not one well-formed object");
        }
    }

    private static void requirePlain(Object value) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, child) -> {
                if (!(key instanceof String)) {
                    throw new IllegalArgumentException("Cannot accept JSON: a key is not a string");
                }
                requirePlain(key);
                requirePlain(child);
            });
        } else if (value instanceof List<?> list) {
            list.forEach(CanonicalJson::requirePlain);
        } else if (value instanceof String text && !isUnicode(text)) {
            // Half a surrogate pair would be written as a question mark, and two objects would become one.
            throw new IllegalArgumentException("Cannot accept JSON: a string is not Unicode text");
        } else if (!(value instanceof String
                || value instanceof Long
                || value instanceof Integer
                || value instanceof Boolean)) {
            throw new IllegalArgumentException(
                    "Cannot accept JSON: a value is neither object, array, string, whole" + " number nor boolean");
        }
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
