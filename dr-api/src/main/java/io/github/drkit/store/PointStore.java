package io.github.drkit.store;

import io.github.drkit.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/**
 * A store of recovery points: small objects that are created once and never changed, and long streams that are
 * compressed, encrypted and cut into segments on their way in.
 *
 * <p>Implementations are thread-safe. Every method blocks; interruption cancels. Reads may be repeated freely and an
 * implementation repeats them itself. All methods throw {@link io.github.drkit.error.TargetUnavailableException} when the
 * store cannot be reached (try again later), {@link io.github.drkit.error.TargetAccessException} when it refuses the
 * credentials, and never a vendor's exception.
 */
public interface PointStore extends AutoCloseable {

    /**
     * Returns where the store is, for people: scheme, place and prefix, never a credential.
     *
     * @return for example {@code s3://bank-backups/prod}
     */
    String location();

    /**
     * Returns what this store was seen to do, by trying. The first call probes the store, which writes to it and removes what
     * it wrote, and takes seconds; the answer is kept, for as long as the implementation says, and then tried for again.
     *
     * @return the abilities; one that could not be shown is absent
     */
    StoreAbilities abilities();

    /**
     * Returns the store's own time, in UTC.
     *
     * @return the time the store answered with, to the second
     */
    Instant now();

    /**
     * Creates an object unless one of that key exists, by one conditional write. The content must be small (16 MiB at
     * most); it is stored as it is.
     *
     * @param key where
     * @param content the whole object
     * @return whether this call created it
     * @throws io.github.drkit.error.OutcomeUnknownException if the answer was lost; {@link #find} tells
     * @throws io.github.drkit.error.RequestRefusedException if the store has no working conditional write
     */
    Creation create(ObjectKey key, byte[] content);

    /**
     * Reads a small object whole.
     *
     * @param key where
     * @return its content, or empty if there is none
     * @throws io.github.drkit.error.IntegrityException if it is larger than 16 MiB, which no small object is
     */
    Optional<byte[]> find(ObjectKey key);

    /**
     * Tells how many small objects are worth asking this store for at a time. A catalog reads that many manifests at
     * once, and lets {@link #find} be called by as many threads.
     *
     * @return 1 or more; 8 unless a store says otherwise, which hides most of the waiting for a store across a network and
     *     is few for any; a store that answers from memory says 1, and no thread is begun
     */
    default int readsAtOnce() {
        return 8;
    }

    /**
     * Lists all objects whose key begins with a prefix, in the order of their keys.
     *
     * @param prefix the beginning of the keys, may be empty; relative to the store's own prefix
     * @return every object there was when the listing began
     * @throws io.github.drkit.error.TargetUnavailableException if the listing broke off; a part is never returned
     */
    Listing list(String prefix);

    /**
     * Writes a stream: compressed by zstd, encrypted as {@code encryption} says, and cut into segment objects named
     * {@code <base>.00001}, {@code <base>.00002} and so on, whose concatenation is the encrypted file. Memory is bounded
     * whatever the length. Segments are written once; none is visible before it is whole.
     *
     * <p>The source is read to its end. If reading throws, nothing of the unfinished segment stays, and the exception
     * is thrown on. Segments finished before that stay for the collector.
     *
     * @param base the key that segment numbers are appended to
     * @param source the plain bytes; not closed
     * @param encryption for whom
     * @param progress told of plain bytes read
     * @return what was stored, observed at the store after writing
     * @throws IOException only what {@code source} threw
     * @throws io.github.drkit.error.OutcomeUnknownException if the answer to a finishing write was lost and looking did
     *     not settle it
     */
    StoredStream write(ObjectKey base, InputStream source, Encryption encryption, Progress progress) throws IOException;

    /**
     * Opens a stored stream and gives its plain bytes. Every stored byte is checked against its digest on the way, and
     * the plain bytes at the end; a reader that did not reach the end has checked nothing.
     *
     * @param stream what to read
     * @param identities asked for the keys now; ignored for an unencrypted stream
     * @return the plain bytes; reading throws {@link IntegrityIoException} when a digest differs or the data is damaged
     * @throws io.github.drkit.error.TargetAccessException if no identity fits the stream's recipients
     */
    InputStream open(StoredStream stream, IdentitySource identities);

    /**
     * Opens a stored stream and gives its stored bytes, still encrypted, checked against their digests on the way.
     *
     * @param stream what to read
     * @return the concatenated segments; reading throws {@link IntegrityIoException} when a digest differs
     */
    InputStream openStored(StoredStream stream);

    /**
     * Lists writes that were begun and neither finished nor given up, such as multipart uploads of a process that died.
     * They are in no other listing, occupy space, and {@link #delete} gives them up.
     *
     * <p>Some stores list unfinished writes by their whole key only. What {@link #write} left is found there as well when
     * the prefix is the base it wrote under; by a shorter prefix it is not.
     *
     * @param prefix the beginning of the keys, may be empty; relative to the store's own prefix
     * @return every unfinished write; its time is when it was begun, its size what the store tells or 0
     * @throws io.github.drkit.error.TargetUnavailableException if the listing broke off; a part is never returned
     */
    Listing unfinished(String prefix);

    /**
     * Deletes exactly the object that was listed: that version where the store has versions. Deleting what is gone
     * already succeeds.
     *
     * @param object from {@link #list} or {@link #unfinished}
     * @throws io.github.drkit.error.RequestRefusedException if the store holds the object locked; it says until when if
     *     the store tells
     */
    void delete(StoredObject object);

    /**
     * Tells until when exactly the object that was listed cannot be deleted.
     *
     * @param object from {@link #list}
     * @return the end of its lock, UTC, which may lie in the past; {@link Instant#MAX} if it is held without end; empty if it
     *     is not locked, as always where nothing can be
     */
    Optional<Instant> lockedUntil(StoredObject object);

    /**
     * Locks exactly the object that was listed. A lock that lasts longer already is left as it is: none is ever shortened.
     *
     * @param object from {@link #list}
     * @param until when the lock ends, UTC
     * @return what {@link #lockedUntil} says afterwards, read back by version: stores are known to accept a lock and drop it
     * @throws io.github.drkit.error.RequestRefusedException if the store cannot lock, or not this object
     */
    Optional<Instant> lock(StoredObject object, Instant until);

    /** Releases connections this store opened, and none it was given. */
    @Override
    void close();
}
