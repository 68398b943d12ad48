package io.github.drkit.postgres;

import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.json.CanonicalJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one database held at one instant, small enough to lie beside its dump and precise enough to tell whether a
 * restored copy is the same: canon {@code pg-row-v1}, written down in {@code docs/pg-row-v1.md}. It holds names,
 * definitions, counts and digests; no rows, but enough to be treated as confidential as the dump.
 *
 * @param database the name of the database it was taken of
 * @param serverVersion {@code server_version_num} of that server
 * @param consistencyTime the instant it describes
 * @param depth how much it holds
 * @param entries what the database held, sorted by kind, then object
 */
public record Baseline(String database, int serverVersion, Instant consistencyTime, Depth depth, List<Entry> entries) {

    /** The canon this version writes and reads. */
    public static final String CANON = "pg-row-v1";

    private static final Pattern ANY_CANON = Pattern.compile("pg-row-v[0-9]{1,6}");
    private static final Set<String> FIELDS =
            Set.of("canon", "consistencyTime", "database", "depth", "entries", "serverVersion");
    private static final Set<String> ENTRY_FIELDS = Set.of("facts", "kind", "object");
    private static final Comparator<Entry> ORDER =
            Comparator.comparing(Entry::kind).thenComparing(Entry::object);

    /**
     * Sorts and copies the entries.
     *
     * @throws IllegalArgumentException if two entries are of the same kind and object
     */
    public Baseline {
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(ORDER);
        for (int i = 1; i < sorted.size(); i++) {
            if (ORDER.compare(sorted.get(i - 1), sorted.get(i)) == 0) {
                throw new IllegalArgumentException("Cannot build baseline of '" + database + "': "
                        + sorted.get(i).name() + " appears twice");
            }
        }
        entries = List.copyOf(sorted);
    }

    /**
     * Compares a restored copy with this baseline. The name of the database, the time and the server's version may
     * differ. What this baseline does not hold, because it is shallower, is not compared.
     *
     * @param restored the copy's baseline, at least as deep as this one
     * @return the differences, sorted by kind, then object; empty if there are none
     * @throws RequestRefusedException if the copy's baseline is shallower; capture it at this depth
     */
    public List<Difference> differences(Baseline restored) {
        if (restored.depth.compareTo(depth) < 0) {
            throw new RequestRefusedException(
                    "DRK-PG-021",
                    "Cannot compare database '" + restored.database + "': its baseline holds " + restored.depth
                            + " but " + depth + " is required",
                    "Capture the copy at the depth of the baseline it is compared with");
        }
        return new Comparison(this, restored).differences();
    }

    /**
     * Writes the baseline as canonical JSON.
     *
     * @return UTF-8 bytes, the same for equal baselines
     */
    public byte[] toJson() {
        List<Map<String, Object>> written = new ArrayList<>();
        for (Entry entry : entries) {
            written.add(Map.of("kind", entry.kind, "object", entry.object, "facts", entry.facts));
        }
        return CanonicalJson.write(Map.of(
                "canon",
                CANON,
                "database",
                database,
                "serverVersion",
                serverVersion,
                "consistencyTime",
                consistencyTime.toString(),
                "depth",
                depth.name(),
                "entries",
                written));
    }

    /**
     * Reads a baseline, strictly: only the very bytes {@link #toJson()} writes are accepted.
     *
     * @param json the bytes
     * @return the baseline
     * @throws IntegrityException if the bytes are not such a baseline; use another recovery point
     * @throws RequestRefusedException if it is of another canon; use the version of DR Kit that knows it
     */
    public static Baseline fromJson(byte[] json) {
        Baseline baseline;
        try {
            baseline = parse(CanonicalJson.read(json));
        } catch (IllegalArgumentException | ClassCastException | ArithmeticException | DateTimeException e) {
            throw unreadable("they are not a baseline of the documented form", e);
        }
        if (!Arrays.equals(json, baseline.toJson())) {
            throw unreadable("they are not in the one canonical form", null);
        }
        return baseline;
    }

    private static Baseline parse(Map<String, Object> fields) {
        String canon = part(fields, "canon", String.class);
        if (!canon.equals(CANON) && ANY_CANON.matcher(canon).matches()) {
            throw new RequestRefusedException(
                    "DRK-PG-020",
                    "Cannot read baseline: its canon is '" + canon + "' but '" + CANON + "' is required",
                    "Use the version of DR Kit that wrote it");
        }
        if (!canon.equals(CANON) || !fields.keySet().equals(FIELDS)) {
            throw new IllegalArgumentException("other fields than documented");
        }
        List<Entry> entries = new ArrayList<>();
        for (Object each : part(fields, "entries", List.class)) {
            Map<?, ?> entry = (Map<?, ?>) each;
            if (!entry.keySet().equals(ENTRY_FIELDS)) {
                throw new IllegalArgumentException("other fields in an entry than documented");
            }
            Map<?, ?> read = part(entry, "facts", Map.class);
            Map<String, String> facts = new LinkedHashMap<>();
            read.keySet().forEach(name -> facts.put((String) name, part(read, (String) name, String.class)));
            entries.add(new Entry(part(entry, "kind", String.class), part(entry, "object", String.class), facts));
        }
        return new Baseline(
                part(fields, "database", String.class),
                Math.toIntExact(part(fields, "serverVersion", Long.class)),
                Instant.parse(part(fields, "consistencyTime", String.class)),
                Depth.valueOf(part(fields, "depth", String.class)),
                entries);
    }

    private static <T> T part(Map<?, ?> fields, String name, Class<T> type) {
        Object value = fields.get(name);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("field '" + name + "' is not of the documented type");
        }
        return type.cast(value);
    }

    private static IntegrityException unreadable(String why, @Nullable RuntimeException cause) {
        String problem = "Cannot read baseline: the bytes were read but " + why;
        String hint = "Was the object changed or cut? Its SHA-256 is in the manifest";
        return cause == null
                ? new IntegrityException("DRK-PG-019", problem, hint)
                : new IntegrityException("DRK-PG-019", problem, hint, cause);
    }

    @Override
    public String toString() {
        return "baseline of database '" + database + "' as of " + consistencyTime + ", " + depth + ", " + entries.size()
                + " entries";
    }

    /**
     * One thing a database held.
     *
     * @param kind such as {@code table}, {@code index}, {@code grants}
     * @param object its name, quoted and qualified
     * @param facts what is known of it, by name
     */
    public record Entry(String kind, String object, Map<String, String> facts) {

        /** Copies the facts. */
        public Entry {
            SortedMap<String, String> sorted = new TreeMap<>(facts);
            facts = Collections.unmodifiableSortedMap(sorted);
        }

        String name() {
            return kind + " " + object;
        }
    }
}
