package io.github.drkit.lease;

import io.github.drkit.RunId;
import io.github.drkit.json.CanonicalJson;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** One entry of a lease's chain, as it stands in the store. */
record LeaseEntry(
        String lease,
        long sequence,
        Kind kind,
        RunId holder,
        long token,
        String writer,
        Duration term,
        Set<RunId> owed) {

    private static final String SCHEMA = "drkit-lease/1";

    enum Kind {
        ACQUIRED,
        RENEWED,
        RELEASED
    }

    byte[] write() {
        Map<String, Object> map = new TreeMap<>();
        map.put("schema", SCHEMA);
        map.put("lease", lease);
        map.put("sequence", sequence);
        map.put("kind", kind.name());
        map.put("holder", holder.value());
        map.put("token", token);
        map.put("writer", writer);
        map.put("termSeconds", term.toSeconds());
        Map<String, Object> runs = new TreeMap<>();
        owed.forEach(run -> runs.put(run.value(), true));
        map.put("owed", runs);
        return CanonicalJson.write(map);
    }

    /** Throws IllegalArgumentException when the bytes are not that entry of that lease. */
    static LeaseEntry read(byte[] bytes, String lease, long sequence) {
        try {
            Map<String, Object> map = CanonicalJson.read(bytes);
            Set<RunId> owed = new TreeSet<>(Terms.BY_VALUE);
            for (Object run : ((Map<?, ?>) member(map, "owed")).keySet()) {
                owed.add(RunId.of((String) run));
            }
            LeaseEntry entry = new LeaseEntry(
                    (String) member(map, "lease"),
                    (Long) member(map, "sequence"),
                    Kind.valueOf((String) member(map, "kind")),
                    RunId.of((String) member(map, "holder")),
                    (Long) member(map, "token"),
                    (String) member(map, "writer"),
                    Duration.ofSeconds((Long) member(map, "termSeconds")),
                    owed);
            if (!SCHEMA.equals(map.get("schema")) || !entry.lease().equals(lease) || entry.sequence() != sequence) {
                throw new IllegalArgumentException("Cannot read lease entry: it is not entry " + sequence + " of '"
                        + lease + "' in the format " + SCHEMA);
            }
            return entry;
        } catch (ClassCastException e) {
            throw new IllegalArgumentException("Cannot read lease entry: a member has the wrong type", e);
        }
    }

    private static Object member(Map<String, Object> map, String name) {
        Object value = map.get(name);
        if (value == null) {
            throw new IllegalArgumentException("Cannot read lease entry: '" + name + "' is missing");
        }
        return value;
    }
}
