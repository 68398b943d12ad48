package io.github.drkit.testkit.s3;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What a bucket holds. Guarded by its server's lock. */
final class Bucket {

    /** S3 lists keys by their UTF-8 bytes, which Java's order of strings is not for all characters. */
    static final Comparator<String> BY_BYTES =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    /** Versioning states, as the XML spells them; the first has no word. */
    enum Versioning {
        OFF(""),
        ENABLED("Enabled"),
        SUSPENDED("Suspended");

        final String word;

        Versioning(String word) {
            this.word = word;
        }
    }

    final String name;
    final boolean lockable;
    Versioning versioning;
    String defaultMode = "";
    int defaultDays;
    long listings;

    /** The versions of each key, newest first; never an empty list. */
    private final NavigableMap<String, List<Version>> objects = new TreeMap<>(BY_BYTES);

    final Map<String, Upload> uploads = new LinkedHashMap<>();

    Bucket(String name, Versioning versioning, boolean lockable) {
        this.name = name;
        this.versioning = versioning;
        this.lockable = lockable;
    }

    NavigableMap<String, List<Version>> objects() {
        return objects;
    }

    List<Version> versions(String key) {
        return objects.getOrDefault(key, List.of());
    }

    Optional<Version> latest(String key) {
        List<Version> versions = versions(key);
        return versions.isEmpty() ? Optional.empty() : Optional.of(versions.get(0));
    }

    Optional<Version> find(String key, String id) {
        if (id.isEmpty()) {
            return latest(key);
        }
        return versions(key).stream().filter(version -> version.id().equals(id)).findFirst();
    }

    boolean exists(String key) {
        return latest(key).map(version -> !version.marker()).orElse(false);
    }

    /** Adds the newest version; one of the same id goes. */
    void add(String key, Version version) {
        remove(key, version.id());
        objects.computeIfAbsent(key, absent -> new ArrayList<>()).add(0, version);
    }

    void replace(String key, Version version) {
        objects.getOrDefault(key, List.of()).replaceAll(other -> other.id().equals(version.id()) ? version : other);
    }

    void remove(String key, String id) {
        List<Version> versions = objects.get(key);
        if (versions != null) {
            versions.removeIf(version -> version.id().equals(id));
            if (versions.isEmpty()) {
                objects.remove(key);
            }
        }
    }

    void removeAll(String key) {
        objects.remove(key);
    }
}
