package io.github.drkit.aws;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds where one of some values stands, alone or as a whole word of a longer text, whatever its case. A URL is looked for by its
 * hosts as well. Numbers are passed over: a port is often the same on both sides.
 */
final class Mentions {

    private static final Pattern AUTHORITY = Pattern.compile("//([^/?]+)");

    private final List<Pattern> values;

    private Mentions(List<Pattern> values) {
        this.values = List.copyOf(values);
    }

    static Mentions of(Collection<String> values) {
        Set<String> words = new TreeSet<>();
        for (String value : values) {
            words.add(value);
            Matcher authority = AUTHORITY.matcher(value);
            while (authority.find()) {
                // user:password@host:port,host:port
                String hosts = authority.group(1).substring(authority.group(1).lastIndexOf('@') + 1);
                for (String host : hosts.split(",")) {
                    words.add(host.replaceFirst(":\\d*$", ""));
                }
            }
        }
        List<Pattern> patterns = new ArrayList<>();
        for (String word : words) {
            if (!word.matches("\\d*")) {
                patterns.add(Pattern.compile(
                        "(?<![\\w.-])" + Pattern.quote(word.toLowerCase(Locale.ROOT)) + "(?![\\w-]|\\.\\w)"));
            }
        }
        return new Mentions(patterns);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    boolean in(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return values.stream().anyMatch(value -> value.matcher(lower).find());
    }

    /** The keys under which one stands. */
    Set<String> in(Map<String, Object> content) {
        Set<String> keys = new TreeSet<>();
        content.forEach((key, held) -> {
            if (in(String.valueOf(held))) {
                keys.add(key);
            }
        });
        return keys;
    }
}
