package io.github.drkit.journal;

import io.github.drkit.Outcome;
import io.github.drkit.RunId;
import io.github.drkit.json.CanonicalJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** The JSON form of an entry, as {@code docs/format.md} describes it. */
final class JournalJson {

    private static final String SCHEMA = "drkit-journal/1";

    private JournalJson() {}

    static byte[] write(JournalEntry entry) {
        Map<String, Object> map = new TreeMap<>();
        map.put("schema", SCHEMA);
        map.put("run", entry.run().value());
        map.put("sequence", entry.sequence());
        map.put("at", entry.at().toString());
        map.put("kind", entry.kind().name());
        map.put("step", entry.step());
        map.put("attempt", entry.attempt());
        map.put("outcome", entry.outcome().map(Enum::name).orElse(""));
        map.put("text", entry.text());
        map.put("facts", entry.facts());
        return CanonicalJson.write(map);
    }

    /** Throws IllegalArgumentException when the bytes are not that entry of that run. */
    static JournalEntry read(byte[] bytes, RunId run, long sequence) {
        JournalEntry entry = read(bytes);
        if (!entry.run().equals(run) || entry.sequence() != sequence) {
            throw new IllegalArgumentException("Cannot read journal entry: it is entry " + entry.sequence() + " of '"
                    + entry.run() + "' but entry " + sequence + " of '" + run + "' belongs here");
        }
        return entry;
    }

    private static JournalEntry read(byte[] bytes) {
        try {
            Map<String, Object> map = CanonicalJson.read(bytes);
            if (!SCHEMA.equals(map.get("schema"))) {
                throw new IllegalArgumentException("Cannot read journal entry: its format is not " + SCHEMA);
            }
            Map<String, String> facts = new TreeMap<>();
            if (map.get("facts") instanceof Map<?, ?> found) {
                found.forEach((name, value) -> facts.put((String) name, (String) value));
            }
            String outcome = (String) required(map, "outcome");
            return new JournalEntry(
                    RunId.of((String) required(map, "run")),
                    (Long) required(map, "sequence"),
                    Instant.parse((String) required(map, "at")),
                    JournalEntry.Kind.valueOf((String) required(map, "kind")),
                    (String) required(map, "step"),
                    Math.toIntExact((Long) required(map, "attempt")),
                    outcome.isEmpty() ? Optional.empty() : Optional.of(Outcome.valueOf(outcome)),
                    (String) required(map, "text"),
                    facts);
        } catch (ClassCastException | DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "Cannot read journal entry: a member has the wrong type or is too large", e);
        }
    }

    private static Object required(Map<String, Object> map, String name) {
        return Objects.requireNonNullElseGet(map.get(name), () -> {
            throw new IllegalArgumentException("Cannot read journal entry: '" + name + "' is missing");
        });
    }
}
