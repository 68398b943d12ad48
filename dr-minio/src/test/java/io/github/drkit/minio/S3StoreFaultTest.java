package io.github.drkit.minio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Progress;
import io.github.drkit.error.DrException;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.store.Creation;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.IntegrityIoException;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.StoreAbilities.Ability;
import io.github.drkit.store.StoredObject;
import io.github.drkit.store.StoredStream;
import io.github.drkit.testkit.s3.FakeS3;
import io.github.drkit.testkit.s3.Lie;
import io.github.drkit.testkit.s3.RecordedRequest;
import io.github.drkit.testkit.s3.S3Call;
import io.github.drkit.testkit.s3.S3Fault;
import io.github.drkit.testkit.s3.S3Flavour;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the store makes of a server that fails, forgets and lies. Waiting passes by the test's own time. */
class S3StoreFaultTest {

    private static final long SEED = 20261122;
    private static final Segmentation SMALL = new Segmentation(5 << 20, 2);
    private static final int TWO_SEGMENTS = 11_000_000;
    private static final String NL = System.lineSeparator();

    /** Chance that shortens no wait. */
    private static final RandomGenerator WHOLE_WAITS = new RandomGenerator() {
        @Override
        public long nextLong() {
            return 0;
        }

        @Override
        public long nextLong(long origin, long bound) {
            return bound - 1;
        }
    };

    private final StepTime time = new StepTime();
    private FakeS3 server;
    private S3Store store;

    @BeforeEach
    void begin() {
        server = FakeS3.begin(time).bucket("plain").versionedBucket("versioned").lockedBucket("locked");
        store = open("plain");
    }

    @AfterEach
    void end() {
        store.close();
        server.close();
    }

    private S3Store open(String bucket) {
        return S3Store.builder(server.endpoint(), bucket)
                .withoutTls()
                .credentials(() -> S3Credentials.of(server.accessKey(), server.secretKey()))
                .segmentation(SMALL)
                .time(time)
                .chance(WHOLE_WAITS)
                .build();
    }

