package io.github.drkit.minio;

import static io.github.drkit.minio.ProbeFolder.bytes;
import static io.github.drkit.minio.ProbeFolder.refuses;

import io.github.drkit.minio.S3Bucket.LockMode;
import io.github.drkit.minio.S3Bucket.LockRule;
import io.github.drkit.minio.S3Bucket.Part;
import io.github.drkit.minio.S3Bucket.Retention;
import io.github.drkit.minio.S3Bucket.Upload;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether a store keeps a locked version until its date, for each mode, written at once and in parts. */
final class LockTrial {

    /** Long enough for ten requests to a distant store, short enough to be waited for. */
    private static final Duration RETENTION = Duration.ofSeconds(8);

    private static final String MODE = "x-amz-object-lock-mode";
    private static final String UNTIL = "x-amz-object-lock-retain-until-date";

    private final S3Bucket bucket;
    private final ProbeFolder folder;

    LockTrial(S3Bucket bucket, ProbeFolder folder) {
        this.bucket = bucket;
        this.folder = folder;
    }

    void run() throws IOException, Lacking {
        Optional<LockRule> rule = bucket.objectLock();
        if (rule.isEmpty() || !rule.get().enabled()) {
            throw new Lacking("the bucket has no object lock; it is switched on when a bucket is created");
        }
        if (rule.get().defaultRetention().isEmpty()) {
            requireUnlockedDelete();
        }
        for (LockMode mode : LockMode.values()) {
            tryRetention(mode, soon());
        }
        tryLockOfAnUpload(soon());
    }

    /** The counter-check: a refused delete shows a lock only where the same delete of an unlocked version succeeds. */
    private void requireUnlockedDelete() throws IOException, Lacking {
        String key = folder.key("unlocked");
        String version = folder.put("unlocked", bytes("unlocked"), Map.of()).version();
        if (refuses(() -> bucket.delete(key, version))) {
            throw new Lacking("these credentials may not delete even an unlocked version, so a refusal shows no lock");
        }
        if (bucket.head(key, version).isPresent()) {
            throw new Lacking("the store accepts the deletion of an unlocked version and ignores it, so nothing shows a"
                    + " lock");
        }
    }

    private Instant soon() throws IOException {
        return bucket.serverTime().truncatedTo(ChronoUnit.SECONDS).plus(RETENTION);
    }

    private void tryRetention(LockMode mode, Instant until) throws IOException, Lacking {
        String name = "locked-" + mode;
        String key = folder.key(name);
        byte[] content = bytes(name);
        folder.lockedUntil(until);
        String version = folder.put(name, content, lock(mode, until)).version();
        if (version.isEmpty()) {
            throw new Lacking("a locked write was answered without a version id");
        }
        requireRetention(
                key, version, mode, until, "the store accepts " + mode + " retention with a write and drops it");
        requireUndeletable(key, version, content, until, "the store shows " + mode + " retention");
        Instant earlier = until.minusSeconds(3);
        boolean refused = refuses(() -> bucket.setRetention(key, version, new Retention(mode, earlier)));
        requireBefore(earlier);
        Instant now = bucket.retention(key, version).map(Retention::until).orElse(Instant.EPOCH);
        if (!refused || now.isBefore(until)) {
            throw new Lacking("the store lets " + mode + " retention be lowered");
        }
        Instant later = until.plusSeconds(1);
        folder.lockedUntil(later);
        bucket.setRetention(key, version, new Retention(mode, later));
        requireRetention(
                key, version, mode, later, "the store accepts a later date of " + mode + " retention and drops it");
    }

    private void tryLockOfAnUpload(Instant until) throws IOException, Lacking {
        String key = folder.key("locked-upload");
        folder.lockedUntil(until);
        Upload upload = folder.begin(key, lock(LockMode.COMPLIANCE, until));
        byte[] content = bytes("locked upload");
        Part part = bucket.uploadPart(key, upload.uploadId(), 1, content, content.length);
        String version = folder.complete(upload, List.of(part), Map.of()).version();
        String dropped = "the store accepts COMPLIANCE retention when a multipart upload begins and drops it";
        requireRetention(key, version, LockMode.COMPLIANCE, until, dropped);
        requireUndeletable(key, version, content, until, "the store shows the retention of a multipart upload");
    }

    private void requireUndeletable(String key, String version, byte[] content, Instant until, String claim)
            throws IOException, Lacking {
        boolean refused = refuses(() -> bucket.delete(key, version));
        requireBefore(until);
        if (!refused || !folder.holds(key, version, content)) {
            throw new Lacking(claim + " and yet deletes the version before its date");
        }
    }

    private void requireRetention(String key, String version, LockMode mode, Instant until, String otherwise)
            throws IOException, Lacking {
        Optional<Retention> told = bucket.retention(key, version);
        if (told.isEmpty() || told.get().mode() != mode || told.get().until().isBefore(until)) {
            throw new Lacking(otherwise);
        }
    }

    // What was allowed after the date proves nothing, in either direction.
    private void requireBefore(Instant until) throws IOException, Lacking {
        if (!bucket.serverTime().isBefore(until)) {
            throw new Lacking("the store answered so slowly that a retention of " + RETENTION.toSeconds()
                    + " s ended before it could be tried");
        }
    }

    private static Map<String, String> lock(LockMode mode, Instant until) {
        return Map.of(MODE, mode.name(), UNTIL, until.toString());
    }
}
