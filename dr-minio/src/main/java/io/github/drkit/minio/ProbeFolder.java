package io.github.drkit.minio;

import io.github.drkit.TimeSource;
import io.github.drkit.minio.S3Bucket.Head;
import io.github.drkit.minio.S3Bucket.Part;
import io.github.drkit.minio.S3Bucket.Upload;
import io.github.drkit.store.Creation;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where a probe writes, and how it removes what it wrote: a folder nobody else writes to, nor can foresee. */
final class ProbeFolder {

    private final S3Bucket bucket;
    private final TimeSource time;
    private final String path = "probe/" + unguessable() + "/";
    private final Set<Place> written = new LinkedHashSet<>();
    private final Set<Upload> begun = new LinkedHashSet<>();
    private boolean keepsVersions;
    private Instant lockedUntil = Instant.EPOCH;

    /** Where something was written: a key and its version, which is empty in a bucket without versions. */
    private record Place(String key, String version) {}

    ProbeFolder(S3Bucket bucket, TimeSource time) {
        this.bucket = bucket;
        this.time = time;
    }

    private static String unguessable() {
        byte[] drawn = new byte[16];
        new SecureRandom().nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Ends with a slash. */
    String path() {
        return path;
    }

    String key(String name) {
        return path + name;
    }

    /** What is removed has versions, though the answers to writes may not have told so. */
    void keepsVersions() {
        keepsVersions = true;
    }

    /** Nothing can be removed before. */
    void lockedUntil(Instant until) {
        lockedUntil = until;
    }

    /** Others race to write there; what they leave is removed too. */
    void mayHold(String key) {
        written.add(new Place(key, ""));
    }

    /** Was aborted, so there is nothing to remove. */
    void forget(Upload upload) {
        begun.remove(upload);
    }

    /**
     * Removes all that was written. Waits for the end of a retention.
     *
     * @return what could not be removed
     */
    Optional<String> remove() throws IOException {
        for (Upload upload : begun) {
            quietly(() -> bucket.abortUpload(upload.key(), upload.uploadId()));
        }
        awaitEndOfRetention();
        Set<Place> places = new LinkedHashSet<>(written);
        if (keepsVersions || written.stream().anyMatch(place -> !place.version().isEmpty())) {
            places.removeIf(place -> place.version().isEmpty());
            quietly(() ->
                    bucket.listVersions(path).forEach(entry -> places.add(new Place(entry.key(), entry.version()))));
        } else {
            quietly(() -> bucket.list(path).forEach(entry -> places.add(new Place(entry.key(), ""))));
        }
        Set<String> reasons = new LinkedHashSet<>();
        for (Place place : places) {
            try {
                bucket.delete(place.key(), place.version());
            } catch (S3ErrorAnswer e) {
                reasons.add(S3Errors.describe(e));
            }
        }
        long left = 0;
        for (Place place : places) {
            left += exists(place) ? 1 : 0;
        }
        if (left == 0) {
            return Optional.empty();
        }
        return Optional.of(left + " of " + places.size() + " objects the probe wrote are left under '" + path + "': "
                + (reasons.isEmpty() ? "the store accepts deletes and ignores them" : reasons));
    }

    private boolean exists(Place place) throws IOException {
        try {
            return bucket.head(place.key(), place.version()).isPresent();
        } catch (S3ErrorAnswer e) {
            // HEAD of a delete marker is 405: the marker is there.
            return e.status() == 405;
        }
    }

    private void awaitEndOfRetention() throws IOException {
        if (lockedUntil.equals(Instant.EPOCH)) {
            return;
        }
        // Whole seconds in the Date header: one more to be past it, and one for the store's rounding.
        Duration left = Duration.between(bucket.serverTime(), lockedUntil).plusSeconds(2);
        try {
            time.sleep(left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("Interrupted while waiting for a retention").initCause(e);
        }
    }

    Head put(String name, byte[] content, Map<String, String> headers) throws IOException {
        String key = path + name;
        written.add(new Place(key, ""));
        Head head = bucket.put(key, content, headers);
        if (!head.version().isEmpty()) {
            written.add(new Place(key, head.version()));
        }
        return head;
    }

    Creation create(String key, byte[] content) throws IOException {
        written.add(new Place(key, ""));
        return bucket.putIfAbsent(key, content);
    }

    Upload begin(String key, Map<String, String> headers) throws IOException {
        Upload upload = new Upload(key, bucket.beginUpload(key, headers), Instant.EPOCH);
        begun.add(upload);
        return upload;
    }

    Head complete(Upload upload, List<Part> parts, Map<String, String> headers) throws IOException {
        written.add(new Place(upload.key(), ""));
        Head head = bucket.completeUpload(upload.key(), upload.uploadId(), parts, headers);
        begun.remove(upload);
        if (!head.version().isEmpty()) {
            written.add(new Place(upload.key(), head.version()));
        }
        return head;
    }

    boolean holds(String key, String version, byte[] content) throws IOException {
        Optional<InputStream> found = bucket.get(key, version, 0);
        if (found.isEmpty()) {
            return false;
        }
        try (InputStream stored = found.get()) {
            return Arrays.equals(stored.readNBytes(content.length + 1), content);
        }
    }

    static boolean refuses(IoAction action) throws IOException {
        try {
            action.run();
            return false;
        } catch (S3ErrorAnswer e) {
            if (e.isPassing()) {
                throw e;
            }
            return true;
        }
    }

    /** Clean-up goes on after a refusal; what stays is found and named at its end. */
    private static void quietly(IoAction action) throws IOException {
        refuses(action);
    }

    @FunctionalInterface
    interface IoAction {
        void run() throws IOException;
    }
}
