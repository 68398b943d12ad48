package io.github.drkit.minio;

import io.github.drkit.TimeSource;
import io.github.drkit.error.DrException;
import io.github.drkit.minio.S3Bucket.LockMode;
import io.github.drkit.minio.S3Bucket.Retention;
import io.github.drkit.store.StoredObject;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** What keeps the objects of one bucket from being deleted before a date. */
final class ObjectLocks {

    private final S3Bucket bucket;
    private final LockMode mode;
    private final TimeSource time;

    ObjectLocks(S3Bucket bucket, LockMode mode, TimeSource time) {
        this.bucket = bucket;
        this.mode = mode;
        this.time = time;
    }

    /** MinIO answers 400 InvalidRequest for a locked version, AWS 403 AccessDenied, which can also mean what it says. */
    DrException undeleted(StoredObject object, S3ErrorAnswer refusal) {
        String place = place(object.key());
        boolean perhapsLocked = refusal.status() == 403 || refusal.is("InvalidRequest") || refusal.is("ObjectLocked");
        if (perhapsLocked) {
            try {
                List<Instant> until = bucket.retention(object.key(), versionId(object)).stream()
                        .map(Retention::until)
                        .filter(end -> end.isAfter(time.now()))
                        .toList();
                if (!until.isEmpty() || refusal.status() == 400) {
                    return S3Errors.locked(place, until, refusal);
                }
            } catch (IOException e) {
                refusal.addSuppressed(e);
            }
        }
        return S3Errors.translate(refusal, "delete object '" + place + "'", S3Errors.NOTHING);
    }

    /** As {@link io.github.drkit.store.PointStore#lockedUntil}. */
    Optional<Instant> until(StoredObject object) {
        try {
            String version = versionId(object);
            Optional<Instant> until = bucket.retention(object.key(), version).map(Retention::until);
            return bucket.legalHold(object.key(), version) ? Optional.of(Instant.MAX) : until;
        } catch (S3ErrorAnswer e) {
            if (locksNothing(e)) {
                return Optional.empty();
            }
            throw unread(object, e);
        } catch (IOException e) {
            throw unread(object, e);
        }
    }

    /** A bucket without locks answers that it has none, as does a store that knows none; what is gone is not locked. */
    private static boolean locksNothing(S3ErrorAnswer answer) {
        return answer.is("InvalidRequest")
                || answer.status() == 404
                || answer.status() == 405
                || answer.status() == 501;
    }

    private DrException unread(StoredObject object, IOException failure) {
        return S3Errors.translate(failure, "read the lock of object '" + place(object.key()) + "'", S3Errors.NOTHING);
    }

    /** As {@link io.github.drkit.store.PointStore#lock}. */
    Optional<Instant> lock(StoredObject object, Instant until) {
        String version = versionId(object);
        // Whole seconds, rounded up: not every store keeps fractions.
        Instant end = until.equals(until.truncatedTo(ChronoUnit.SECONDS))
                ? until
                : until.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        try {
            Optional<Retention> now = bucket.retention(object.key(), version);
            if (now.filter(lock -> !lock.until().isBefore(end)).isEmpty()) {
                // A lock of the other mode may not be changed into this one while it lasts.
                LockMode like = now.filter(lock -> lock.until().isAfter(time.now()))
                        .map(Retention::mode)
                        .orElse(mode);
                bucket.setRetention(object.key(), version, new Retention(like, end));
            }
            return bucket.retention(object.key(), version).map(Retention::until);
        } catch (IOException e) {
            throw S3Errors.translate(e, "lock object '" + place(object.key()) + "'", S3Errors.NOTHING);
        }
    }

    private static String versionId(StoredObject object) {
        return object.version().startsWith("\"") ? "" : object.version();
    }

    private String place(String key) {
        return bucket.location() + "/" + key;
    }
}
