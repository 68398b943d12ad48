package io.github.drkit.catalog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads the members of a JSON object strictly: a missing, mistyped or unknown one is refused by name. */
final class JsonFields {

    private final String what;
    private final Map<String, Object> members;
    private final Set<String> read = new HashSet<>();

    JsonFields(String what, Object object) {
        this.what = what;
        if (!(object instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("Cannot read " + what + ": it is not a JSON object");
        }
        Map<String, Object> copy = new TreeMap<>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        this.members = copy;
    }

    String text(String name) {
        return typed(name, String.class);
    }

    long number(String name) {
        return typed(name, Long.class);
    }

    Instant instant(String name) {
        return Instant.parse(text(name));
    }

    JsonFields object(String name) {
        return new JsonFields(what + "." + name, typed(name, Map.class));
    }

    List<Object> list(String name) {
        List<Object> copy = new ArrayList<>();
        for (Object element : typed(name, List.class)) {
            copy.add(element);
        }
        return copy;
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (Object element : list(name)) {
            if (!(element instanceof String text)) {
                throw new IllegalArgumentException(
                        "Cannot read " + what + ": '" + name + "' holds something that is not a string");
            }
            texts.add(text);
        }
        return texts;
    }

    Map<String, String> textMap(String name) {
        Map<String, String> texts = new TreeMap<>();
        JsonFields inner = object(name);
        inner.members.keySet().forEach(key -> texts.put(key, inner.text(key)));
        return texts;
    }

    void copyInto(Map<String, Object> target) {
        target.putAll(members);
    }

    void end() {
        Set<String> unknown = new HashSet<>(members.keySet());
        unknown.removeAll(read);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("Cannot read " + what + ": unknown member "
                    + unknown.stream().sorted().toList());
        }
    }

    private <T> T typed(String name, Class<T> type) {
        Object value = members.get(name);
        read.add(name);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("Cannot read " + what + ": '" + name + "' is "
                    + (value == null
                            ? "missing"
                            : "not a " + type.getSimpleName().toLowerCase(Locale.ROOT)));
        }
        return type.cast(value);
    }
}
