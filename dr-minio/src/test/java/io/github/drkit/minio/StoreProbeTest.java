package io.github.drkit.minio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoreAbilities.Ability;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.s3.FakeS3;
import io.github.drkit.testkit.s3.Lie;
import io.github.drkit.testkit.s3.RecordedRequest;
import io.github.drkit.testkit.s3.S3Call;
import io.github.drkit.testkit.s3.S3Fault;
import io.github.drkit.testkit.s3.S3Flavour;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class StoreProbeTest {

    private static final Set<Ability> ALL = EnumSet.allOf(Ability.class);

    private final VirtualTime clock = VirtualTime.startingAt("2030-01-06T01:00:00.500Z");
    private final FakeS3 s3 = FakeS3.begin(clock)
            .lockedBucket("safe")
            .versionedBucket("versioned")
            .bucket("plain");

    @AfterEach
    void close() {
        s3.close();
    }

    @Test
    void showsEveryAbilityOfAnHonestStore() {
        assertThat(probe("safe")).isEqualTo(new StoreAbilities(ALL, List.of()));
    }

    @Test
    void knowsALockByTheCodesOfMinioToo() {
        s3.flavour(S3Flavour.MINIO);

        StoreAbilities abilities = probe("safe");

        assertThat(abilities.shown()).isEqualTo(ALL);
        assertThat(abilities.findings())
                .containsExactly("Note: the store lists unfinished multipart uploads by their whole key only; what a"
                        + " crash left of them is asked for by the keys that journals name");
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                lie(
                        Lie.IGNORES_IF_NONE_MATCH,
                        "CONDITIONAL_CREATE is off: the store accepts If-None-Match and ignores it: a second create of"
                                + " one key succeeded",
                        Ability.CONDITIONAL_CREATE),
                lie(
                        Lie.LOSES_CREATE_RACES,
                        "CONDITIONAL_CREATE is off: of 4 simultaneous creates of one key \\d succeeded but exactly 1"
                                + " must",
                        Ability.CONDITIONAL_CREATE),
                lie(
                        Lie.IGNORES_IF_NONE_MATCH_ON_COMPLETE,
                        "Note: the store accepts If-None-Match when a multipart upload is completed and ignores it;"
                                + " segments are told apart by the names of their runs only"),
                lie(
                        Lie.LISTS_LATE,
                        "LIST_AFTER_WRITE is off: after the answer to its write an object was not in the listing: 0"
                                + " listed but 1 written",
                        Ability.LIST_AFTER_WRITE,
                        Ability.VERSIONING),
                lie(
                        Lie.LISTS_ONLY_THE_FIRST_PAGE,
                        "LIST_AFTER_WRITE is off: a listing in pages of 2 ended after 2 of 5 objects and said it was"
                                + " whole",
                        Ability.LIST_AFTER_WRITE),
                lie(
                        Lie.OVERWRITES_VERSIONS,
                        "VERSIONING is off: the bucket says its versioning is ENABLED, and yet the old version was gone"
                                + " after an overwrite",
                        Ability.VERSIONING),
                lie(
                        Lie.DELETES_ALL_VERSIONS_FOR_ONE,
                        "VERSIONING is off: the bucket says its versioning is ENABLED, and yet deleting one version"
                                + " destroyed another",
                        Ability.VERSIONING),
                lie(
                        Lie.DELETES_WITHOUT_MARKER,
                        "VERSIONING is off: the bucket says its versioning is ENABLED, and yet a plain delete destroyed"
                                + " old versions",
                        Ability.VERSIONING),
                lie(
                        Lie.DROPS_LOCK_HEADERS,
                        "OBJECT_LOCK is off: the store accepts GOVERNANCE retention with a write and drops it",
                        Ability.OBJECT_LOCK),
                lie(
                        Lie.DELETES_LOCKED_VERSIONS,
                        "OBJECT_LOCK is off: the store shows GOVERNANCE retention and yet deletes the version before"
                                + " its date",
                        Ability.OBJECT_LOCK),
                lie(
                        Lie.LETS_RETENTION_BE_LOWERED,
                        "OBJECT_LOCK is off: the store lets GOVERNANCE retention be lowered",
                        Ability.OBJECT_LOCK),
                lie(
                        Lie.DROPS_LOCK_AT_CREATE_UPLOAD,
                        "OBJECT_LOCK is off: the store accepts COMPLIANCE retention when a multipart upload begins and"
                                + " drops it",
                        Ability.OBJECT_LOCK),
                lie(
                        Lie.IGNORES_WRONG_DIGESTS,
                        "DIGEST_CHECK is off: the store accepts Content-MD5 and ignores it: a body that does not match"
                                + " was stored",
                        Ability.DIGEST_CHECK),
                lie(
                        Lie.TELLS_WRONG_TIME,
                        "CLOCK is off: the store's clock is 1199 s ahead of this machine's but at most 300 s are"
                                + " allowed",
                        Ability.CLOCK),
                lie(
                        Lie.LOSES_THE_LAST_PART,
                        "MULTIPART is off: of a completed multipart upload of 8389608 bytes the store shows 8388608"
                                + " bytes",
                        Ability.MULTIPART),
                lie(
                        Lie.FAILS_COMPLETE_WITH_200,
                        "MULTIPART is off: the store did not complete a multipart upload of 8 MiB and 1 kB: it answered"
                                + " InternalError \\(HTTP status 500\\)",
                        Ability.MULTIPART,
                        Ability.OBJECT_LOCK),
                lie(
                        Lie.TRUNCATES_LARGE_OBJECTS,
                        "MULTIPART is off: a completed multipart upload reads back otherwise than it was written, while"
                                + " the store shows its full size",
                        Ability.MULTIPART),
                lie(
                        Lie.KEEPS_ABORTED_UPLOADS,
                        "MULTIPART is off: the store answers the abort of a multipart upload and keeps it",
                        Ability.MULTIPART),
                lie(
                        Lie.LISTS_UPLOADS_BY_WHOLE_KEY,
                        "Note: the store lists unfinished multipart uploads by their whole key only; what a crash left"
                                + " of them is asked for by the keys that journals name"),
                lie(
                        Lie.IGNORES_DELETES,
                        "VERSIONING is off: the bucket says its versioning is ENABLED, and yet a deleted object could"
                                + " still be read",
                        Ability.VERSIONING,
                        Ability.OBJECT_LOCK));
    }

    @Tag("exhaustive")
    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void catchesALiar(Lie lie, String finding, Set<Ability> lost) {
        s3.lying(lie);

        StoreAbilities abilities = probe("safe");

        Set<Ability> expected = EnumSet.copyOf(ALL);
        expected.removeAll(lost);
        assertThat(abilities.findings()).as("%s", abilities).anyMatch(found -> found.matches(finding));
        assertThat(abilities.shown()).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void isTriedOnEveryLie(Lie lie) {
        assertThat(lies().map(arguments -> arguments.get()[0])).contains(lie);
    }

    @Test
    void removesWhatItWroteAndWaitsNoLongerThanTheLock() throws Exception {
        Instant begin = clock.now();

        probe("safe");

        try (HttpBucket bucket = open("safe", "")) {
            assertThat(bucket.listVersions("")).isEmpty();
        }
        assertThat(s3.unfinishedUploads("safe")).isEmpty();
        assertThat(Duration.between(begin, clock.now())).isLessThan(Duration.ofSeconds(15));
        assertThat(s3.requests()).hasSizeLessThan(250);
    }

    @Test
    void leavesNothingInABucketWithoutVersions() {
        probe("plain");

        assertThat(s3.keys("plain")).isEmpty();
        assertThat(s3.unfinishedUploads("plain")).isEmpty();
    }

    @Test
    void writesNowhereButInAFolderOfItsOwn() {
        probe("safe");

        List<String> targets = s3.requests().stream()
                .filter(request -> !Set.of("GET", "HEAD").contains(request.method()))
                .map(RecordedRequest::target)
                .map(target -> target.replaceFirst("/probe/[0-9a-f]{32}/.*", "/probe/<random>/"))
                .distinct()
                .toList();

        assertThat(targets).containsExactly("/safe/bank/prod/probe/<random>/");
    }

    @Test
    void namesWhatABucketWasNotMadeFor() {
        assertThat(probe("plain").findings())
                .containsExactly(
                        "VERSIONING is off: the bucket says its versioning is OFF",
                        "OBJECT_LOCK is off: the bucket has no object lock; it is switched on when a bucket is"
                                + " created");
        assertThat(probe("plain").shown())
                .isEqualTo(EnumSet.complementOf(EnumSet.of(Ability.VERSIONING, Ability.OBJECT_LOCK)));
        assertThat(probe("versioned").shown()).isEqualTo(EnumSet.complementOf(EnumSet.of(Ability.OBJECT_LOCK)));
    }

    @Test
    void takesARefusedFeatureForALackingOne() {
        s3.inject(
                S3Fault.answer(S3Call.GET_VERSIONING, 501, "NotImplemented").always(),
                S3Fault.answer(S3Call.GET_LOCK_CONFIGURATION, 403, "AccessDenied")
                        .always(),
                S3Fault.answer(S3Call.CREATE_UPLOAD, 405, "MethodNotAllowed").always());

        StoreAbilities abilities = probe("plain");

        assertThat(abilities.shown())
                .containsExactlyInAnyOrder(
                        Ability.CLOCK, Ability.CONDITIONAL_CREATE, Ability.LIST_AFTER_WRITE, Ability.DIGEST_CHECK);
        assertThat(abilities.findings())
                .containsExactly(
                        "VERSIONING is off: the store refused the attempt with NotImplemented (HTTP status 501)",
                        "OBJECT_LOCK is off: the store refused the attempt with AccessDenied (HTTP status 403)",
                        "MULTIPART is off: the store refused the attempt with MethodNotAllowed (HTTP status 405)",
                        "Note: the store refused an attempt with MethodNotAllowed (HTTP status 405)",
                        "Note: the store refused an attempt with MethodNotAllowed (HTTP status 405)");
    }

    @Test
    void namesWhatADefaultRetentionKeeps() throws Exception {
        RawS3 raw = new RawS3(s3.endpoint(), s3.accessKey(), s3.secretKey());
        String rule = "<ObjectLockConfiguration><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>30</Days>"
                + "</DefaultRetention></Rule></ObjectLockConfiguration>";
        raw.send("PUT", "/safe", Map.of("object-lock", ""), Map.of(), rule.getBytes(StandardCharsets.UTF_8));

        StoreAbilities abilities = probe("safe");

        assertThat(abilities.shown()).isEqualTo(ALL);
        assertThat(abilities.findings())
                .singleElement()
                .asString()
                .matches("Note: \\d+ of \\d+ objects the probe wrote are left under 'probe/[0-9a-f]{32}/':"
                        + " \\[AccessDenied \\(HTTP status 403\\)]");
    }

    @Test
    void showsNoLockWhereNoDeleteIsAllowed() {
        s3.inject(S3Fault.answer(S3Call.DELETE_OBJECT, 403, "AccessDenied").always());

        StoreAbilities abilities = probe("safe");

        assertThat(abilities.has(Ability.OBJECT_LOCK)).isFalse();
        assertThat(abilities.findings())
                .contains("OBJECT_LOCK is off: these credentials may not delete even an unlocked version, so a refusal"
                        + " shows no lock");
    }

    @Test
    void throwsWhenItMayNotWrite() {
        s3.inject(S3Fault.answer(S3Call.PUT_OBJECT, 403, "AccessDenied").always());

        assertThatThrownBy(() -> probe("safe"))
                .isExactlyInstanceOf(TargetAccessException.class)
                .hasMessageStartingWith("Cannot probe store 's3://safe/bank/prod': the store answered AccessDenied"
                        + " (HTTP status 403) but must permit it")
                .hasMessageEndingWith("[DRK-STORE-004]");
    }

    @Test
    void throwsWhenThereIsNoBucket() {
        assertThatThrownBy(() -> probe("missing"))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessageStartingWith(
                        "Cannot probe store 's3://missing/bank/prod': the bucket does not exist but must");
    }

    @Test
    void learnsNothingFromABusyStore() {
        s3.inject(S3Fault.answer(S3Call.COMPLETE_UPLOAD, 503, "SlowDown").always());

        assertThatThrownBy(() -> probe("plain"))
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessageStartingWith("Cannot probe store 's3://plain/bank/prod': the store answered SlowDown (HTTP"
                        + " status 503) but must be ready");
    }

    @Test
    void throwsWhenTheStoreIsGone() {
        s3.close();

        assertThatThrownBy(() -> probe("safe"))
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessageStartingWith("Cannot probe store 's3://safe/bank/prod': the store gave no answer but must");
    }

    private StoreAbilities probe(String bucket) {
        try (HttpBucket raw = open(bucket, "bank/prod/")) {
            return new StoreProbe(new RetryingBucket(raw, clock, new Random(1)), clock).examine();
        }
    }

    private HttpBucket open(String bucket, String prefix) {
        S3Credentials credentials = S3Credentials.of(s3.accessKey(), s3.secretKey());
        return Buckets.open(s3.endpoint(), bucket, prefix, credentials, HttpBucket.PAGE);
    }

    private static Arguments lie(Lie lie, String finding, Ability... lost) {
        return Arguments.of(lie, finding, Arrays.stream(lost).collect(Collectors.toSet()));
    }
}
