package io.github.drkit.minio;

import io.github.drkit.store.Creation;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The S3 calls of one bucket, under one prefix: all keys are relative to it. One method is one request, except listings,
 * which page.
 *
 * <p>All methods block, are thread-safe, and throw {@link S3ErrorAnswer} when the store answered with an error, a
 * {@link java.io.InterruptedIOException} with the thread's flag set when interrupted, and any other {@link IOException}
 * when there was no answer.
 */
interface S3Bucket extends AutoCloseable {

    /** Retention modes of object lock. */
    enum LockMode {
        GOVERNANCE,
        COMPLIANCE
    }

    /** Whether old versions are kept. */
    enum Versioning {
        OFF,
        ENABLED,
        SUSPENDED
    }

    /**
     * What a write or a HEAD told.
     *
     * @param sizeBytes length of the object
     * @param etag entity tag without quotes, empty if the store gave none
     * @param version version id, empty if the store gave none
     * @param modified when it was written, UTC; the epoch if the store gave none
     */
    record Head(long sizeBytes, String etag, String version, Instant modified) {}

    /**
     * One entry of a listing.
     *
     * @param key relative to the prefix
     * @param sizeBytes length, zero for a delete marker
     * @param modified when it was written, UTC
     * @param etag entity tag without quotes, empty for a delete marker
     * @param version version id, empty in a plain listing
     * @param latest whether a reader without a version sees this one
     * @param deleteMarker whether it only hides older versions
     */
    record Entry(
            String key,
            long sizeBytes,
            Instant modified,
            String etag,
            String version,
            boolean latest,
            boolean deleteMarker) {}

    /**
     * A part of a multipart upload as the store accepted it.
     *
     * @param number from 1
     * @param etag entity tag without quotes
     */
    record Part(int number, String etag) {}

    /**
     * An unfinished multipart upload.
     *
     * @param key relative to the prefix
     * @param uploadId names it
     * @param begun when, UTC
     */
    record Upload(String key, String uploadId, Instant begun) {}

    /**
     * The retention of one version.
     *
     * @param mode how strict
     * @param until when it ends, UTC
     */
    record Retention(LockMode mode, Instant until) {}

    /**
     * The bucket's object lock.
     *
     * @param enabled whether versions of this bucket can be locked
     * @param defaultRetention the default rule for people, empty if none
     */
    record LockRule(boolean enabled, String defaultRetention) {}

    /** Returns {@code s3://bucket/prefix} for people. */
    String location();

    /** Creates the object by a conditional PUT ({@code If-None-Match: *}) unless the key exists. Not idempotent. */
    Creation putIfAbsent(String key, byte[] content) throws IOException;

    /** As {@link #putIfAbsent(String, byte[])} with the first {@code length} bytes of an array, which is not copied. */
    Creation putIfAbsent(String key, byte[] content, int length) throws IOException;

    /** Writes the object whatever is there, with further request headers. Sends Content-MD5 unless the headers have one. */
    Head put(String key, byte[] content, Map<String, String> headers) throws IOException;

    /** Opens the object from an offset to its end; empty if there is none. An empty version reads the latest. */
    Optional<InputStream> get(String key, String version, long offset) throws IOException;

    /** Looks at the object; empty if there is none. An empty version looks at the latest. */
    Optional<Head> head(String key, String version) throws IOException;

    /** Lists the latest versions of all keys with a prefix, all pages, in the order of their keys. */
    List<Entry> list(String prefix) throws IOException;

    /** As {@link #list(String)}, asking for pages of the given size; for finding out whether the store pages. */
    List<Entry> list(String prefix, int pageSize) throws IOException;

    /** Lists all versions and delete markers of all keys with a prefix, all pages. */
    List<Entry> listVersions(String prefix) throws IOException;

    /**
     * Deletes a version, or, with an empty version, what the bucket means by a plain delete (a delete marker where it is
     * versioned). Deleting what is gone already succeeds.
     */
    void delete(String key, String version) throws IOException;

    /** Begins a multipart upload with further request headers and returns its id. Not idempotent. */
    String beginUpload(String key, Map<String, String> headers) throws IOException;

    /** Uploads one part from the first {@code length} bytes of an array, which is not copied. */
    Part uploadPart(String key, String uploadId, int number, byte[] content, int length) throws IOException;

    /**
     * Completes an upload with further request headers. An answer that is neither a result nor an error counts as none,
     * and an error inside a 200 is an error. Not idempotent.
     */
    Head completeUpload(String key, String uploadId, List<Part> parts, Map<String, String> headers) throws IOException;

    /** Aborts an upload; aborting what is gone already succeeds. A part upload that still runs may leave its part, so end those first. */
    void abortUpload(String key, String uploadId) throws IOException;

    /** Lists the unfinished uploads of all keys with a prefix, all pages. */
    List<Upload> listUploads(String prefix) throws IOException;

    /** Asks whether the bucket keeps versions. */
    Versioning versioning() throws IOException;

    /** Asks for the bucket's object lock; empty where there is none configured. */
    Optional<LockRule> objectLock() throws IOException;

    /** Asks for the retention of one version; empty if it has none. An empty version asks for the latest. */
    Optional<Retention> retention(String key, String version) throws IOException;

    /** Sets the retention of one version, without bypassing governance. An empty version sets the latest. */
    void setRetention(String key, String version, Retention retention) throws IOException;

    /** Asks whether one version is held without end; false where the store or the bucket knows no such thing. */
    boolean legalHold(String key, String version) throws IOException;

    /** Returns the Date header of an answer about the bucket. */
    Instant serverTime() throws IOException;

    @Override
    void close();
}
