package io.github.drkit.testkit.s3;

import io.github.drkit.testkit.wire.Body;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** An unfinished multipart upload. Guarded by its server's lock. */
final class Upload {

    /**
     * One part.
     *
     * @param body the bytes
     * @param etag without quotes
     * @param sums the digests sent with it, by header name, in Base64
     * @param modified when it was stored
     */
    record Part(Body body, String etag, Map<String, String> sums, Instant modified) {}

    final String id;
    final String key;
    final Instant begun;
    final Map<String, String> headers;
    final ObjectLock lock;
    final NavigableMap<Integer, Part> parts = new TreeMap<>();

    Upload(String id, String key, Instant begun, Map<String, String> headers, ObjectLock lock) {
        this.id = id;
        this.key = key;
        this.begun = begun;
        this.headers = headers;
        this.lock = lock;
    }
}
