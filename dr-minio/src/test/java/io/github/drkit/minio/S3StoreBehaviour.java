package io.github.drkit.minio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.drkit.Progress;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.store.Creation;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.IntegrityIoException;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.StoredObject;
import io.github.drkit.store.StoredStream;
import io.github.drkit.store.StoredStream.Segment;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store has to do on every S3-compatible server. Each test has a prefix of its own. */
abstract class S3StoreBehaviour {

    private static final long SEED = 20261122;

    /** The smallest part S3 takes, and segments of two: 10 MiB. */
    private static final Segmentation SMALL = new Segmentation(5 << 20, 2);

    private final AgeKeys first = AgeKeys.generate();
    private final AgeKeys second = AgeKeys.generate();
    private final Encryption encryption = Encryption.to(first.recipient(), second.recipient());
    private final IdentitySource identities = () -> List.of(first.identity());

    private S3Store store;
    private HttpBucket raw;

    /** A server that runs, with a bucket. */
    record Server(java.net.URI endpoint, String bucket, S3Credentials credentials) {

        S3Store.Builder builder() {
            return S3Store.builder(endpoint, bucket).withoutTls().credentials(() -> credentials);
        }

        HttpBucket raw(String prefix) {
            return Buckets.open(endpoint, bucket, prefix, credentials, HttpBucket.PAGE);
        }

        /** Tries it, and past our own client, which is what the tests are about. */
        boolean listsUploadsByPrefix() throws IOException, InterruptedException {
            RawS3 client = new RawS3(endpoint, credentials.accessKey(), credentials.secretKey());
            String key = "uploads-by-prefix/" + UUID.randomUUID();
            String path = "/" + bucket + "/" + key;
            String upload = client.send("POST", path, Map.of("uploads", ""), Map.of(), new byte[0])
                    .element("UploadId");
            try {
                Map<String, String> query = Map.of("uploads", "", "prefix", key.substring(0, key.length() - 1));
                RawS3.Answer listed = client.send("GET", "/" + bucket, query, Map.of(), new byte[0]);
                assertThat(listed.status()).isEqualTo(200);
                return listed.text().contains(upload);
            } finally {
                client.send("DELETE", path, Map.of("uploadId", upload), Map.of(), new byte[0]);
            }
        }
    }

    abstract Server server();

    /** Whether the server lists unfinished uploads of all keys with a prefix, as S3 does. */
    boolean listsUploadsByPrefix() throws Exception {
        return true;
    }

    @BeforeEach
    void open() {
        String prefix = "behaviour/" + UUID.randomUUID();
        store = server().builder().prefix(prefix).segmentation(SMALL).build();
        raw = server().raw(prefix + "/");
    }

    @AfterEach
    void removeEverything() throws IOException {
        for (StoredObject upload : store.unfinished("").objects()) {
            store.delete(upload);
        }
        for (StoredObject object : store.list("").objects()) {
            store.delete(object);
        }
        store.close();
        raw.close();
    }

    @ParameterizedTest(name = "{0} plain bytes")
    @ValueSource(longs = {0, 1, 65_536, 5 << 20, (5 << 20) + 1, 10 << 20, (10 << 20) + 1, 26_000_000})
    void whatIsWrittenComesBack(long length) throws IOException {
        AtomicLong told = new AtomicLong();

        StoredStream stream = store.write(key("dump"), SeededStream.noise(SEED, length), encryption, told::addAndGet);

        assertThat(told).hasValue(length);
        assertThat(stream.plainBytes()).isEqualTo(length);
        assertThat(stream.plainSha256()).isEqualTo(sha256(SeededStream.noise(SEED, length)));
        assertThat(stream.compression()).isEqualTo("zstd");
        assertThat(stream.encryption()).isEqualTo("age");
        assertThat(stream.recipients()).containsExactly(first.recipient(), second.recipient());
        assertSegments(stream);
        try (InputStream plain = store.open(stream, identities)) {
            assertThat(sha256(plain)).isEqualTo(stream.plainSha256());
        }
        try (InputStream stored = store.openStored(stream)) {
            assertThat(sha256(stored)).isEqualTo(stream.storedSha256());
        }
    }

