package io.github.drkit.minio;

import io.github.drkit.TimeSource;
import io.github.drkit.retry.IdempotentCall;
import io.github.drkit.retry.Retries;
import io.github.drkit.store.Creation;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;

/**
 * Says which requests may be repeated, and when; {@link Retries} does it. Repeats what is idempotent: reads, listings, part uploads, aborts, deletes.
 * Creates, begun uploads and completions pass through once, since a lost answer to those is looked into by the caller. A
 * read that breaks off goes on where it was.
 */
final class RetryingBucket implements S3Bucket {

    /** The last is nginx's name for a client that went away, 520 a CDN's for an origin that did. */
    private static final Set<Integer> PASSING_STATUSES = Set.of(408, 429, 500, 502, 503, 504, 499, 520);

    /** A digest that did not match is a body damaged on the way; an expired token is asked for anew. */
    private static final Set<String> PASSING_CODES = Set.of(
            "RequestTimeout",
            "SlowDown",
            "InternalError",
            "BadDigest",
            "XAmzContentChecksumMismatch",
            "XAmzContentSHA256Mismatch",
            "IncompleteBody",
            "ExpiredToken");

    private final S3Bucket bucket;
    private final Retries retries;

    RetryingBucket(S3Bucket bucket, TimeSource time, RandomGenerator chance) {
        this.bucket = bucket;
        this.retries = Retries.builder(time, chance)
                .alsoPassing(RetryingBucket::passes)
                .build();
    }

    /** Tells whether the same request may succeed a little later. */
    static boolean passes(Throwable failure) {
        if (failure instanceof S3ErrorAnswer answer) {
            return PASSING_STATUSES.contains(answer.status()) || PASSING_CODES.contains(answer.errorCode());
        }
        boolean interrupted = failure instanceof InterruptedIOException
                && Thread.currentThread().isInterrupted();
        return failure instanceof IOException && !(failure instanceof SSLException) && !interrupted;
    }

    private <T> T repeating(IdempotentCall<T, IOException> request) throws IOException {
        try {
            return retries.call(request);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException interruption = new InterruptedIOException("Interrupted while waiting to ask again");
        interruption.initCause(cause);
        return interruption;
    }

    @Override
    public String location() {
        return bucket.location();
    }

    @Override
    public Creation putIfAbsent(String key, byte[] content) throws IOException {
        return bucket.putIfAbsent(key, content);
    }

    @Override
    public Creation putIfAbsent(String key, byte[] content, int length) throws IOException {
        return bucket.putIfAbsent(key, content, length);
    }

    @Override
    public Head put(String key, byte[] content, Map<String, String> headers) throws IOException {
        return bucket.put(key, content, headers);
    }

    @Override
    public Optional<InputStream> get(String key, String version, long offset) throws IOException {
        Optional<InputStream> body = repeating(() -> bucket.get(key, version, offset));
        return body.map(first -> new ResumingStream(key, version, offset, first));
    }

    @Override
    public Optional<Head> head(String key, String version) throws IOException {
        return repeating(() -> bucket.head(key, version));
    }

    @Override
    public List<Entry> list(String prefix) throws IOException {
        return repeating(() -> bucket.list(prefix));
    }

    @Override
    public List<Entry> list(String prefix, int pageSize) throws IOException {
        return repeating(() -> bucket.list(prefix, pageSize));
    }

    @Override
    public List<Entry> listVersions(String prefix) throws IOException {
        return repeating(() -> bucket.listVersions(prefix));
    }

    @Override
    public void delete(String key, String version) throws IOException {
        if (version.isEmpty()) {
            // On a versioned bucket every plain delete adds a marker.
            bucket.delete(key, version);
            return;
        }
        repeating(() -> {
            bucket.delete(key, version);
            return true;
        });
    }

    @Override
    public String beginUpload(String key, Map<String, String> headers) throws IOException {
        return bucket.beginUpload(key, headers);
    }

    @Override
    public Part uploadPart(String key, String uploadId, int number, byte[] content, int length) throws IOException {
        return repeating(() -> bucket.uploadPart(key, uploadId, number, content, length));
    }

    @Override
    public Head completeUpload(String key, String uploadId, List<Part> parts, Map<String, String> headers)
            throws IOException {
        return bucket.completeUpload(key, uploadId, parts, headers);
    }

    @Override
    public void abortUpload(String key, String uploadId) throws IOException {
        repeating(() -> {
            bucket.abortUpload(key, uploadId);
            return true;
        });
    }

    @Override
    public List<Upload> listUploads(String prefix) throws IOException {
        return repeating(() -> bucket.listUploads(prefix));
    }

    @Override
    public Versioning versioning() throws IOException {
        return repeating(bucket::versioning);
    }

    @Override
    public Optional<LockRule> objectLock() throws IOException {
        return repeating(bucket::objectLock);
    }

    @Override
    public Optional<Retention> retention(String key, String version) throws IOException {
        return repeating(() -> bucket.retention(key, version));
    }

    @Override
    public void setRetention(String key, String version, Retention retention) throws IOException {
        repeating(() -> {
            bucket.setRetention(key, version, retention);
            return true;
        });
    }

    @Override
    public boolean legalHold(String key, String version) throws IOException {
        return repeating(() -> bucket.legalHold(key, version));
    }

    @Override
    public Instant serverTime() throws IOException {
        return repeating(bucket::serverTime);
    }

    @Override
    public void close() {
        bucket.close();
    }

    /** Reads on from the offset reached when the connection drops. Progress resets the patience. */
    private final class ResumingStream extends InputStream {

        private final String key;
        private final String version;
        private long offset;
        private InputStream body;
        private Retries.Patience patience = retries.patience();

        ResumingStream(String key, String version, long offset, InputStream body) {
            this.key = key;
            this.version = version;
            this.offset = offset;
            this.body = body;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (true) {
                try {
                    int count = body.read(target, from, length);
                    if (count > 0) {
                        offset += count;
                        patience = retries.patience();
                    }
                    return count;
                } catch (IOException e) {
                    body.close();
                    resume(e);
                }
            }
        }

        private void resume(IOException failure) throws IOException {
            IOException last = failure;
            while (true) {
                waitAfter(last);
                try {
                    body = bucket.get(key, version, offset).orElseThrow(() -> new S3ErrorAnswer(404, "NoSuchKey"));
                    return;
                } catch (S3ErrorAnswer e) {
                    if (e.status() == 416) {
                        // The connection dropped after the last byte.
                        body = InputStream.nullInputStream();
                        return;
                    }
                    last = e;
                } catch (IOException e) {
                    last = e;
                }
            }
        }

        private void waitAfter(IOException failure) throws IOException {
            try {
                patience.waitAfter(failure);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }
}
