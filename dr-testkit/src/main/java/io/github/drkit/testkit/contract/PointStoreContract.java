package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.drkit.Progress;
import io.github.drkit.TimeSource;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.store.Creation;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.IntegrityIoException;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoreAbilities.Ability;
import io.github.drkit.store.StoredObject;
import io.github.drkit.store.StoredStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every {@link PointStore} must do: the rules STO of {@code docs/contract.md}. */
@ExtendWith(NamesTheRule.class)
public abstract class PointStoreContract {

    private static final ObjectKey KEY = ObjectKey.of("points/bank/one/manifest.json");
    private static final ObjectKey BASE = ObjectKey.of("points/bank/one/dump");

    /** For subclasses, which need nothing passed in. */
    protected PointStoreContract() {}

    /**
     * Opens the store. It is empty when a test begins; each further call in the same test opens the same store again, as
     * another process would.
     *
     * @return a store
     * @throws Exception whatever opening throws; the test fails
     */
    protected abstract PointStore store() throws Exception;

    /**
     * Changes one byte of a stored object, past the store, as a damaged disk or another hand does.
     *
     * @param key of an object that exists and is not empty
     * @throws Exception whatever doing so throws; the test fails
     */
    protected abstract void damage(ObjectKey key) throws Exception;

    /**
     * Returns the clock the store's own clock is compared with.
     *
     * @return the system's unless overridden
     */
    protected TimeSource time() {
        return TimeSource.system();
    }

    /**
     * Returns for whom streams are encrypted.
     *
     * @return nobody unless overridden: then the rules about encryption are skipped
     */
    protected Encryption encryption() {
        return Encryption.unencrypted();
    }

    /**
     * Returns what decrypts them.
     *
     * @return none unless overridden
     */
    protected IdentitySource identities() {
        return IdentitySource.none();
    }

    /**
     * Returns a length that takes several segments where segments can be made that short.
     *
     * @return 3,000,000 bytes unless overridden
     */
    protected int longStream() {
        return 3_000_000;
    }

    /**
     * Opens the same store through a connection that loses the answer to the next create, after it was done.
     *
     * @return empty unless overridden: then the rule about lost answers is skipped
     * @throws Exception whatever opening throws; the test fails
     */
    protected Optional<PointStore> losingTheNextAnswer() throws Exception {
        return Optional.empty();
    }

    /**
     * Leaves an unfinished write below a key, as a process that dies while writing does.
     *
     * @param base the key of the stream
     * @throws Exception whatever doing so throws; the test is skipped when it throws {@code TestAbortedException}
     */
    protected void dieWhileWriting(ObjectKey base) throws Exception {
        Assumptions.abort("this contract test cannot leave an unfinished write");
    }

    /**
     * Returns secrets that were given to the store.
     *
     * @return none unless overridden; none of them may be shown
     */
    protected List<String> secrets() {
        return List.of();
    }

    @Test
    @DisplayName("STO-001 the first create of a key wins, and what it wrote stays")
    void firstCreateWins() throws Exception {
        PointStore store = store();

        assertThat(store.create(KEY, bytes("first"))).as("first create").isEqualTo(Creation.CREATED);
        assertThat(store().create(KEY, bytes("second"))).as("second create").isEqualTo(Creation.EXISTED);
        assertThat(store.create(KEY, bytes("first"))).as("same content again").isEqualTo(Creation.EXISTED);
        assertThat(store.find(KEY))
                .hasValueSatisfying(found -> assertThat(found).isEqualTo(bytes("first")));
    }

