package io.github.drkit.json;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the members of a JSON object strictly: a missing, mistyped or unknown one is refused by name. What it refuses, it refuses by an
 * {@code IllegalArgumentException} whose message repeats no value. Not thread-safe.
 */
public final class JsonFields {

    private final String what;
    private final Map<String, Object> members;
    private final Set<String> read = new HashSet<>();

    /**
     * Begins to read an object.
     *
     * @param what what it is, for messages
     * @param object of {@link CanonicalJson#read}
     * @throws IllegalArgumentException if it is no object
     */
    public JsonFields(String what, Object object) {
        this.what = what;
        if (!(object instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("Cannot read " + what + ": it is not a JSON object");
        }
        Map<String, Object> copy = new TreeMap<>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        this.members = copy;
    }

    /**
     * Reads a string.
     *
     * @param name of which member
     * @return the string
     * @throws IllegalArgumentException if it is missing or anything else
     */
    public String text(String name) {
        return typed(name, String.class);
    }

    /**
     * Reads a whole number.
     *
     * @param name of which member
     * @return the number
     * @throws IllegalArgumentException if it is missing or anything else
     */
    public long number(String name) {
        return typed(name, Long.class);
    }

    /**
     * Reads a time.
     *
     * @param name of which member
     * @return the time, UTC
     * @throws IllegalArgumentException if it is missing or no string
     * @throws java.time.DateTimeException if it is no time
     */
    public Instant instant(String name) {
        return Instant.parse(text(name));
    }

    /**
     * Reads a time that may not be known.
     *
     * @param name of which member
     * @return the time, UTC; nothing if it is an empty string
     * @throws IllegalArgumentException if it is missing or no string
     * @throws java.time.DateTimeException if it is neither empty nor a time
     */
    public Optional<Instant> instantIfAny(String name) {
        return text(name).isEmpty() ? Optional.empty() : Optional.of(instant(name));
    }

    /**
     * Reads an object.
     *
     * @param name of which member
     * @return its members
     * @throws IllegalArgumentException if it is missing or anything else
     */
    public JsonFields object(String name) {
        return new JsonFields(what + "." + name, typed(name, Map.class));
    }

    /**
     * Reads an array.
     *
     * @param name of which member
     * @return its elements
     * @throws IllegalArgumentException if it is missing or anything else
     */
    public List<Object> list(String name) {
        List<Object> copy = new ArrayList<>();
        for (Object element : typed(name, List.class)) {
            copy.add(element);
        }
        return copy;
    }

    /**
     * Reads an array of strings.
     *
     * @param name of which member
     * @return the strings
     * @throws IllegalArgumentException if it is missing or anything else
     */
    public List<String> texts(String name) {
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

    /**
     * Reads an object of strings.
     *
     * @param name of which member
     * @return the strings by their names
     * @throws IllegalArgumentException if it is missing or anything else
     */
    public Map<String, String> textMap(String name) {
        Map<String, String> texts = new TreeMap<>();
        JsonFields inner = object(name);
        inner.members.keySet().forEach(key -> texts.put(key, inner.text(key)));
        return texts;
    }

    /**
     * Copies all members as they are.
     *
     * @param target where to
     */
    public void copyInto(Map<String, Object> target) {
        target.putAll(members);
    }

    /**
     * Ends reading.
     *
     * @throws IllegalArgumentException if there is a member that was not read
     */
    public void end() {
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
