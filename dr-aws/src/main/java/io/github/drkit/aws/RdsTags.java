package io.github.drkit.aws;

import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.rds.model.Tag;

/**
 * The tags DR Kit puts on what it makes. RDS copies tags from instances to snapshots and to restored instances, so that a
 * tag says nothing of whoever wears it. One of ours counts only when {@link #MADE} is the wearer's own ARN.
 */
final class RdsTags {

    /** The ARN of what was made. */
    static final String MADE = "drkit:made";

    static final String RUN = "drkit:run";
    static final String TARGET = "drkit:target";
    static final String SCHEDULED_FOR = "drkit:scheduled-for";
    static final String LABEL = "drkit:label";

    /** Whoever may tag may hold; RDS copies it too, which keeps more and deletes nothing. */
    static final String HOLD = "drkit:hold";

    private static final String OURS = "drkit:";
    private static final String AWS = "aws:";
    private static final int LONGEST_VALUE = 256;

    private RdsTags() {}

    static Map<String, String> of(List<Tag> tags) {
        return tags.stream().collect(toMap(Tag::key, Tag::value));
    }

    static <T> Collector<T, ?, Map<String, String>> toMap(Function<T, String> key, Function<T, String> value) {
        return Collectors.toMap(
                key,
                element -> {
                    String text = value.apply(element);
                    return text == null ? "" : text;
                },
                (first, second) -> second,
                TreeMap::new);
    }

    static List<Tag> toList(Map<String, String> tags) {
        return new TreeMap<>(tags)
                .entrySet().stream()
                        .map(tag -> Tag.builder()
                                .key(tag.getKey())
                                .value(tag.getValue())
                                .build())
                        .toList();
    }

    /** What a person put there: without ours, and without those only AWS may set. */
    static Map<String, String> peoples(Map<String, String> tags) {
        Map<String, String> kept = new TreeMap<>(tags);
        kept.keySet().removeIf(key -> key.startsWith(OURS) || key.startsWith(AWS));
        return kept;
    }

    /** The keys of ours, whatever they say. */
    static List<String> ours(Map<String, String> tags) {
        return tags.keySet().stream().filter(key -> key.startsWith(OURS)).toList();
    }

    static boolean hasTagsOfAws(Map<String, String> tags) {
        return tags.keySet().stream().anyMatch(key -> key.startsWith(AWS));
    }

    static Map<String, String> made(String arn, RunId run, TargetId target) {
        return new TreeMap<>(Map.of(MADE, arn, RUN, run.value(), TARGET, target.value()));
    }

    /** Whether DR Kit made what wears these tags. */
    static boolean madeIt(Map<String, String> tags, String arn) {
        return arn.equals(tags.get(MADE));
    }

    /** Whether this run made what wears these tags. */
    static boolean madeBy(RunId run, Map<String, String> tags, String arn) {
        return madeIt(tags, arn) && run.value().equals(tags.get(RUN));
    }

    /** Pairs as one text, the same for the same pairs. */
    static String write(Map<String, String> pairs) {
        return pairs.isEmpty() ? "" : new String(CanonicalJson.write(pairs), StandardCharsets.UTF_8);
    }

    static Map<String, String> read(String text) {
        Map<String, String> pairs = new TreeMap<>();
        if (!text.isEmpty()) {
            CanonicalJson.read(text.getBytes(StandardCharsets.UTF_8))
                    .forEach((key, value) -> pairs.put(key, String.valueOf(value)));
        }
        return pairs;
    }

    /**
     * A text as the value of a tag. RDS takes letters, digits, blanks and {@code _ . : / + - @} of any script; the rest, and
     * {@code =} itself, is written as {@code =XX} per byte.
     */
    static String encode(String text) {
        StringBuilder encoded = new StringBuilder();
        text.codePoints().forEach(point -> {
            boolean plain = Character.isLetterOrDigit(point)
                    || Character.isSpaceChar(point)
                    || (point < 128 && "_.:/+-@".indexOf(point) >= 0);
            if (plain) {
                encoded.appendCodePoint(point);
            } else {
                for (byte one : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
                    encoded.append(String.format("=%02X", one));
                }
            }
        });
        return encoded.toString();
    }

    static String decode(String encoded) {
        byte[] bytes = encoded.getBytes(StandardCharsets.UTF_8);
        byte[] decoded = new byte[bytes.length];
        int length = 0;
        for (int at = 0; at < bytes.length; at++) {
            int high = at + 2 < bytes.length ? Character.digit((char) bytes[at + 1], 16) : -1;
            int low = at + 2 < bytes.length ? Character.digit((char) bytes[at + 2], 16) : -1;
            if (bytes[at] == '=' && high >= 0 && low >= 0) {
                decoded[length++] = (byte) (high * 16 + low);
                at += 2;
            } else {
                decoded[length++] = bytes[at];
            }
        }
        return new String(decoded, 0, length, StandardCharsets.UTF_8);
    }

    static boolean fits(String value) {
        return value.length() <= LONGEST_VALUE;
    }
}
