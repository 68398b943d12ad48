package io.github.drkit.objective;

import static io.github.drkit.objective.Objectives.HINT;
import static io.github.drkit.objective.Objectives.refused;

import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The file format of objectives: one block for each environment, and every member must be there. */
final class ObjectivesJson {

    private static final String SCHEMA = "drkit-objectives/1";

    private ObjectivesJson() {}

    static Objectives read(String json, String environment) {
        Map<String, Object> file = object("the file", parsed(json), Set.of("schema", "environments"));
        if (!SCHEMA.equals(file.get("schema"))) {
            throw refused("DRK-OBJECTIVE-004", "'schema' is '" + file.get("schema") + "'", "'" + SCHEMA + "'");
        }
        if (!(file.get("environments") instanceof Map<?, ?> blocks)) {
            throw refused("DRK-OBJECTIVE-004", "'environments' is no object", "an object");
        }
        Map<String, Objectives> all = new HashMap<>();
        new TreeMap<>(blocks).forEach((name, block) -> all.put((String) name, environment((String) name, block)));
        Objectives asked = all.get(environment);
        if (asked == null) {
            throw refused(
                    "DRK-OBJECTIVE-003",
                    "the environment '" + environment + "' is missing",
                    "one of " + new TreeSet<>(all.keySet()));
        }
        return asked;
    }

    private static Map<?, ?> parsed(String json) {
        try {
            return CanonicalJson.read("objectives", json.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new RequestRefusedException("DRK-OBJECTIVE-001", Objects.toString(e.getMessage()), HINT, e);
        }
    }

    private static Objectives environment(String name, Object value) {
        Map<String, Object> block = object("'" + name + "'", value, Set.of("rto", "rpo"));
        return new Objectives(name, duration(name, "rto", block), duration(name, "rpo", block));
    }

    /** An object that has exactly these members. */
    private static Map<String, Object> object(String where, Object value, Set<String> members) {
        if (!(value instanceof Map<?, ?> map)) {
            throw refused("DRK-OBJECTIVE-004", where + " is no object", "an object");
        }
        Map<String, Object> object = new TreeMap<>();
        map.forEach((key, member) -> object.put((String) key, member));
        for (String name : object.keySet()) {
            if (!members.contains(name)) {
                throw refused(
                        "DRK-OBJECTIVE-002",
                        where + " has the unknown member '" + name + "'",
                        "one of " + new TreeSet<>(members));
            }
        }
        for (String name : new TreeSet<>(members)) {
            if (!object.containsKey(name)) {
                throw refused("DRK-OBJECTIVE-003", "'" + name + "' of " + where + " is missing", "given");
            }
        }
        return object;
    }

    private static Duration duration(String environment, String name, Map<String, Object> block) {
        Object value = block.get(name);
        try {
            return Duration.parse(Objects.toString(value));
        } catch (DateTimeException e) {
            throw refused(
                    "DRK-OBJECTIVE-004",
                    "'" + name + "' of '" + environment + "' is '" + value + "'",
                    "a duration such as 'PT4H'",
                    e);
        }
    }
}
