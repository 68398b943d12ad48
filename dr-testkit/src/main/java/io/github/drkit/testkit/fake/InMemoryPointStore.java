package io.github.drkit.testkit.fake;

import io.github.drkit.Progress;
import io.github.drkit.TimeSource;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.store.Creation;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.IntegrityIoException;
import io.github.drkit.store.Listing;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.Sha256;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoreAbilities.Ability;
import io.github.drkit.store.StoredObject;
import io.github.drkit.store.StoredStream;
import io.github.drkit.testkit.fake.FaultScript.Call;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A store of recovery points that lives as long as the object does. It keeps plain bytes: nothing is compressed, and an
 * encrypted stream is only marked as such, so that reading it without any identity is refused. Digests, segments,
 * create-once writes, unfinished writes and the store's own clock are as a real store has them. Thread-safe.
 */
public final class InMemoryPointStore implements PointStore {

    private static final int SMALL = 16 << 20;

    private final TreeMap<String, Entry> objects = new TreeMap<>();
    private final TreeMap<String, StoredObject> unfinished = new TreeMap<>();

    /** By version. */
    private final Map<String, Instant> locks = new TreeMap<>();

    private final TimeSource time;
    private final FaultScript faults;
    private final int segmentBytes;
    private long writes;

    private InMemoryPointStore(TimeSource time, FaultScript faults, int segmentBytes) {
        this.time = time;
        this.faults = faults;
        this.segmentBytes = segmentBytes;
    }

    /**
     * Sets up an empty store in which nothing goes wrong.
     *
     * @param time the store's own clock
     * @return a store that cuts streams into segments of 1 MiB
     */
    public static InMemoryPointStore on(TimeSource time) {
        return on(time, new FaultScript(), 1 << 20);
    }

    /**
     * Sets up an empty store.
     *
     * @param time the store's own clock
     * @param faults what is to go wrong; may be added to later
     * @param segmentBytes how long a segment is, 1 or more
     * @return the store
     */
    public static InMemoryPointStore on(TimeSource time, FaultScript faults, int segmentBytes) {
        return new InMemoryPointStore(time, faults, segmentBytes);
    }

    @Override
    public String location() {
        return "memory://store";
    }

    @Override
    public StoreAbilities abilities() {
        return new StoreAbilities(
                Set.of(
                        Ability.CONDITIONAL_CREATE,
                        Ability.LIST_AFTER_WRITE,
                        Ability.VERSIONING,
                        Ability.OBJECT_LOCK,
                        Ability.DIGEST_CHECK,
                        Ability.MULTIPART,
                        Ability.CLOCK),
                List.of());
    }

    @Override
    public Instant now() {
        faults.requireAlive();
        return time.now();
    }

    @Override
    public Creation create(ObjectKey key, byte[] content) {
        byte[] copy = content.clone();
        return faults.call(Call.CREATE, "create '" + key + "'", () -> put(key.value(), copy));
    }

    /** One: a thread would take longer than the answer. */
    @Override
    public int readsAtOnce() {
        return 1;
    }

    @Override
    public Optional<byte[]> find(ObjectKey key) {
        return faults.call(
                Call.FIND,
                "read '" + key + "'",
                () -> get(key.value()).map(found -> {
                    if (found.length > SMALL) {
                        throw new IntegrityException(
                                "DRK-FAKE-003",
                                "Cannot read '" + key + "': it has " + found.length
                                        + " bytes but a small object has at most " + SMALL,
                                "Who put it there?");
                    }
                    return found.clone();
                }));
    }

    @Override
    public Listing list(String prefix) {
        return faults.call(Call.LIST, "list '" + prefix + "'", () -> listed(prefix));
    }

    @Override
    public StoredStream write(ObjectKey base, InputStream source, Encryption encryption, Progress progress)
            throws IOException {
        faults.requireAlive();
        MessageDigest whole = Sha256.begin();
        List<StoredStream.Segment> segments = new ArrayList<>();
        long total = 0;
        boolean more = true;
        while (more) {
            ObjectKey key = ObjectKey.of(String.format("%s.%05d", base, segments.size() + 1));
            String upload = begin(key);
            byte[] bytes;
            try {
                bytes = source.readNBytes(segmentBytes);
            } catch (IOException | RuntimeException e) {
                end(upload);
                throw e;
            }
            more = bytes.length == segmentBytes;
            if (bytes.length > 0 || segments.isEmpty()) {
                faults.call(Call.SEGMENT, "write '" + key + "'", () -> finish(upload, key, bytes));
                segments.add(new StoredStream.Segment(key, bytes.length, Sha256.hex(bytes)));
                whole.update(bytes);
                total += bytes.length;
                progress.moved(bytes.length);
            }
            end(upload);
        }
        String digest = HexFormat.of().formatHex(whole.digest());
        return new StoredStream(
                "none",
                encryption.encrypts() ? "age" : "none",
                encryption.recipients(),
                total,
                digest,
                total,
                digest,
                segments);
    }

    @Override
    public InputStream open(StoredStream stream, IdentitySource identities) {
        if (!stream.encryption().equals("none") && identities.identities().isEmpty()) {
            throw new TargetAccessException(
                    "DRK-FAKE-004",
                    "Cannot open a stream of " + stream.segments().size() + " segments: it is encrypted to "
                            + stream.recipients() + " and no identity was given but one of theirs is required",
                    "Give an identity");
        }
        return openStored(stream);
    }

    @Override
    public InputStream openStored(StoredStream stream) {
        return faults.call(Call.OPEN, "open a stream", () -> new Reader(stream, faults.readable()));
    }

