package io.github.drkit.store;

import java.time.Instant;

/**
 * One object as a listing saw it.
 *
 * @param key its name, relative to the store's prefix; any text, since others may write there too
 * @param sizeBytes its length
 * @param modified when the store says it was written, UTC
 * @param version the store's version id or entity tag, which makes a delete exact; empty where the store has neither
 */
public record StoredObject(String key, long sizeBytes, Instant modified, String version) {}
