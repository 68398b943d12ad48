package io.github.drkit.testkit.s3;

import io.github.drkit.TimeSource;
import io.github.drkit.testkit.wire.Body;
import io.github.drkit.testkit.wire.HttpWire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** What a fake store holds and how it behaves. Its monitor guards it and all buckets, so each effect is atomic. */
final class StoreState {

    /** Every part but the last must have this many bytes, which is checked when the upload is completed. */
    static final long SMALLEST_PART = 5L << 20;

    /** What {@link Lie#TRUNCATES_LARGE_OBJECTS} keeps. */
    static final long TRUNCATED = 8L << 20;

    private static final int LATE = 3;

    final TimeSource time;
    final Map<String, Bucket> buckets = new TreeMap<>();
    private final Set<Lie> lies = EnumSet.noneOf(Lie.class);
    private S3Flavour flavour = S3Flavour.AWS;
    private boolean discards;
    private long ids;

    StoreState(TimeSource time) {
        this.time = time;
    }

    synchronized void tell(Set<Lie> told) {
        lies.clear();
        lies.addAll(told);
    }

    synchronized boolean tells(Lie lie) {
        return lies.contains(lie);
    }

    synchronized S3Flavour flavour() {
        return flavour;
    }

    synchronized void speakLike(S3Flavour other) {
        flavour = other;
    }

    synchronized boolean discards() {
        return discards;
    }

    synchronized void discard() {
        discards = true;
    }

    synchronized Bucket bucket(String name) throws S3Refusal {
        Bucket bucket = buckets.get(name);
        if (bucket == null) {
            throw new S3Refusal(404, "NoSuchBucket", "The specified bucket does not exist");
        }
        return bucket;
    }

    // Made from a counter: the same requests in the same order give the same ids.
    synchronized String nextId(String kind) {
        ids++;
        return UUID.nameUUIDFromBytes((kind + ids).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    synchronized void add(
            Bucket bucket,
            String key,
            String id,
            Body body,
            String etag,
            Map<String, String> headers,
            ObjectLock lock) {
        boolean truncated = tells(Lie.TRUNCATES_LARGE_OBJECTS) && !body.isDiscarded() && body.length() > TRUNCATED;
        if (tells(Lie.OVERWRITES_VERSIONS)) {
            bucket.removeAll(key);
        }
        bucket.add(
                key,
                new Version(
                        id,
                        false,
                        truncated ? body.range(0, TRUNCATED) : body,
                        body.length(),
                        etag,
                        time.now(),
                        headers,
                        lock,
                        listedFrom(bucket)));
    }

    synchronized void addMarker(Bucket bucket, String key, String id) {
        bucket.add(
                key,
                new Version(id, true, Body.EMPTY, 0, "", time.now(), Map.of(), ObjectLock.NONE, listedFrom(bucket)));
    }

    String versionId(Bucket bucket) {
        return bucket.versioning == Bucket.Versioning.ENABLED ? nextId("version") : Version.UNVERSIONED;
    }

    /** The lock a write asks for, or the bucket's default. */
    synchronized ObjectLock lock(Bucket bucket, Map<String, String> headers) throws S3Refusal {
        ObjectLock asked = ObjectLock.of(headers, time.now(), flavour);
        if (asked.given() && !bucket.lockable) {
            throw notLockable();
        }
        if (asked.given() && tells(Lie.DROPS_LOCK_HEADERS)) {
            return ObjectLock.NONE;
        }
        if (asked.mode().isEmpty() && !bucket.defaultMode.isEmpty()) {
            Instant until = time.now().plus(Duration.ofDays(bucket.defaultDays));
            return new ObjectLock(bucket.defaultMode, until, asked.held());
        }
        return asked;
    }

    synchronized void requireAbsent(Bucket bucket, String key, HttpWire.Request request) throws S3Refusal {
        String unless = request.header("If-None-Match").replace("\"", "");
        String only = request.header("If-Match").replace("\"", "");
        Optional<Version> latest = bucket.latest(key).filter(version -> !version.marker());
        String etag = latest.map(Version::etag).orElse("");
        if (latest.isPresent() && (unless.equals("*") || unless.equals(etag))) {
            throw failedPrecondition();
        }
        if (!only.isEmpty()) {
            if (latest.isEmpty()) {
                throw new S3Refusal(404, "NoSuchKey", "The specified key does not exist.");
            }
            if (!only.equals("*") && !only.equals(etag)) {
                throw failedPrecondition();
            }
        }
    }

    S3Refusal locked() {
        return flavour() == S3Flavour.AWS
                ? new S3Refusal(403, "AccessDenied", "Access Denied because object protected by object lock.")
                : new S3Refusal(400, "InvalidRequest", "Object is WORM protected and cannot be overwritten");
    }

    static S3Refusal notLockable() {
        return new S3Refusal(400, "InvalidRequest", "Bucket is missing Object Lock Configuration");
    }

    private static S3Refusal failedPrecondition() {
        return new S3Refusal(
                412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
    }

    private long listedFrom(Bucket bucket) {
        return tells(Lie.LISTS_LATE) ? bucket.listings + LATE : 0;
    }
}