    @Override
    public Listing unfinished(String prefix) {
        return faults.call(Call.UNFINISHED, "list unfinished writes", () -> begun(prefix));
    }

    @Override
    public void delete(StoredObject object) {
        faults.call(Call.DELETE, "delete '" + object.key() + "'", () -> remove(object));
    }

    @Override
    public Optional<Instant> lockedUntil(StoredObject object) {
        return faults.call(Call.LOCK, "look at the lock of '" + object.key() + "'", () -> lockOf(object));
    }

    @Override
    public Optional<Instant> lock(StoredObject object, Instant until) {
        return faults.call(Call.LOCK, "lock '" + object.key() + "'", () -> raise(object, until));
    }

    /** Does nothing: the store is in no other place. */
    @Override
    public void close() {}

    /**
     * Counts what has ever changed in the store, so that a test can see that nothing did.
     *
     * @return the number of creates that created, segments written, uploads begun or ended, and deletes that deleted
     */
    public synchronized long changes() {
        return writes;
    }

    /**
     * Replaces or makes an object past all conditions, as another hand at the same store could.
     *
     * @param key any text
     * @param content what it holds from now on
     */
    public synchronized void overwrite(String key, byte[] content) {
        writes++;
        objects.put(key, new Entry(content.clone(), time.now(), "v" + writes));
    }

    /**
     * Flips one bit of an object, as a disk does.
     *
     * @param key of an object that exists
     * @param bit which bit, counted from the object's beginning
     * @throws IllegalArgumentException if there is no such bit
     */
    public synchronized void flip(String key, long bit) {
        Entry entry = objects.get(key);
        if (entry == null || bit >= entry.content().length * 8L) {
            throw new IllegalArgumentException("Cannot flip bit " + bit + " of '" + key + "': there is no such bit");
        }
        entry.content()[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
    }

    private synchronized Creation put(String key, byte[] content) {
        if (objects.containsKey(key)) {
            return Creation.EXISTED;
        }
        overwrite(key, content);
        return Creation.CREATED;
    }

    private synchronized Optional<byte[]> get(String key) {
        return Optional.ofNullable(objects.get(key)).map(Entry::content);
    }

    private synchronized Listing listed(String prefix) {
        List<StoredObject> found = new ArrayList<>();
        for (Map.Entry<String, Entry> object : objects.tailMap(prefix).entrySet()) {
            if (!object.getKey().startsWith(prefix)) {
                break;
            }
            Entry entry = object.getValue();
            found.add(new StoredObject(object.getKey(), entry.content().length, entry.modified(), entry.version()));
        }
        return new Listing(found);
    }

    private synchronized String begin(ObjectKey key) {
        writes++;
        String upload = "u" + writes;
        unfinished.put(upload, new StoredObject(key.value(), 0, time.now(), upload));
        return upload;
    }

    private synchronized Creation finish(String upload, ObjectKey key, byte[] content) {
        unfinished.remove(upload);
        overwrite(key.value(), content);
        return Creation.CREATED;
    }

    private synchronized void end(String upload) {
        unfinished.remove(upload);
    }

    private synchronized Listing begun(String prefix) {
        return new Listing(unfinished.values().stream()
                .filter(upload -> upload.key().startsWith(prefix))
                .sorted((a, b) -> a.key().compareTo(b.key()))
                .toList());
    }

    private synchronized Creation remove(StoredObject object) {
        Entry entry = objects.get(object.key());
        if (unfinished.remove(object.version()) != null) {
            writes++;
        } else if (entry != null && entry.version().equals(object.version())) {
            lockOf(object).filter(time.now()::isBefore).ifPresent(until -> {
                throw new RequestRefusedException(
                        "DRK-FAKE-012",
                        "Cannot delete '" + object.key() + "': it is locked until " + until + " but must be free",
                        "Wait until then");
            });
            writes++;
            objects.remove(object.key());
        }
        return Creation.EXISTED;
    }

    private synchronized Optional<Instant> lockOf(StoredObject object) {
        return Optional.ofNullable(locks.get(object.version()));
    }

    private synchronized Optional<Instant> raise(StoredObject object, Instant until) {
        Entry entry = objects.get(object.key());
        if (entry == null || !entry.version().equals(object.version())) {
            return Optional.empty();
        }
        writes++;
        return Optional.of(
                locks.merge(object.version(), until, (before, asked) -> before.isAfter(asked) ? before : asked));
    }

    private record Entry(byte[] content, Instant modified, String version) {}

    /** Gives a segment only after its digest was found right. */
    private final class Reader extends InputStream {

        private final StoredStream stream;
        private long readable;
        private byte[] segment = new byte[0];
        private int position;
        private int next;

        Reader(StoredStream stream, long readable) {
            this.stream = stream;
            this.readable = readable;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            int count = read(one, 0, 1);
            return count < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            while (position == segment.length) {
                if (next == stream.segments().size()) {
                    return -1;
                }
                load(stream.segments().get(next++));
            }
            if (readable <= 0) {
                throw new IOException("the connection was cut, as the fault script says");
            }
            int count = (int) Math.min(readable, Math.min(length, segment.length - position));
            System.arraycopy(segment, position, buffer, offset, count);
            position += count;
            readable -= count;
            return count;
        }

        private void load(StoredStream.Segment wanted) throws IOException {
            byte[] found = get(wanted.key().value())
                    .orElseThrow(() -> new IntegrityIoException("segment '" + wanted.key() + "' is missing"));
            if (!Sha256.hex(found).equals(wanted.sha256())) {
                throw new IntegrityIoException("segment '" + wanted.key() + "' has another digest than was written");
            }
            segment = Arrays.copyOf(found, found.length);
            position = 0;
        }
    }
}