    @Tag("exhaustive")
    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"CREATE_UPLOAD", "UPLOAD_PART", "COMPLETE_UPLOAD", "PUT_OBJECT", "LIST_OBJECTS"})
    void aLostAnswerToAnyRequestOfAWriteIsSettled(S3Call call) throws IOException {
        server.inject(S3Fault.dropAfter(call));

        StoredStream stream = write(TWO_SEGMENTS);

        assertReadable(stream);
        assertThat(server.unfinishedUploads("plain")).isEmpty();
        assertThat(server.keys("plain")).containsExactly("dump.00001", "dump.00002");
    }

    @Tag("exhaustive")
    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"CREATE_UPLOAD", "UPLOAD_PART", "COMPLETE_UPLOAD", "PUT_OBJECT", "LIST_OBJECTS"})
    void aRequestThatNeverArrivedIsSettled(S3Call call) throws IOException {
        server.inject(S3Fault.dropBefore(call));

        assertReadable(write(TWO_SEGMENTS));
        assertThat(server.unfinishedUploads("plain")).isEmpty();
    }

    @Tag("exhaustive")
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "CREATE_UPLOAD, 503, SlowDown",
        "UPLOAD_PART, 500, InternalError",
        "UPLOAD_PART, 400, RequestTimeout",
        "UPLOAD_PART, 400, BadDigest",
        "COMPLETE_UPLOAD, 500, InternalError",
        "COMPLETE_UPLOAD, 200, InternalError",
        "PUT_OBJECT, 503, SlowDown",
        "PUT_OBJECT, 409, ConditionalRequestConflict",
        "LIST_OBJECTS, 502, BadGateway",
    })
    void aPassingErrorDoesNotEndAWrite(S3Call call, int status, String code) throws IOException {
        server.inject(S3Fault.answer(call, status, code));

        assertReadable(write(TWO_SEGMENTS));
        assertThat(server.unfinishedUploads("plain")).isEmpty();
        assertThat(time.waits()).isNotEmpty();
    }

    @Test
    void aCompletionThatNeverAnswersIsUnknownAndNothingIsCleanedUp() {
        server.inject(S3Fault.dropBefore(S3Call.COMPLETE_UPLOAD).always());

        assertThatThrownBy(() -> write(TWO_SEGMENTS))
                .isExactlyInstanceOf(OutcomeUnknownException.class)
                .hasMessage("Cannot tell whether object 's3://plain/dump.00001' was written: the answer was lost but is"
                        + " needed, and looking did not settle it" + NL
                        + "Hint: Look for the object and its unfinished upload when the store answers again"
                        + " [DRK-STORE-012]");
        assertThat(server.unfinishedUploads("plain")).containsExactly("dump.00001");
        assertThat(calls(S3Call.ABORT_UPLOAD)).isZero();
    }

    @Test
    void whatAStoreShowedIsBelievedForADay() throws Exception {
        assertThat(store.abilities().has(Ability.CONDITIONAL_CREATE)).isTrue();
        int asked = server.requests().size();
        server.lying(Lie.IGNORES_IF_NONE_MATCH);

        time.sleep(Duration.ofHours(23));
        assertThat(store.abilities().has(Ability.CONDITIONAL_CREATE)).isTrue();
        assertThat(server.requests()).hasSize(asked);

        time.sleep(Duration.ofHours(1));
        assertThat(store.abilities().has(Ability.CONDITIONAL_CREATE)).isFalse();
    }

    @Test
    void aPartThatFailsForGoodAbortsItsUpload() {
        server.inject(S3Fault.answer(S3Call.UPLOAD_PART, 503, "SlowDown").always());

        assertThatThrownBy(() -> write(TWO_SEGMENTS))
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessage("Cannot write object 's3://plain/dump.00001': the store answered SlowDown (HTTP status 503)"
                        + " but must be ready" + NL
                        + "Hint: Is the store overloaded, starting, or without its quorum? [DRK-STORE-007]");
        assertThat(server.unfinishedUploads("plain")).isEmpty();
        assertThat(server.keys("plain")).isEmpty();
        // Two parts fail side by side, so the waits of one stand between those of the other.
        assertThat(time.waits())
                .containsSubsequence(
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(16),
                        Duration.ofSeconds(20));
    }

    @Test
    void aWriteThatFailsLaterTellsWhatIsThere() {
        server.inject(S3Fault.answer(S3Call.PUT_OBJECT, 403, "AccessDenied").onKey(".*00002"));

        assertThatThrownBy(() -> write(TWO_SEGMENTS))
                .isExactlyInstanceOf(TargetAccessException.class)
                .hasMessage("Cannot write object 's3://plain/dump.00002': the store answered AccessDenied (HTTP status"
                        + " 403) but must permit it" + NL
                        + "Hint: Does the policy of these credentials allow it on this bucket and prefix?"
                        + " [DRK-STORE-004]")
                .extracting(e -> ((DrException) e).changed())
                .isEqualTo("1 segments of 's3://plain/dump' are stored and no manifest names them");
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"LOSES_THE_LAST_PART", "FAILS_COMPLETE_WITH_200"})
    void aStoreThatLosesWhatItAcceptedIsCaught(Lie lie) {
        server.lying(lie);

        assertThatThrownBy(() -> write(TWO_SEGMENTS))
                .isInstanceOf(DrException.class)
                .isNotInstanceOf(RequestRefusedException.class);
    }

    @Test
    void aSizeThatDiffersIsToldWithBothSizes() {
        server.lying(Lie.LOSES_THE_LAST_PART);

        assertThatThrownBy(() -> write(TWO_SEGMENTS))
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessage("Cannot accept object 's3://plain/dump.00001': the store shows 5242880 bytes but 10485760"
                        + " bytes were written" + NL
                        + "Hint: Does a lifecycle rule, a gateway or another writer touch this prefix?"
                        + " [DRK-STORE-013]");
    }

    @Test
    void aDroppedConnectionIsReadOnFromWhereItWas() throws IOException {
        StoredStream stream = write(TWO_SEGMENTS);
        server.inject(
                S3Fault.cut(S3Call.GET_OBJECT, 3_000_000),
                S3Fault.cut(S3Call.GET_OBJECT, 70_000).nth(2),
                S3Fault.dropBefore(S3Call.GET_OBJECT).nth(3));

        assertReadable(stream);

        assertThat(server.requests())
                .filteredOn(request ->
                        request.call() == S3Call.GET_OBJECT && request.headers().containsKey("Range"))
                .hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void aReadThatKeepsFailingEndsAsUnavailable() throws IOException {
        StoredStream stream = write(100);
        server.inject(S3Fault.dropBefore(S3Call.GET_OBJECT).always());

        assertThatThrownBy(() -> drain(store.openStored(stream)))
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessage("Cannot read object 's3://plain/dump.00001': the store gave no answer but must" + NL
                        + "Hint: Do host name and port of the endpoint lead to the store from this machine?"
                        + " [DRK-STORE-001]");
    }

    @Test
    void aFlippedBitInTheLastSegmentIsFoundAtItsEnd() throws IOException {
        StoredStream stream = write(TWO_SEGMENTS);
        server.flip("plain", "dump.00002", 12_345);

        assertThatThrownBy(() -> drain(store.openStored(stream)))
                .isExactlyInstanceOf(IntegrityIoException.class)
                .hasMessageStartingWith("Object 's3://plain/dump.00002' has SHA-256 ");
    }

    @Test
    void closingAPartlyReadStreamDoesNotReadTheRest() throws IOException {
        StoredStream stream = write(TWO_SEGMENTS);

        InputStream stored = store.openStored(stream);
        stored.read();
        stored.close();

        assertThat(calls(S3Call.GET_OBJECT)).isEqualTo(1);
    }

    @Test
    void aCreateWhoseAnswerWasLostIsUnknownAndNotRepeated() {
        server.inject(S3Fault.dropAfter(S3Call.PUT_OBJECT));

        assertThatThrownBy(() -> store.create(ObjectKey.of("manifest.json"), "{}".getBytes(UTF_8)))
                .isExactlyInstanceOf(OutcomeUnknownException.class)
                .hasMessage("Cannot tell whether object 's3://plain/manifest.json' was written: the answer was lost but"
                        + " is needed, and looking did not settle it" + NL
                        + "Hint: Look for the object and its unfinished upload when the store answers again"
                        + " [DRK-STORE-012]");
        assertThat(calls(S3Call.PUT_OBJECT)).isEqualTo(1);
        assertThat(store.find(ObjectKey.of("manifest.json")).map(String::new)).hasValue("{}");
    }

    @Test
    void aStoreThatIgnoresTheConditionIsRefusedAtTheFirstCreate() {
        server.lying(Lie.IGNORES_IF_NONE_MATCH);

        assertThatThrownBy(() -> store.create(ObjectKey.of("lease"), "mine".getBytes(UTF_8)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot create object 's3://plain/lease': the store does not honour a conditional write"
                        + " (If-None-Match) but must" + NL
                        + "Hint: Use a store that answers 412 to the second of two such writes of one key"
                        + " [DRK-STORE-008]");
    }

    @Test
    void theConditionIsShownOnceAndNotAtEachCreate() {
        assertThat(store.create(ObjectKey.of("a"), new byte[1])).isEqualTo(Creation.CREATED);
        assertThat(store.create(ObjectKey.of("b"), new byte[1])).isEqualTo(Creation.CREATED);

        assertThat(calls(S3Call.PUT_OBJECT)).isEqualTo(3);
    }

    @ParameterizedTest(name = "{1} is {3}")
    @CsvSource({
        "403, RequestTimeTooSkewed, TargetAccessException, DRK-STORE-006",
        "403, InvalidAccessKeyId, TargetAccessException, DRK-STORE-005",
        "403, SignatureDoesNotMatch, TargetAccessException, DRK-STORE-005",
        "403, AccessDenied, TargetAccessException, DRK-STORE-004",
        "404, NoSuchBucket, NotFoundException, DRK-STORE-003",
        "400, AuthorizationHeaderMalformed, RequestRefusedException, DRK-STORE-016",
        "507, XMinioStorageFull, TargetUnavailableException, DRK-STORE-019",
        "501, NotImplemented, RequestRefusedException, DRK-STORE-017",
        "503, SlowDownRead, TargetUnavailableException, DRK-STORE-007",
    })
    void anErrorAnswerIsTranslatedByStatusAndCode(int status, String code, String type, String expected) {
        server.inject(S3Fault.answer(S3Call.LIST_OBJECTS, status, code).always());

        assertThatThrownBy(() -> write(100)).isInstanceOfSatisfying(DrException.class, e -> {
            assertThat(e.getClass().getSimpleName()).isEqualTo(type);
            assertThat(e.code()).hasToString(expected);
            assertThat(e.problem()).startsWith("Cannot write stream 's3://plain/dump': ");
            assertThat(e.changed()).isEqualTo("nothing");
        });
    }

    @Test
    void aClockThatIsFarOffIsNamed() {
        server.inject(S3Fault.answer(S3Call.LIST_OBJECTS, 403, "RequestTimeTooSkewed"));

        assertThatThrownBy(store::now)
                .isExactlyInstanceOf(TargetAccessException.class)
                .hasMessage("Cannot read the time of store 's3://plain': this machine's clock and the store's differ by"
                        + " more than the 15 minutes allowed but must agree" + NL
                        + "Hint: Which of the two clocks is wrong? Is time synchronisation running on both?"
                        + " [DRK-STORE-006]");
    }

    @Test
    void aBrokenListingIsNeverAPart() {
        for (int i = 0; i < 5; i++) {
            store.create(ObjectKey.of("o" + i), new byte[1]);
        }
        server.inject(S3Fault.cut(S3Call.LIST_OBJECTS, 300).always());

        assertThatThrownBy(() -> store.list("")).isExactlyInstanceOf(TargetUnavailableException.class);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(S3Flavour.class)
    void aLockedVersionIsNamedWithItsDate(S3Flavour flavour) throws IOException {
        server.flavour(flavour);
        Instant until = time.now().plus(Duration.ofDays(3)).truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        try (S3Store locked = open("locked");
                HttpBucket raw = raw("locked")) {
            raw.put("object", new byte[1], Map.of());
            StoredObject object = locked.list("").objects().get(0);
            raw.setRetention("object", object.version(), new S3Bucket.Retention(S3Bucket.LockMode.COMPLIANCE, until));

            assertThatThrownBy(() -> locked.delete(object))
                    .isExactlyInstanceOf(RequestRefusedException.class)
                    .hasMessage("Cannot delete object 's3://locked/object': it is locked until " + until
                            + " but must be free" + NL
                            + "Hint: Wait for the end of its retention, or ask who holds it [DRK-STORE-009]");
            assertThat(locked.find(ObjectKey.of("object"))).isPresent();
        }
    }

    @Test
    void aVersionedObjectIsDeletedByItsVersion() throws IOException {
        try (S3Store versioned = open("versioned");
                HttpBucket raw = raw("versioned")) {
            versioned.create(ObjectKey.of("object"), "old".getBytes(UTF_8));
            StoredObject old = versioned.list("").objects().get(0);
            raw.put("object", "new".getBytes(UTF_8), Map.of());

            versioned.delete(old);
            versioned.delete(old);

            assertThat(raw.listVersions("")).hasSize(1).noneMatch(S3Bucket.Entry::deleteMarker);
            assertThat(versioned.find(ObjectKey.of("object")).map(String::new)).hasValue("new");
        }
    }

    @Test
    void noSecretLeavesInARequestOrAText() throws IOException {
        assertReadable(write(100));

        assertThat(server.requests())
                .extracting(RecordedRequest::text)
                .noneMatch(text -> text.contains(server.secretKey()));
        assertThat(S3Credentials.of("key", "secret")).hasToString("S3Credentials[hidden]");
    }

    @Test
    void plainHttpIsRefusedUnlessAllowedByName() {
        assertThatThrownBy(() -> S3Store.builder(server.endpoint(), "plain")
                        .credentials(() -> S3Credentials.of("key", "secret"))
                        .build())
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot use endpoint '" + server.endpoint() + "': its scheme is http but must be https" + NL
                        + "Hint: Use https, or accept an unprotected connection by withoutTls() [DRK-STORE-018]");
    }

    @Test
    void anEndpointIsAHostAndPerhapsAPortAndIsNotRepeated() {
        for (String endpoint : List.of(
                "ftp://store.example",
                "https:///bucket",
                "https://store.example/x",
                "https://a:b@store.example",
                "/x",
                "https://store.example?token=b")) {
            assertThatThrownBy(() -> S3Store.builder(URI.create(endpoint), "bank"))
                    .as(endpoint)
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "Cannot use the endpoint: it must be https or http, a host, perhaps a port, and nothing more");
        }
    }

    @Test
    void aStoreNeedsCredentials() {
        assertThatThrownBy(() -> S3Store.builder(URI.create("https://store.example"), "bank")
                        .build())
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot build store 'https://store.example': credentials are required");
    }

    private HttpBucket raw(String bucket) {
        return Buckets.open(
                server.endpoint(),
                bucket,
                "",
                S3Credentials.of(server.accessKey(), server.secretKey()),
                HttpBucket.PAGE);
    }

    private StoredStream write(long length) throws IOException {
        return store.write(
                ObjectKey.of("dump"), SeededStream.noise(SEED, length), Encryption.unencrypted(), Progress.silent());
    }

    private void assertReadable(StoredStream stream) throws IOException {
        try (InputStream plain = store.open(stream, IdentitySource.none());
                InputStream expected = SeededStream.noise(SEED, stream.plainBytes())) {
            byte[] read = plain.readAllBytes();
            assertThat(read).isEqualTo(expected.readAllBytes());
        }
    }

    private long calls(S3Call call) {
        return server.requests().stream()
                .filter(request -> request.call() == call)
                .count();
    }

    private static void drain(InputStream stream) throws IOException {
        try (stream) {
            stream.transferTo(OutputStream.nullOutputStream());
        }
    }
}