    @Test
    @DisplayName("STO-002 of many creates that race for a key one wins, and its content is what is read")
    void oneCreateWinsARace() throws Exception {
        PointStore store = store();
        assumeThat(store.abilities().has(Ability.CONDITIONAL_CREATE)
                        || store.abilities().shown().isEmpty())
                .as("the store is seen to have CONDITIONAL_CREATE, or was not probed")
                .isTrue();
        int racers = 8;
        ExecutorService threads = Executors.newFixedThreadPool(racers);
        try {
            for (int round = 1; round <= 10; round++) {
                ObjectKey key = ObjectKey.of("race/" + round);
                List<Callable<Optional<String>>> race = new ArrayList<>();
                for (int racer = 0; racer < racers; racer++) {
                    String content = ("racer " + racer + " ").repeat(racer + 1);
                    race.add(() -> store.create(key, bytes(content)) == Creation.CREATED
                            ? Optional.of(content)
                            : Optional.empty());
                }
                List<String> winners = new ArrayList<>();
                for (Future<Optional<String>> end : threads.invokeAll(race)) {
                    end.get().ifPresent(winners::add);
                }
                assertThat(winners).as("winners of round %s", round).hasSize(1);
                assertThat(store.find(key))
                        .hasValueSatisfying(found -> assertThat(found).isEqualTo(bytes(winners.get(0))));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @DisplayName("STO-003 a small object comes back byte for byte, and what is not there is empty")
    void smallObjectsComeBack() throws Exception {
        PointStore store = store();
        byte[] all = new byte[512];
        for (int value = 0; value < all.length; value++) {
            all[value] = (byte) value;
        }
        store.create(KEY, all);
        store.create(ObjectKey.of("empty"), new byte[0]);

        assertThat(store().find(KEY))
                .hasValueSatisfying(found -> assertThat(found).isEqualTo(all));
        assertThat(store.find(ObjectKey.of("empty")))
                .hasValueSatisfying(found -> assertThat(found).isEmpty());
        assertThat(store.find(ObjectKey.of("points/bank/one")))
                .as("a prefix of a key")
                .isEmpty();
        assertThat(store.find(ObjectKey.of("points/bank/one/manifest.jso"))).isEmpty();
    }

    @Test
    @DisplayName("STO-004 a prefix is a beginning of keys and not a folder, and the listing hides nothing")
    void prefixIsTheBeginningOfKeys() throws Exception {
        PointStore store = store();
        for (String key : List.of("a/b.2", "a/b", "a/b-1", "a/bc/d", "a/c", "aa", "A/b")) {
            store.create(ObjectKey.of(key), bytes(key));
        }

        assertThat(keys(store, "a/b")).containsExactly("a/b", "a/b-1", "a/b.2", "a/bc/d");
        assertThat(keys(store, "a/b/")).isEmpty();
        assertThat(keys(store, "")).containsExactly("A/b", "a/b", "a/b-1", "a/b.2", "a/bc/d", "a/c", "aa");
        assertThat(keys(store, "zz")).isEmpty();
    }

    @Test
    @DisplayName("STO-005 an object is listed, with its size and time, as soon as its write has returned")
    void listedAtOnce() throws Exception {
        PointStore store = store();
        PointStore other = store();
        for (int count = 1; count <= 10; count++) {
            store.create(ObjectKey.of("many/" + (100 + count)), new byte[count]);

            assertThat(other.list("many/").objects()).hasSize(count);
        }
        StoredObject last = other.list("many/").objects().get(9);
        assertThat(last.sizeBytes()).isEqualTo(10);
        assertThat(Duration.between(last.modified(), store.now()).abs()).isLessThan(Duration.ofMinutes(5));
    }

    @Test
    @DisplayName("STO-006 a stream comes back, and its digests and lengths are what was read")
    void streamsComeBack() throws Exception {
        for (int length : new int[] {0, 1, 70_000, longStream()}) {
            byte[] plain = random(length);
            ObjectKey base = ObjectKey.of("streams/" + length);

            StoredStream stream = write(store(), base, new ByteArrayInputStream(plain));

            assertThat(stream.plainBytes()).as("plain bytes of %s", length).isEqualTo(length);
            assertThat(stream.plainSha256()).isEqualTo(sha256(plain));
            assertThat(read(store(), stream)).as("content of %s bytes", length).isEqualTo(plain);
        }
    }

    @Test
    @DisplayName("STO-007 segments are numbered objects whose concatenation is the stored stream")
    void segmentsAreObjects() throws Exception {
        PointStore store = store();
        StoredStream stream = write(store, BASE, new ByteArrayInputStream(random(longStream())));

        List<StoredObject> listed = store.list(BASE + ".").objects();
        List<String> names = new ArrayList<>();
        for (int number = 1; number <= stream.segments().size(); number++) {
            names.add(String.format("%s.%05d", BASE, number));
        }
        assertThat(stream.segments())
                .extracting(segment -> segment.key().value())
                .isEqualTo(names);
        assertThat(listed).extracting(StoredObject::key).isEqualTo(names);
        assertThat(listed)
                .extracting(StoredObject::sizeBytes)
                .isEqualTo(stream.segments().stream()
                        .map(StoredStream.Segment::bytes)
                        .toList());
        byte[] stored;
        try (InputStream in = store.openStored(stream)) {
            stored = in.readAllBytes();
        }
        assertThat(stored.length).as("stored bytes").isEqualTo((int) stream.storedBytes());
        assertThat(sha256(stored)).as("digest of the stored bytes").isEqualTo(stream.storedSha256());
        int from = 0;
        for (StoredStream.Segment segment : stream.segments()) {
            byte[] part = Arrays.copyOfRange(stored, from, from + (int) segment.bytes());
            assertThat(sha256(part)).as("digest of %s", segment.key()).isEqualTo(segment.sha256());
            from += (int) segment.bytes();
        }
    }

    @Test
    @DisplayName("STO-008 a source that breaks off leaves nothing half written, and its exception comes through")
    void brokenSourceLeavesNothing() throws Exception {
        PointStore store = store();
        for (int good : new int[] {0, 1, 70_000, longStream()}) {
            ObjectKey base = ObjectKey.of("broken/" + good);

            assertThatThrownBy(() -> write(store, base, breaksOff(random(good))))
                    .as("a source that throws after %s bytes", good)
                    .isInstanceOf(IOException.class)
                    .hasMessage("the source broke off");
            assertThat(store.unfinished(base.value()).objects())
                    .as("unfinished writes after %s bytes", good)
                    .isEmpty();
        }
        assertThat(store.list("broken/0").objects())
                .as("segments of a source that gave nothing")
                .isEmpty();
        assertThat(store.list("broken/1.").objects())
                .as("segments of a source that gave one byte")
                .isEmpty();
    }

    @Test
    @DisplayName("STO-009 write reads the source to its end, tells all of it as progress and does not close it")
    void sourceIsReadToItsEnd() throws Exception {
        AtomicLong told = new AtomicLong();
        AtomicInteger closed = new AtomicInteger();
        InputStream source = new FilterInputStream(new ByteArrayInputStream(random(70_000))) {
            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };

        store().write(BASE, source, encryption(), told::addAndGet);

        assertThat(source.read()).as("what is left in the source").isEqualTo(-1);
        assertThat(told).as("progress").hasValue(70_000);
        assertThat(closed).as("how often the source was closed").hasValue(0);
    }

    @Test
    @DisplayName("STO-010 a reader that stops half way disturbs nobody")
    void halfReadStreamIsClosedQuietly() throws Exception {
        PointStore store = store();
        byte[] plain = random(longStream());
        StoredStream stream = write(store, BASE, new ByteArrayInputStream(plain));

        for (int round = 0; round < 20; round++) {
            try (InputStream in = store.open(stream, identities())) {
                assertThat(in.readNBytes(1000)).isEqualTo(Arrays.copyOf(plain, 1000));
            }
        }
        assertThat(read(store, stream)).isEqualTo(plain);
    }

    @Test
    @DisplayName("STO-011 a damaged byte is found before the reader is told the end")
    void damageIsFound() throws Exception {
        PointStore store = store();
        StoredStream stream = write(store, BASE, new ByteArrayInputStream(random(70_000)));
        damage(stream.segments().get(0).key());

        assertThatThrownBy(() -> read(store, stream))
                .as("reading a damaged stream to its end")
                .isInstanceOf(IntegrityIoException.class);
        assertThatThrownBy(() -> {
                    try (InputStream in = store.openStored(stream)) {
                        in.readAllBytes();
                    }
                })
                .as("reading its stored bytes to their end")
                .isInstanceOf(IntegrityIoException.class);
    }

    @Test
    @DisplayName("STO-012 a missing segment is not read over")
    void missingSegmentIsFound() throws Exception {
        PointStore store = store();
        StoredStream stream = write(store, BASE, new ByteArrayInputStream(random(longStream())));
        List<StoredObject> listed = store.list(BASE + ".").objects();
        store.delete(listed.get(listed.size() - 1));

        assertThatThrownBy(() -> read(store, stream))
                .as("reading a stream whose last segment is gone")
                .isInstanceOf(IntegrityIoException.class);
    }

    @Test
    @DisplayName("STO-013 delete removes exactly what was listed, and what is gone already is no failure")
    void deleteIsExact() throws Exception {
        PointStore store = store();
        store.create(ObjectKey.of("d/1"), bytes("1"));
        store.create(ObjectKey.of("d/10"), bytes("10"));
        StoredObject one = store.list("d/1").objects().get(0);

        store.delete(one);
        store.delete(one);

        assertThat(keys(store, "d/")).containsExactly("d/10");
        assertThat(store.find(ObjectKey.of("d/1"))).isEmpty();
        assertThat(store.create(ObjectKey.of("d/1"), bytes("again")))
                .as("create after delete")
                .isEqualTo(Creation.CREATED);
    }

    @Test
    @DisplayName("STO-014 what was written since the listing is not deleted by it")
    void deleteSparesWhatCameLater() throws Exception {
        PointStore store = store();
        assumeThat(store.abilities().has(Ability.VERSIONING))
                .as("the store is seen to have VERSIONING")
                .isTrue();
        store.create(KEY, bytes("old"));
        StoredObject old = store.list(KEY.value()).objects().get(0);
        store.delete(old);
        store.create(KEY, bytes("new"));

        store.delete(old);

        assertThat(store.find(KEY))
                .hasValueSatisfying(found -> assertThat(found).isEqualTo(bytes("new")));
    }

    @Test
    @DisplayName("STO-015 an unfinished write is in no listing but its own, and can be given up")
    void unfinishedWritesAreListedApart() throws Exception {
        PointStore store = store();
        dieWhileWriting(BASE);

        assertThat(store.list(BASE.value()).objects()).as("finished objects").isEmpty();
        List<StoredObject> left = store.unfinished(BASE.value()).objects();
        assertThat(left).as("unfinished writes").isNotEmpty();
        assertThat(store.unfinished("another").objects())
                .as("unfinished writes elsewhere")
                .isEmpty();

        left.forEach(store::delete);

        assertThat(store.unfinished("").objects())
                .as("after they were given up")
                .isEmpty();
    }

    @Test
    @DisplayName("STO-016 a finished write leaves nothing unfinished")
    void finishedWritesLeaveNothing() throws Exception {
        PointStore store = store();
        write(store, BASE, new ByteArrayInputStream(random(longStream())));
        store.create(KEY, bytes("{}"));

        assertThat(store.unfinished("").objects()).isEmpty();
    }

    @Test
    @DisplayName("STO-017 an encrypted stream is not given without an identity that fits, and not stored in the clear")
    void encryptedStreamNeedsAnIdentity() throws Exception {
        assumeThat(encryption().encrypts()).as("this contract test encrypts").isTrue();
        PointStore store = store();
        StoredStream stream = write(store, BASE, new ByteArrayInputStream(random(70_000)));

        assertThat(stream.recipients()).isEqualTo(encryption().recipients());
        assertThatThrownBy(() -> {
                    try (InputStream in = store.open(stream, IdentitySource.none())) {
                        in.readAllBytes();
                    }
                })
                .as("opening without an identity")
                .isInstanceOf(TargetAccessException.class);
    }

    @Test
    @DisplayName("STO-018 a lost answer is said to be unknown, and find tells")
    void lostAnswerIsUnknown() throws Exception {
        Optional<PointStore> losing = losingTheNextAnswer();
        assumeThat(losing).as("this contract test can lose an answer").isPresent();

        assertThatThrownBy(() -> losing.get().create(KEY, bytes("done")))
                .as("a create whose answer is lost")
                .isInstanceOf(OutcomeUnknownException.class);
        assertThat(store().find(KEY))
                .hasValueSatisfying(found -> assertThat(found).isEqualTo(bytes("done")));
    }

    @Test
    @DisplayName("STO-019 the store's clock is its own, and near when it claims so")
    void clockIsNear() throws Exception {
        PointStore store = store();
        assumeThat(store.abilities().has(Ability.CLOCK))
                .as("the store is seen to have CLOCK")
                .isTrue();

        assertThat(Duration.between(store.now(), time().now()).abs()).isLessThan(Duration.ofMinutes(5));
    }

    @Test
    @DisplayName("STO-020 its abilities are always the same, and asking leaves nothing behind")
    void abilitiesStay() throws Exception {
        PointStore store = store();
        StoreAbilities first = store.abilities();

        assertThat(store.abilities()).isEqualTo(first);
        assertThat(keys(store, "points/")).isEmpty();
        assertThat(keys(store, "runs/")).isEmpty();
        assertThat(store.unfinished("").objects()).isEmpty();
    }

    @Test
    @DisplayName("STO-021 no secret is shown by location or toString")
    void noSecretIsShown() throws Exception {
        assumeThat(secrets()).as("secrets given to the store").isNotEmpty();
        PointStore store = store();

        for (String secret : secrets()) {
            assertThat(store.location()).doesNotContain(secret);
            assertThat(store.toString()).doesNotContain(secret);
        }
    }

    @Test
    @DisplayName("STO-022 a locked object is not deleted, and what is not locked is told apart")
    void lockedObjectStays() throws Exception {
        PointStore store = locking();
        store.create(KEY, bytes("kept"));
        store.create(ObjectKey.of("points/bank/two/manifest.json"), bytes("not kept"));
        StoredObject object = only(store, KEY.value());
        StoredObject other = only(store, "points/bank/two/manifest.json");
        Instant until = later(store, Duration.ofHours(1));

        assertThat(store.lockedUntil(object))
                .as("the lock of what was just created")
                .isEmpty();
        assertThat(store.lock(object, until)).as("the lock, read back").contains(until);

        assertThatThrownBy(() -> store().delete(object))
                .as("deleting what is locked")
                .isInstanceOf(RequestRefusedException.class);
        assertThat(store().find(KEY)).isPresent();
        assertThat(store().lockedUntil(object)).contains(until);
        assertThat(store.lockedUntil(other)).as("the lock of another object").isEmpty();
        store.delete(other);
        assertThat(keys(store, "points/")).containsExactly(KEY.value());
    }

    @Test
    @DisplayName("STO-023 a lock is raised and never lowered")
    void lockIsRaisedOnly() throws Exception {
        PointStore store = locking();
        store.create(KEY, bytes("kept"));
        StoredObject object = only(store, KEY.value());
        Instant until = later(store, Duration.ofHours(1));
        store.lock(object, until);

        assertThat(store.lock(object, until.minusSeconds(600)))
                .as("asked to end earlier")
                .contains(until);
        assertThat(store.lockedUntil(object))
                .as("after it was asked to end earlier")
                .contains(until);
        assertThat(store.lock(object, until.plusSeconds(600)))
                .as("asked to end later")
                .contains(until.plusSeconds(600));
        assertThat(store().lockedUntil(object)).contains(until.plusSeconds(600));
    }

    private PointStore locking() throws Exception {
        PointStore store = store();
        assumeThat(store.abilities().has(Ability.OBJECT_LOCK))
                .as("the store is seen to have OBJECT_LOCK")
                .isTrue();
        return store;
    }

    private static Instant later(PointStore store, Duration duration) {
        return store.now().truncatedTo(ChronoUnit.SECONDS).plus(duration);
    }

    private static StoredObject only(PointStore store, String key) {
        return store.list(key).objects().get(0);
    }

    private StoredStream write(PointStore store, ObjectKey base, InputStream source) throws IOException {
        return store.write(base, source, encryption(), Progress.silent());
    }

    private byte[] read(PointStore store, StoredStream stream) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (InputStream in = store.open(stream, identities())) {
            in.transferTo(all);
        }
        return all.toByteArray();
    }

    private static List<String> keys(PointStore store, String prefix) {
        return store.list(prefix).stream().map(StoredObject::key).toList();
    }

    private static InputStream breaksOff(byte[] good) {
        return new FilterInputStream(new ByteArrayInputStream(good)) {
            @Override
            public int read() throws IOException {
                int value = super.read();
                if (value < 0) {
                    throw new IOException("the source broke off");
                }
                return value;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = super.read(buffer, offset, length);
                if (count < 0) {
                    throw new IOException("the source broke off");
                }
                return count;
            }
        };
    }

    /** The same bytes for the same length, and nothing a compressor could shorten. */
    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