    /** Unencrypted noise that zstd stores in raw blocks: the stored length can be steered to the byte. */
    @ParameterizedTest(name = "{0} bytes more than a segment")
    @ValueSource(ints = {-1, 0, 1})
    void segmentsEndWhereTheyShould(int more) throws IOException {
        long stored = SMALL.segmentBytes() + more;
        long plain = plainFor(stored);

        StoredStream stream =
                store.write(key("edge"), SeededStream.noise(SEED, plain), Encryption.unencrypted(), Progress.silent());

        assertThat(stream.storedBytes()).isEqualTo(stored);
        assertThat(stream.segments()).hasSize(more > 0 ? 2 : 1);
        assertSegments(stream);
    }

    @ParameterizedTest(name = "{0} bytes more than a part")
    @ValueSource(ints = {0, 1})
    void aStreamOfOnePartIsOnePlainPut(int more) throws IOException {
        long stored = SMALL.partBytes() + more;

        StoredStream stream = store.write(
                key("part"), SeededStream.noise(SEED, plainFor(stored)), Encryption.unencrypted(), Progress.silent());

        assertThat(stream.storedBytes()).isEqualTo(stored);
        // Only a multipart upload's entity tag ends in the number of its parts.
        S3Bucket.Entry object = raw.list("part").get(0);
        assertThat(object.etag().matches(".*-2")).isEqualTo(more == 1);
    }

