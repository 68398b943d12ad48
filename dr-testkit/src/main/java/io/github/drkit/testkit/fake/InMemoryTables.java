package io.github.drkit.testkit.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Databases of named tables with rows of text: what the in-memory target protects. Thread-safe. */
public final class InMemoryTables {

    private final Map<String, Map<String, List<String>>> databases = new TreeMap<>();
    private long changes;

    /** Sets up a place without databases. */
    public InMemoryTables() {}

    /**
     * Appends a row, making database and table where they are missing.
     *
     * @param database of any name
     * @param table of any name
     * @param row any text without a line break
     * @return this
     * @throws IllegalArgumentException if the row holds a line break
     */
    public synchronized InMemoryTables add(String database, String table, String row) {
        if (row.contains("\n")) {
            throw new IllegalArgumentException("Cannot add a row to '" + table + "': it holds a line break");
        }
        changes++;
        databases
                .computeIfAbsent(database, name -> new TreeMap<>())
                .computeIfAbsent(table, name -> new ArrayList<>())
                .add(row);
        return this;
    }

    /**
     * Copies the present state of a database.
     *
     * @param database which
     * @return its tables and their rows, or empty if there is none of that name
     */
    public synchronized Optional<Map<String, List<String>>> find(String database) {
        return Optional.ofNullable(databases.get(database)).map(tables -> {
            Map<String, List<String>> copy = new TreeMap<>();
            tables.forEach((table, rows) -> copy.put(table, List.copyOf(rows)));
            return copy;
        });
    }

    /**
     * Makes an empty database.
     *
     * @param database its name
     * @return whether this call made it: empty if one was there already, which was left as it was
     */
    public synchronized Optional<String> create(String database) {
        if (databases.containsKey(database)) {
            return Optional.empty();
        }
        changes++;
        databases.put(database, new TreeMap<>());
        return Optional.of(database);
    }

    /**
     * Removes a database; removing what is gone already changes nothing.
     *
     * @param database which
     */
    public synchronized void drop(String database) {
        if (databases.remove(database) != null) {
            changes++;
        }
    }

    /**
     * Lists the databases.
     *
     * @return their names in order
     */
    public synchronized List<String> names() {
        return List.copyOf(databases.keySet());
    }

    /**
     * Counts what has ever changed.
     *
     * @return rows added, databases made and dropped
     */
    public synchronized long changes() {
        return changes;
    }
}
