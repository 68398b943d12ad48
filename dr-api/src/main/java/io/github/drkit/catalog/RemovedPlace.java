package io.github.drkit.catalog;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoredObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The place of a point that is gone, while it is emptied. The manifest goes first, so that nobody who goes by it sees half
 * a point; a tombstone takes its key, so that whoever made the point and wakes up late cannot make it again; the marks go
 * last, since they say what all the rest is.
 */
final class RemovedPlace {

    static final String TOMBSTONE = "drkit-tombstone/1";

    /** Deleting the newest version of a key uncovers the one before, if somebody had written over it. */
    private static final int ROUNDS = 10;

    private final PointStore store;
    private final String prefix;
    private final ObjectKey manifest;
    private final Set<StoredObject> deleted = new HashSet<>();
    private final List<String> left = new ArrayList<>();

    RemovedPlace(PointStore store, String prefix) {
        this.store = store;
        this.prefix = prefix;
        this.manifest = ObjectKey.of(prefix + Places.MANIFEST);
    }

    /** What takes the place of a manifest, so that the point can never exist again. */
    static byte[] tombstone(RecoveryPointId point, RunId by, SigningKey key) {
        Map<String, Object> payload = new TreeMap<>();
        payload.put("schema", TOMBSTONE);
        payload.put("point", point.value());
        payload.put("run", by.value());
        return SignedDocument.sign(payload, key);
    }

    Removal remove(byte[] tombstone) {
        // A manifest that stays, because of a lock, keeps all the rest: the point would be half there for everybody
        // else.
        if (bury(tombstone) && empty("") && left.isEmpty()) {
            empty(ExpiryMarks.FOLDER);
        }
        long bytes = deleted.stream().mapToLong(StoredObject::sizeBytes).sum();
        return new Removal(bytes, left);
    }

    private boolean bury(byte[] tombstone) {
        for (int round = 0; round < ROUNDS; round++) {
            Optional<byte[]> found = store.find(manifest);
            if (found.isPresent() && isTombstone(found.get(), tombstone)) {
                return true;
            }
            for (StoredObject object : store.list(manifest.value()).objects()) {
                if (object.key().equals(manifest.value()) && !delete(object)) {
                    return false;
                }
            }
            store.create(manifest, tombstone);
        }
        throw comesBack(manifest.value());
    }

    /** Deletes all but the manifest's key, and but the marks unless it is they that are asked for. */
    private boolean empty(String folder) {
        for (int round = 0; round < ROUNDS; round++) {
            List<StoredObject> objects =
                    new ArrayList<>(store.list(prefix + folder).objects());
            objects.addAll(store.unfinished(prefix + folder).objects());
            objects.removeIf(object -> object.key().equals(manifest.value())
                    || (folder.isEmpty() && object.key().startsWith(prefix + ExpiryMarks.FOLDER)));
            if (objects.isEmpty()) {
                return true;
            }
            boolean all = true;
            for (StoredObject object : objects) {
                all &= delete(object);
            }
            if (!all) {
                return false;
            }
        }
        throw comesBack(prefix + folder);
    }

    /** Exactly what was listed. What is locked stays, and is named. */
    private boolean delete(StoredObject object) {
        try {
            store.delete(object);
            deleted.add(object);
            return true;
        } catch (RequestRefusedException locked) {
            left.add(object.key() + ": "
                    + locked.getMessage().lines().findFirst().orElse(""));
            return false;
        }
    }

    /** Ours, or one that a collection or another expiry left: they all begin a payload of the same schema. */
    private static boolean isTombstone(byte[] found, byte[] ours) {
        if (Arrays.equals(found, ours)) {
            return true;
        }
        try {
            return TOMBSTONE.equals(
                    SignedDocument.read("tombstone", found).payload().get("schema"));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static TargetUnavailableException comesBack(String what) {
        return new TargetUnavailableException(
                "DRK-EXPIRY-002",
                "Cannot remove '" + what + "': it was deleted " + ROUNDS
                        + " times and is still listed but must be gone",
                "Does another writer, or a replication, put it back?");
    }
}
