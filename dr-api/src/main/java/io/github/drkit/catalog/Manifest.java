package io.github.drkit.catalog;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.store.StoredStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a recovery point in a store consists of. Written last, once, signed, and never changed: a point exists when its
 * manifest does. The format is described in {@code docs/format.md}.
 *
 * @param point its name
 * @param target what it is a state of
 * @param run the run that made it
 * @param format what it consists of, such as {@code pg-dump/1}
 * @param consistencyTime the earliest instant among its contents, UTC
 * @param scheduledFor the firing it was made for, UTC; empty if a person asked
 * @param label what a person called it, or empty
 * @param contents its parts
 * @param attributes further facts, such as tool versions; no secrets
 */
public record Manifest(
        RecoveryPointId point,
        TargetId target,
        RunId run,
        String format,
        Instant consistencyTime,
        Optional<Instant> scheduledFor,
        String label,
        List<Content> contents,
        Map<String, String> attributes) {

    /** Copies the collections. */
    public Manifest {
        contents = List.copyOf(contents);
        attributes = Map.copyOf(attributes);
    }

    /**
     * Returns what the contents occupy.
     *
     * @return the sum of stored bytes
     */
    public long storedBytes() {
        return contents.stream()
                .mapToLong(content -> content.stream().storedBytes())
                .sum();
    }

    /**
     * Writes the description of a stored stream as it stands in a manifest, so that a run's journal can carry it there.
     *
     * @param stream what to describe
     * @return canonical JSON
     */
    public static String describe(StoredStream stream) {
        return StoredStreams.toJson(stream);
    }

    /**
     * Reads a description.
     *
     * @param json as {@link #describe} wrote it
     * @return the stream
     * @throws IllegalArgumentException if it is not one
     */
    public static StoredStream described(String json) {
        return StoredStreams.fromJson(json);
    }

    /**
     * One part of a recovery point.
     *
     * @param name of what, such as a database's name
     * @param kind what sort of part, such as {@code dump}, {@code baseline} or {@code globals}
     * @param consistencyTime the instant it is a state of, UTC
     * @param stream where its bytes lie
     * @param attributes further facts about it
     */
    public record Content(
            String name, String kind, Instant consistencyTime, StoredStream stream, Map<String, String> attributes) {

        /** Copies the map. */
        public Content {
            attributes = Map.copyOf(attributes);
        }
    }
}
