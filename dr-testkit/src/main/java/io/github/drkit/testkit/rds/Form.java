package io.github.drkit.testkit.rds;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a call of the Query protocol. It knows which of them somebody asked for, so that one nobody
 * understands is refused and never ignored.
 */
final class Form {

    private final String action;
    private final Map<String, String> parameters;
    private final Set<String> read = new TreeSet<>(List.of("Action", "Version"));

    Form(String action, Map<String, String> parameters) {
        this.action = action;
        this.parameters = parameters;
    }

    static Map<String, String> parse(byte[] body) {
        Map<String, String> parameters = new TreeMap<>();
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }

    /** Says no to what no reader of this form asked for. Called before anything is changed. */
    void refuseTheRest() throws AwsRefusal {
        for (String name : parameters.keySet()) {
            if (!read.contains(name)) {
                throw AwsRefusal.notUnderstood("parameter " + name + " of " + action);
            }
        }
    }

    boolean has(String name) {
        return parameters.containsKey(name);
    }

    @Nullable
    String text(String name) {
        read.add(name);
        return parameters.get(name);
    }

    String required(String name) throws AwsRefusal {
        String value = text(name);
        if (value == null || value.isEmpty()) {
            throw new AwsRefusal(400, "MissingParameter", "The request must contain the parameter " + name + ".");
        }
        return value;
    }

    @Nullable
    Integer number(String name) throws AwsRefusal {
        String value = text(name);
        try {
            return value == null ? null : Integer.valueOf(value);
        } catch (NumberFormatException e) {
            throw AwsRefusal.invalidValue("Invalid value for " + name + ": " + value);
        }
    }

    @Nullable
    Boolean flag(String name) throws AwsRefusal {
        String value = text(name);
        if (value == null) {
            return null;
        }
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw AwsRefusal.invalidValue("Invalid value for " + name + ": " + value);
        };
    }

    boolean isSet(String name) throws AwsRefusal {
        return Boolean.TRUE.equals(flag(name));
    }

    @Nullable
    Instant time(String name) throws AwsRefusal {
        String value = text(name);
        try {
            return value == null ? null : Instant.parse(value);
        } catch (DateTimeParseException e) {
            throw AwsRefusal.invalidValue("Invalid value for " + name + ": " + value);
        }
    }

    /** A list, {@code Name.Member.1} and so on; null if it is not there, empty if it is there and empty. */
    @Nullable
    List<String> list(String name, String member) {
        List<String> values = new ArrayList<>();
        String prefix = name + "." + member + ".";
        for (int at = 1; parameters.containsKey(prefix + at); at++) {
            values.add(AwsWire.orEmpty(text(prefix + at)));
        }
        return values.isEmpty() && text(name) == null ? null : values;
    }

    /** A list of structures as maps, {@code Name.Member.1.Key} and so on; null if it is not there. */
    @Nullable
    List<Map<String, String>> structures(String name, String member) {
        List<Map<String, String>> values = new ArrayList<>();
        for (int at = 1; true; at++) {
            Map<String, String> one = new LinkedHashMap<>();
            String prefix = name + "." + member + "." + at + ".";
            for (Map.Entry<String, String> parameter : parameters.entrySet()) {
                if (parameter.getKey().startsWith(prefix)) {
                    read.add(parameter.getKey());
                    one.put(parameter.getKey().substring(prefix.length()), parameter.getValue());
                }
            }
            if (one.isEmpty()) {
                return values.isEmpty() && text(name) == null ? null : values;
            }
            values.add(one);
        }
    }

    /** The tags given, or null for none; a tag beginning with {@code aws:} is refused. */
    @Nullable
    Map<String, String> tags() throws AwsRefusal {
        List<Map<String, String>> given = structures("Tags", "Tag");
        if (given == null) {
            return null;
        }
        Map<String, String> tags = new TreeMap<>();
        for (Map<String, String> tag : given) {
            String key = tag.getOrDefault("Key", "");
            if (key.isEmpty() || key.startsWith("aws:") || key.length() > 128) {
                throw AwsRefusal.invalidValue("Invalid tag key: " + key);
            }
            tags.put(key, tag.getOrDefault("Value", ""));
        }
        if (tags.size() > 50) {
            throw AwsRefusal.invalidValue("A resource can have 50 tags, not " + tags.size());
        }
        return tags;
    }

    /** The filters given, by name. */
    Map<String, List<String>> filters(Set<String> known) throws AwsRefusal {
        Map<String, List<String>> filters = new TreeMap<>();
        List<Map<String, String>> given = structures("Filters", "Filter");
        for (Map<String, String> filter : given == null ? List.<Map<String, String>>of() : given) {
            String name = filter.getOrDefault("Name", "");
            if (!known.contains(name)) {
                throw AwsRefusal.invalidValue("Unrecognized filter name: " + name);
            }
            List<String> values = new ArrayList<>();
            filter.forEach((key, value) -> {
                if (key.startsWith("Values.")) {
                    values.add(value);
                }
            });
            filters.put(name, values);
        }
        return filters;
    }
}