    @Test
    void anExistingSegmentIsNotOverwritten() throws IOException {
        raw.put("dump.00001", "precious".getBytes(UTF_8), Map.of());

        assertThatThrownBy(() -> store.write(key("dump"), SeededStream.noise(SEED, 100), encryption, Progress.silent()))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot write object '" + store.location()
                        + "/dump.00001': it exists but must not, since segments are written once"
                        + System.lineSeparator()
                        + "Hint: Write under a key that no other run uses [DRK-STORE-011]");
        assertThat(store.find(key("dump.00001")).map(String::new)).hasValue("precious");
    }

    @Test
    void aFailingSourceLeavesNothingOfItsSegmentAndItsOwnExceptionArrives() throws IOException {
        IOException failure = new IOException("pg_dump ended with exit code 1");
        InputStream source = new SequenceInputStream(SeededStream.noise(SEED, 60_000_000), failing(failure));

        assertThatThrownBy(() -> store.write(key("dump"), source, encryption, Progress.silent()))
                .isSameAs(failure);

        // The compressor is some megabytes behind its source, so how many segments were whole by then is not fixed.
        List<S3Bucket.Entry> whole = raw.list("");
        assertNoUploadOf("dump.00001", "dump.%05d".formatted(whole.size() + 1));
        assertThat(whole).extracting(S3Bucket.Entry::key).startsWith("dump.00001");
        assertThat(whole)
                .extracting(S3Bucket.Entry::sizeBytes)
                .containsOnly(whole.get(0).sizeBytes());
    }

    @Test
    void anInterruptedWriteIsAbortedAndKeepsTheFlag() throws Exception {
        InputStream source = new FilterInputStream(SeededStream.noise(SEED, 60_000_000)) {
            private long read;

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = super.read(target, offset, length);
                read += count;
                if (read > 12_000_000) {
                    Thread.currentThread().interrupt();
                }
                return count;
            }
        };

        assertThatThrownBy(() -> store.write(key("dump"), source, encryption, Progress.silent()))
                .isInstanceOf(io.github.drkit.error.DrException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertNoUploadOf("dump.00001", "dump.00002");
    }

    @Test
    void oneFlippedBitIsFoundWhereverItIs() throws IOException {
        StoredStream stream =
                store.write(key("dump"), SeededStream.ledger(SEED, 3_000_000), encryption, Progress.silent());
        Segment segment = stream.segments().get(0);
        byte[] good = store.find(segment.key()).orElseThrow();
        Random random = new Random(SEED);
        for (int round = 0; round < 70; round++) {
            int at = random.nextInt(good.length);
            int bit = random.nextInt(8);
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << bit);
            raw.put(segment.key().value(), bad, Map.of());

            String where = "seed " + SEED + ", round " + round + ", byte " + at + " of " + good.length + ", bit " + bit;
            assertThatThrownBy(() -> drain(store.openStored(stream)))
                    .as(where)
                    .isExactlyInstanceOf(IntegrityIoException.class)
                    .hasMessageStartingWith("Object '" + store.location() + "/dump.00001' has SHA-256 ");
            assertThatThrownBy(() -> drain(store.open(stream, identities)))
                    .as(where)
                    .isExactlyInstanceOf(IntegrityIoException.class)
                    .hasMessageContaining("'" + store.location() + "/dump");
        }
    }

    @Test
    void aTruncatedALongerAndAMissingSegmentAreNamed() throws IOException {
        StoredStream stream =
                store.write(key("dump"), SeededStream.noise(SEED, 11_000_000), encryption, Progress.silent());
        Segment last = stream.segments().get(1);
        byte[] good = store.find(last.key()).orElseThrow();
        String object = "Object '" + store.location() + "/dump.00002'";

        raw.put(last.key().value(), java.util.Arrays.copyOf(good, good.length - 1), Map.of());
        assertThatThrownBy(() -> drain(store.openStored(stream)))
                .isExactlyInstanceOf(IntegrityIoException.class)
                .hasMessage(object + " has " + (good.length - 1) + " bytes, but " + good.length + " were stored");
        assertThatThrownBy(() -> drain(store.open(stream, identities))).isExactlyInstanceOf(IntegrityIoException.class);

        raw.put(last.key().value(), java.util.Arrays.copyOf(good, good.length + 1), Map.of());
        assertThatThrownBy(() -> drain(store.openStored(stream)))
                .isExactlyInstanceOf(IntegrityIoException.class)
                .hasMessage(object + " is longer than the " + good.length + " bytes that were stored");
        assertThatThrownBy(() -> drain(store.open(stream, identities))).isExactlyInstanceOf(IntegrityIoException.class);

        raw.delete(last.key().value(), "");
        assertThatThrownBy(() -> drain(store.openStored(stream)))
                .isExactlyInstanceOf(IntegrityIoException.class)
                .hasMessage(object + " is missing: " + good.length + " bytes with SHA-256 " + last.sha256()
                        + " were stored under that key");
    }

    @Test
    void aStreamWithoutItsLastSegmentDoesNotPassForWhole() throws IOException {
        StoredStream whole =
                store.write(key("dump"), SeededStream.noise(SEED, 11_000_000), encryption, Progress.silent());
        StoredStream cut = new StoredStream(
                whole.compression(),
                whole.encryption(),
                whole.recipients(),
                whole.plainBytes(),
                whole.plainSha256(),
                whole.storedBytes(),
                whole.storedSha256(),
                whole.segments().subList(0, 1));

        assertThatThrownBy(() -> drain(store.openStored(cut)))
                .isExactlyInstanceOf(IntegrityIoException.class)
                .hasMessageStartingWith("The segments of '" + store.location() + "/dump' have ");
        assertThatThrownBy(() -> drain(store.open(cut, identities))).isExactlyInstanceOf(IntegrityIoException.class);
    }

    @Test
    void eachRecipientsIdentityOpensTheStreamAndAStrangersDoesNot() throws IOException {
        StoredStream stream = store.write(
                key("dump"), new ByteArrayInputStream("ledger".getBytes(UTF_8)), encryption, Progress.silent());

        try (InputStream plain =
                store.open(stream, () -> List.of(AgeKeys.generate().identity(), second.identity()))) {
            assertThat(plain).hasContent("ledger");
        }
        assertThatThrownBy(() ->
                        store.open(stream, () -> List.of(AgeKeys.generate().identity())))
                .isExactlyInstanceOf(TargetAccessException.class)
                .hasMessage("Cannot decrypt stream '" + store.location()
                        + "/dump': none of the 1 identities at hand belongs to its recipients but one must"
                        + System.lineSeparator() + "Hint: Fetch the identity of one of the recipients "
                        + first.recipient() + ", " + second.recipient() + " [DRK-STORE-010]");
    }

    @Test
    void aPartlyReadStreamMayBeClosed() throws IOException {
        StoredStream stream =
                store.write(key("dump"), SeededStream.noise(SEED, 11_000_000), encryption, Progress.silent());

        InputStream plain = store.open(stream, identities);
        assertThat(plain.readNBytes(1_000)).hasSize(1_000);
        plain.close();
        plain.close();

        assertThatThrownBy(plain::read).isExactlyInstanceOf(IOException.class).hasMessage("The stream is closed");
    }

    @Test
    void aCreatedObjectIsNeverChanged() {
        assertThat(store.create(key("a/manifest.json"), "one".getBytes(UTF_8))).isEqualTo(Creation.CREATED);
        assertThat(store.create(key("a/manifest.json"), "two".getBytes(UTF_8))).isEqualTo(Creation.EXISTED);

        assertThat(store.find(key("a/manifest.json")).map(String::new)).hasValue("one");
        assertThat(store.find(key("a/other.json"))).isEmpty();
    }

    @Test
    void ofManyThatCreateOneKeyExactlyOneWins() throws Exception {
        int writers = 8;
        ExecutorService executor = Executors.newFixedThreadPool(writers);
        try {
            for (int round = 0; round < 5; round++) {
                ObjectKey key = key("race-" + round);
                CyclicBarrier together = new CyclicBarrier(writers);
                List<Future<Creation>> answers = new ArrayList<>();
                for (int writer = 0; writer < writers; writer++) {
                    byte[] content = ("writer " + writer).getBytes(UTF_8);
                    Callable<Creation> create = () -> {
                        together.await();
                        return store.create(key, content);
                    };
                    answers.add(executor.submit(create));
                }
                int created = 0;
                String winner = "";
                for (int writer = 0; writer < writers; writer++) {
                    if (answers.get(writer).get() == Creation.CREATED) {
                        created++;
                        winner = "writer " + writer;
                    }
                }
                assertThat(created).isEqualTo(1);
                assertThat(store.find(key).map(String::new)).hasValue(winner);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void aListingHasEverythingInOrderAndADeleteIsExactAndRepeatable() {
        for (String name : List.of("b/2", "a", "b/1", "c")) {
            store.create(key(name), name.getBytes(UTF_8));
        }

        List<StoredObject> all = store.list("").objects();
        assertThat(all).extracting(StoredObject::key).containsExactly("a", "b/1", "b/2", "c");
        assertThat(all).extracting(StoredObject::sizeBytes).containsExactly(1L, 3L, 3L, 1L);
        assertThat(store.list("b/").stream()).extracting(StoredObject::key).containsExactly("b/1", "b/2");

        store.delete(all.get(1));
        store.delete(all.get(1));

        assertThat(store.list("").stream()).extracting(StoredObject::key).containsExactly("a", "b/2", "c");
    }

    @Test
    void whatReplacedAListedObjectIsNotDeletedInItsPlace() throws IOException {
        store.create(key("object"), "old".getBytes(UTF_8));
        StoredObject old = store.list("").objects().get(0);
        raw.put("object", "new".getBytes(UTF_8), Map.of());

        store.delete(old);

        assertThat(store.find(key("object")).map(String::new)).hasValue("new");
    }

    @Test
    void anUnfinishedUploadIsListedApartAndCanBeGivenUp() throws IOException {
        raw.uploadPart("dead", raw.beginUpload("dead", Map.of()), 1, new byte[10], 10);
        store.create(key("whole"), new byte[1]);

        assertThat(store.list("").stream()).extracting(StoredObject::key).containsExactly("whole");
        List<StoredObject> unfinished = store.unfinished("dead").objects();
        assertThat(unfinished).extracting(StoredObject::key).containsExactly("dead");

        store.delete(unfinished.get(0));
        store.delete(unfinished.get(0));

        assertThat(store.unfinished("dead").objects()).isEmpty();
        assertThat(store.list("").stream()).extracting(StoredObject::key).containsExactly("whole");
    }

    @Test
    void whatAWriteLeftUnfinishedIsFoundByTheKeyItWroteUnder() throws IOException {
        store.create(key("long.00001"), new byte[1]);
        store.create(key("long.sidecar"), new byte[1]);
        raw.beginUpload("long.00002", Map.of());
        raw.beginUpload("short.00001", Map.of());
        raw.beginUpload("short.00001", Map.of());

        assertThat(store.unfinished("long").stream())
                .extracting(StoredObject::key)
                .containsExactly("long.00002");
        List<StoredObject> twice = store.unfinished("short").objects();
        assertThat(twice).extracting(StoredObject::key).containsExactly("short.00001", "short.00001");

        twice.forEach(store::delete);

        assertThat(store.unfinished("short").objects()).isEmpty();
        assertThat(store.unfinished("long").objects()).hasSize(1);
    }

    @Test
    void unfinishedUploadsAreListedByPrefix() throws Exception {
        assumeThat(listsUploadsByPrefix())
                .as("unfinished uploads by prefix: this server lists them only by their whole key")
                .isTrue();
        raw.beginUpload("a/dead", Map.of());
        raw.beginUpload("b/dead", Map.of());

        assertThat(store.unfinished("a/").stream())
                .extracting(StoredObject::key)
                .containsExactly("a/dead");
        assertThat(store.unfinished("").stream()).extracting(StoredObject::key).containsExactly("a/dead", "b/dead");
    }

    @Test
    void theStoresTimeIsAboutOurs() {
        Duration difference =
                Duration.between(io.github.drkit.TimeSource.system().now(), store.now());

        assertThat(difference.abs()).isLessThan(Duration.ofMinutes(5));
    }

    @Test
    void aMissingBucketIsToldBeforeTheSourceIsRead() {
        try (S3Store missing = S3Store.builder(server().endpoint(), "drkit-no-such-bucket")
                .withoutTls()
                .credentials(server()::credentials)
                .build()) {
            assertThatThrownBy(() -> missing.write(key("dump"), unread(), encryption, Progress.silent()))
                    .isExactlyInstanceOf(NotFoundException.class)
                    .hasMessage("Cannot write stream 's3://drkit-no-such-bucket/dump': the bucket does not exist but"
                            + " must" + System.lineSeparator()
                            + "Hint: Create the bucket, or correct its name [DRK-STORE-003]");
        }
    }

    @Test
    void wrongKeysAreToldBeforeTheSourceIsReadAndNotRepeated() {
        S3Credentials wrong = S3Credentials.of(server().credentials().accessKey(), "not-the-secret");
        try (S3Store refused = server().builder().credentials(() -> wrong).build()) {
            assertThatThrownBy(() -> refused.write(key("dump"), unread(), encryption, Progress.silent()))
                    .isExactlyInstanceOf(TargetAccessException.class)
                    .hasMessage("Cannot write stream 's3://" + server().bucket()
                            + "/dump': the store answered SignatureDoesNotMatch but must accept the credentials"
                            + System.lineSeparator()
                            + "Hint: Are access key, secret key and session token those of this store, and not"
                            + " expired? [DRK-STORE-005]")
                    .hasMessageNotContaining("not-the-secret");
        }
    }

    @Test
    void rotatedCredentialsAreUsedAtOnce() {
        List<S3Credentials> handed = Collections.synchronizedList(new ArrayList<>());
        try (S3Store rotating = server().builder()
                .credentials(() -> {
                    S3Credentials next =
                            handed.isEmpty() ? server().credentials() : S3Credentials.of("rotated", "away");
                    handed.add(next);
                    return next;
                })
                .build()) {
            rotating.now();
            assertThatThrownBy(rotating::now).isExactlyInstanceOf(TargetAccessException.class);
        }
        assertThat(handed).hasSize(2);
    }

    /** A frame of raw blocks of 128 KiB: 4 bytes magic, 2 of header, 3 a block, 4 of checksum. */
    private static long plainFor(long stored) {
        long plain = stored - 10;
        while (plain + 10 + 3 * ((plain + (1 << 17) - 1) >> 17) > stored) {
            plain--;
        }
        return plain;
    }

    private void assertSegments(StoredStream stream) throws IOException {
        long sum = 0;
        int number = 0;
        for (Segment segment : stream.segments()) {
            number++;
            assertThat(segment.key().value()).endsWith(Segmentation.suffix(number));
            assertThat(segment.bytes()).isEqualTo(SMALL.bytesOfSegment(stream.storedBytes(), number));
            assertThat(raw.head(segment.key().value(), "").orElseThrow().sizeBytes())
                    .isEqualTo(segment.bytes());
            try (InputStream content = raw.get(segment.key().value(), "", 0).orElseThrow()) {
                assertThat(sha256(content)).isEqualTo(segment.sha256());
            }
            sum += segment.bytes();
        }
        assertThat(number).isEqualTo((int) SMALL.segments(stream.storedBytes()));
        assertThat(sum).isEqualTo(stream.storedBytes());
        assertNoUploadOf(
                stream.segments().stream().map(segment -> segment.key().value()).toArray(String[]::new));
    }

    /** Asks key by key: not every store lists uploads by a prefix. */
    private void assertNoUploadOf(String... keys) throws IOException {
        for (String key : keys) {
            assertThat(raw.listUploads(key)).as(key).isEmpty();
        }
    }

    private static ObjectKey key(String value) {
        return ObjectKey.of(value);
    }

    private static InputStream failing(IOException failure) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }
        };
    }

    private static InputStream unread() {
        return new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("The source was read");
            }
        };
    }

    private static void drain(InputStream stream) throws IOException {
        try (stream) {
            stream.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }

    private static String sha256(InputStream stream) throws IOException {
        MessageDigest digest = Digests.sha256();
        byte[] step = new byte[1 << 16];
        for (int count = stream.read(step); count >= 0; count = stream.read(step)) {
            digest.update(step, 0, count);
        }
        return Digests.hex(digest);
    }
}
