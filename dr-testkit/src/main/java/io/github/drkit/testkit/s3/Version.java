package io.github.drkit.testkit.s3;

import io.github.drkit.testkit.wire.Body;
import java.time.Instant;
import java.util.Map;

/**
 * One version of an object, or a delete marker.
 *
 * @param id the version id, {@code null} as text for one written while versioning was off
 * @param marker whether it is a delete marker
 * @param body the bytes kept
 * @param told the length told in a HEAD and in listings
 * @param etag without quotes
 * @param modified when it was written
 * @param headers what a reader gets back: content type, user metadata, digests
 * @param lock retention and hold
 * @param listedFrom the listing from which on it is shown, for a store that lists late
 */
record Version(
        String id,
        boolean marker,
        Body body,
        long told,
        String etag,
        Instant modified,
        Map<String, String> headers,
        ObjectLock lock,
        long listedFrom) {

    static final String UNVERSIONED = "null";

    Version locked(ObjectLock changed) {
        return new Version(id, marker, body, told, etag, modified, headers, changed, listedFrom);
    }

    Version holding(Body changed) {
        return new Version(id, marker, changed, told, etag, modified, headers, lock, listedFrom);
    }
}
