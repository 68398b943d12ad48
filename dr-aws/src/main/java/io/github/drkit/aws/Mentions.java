package io.github.drkit.aws;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds where one of some values stands, alone or within a longer text, whatever its case. A URL is looked for by its host as
 * well. Numbers are passed over: a port is often the same on both sides.
 */
record Mentions(Set<String> values) {

    private static final Pattern HOST = Pattern.compile("//([^/:,?@]+)");

    Mentions {
        values = Set.copyOf(values);
    }

    static Mentions of(Collection<String> values) {
        Set<String> all = new TreeSet<>();
        for (String value : values) {
            if (!value.matches("\\d*")) {
                all.add(value.toLowerCase(Locale.ROOT));
            }
            Matcher host = HOST.matcher(value);
            while (host.find()) {
                all.add(host.group(1).toLowerCase(Locale.ROOT));
            }
        }
        return new Mentions(all);
    }

    boolean in(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return values.stream().anyMatch(lower::contains);
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

    /** Does not show them. */
    @Override
    public String toString() {
        return "Mentions[" + values.size() + " values]";
    }
}
