package io.github.drkit.minio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.TimeSource;
import io.github.drkit.minio.RawS3.Answer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server with versions and locks answers: one set of tests for the fake and for the real thing. */
abstract class S3ServerBehaviour {

    private static final int MIB = 1 << 20;

    private final String plain = "plain-" + UUID.randomUUID();
    private final String versioned = "versioned-" + UUID.randomUUID();
    private final String lockable = "lockable-" + UUID.randomUUID();

    private RawS3 s3;

    /** A client of the server under test. */
    abstract RawS3 client();

    /** Status and code for a version that is locked. */
    abstract String locked();

    /** Status and code for a checksum header that does not match. */
    abstract String wrongChecksum();

    /** Status and code for a retention date that is past or half given. */
    abstract String badRetention();

    /** Status and code for the retention of a version that has none. */
    abstract String noRetention();

    /** Status and code for suspending the versions of a bucket that locks. */
    abstract String suspensionOfALockableBucket();

    /** Status and code for the abort of an upload that is gone. */
    abstract String abortOfTheGone();

    /** Whether a listing of uploads takes a key's beginning as prefix, or its whole only. */
    abstract boolean listsUploadsByPrefix();

    @BeforeEach
    void makeBuckets() throws Exception {
        s3 = client();
        assertThat(call("PUT", "/" + plain).status()).isEqualTo(200);
        assertThat(call("PUT", "/" + versioned).status()).isEqualTo(200);
        assertThat(call("PUT", "/" + lockable, Map.of(), Map.of("x-amz-bucket-object-lock-enabled", "true"), "")
                        .status())
                .isEqualTo(200);
        assertThat(call("PUT", "/" + versioned, Map.of("versioning", ""), Map.of(), versioning("Enabled"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void createsOnlyOnceWhenAsked() throws Exception {
        assertThat(create(plain, "a", "first").outcome()).isEqualTo("200");
        assertThat(create(plain, "a", "second").outcome()).isEqualTo("412 PreconditionFailed");

        assertThat(call("GET", "/" + plain + "/a").text()).isEqualTo("first");
    }

    @Test
    void letsOneOfManyRacersCreate() throws Exception {
        for (int round = 0; round < 5; round++) {
            String key = "race-" + round;
            List<Callable<Integer>> racers = new ArrayList<>();
            for (int racer = 0; racer < 8; racer++) {
                String body = "racer " + racer;
                racers.add(() -> create(plain, key, body).status());
            }

            List<Integer> outcomes = together(racers);

            assertThat(outcomes).as(key).containsOnlyOnce(200).allMatch(status -> status == 200 || status == 412);
        }
    }

    @Test
    void createsAnewWhatADeleteMarkerHides() throws Exception {
        create(versioned, "a", "first");
        call("DELETE", "/" + versioned + "/a");

        assertThat(create(versioned, "a", "second").outcome()).isEqualTo("200");
        assertThat(create(versioned, "a", "third").outcome()).isEqualTo("412 PreconditionFailed");
    }

    @Test
    void overwritesOnlyTheExpectedEntityTag() throws Exception {
        String etag = put(plain, "a", "first").header("ETag");

        assertThat(call("PUT", "/" + plain + "/a", Map.of(), Map.of("If-Match", "\"0\""), "no")
                        .outcome())
                .isEqualTo("412 PreconditionFailed");
        assertThat(call("PUT", "/" + plain + "/a", Map.of(), Map.of("If-Match", etag), "second")
                        .outcome())
                .isEqualTo("200");
        assertThat(call("GET", "/" + plain + "/a").text()).isEqualTo("second");
    }

    @Test
    void completesOnlyOnceWhenAsked() throws Exception {
        put(plain, "a", "first");
        String upload = begin(plain, "a", Map.of());
        String etag = part(plain, "a", upload, 1, bytes("second"));

        Answer refused = complete(plain, "a", upload, Map.of("If-None-Match", "*"), etag);

        assertThat(refused.outcome()).isEqualTo("412 PreconditionFailed");
        assertThat(call("GET", "/" + plain + "/a").text()).isEqualTo("first");
        assertThat(complete(plain, "a", upload, Map.of(), etag).outcome()).isEqualTo("200");
        assertThat(call("GET", "/" + plain + "/a").text()).isEqualTo("second");
    }

    @Test
    void keepsVersionsAndHidesThemBehindADeleteMarker() throws Exception {
        String first = put(versioned, "a", "first").header("x-amz-version-id");
        String second = put(versioned, "a", "second").header("x-amz-version-id");
        Answer deleted = call("DELETE", "/" + versioned + "/a");
        String marker = deleted.header("x-amz-version-id");

        assertThat(deleted.status()).isEqualTo(204);
        assertThat(deleted.header("x-amz-delete-marker")).isEqualTo("true");
        Answer hidden = call("GET", "/" + versioned + "/a");
        assertThat(hidden.outcome()).isEqualTo("404 NoSuchKey");
        assertThat(hidden.header("x-amz-delete-marker")).isEqualTo("true");
        assertThat(version("HEAD", versioned, "a", marker).status()).isEqualTo(405);
        assertThat(version("GET", versioned, "a", marker).outcome()).isEqualTo("405 MethodNotAllowed");
        assertThat(version("GET", versioned, "a", first).text()).isEqualTo("first");
        Answer all = call("GET", "/" + versioned, Map.of("versions", ""), Map.of(), "");
        assertThat(all(all, "VersionId")).containsExactlyInAnyOrder(marker, second, first);
        assertThat(all(all, "IsLatest")).containsExactlyInAnyOrder("true", "false", "false");

        Answer removed = version("DELETE", versioned, "a", marker);

        assertThat(removed.status()).isEqualTo(204);
        assertThat(removed.header("x-amz-delete-marker")).isEqualTo("true");
        assertThat(call("GET", "/" + versioned + "/a").text()).isEqualTo("second");
        assertThat(version("DELETE", versioned, "a", second).status()).isEqualTo(204);
        assertThat(call("GET", "/" + versioned + "/a").text()).isEqualTo("first");
    }

    @Test
    void overwritesTheNullVersionWhileSuspended() throws Exception {
        String kept = put(versioned, "a", "kept").header("x-amz-version-id");
        call("PUT", "/" + versioned, Map.of("versioning", ""), Map.of(), versioning("Suspended"));
        put(versioned, "a", "gone");
        put(versioned, "a", "stays");

        Answer all = call("GET", "/" + versioned, Map.of("versions", ""), Map.of(), "");

        assertThat(all(all, "VersionId")).containsExactly("null", kept);
        assertThat(version("GET", versioned, "a", "null").text()).isEqualTo("stays");
        assertThat(call("GET", "/" + versioned, Map.of("versioning", ""), Map.of(), "")
                        .element("Status"))
                .isEqualTo("Suspended");
    }

    @Test
    void holdsComplianceToItsDateAndOnlyExtendsIt() throws Exception {
        Instant until = soon();
        String id = putLocked("a", "COMPLIANCE", until).header("x-amz-version-id");

        assertThat(version("DELETE", lockable, "a", id).outcome()).isEqualTo(locked());
        assertThat(call(
                                "DELETE",
                                "/" + lockable + "/a",
                                Map.of("versionId", id),
                                Map.of("x-amz-bypass-governance-retention", "true"),
                                "")
                        .outcome())
                .isEqualTo(locked());
        assertThat(retain("a", id, "COMPLIANCE", until.minusSeconds(30), Map.of())
                        .outcome())
                .isEqualTo(locked());
        assertThat(retain("a", id, "GOVERNANCE", until.plusSeconds(30), Map.of())
                        .outcome())
                .isEqualTo(locked());
        assertThat(retain("a", id, "COMPLIANCE", until.plusSeconds(30), Map.of())
                        .outcome())
                .isEqualTo("200");
        Answer told = version("GET", lockable, "a", id, "retention");
        assertThat(told.element("Mode")).isEqualTo("COMPLIANCE");
        assertThat(Instant.parse(told.element("RetainUntilDate"))).isEqualTo(until.plusSeconds(30));
        assertThat(version("HEAD", lockable, "a", id).header("x-amz-object-lock-mode"))
                .isEqualTo("COMPLIANCE");
        assertThat(call("DELETE", "/" + lockable + "/a").header("x-amz-delete-marker"))
                .isEqualTo("true");
        assertThat(version("GET", lockable, "a", id).text()).isEqualTo("a");
    }

    @Test
    void letsGovernanceBeBypassed() throws Exception {
        Instant until = soon();
        Map<String, String> bypass = Map.of("x-amz-bypass-governance-retention", "true");
        String id = putLocked("a", "GOVERNANCE", until).header("x-amz-version-id");

        assertThat(version("DELETE", lockable, "a", id).outcome()).isEqualTo(locked());
        assertThat(retain("a", id, "GOVERNANCE", until.minusSeconds(30), Map.of())
                        .outcome())
                .isEqualTo(locked());
        assertThat(retain("a", id, "GOVERNANCE", until.plusSeconds(30), Map.of())
                        .outcome())
                .isEqualTo("200");
        assertThat(retain("a", id, "GOVERNANCE", until.minusSeconds(30), bypass).outcome())
                .isEqualTo("200");
        assertThat(call("DELETE", "/" + lockable + "/a", Map.of("versionId", id), bypass, "")
                        .outcome())
                .isEqualTo("204");
    }

    @Test
    void holdsALegalHoldUntilItIsOff() throws Exception {
        String id = put(lockable, "a", "a").header("x-amz-version-id");

        assertThat(hold("a", id, "ON").outcome()).isEqualTo("200");
        assertThat(version("GET", lockable, "a", id, "legal-hold").element("Status"))
                .isEqualTo("ON");
        assertThat(version("DELETE", lockable, "a", id).outcome()).isEqualTo(locked());
        assertThat(hold("a", id, "OFF").outcome()).isEqualTo("200");
        assertThat(version("DELETE", lockable, "a", id).outcome()).isEqualTo("204");
    }

    @Test
    void locksWhatWasLockedWhenItsUploadBegan() throws Exception {
        Instant until = soon();
        String upload = begin(
                lockable,
                "a",
                Map.of(
                        "x-amz-object-lock-mode",
                        "COMPLIANCE",
                        "x-amz-object-lock-retain-until-date",
                        until.toString()));
        String etag = part(lockable, "a", upload, 1, bytes("a"));

        String id = complete(lockable, "a", upload, Map.of(), etag).header("x-amz-version-id");

        assertThat(version("GET", lockable, "a", id, "retention").element("Mode"))
                .isEqualTo("COMPLIANCE");
        assertThat(version("DELETE", lockable, "a", id).outcome()).isEqualTo(locked());
    }

    @Test
    void refusesLocksThatCannotBe() throws Exception {
        Map<String, String> fine = lockHeaders("COMPLIANCE", soon());
        Map<String, String> past =
                lockHeaders("COMPLIANCE", TimeSource.system().now().minusSeconds(60));
        Map<String, String> half = new TreeMap<>(fine);
        half.remove("x-amz-object-lock-mode");

        assertThat(call("PUT", "/" + plain + "/a", Map.of(), fine, "a").outcome())
                .isEqualTo("400 InvalidRequest");
        assertThat(call("PUT", "/" + lockable + "/a", Map.of(), past, "a").outcome())
                .isEqualTo(badRetention());
        assertThat(call("PUT", "/" + lockable + "/a", Map.of(), half, "a").outcome())
                .isEqualTo(badRetention());
        assertThat(call("GET", "/" + plain, Map.of("object-lock", ""), Map.of(), "")
                        .outcome())
                .isEqualTo("404 ObjectLockConfigurationNotFoundError");
        String id = put(lockable, "b", "b").header("x-amz-version-id");
        assertThat(version("GET", lockable, "b", id, "retention").outcome()).isEqualTo(noRetention());
        assertThat(call("PUT", "/" + lockable, Map.of("versioning", ""), Map.of(), versioning("Suspended"))
                        .outcome())
                .isEqualTo(suspensionOfALockableBucket());
    }

    @Test
    void judgesPartsWhenTheUploadIsCompleted() throws Exception {
        byte[] large = new byte[5 * MIB];
        String upload = begin(plain, "a", Map.of());
        String small = part(plain, "a", upload, 1, bytes("small"));
        String last = part(plain, "a", upload, 2, bytes("last"));

        assertThat(complete(plain, "a", upload, Map.of(), small, last).outcome())
                .isEqualTo("400 EntityTooSmall");
        assertThat(complete(plain, "a", upload, Map.of(), last).outcome()).isEqualTo("400 InvalidPart");
        String first = part(plain, "a", upload, 1, large);
        assertThat(complete(plain, "a", upload, Map.of(), first, last).outcome())
                .isEqualTo("200");
        byte[] both = Arrays.copyOf(RawS3.digest("MD5", large), 32);
        System.arraycopy(RawS3.digest("MD5", bytes("last")), 0, both, 16, 16);
        Answer head = call("HEAD", "/" + plain + "/a");
        assertThat(head.header("ETag")).isEqualTo("\"" + HexFormat.of().formatHex(RawS3.digest("MD5", both)) + "-2\"");
        assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(5 * MIB + 4));
        assertThat(complete(plain, "a", upload, Map.of(), first, last).outcome())
                .isEqualTo("404 NoSuchUpload");
    }

    @Test
    void wantsPartsInOrder() throws Exception {
        String upload = begin(plain, "a", Map.of());
        String etag = part(plain, "a", upload, 1, bytes("a"));
        String twice = "<CompleteMultipartUpload>" + partElement(2, etag) + partElement(1, etag)
                + "</CompleteMultipartUpload>";

        Answer refused = call("POST", "/" + plain + "/a", Map.of("uploadId", upload), Map.of(), twice);

        assertThat(refused.outcome()).isEqualTo("400 InvalidPartOrder");
    }

    @Test
    void forgetsAnAbortedUpload() throws Exception {
        String upload = begin(plain, "dir/a", Map.of());
        part(plain, "dir/a", upload, 1, bytes("a"));
        assertThat(uploads("dir/a")).containsExactly(upload);
        assertThat(uploads("dir/")).isEqualTo(listsUploadsByPrefix() ? List.of(upload) : List.of());

        Map<String, String> named = Map.of("uploadId", upload);
        assertThat(call("DELETE", "/" + plain + "/dir/a", named, Map.of(), "").outcome())
                .isEqualTo("204");

        assertThat(uploads("dir/a")).isEmpty();
        assertThat(call("DELETE", "/" + plain + "/dir/a", named, Map.of(), "").outcome())
                .isEqualTo(abortOfTheGone());
        assertThat(call("PUT", "/" + plain + "/dir/a", Map.of("uploadId", upload, "partNumber", "2"), Map.of(), "late")
                        .outcome())
                .isEqualTo("404 NoSuchUpload");
        assertThat(call("HEAD", "/" + plain + "/dir/a").status()).isEqualTo(404);
    }

    @Test
    void refusesBodiesThatDoNotMatchTheirDigest() throws Exception {
        String path = "/" + plain + "/a";
        Map<String, String> wrongMd5 = Map.of("Content-MD5", base64(RawS3.digest("MD5", bytes("b"))));
        Map<String, String> wrongSha256 = Map.of("x-amz-checksum-sha256", base64(RawS3.digest("SHA-256", bytes("b"))));
        Map<String, String> wrongCrc = Map.of("x-amz-checksum-crc32c", crc32c("b"));

        assertThat(call("PUT", path, Map.of(), wrongMd5, "a").outcome()).isEqualTo("400 BadDigest");
        assertThat(call("PUT", path, Map.of(), wrongSha256, "a").outcome()).isEqualTo(wrongChecksum());
        assertThat(call("PUT", path, Map.of(), wrongCrc, "a").outcome()).isEqualTo(wrongChecksum());
        assertThat(s3.send("PUT", path, Map.of(), Map.of(), bytes("a"), "0".repeat(64))
                        .outcome())
                .isEqualTo("400 XAmzContentSHA256Mismatch");
        assertThat(call("HEAD", path).status()).isEqualTo(404);
    }

    @Test
    void tellsTheDigestItWasGiven() throws Exception {
        String digest = base64(RawS3.digest("SHA-256", bytes("a")));
        Map<String, String> sent = Map.of("x-amz-checksum-sha256", digest);

        assertThat(call("PUT", "/" + plain + "/a", Map.of(), sent, "a").header("x-amz-checksum-sha256"))
                .isEqualTo(digest);
        Map<String, String> wanted = Map.of("x-amz-checksum-mode", "ENABLED");
        assertThat(call("HEAD", "/" + plain + "/a", Map.of(), wanted, "").header("x-amz-checksum-sha256"))
                .isEqualTo(digest);
        assertThat(call("HEAD", "/" + plain + "/a").header("x-amz-checksum-sha256"))
                .isEmpty();
    }

    @Test
    void readsRanges() throws Exception {
        put(plain, "a", "0123456789");

        Answer middle = call("GET", "/" + plain + "/a", Map.of(), Map.of("Range", "bytes=2-4"), "");
        assertThat(middle.status()).isEqualTo(206);
        assertThat(middle.text()).isEqualTo("234");
        assertThat(middle.header("Content-Range")).isEqualTo("bytes 2-4/10");
        assertThat(call("GET", "/" + plain + "/a", Map.of(), Map.of("Range", "bytes=7-"), "")
                        .text())
                .isEqualTo("789");
        assertThat(call("GET", "/" + plain + "/a", Map.of(), Map.of("Range", "bytes=-2"), "")
                        .text())
                .isEqualTo("89");
        assertThat(call("GET", "/" + plain + "/a", Map.of(), Map.of("Range", "bytes=10-"), "")
                        .outcome())
                .isEqualTo("416 InvalidRange");
    }

    @Test
    void listsInPagesInTheOrderOfBytes() throws Exception {
        for (String key : List.of("p/a b+c", "p/d/1", "p/d/2", "p/\u00e9", "p/\uffee", "p/\ud83d\ude00", "q")) {
            put(plain, key, "x");
        }

        assertThat(pages(Map.of("prefix", "p/")))
                .containsExactly("p/a b+c", "p/d/1", "p/d/2", "p/\u00e9", "p/\uffee", "p/\ud83d\ude00");
        Answer grouped =
                call("GET", "/" + plain, Map.of("list-type", "2", "prefix", "p/", "delimiter", "/"), Map.of(), "");
        assertThat(all(grouped, "Key")).containsExactly("p/a b+c", "p/\u00e9", "p/\uffee", "p/\ud83d\ude00");
        assertThat(grouped.text()).contains("<CommonPrefixes><Prefix>p/d/</Prefix></CommonPrefixes>");
        Answer later = call(
                "GET", "/" + plain, Map.of("list-type", "2", "start-after", "p/\uffee", "max-keys", "1"), Map.of(), "");
        assertThat(all(later, "Key")).containsExactly("p/\ud83d\ude00");
        assertThat(later.element("IsTruncated")).isEqualTo("true");
    }

    @Test
    void listsVersionsInPages() throws Exception {
        List<String> expected = new ArrayList<>();
        for (String key : List.of("a", "b")) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                ids.add(0, key + " " + put(versioned, key, "x" + i).header("x-amz-version-id"));
            }
            expected.addAll(ids);
        }

        List<String> found = new ArrayList<>();
        Map<String, String> query = new TreeMap<>(Map.of("versions", "", "max-keys", "2"));
        Answer page;
        do {
            page = call("GET", "/" + versioned, query, Map.of(), "");
            List<String> keys = all(page, "Key");
            List<String> ids = all(page, "VersionId");
            for (int i = 0; i < keys.size(); i++) {
                found.add(keys.get(i) + " " + ids.get(i));
            }
            query.put("key-marker", page.element("NextKeyMarker"));
            query.put("version-id-marker", page.element("NextVersionIdMarker"));
        } while (page.element("IsTruncated").equals("true"));

        assertThat(found).containsExactlyElementsOf(expected);
    }

    @Test
    void namesWhatIsMissing() throws Exception {
        assertThat(call("GET", "/" + plain + "/none").outcome()).isEqualTo("404 NoSuchKey");
        assertThat(call("HEAD", "/" + plain + "/none").outcome()).isEqualTo("404");
        assertThat(call("GET", "/missing-" + plain + "/a").outcome()).isEqualTo("404 NoSuchBucket");
        assertThat(call("HEAD", "/missing-" + plain).outcome()).isEqualTo("404");
        assertThat(version("GET", versioned, "none", UUID.randomUUID().toString())
                        .outcome())
                .isEqualTo("404 NoSuchVersion");
    }

    @Test
    void takesDeletesOfWhatIsGoneForDone() throws Exception {
        assertThat(call("DELETE", "/" + plain + "/none").outcome()).isEqualTo("204");
        assertThat(version("DELETE", versioned, "none", UUID.randomUUID().toString())
                        .outcome())
                .isEqualTo("204");
    }

    @Test
    void deletesSeveralAtOnceAndSaysWhichItCouldNot() throws Exception {
        put(plain, "a", "a");
        String request = "<Delete><Object><Key>a</Key></Object><Object><Key>none</Key></Object></Delete>";
        Map<String, String> checked = Map.of("Content-MD5", base64(RawS3.digest("MD5", bytes(request))));

        Answer answer = call("POST", "/" + plain, Map.of("delete", ""), checked, request);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(all(answer, "Key")).containsExactlyInAnyOrder("a", "none");
        assertThat(call("HEAD", "/" + plain + "/a").status()).isEqualTo(404);
    }

    @Test
    void tellsTheTime() throws Exception {
        ZonedDateTime told =
                ZonedDateTime.parse(call("HEAD", "/" + plain).header("Date"), DateTimeFormatter.RFC_1123_DATE_TIME);

        assertThat(Duration.between(told.toInstant(), TimeSource.system().now()).abs())
                .isLessThan(Duration.ofMinutes(1));
    }

    private List<String> uploads(String prefix) throws Exception {
        return all(call("GET", "/" + plain, Map.of("uploads", "", "prefix", prefix), Map.of(), ""), "UploadId");
    }

    private List<String> pages(Map<String, String> arguments) throws Exception {
        Map<String, String> query = new TreeMap<>(arguments);
        query.put("list-type", "2");
        query.put("max-keys", "2");
        List<String> keys = new ArrayList<>();
        Answer page;
        do {
            page = call("GET", "/" + plain, query, Map.of(), "");
            keys.addAll(all(page, "Key"));
            query.put("continuation-token", page.element("NextContinuationToken"));
        } while (page.element("IsTruncated").equals("true"));
        return keys;
    }

    private Answer create(String bucket, String key, String body) throws Exception {
        return call("PUT", "/" + bucket + "/" + key, Map.of(), Map.of("If-None-Match", "*"), body);
    }

    private Answer put(String bucket, String key, String body) throws Exception {
        return call("PUT", "/" + bucket + "/" + key, Map.of(), Map.of(), body);
    }

    private Answer putLocked(String key, String mode, Instant until) throws Exception {
        Answer answer = call("PUT", "/" + lockable + "/" + key, Map.of(), lockHeaders(mode, until), key);
        assertThat(answer.outcome()).isEqualTo("200");
        return answer;
    }

    private static Map<String, String> lockHeaders(String mode, Instant until) {
        return Map.of(
                "Content-MD5",
                base64(RawS3.digest("MD5", bytes("a"))),
                "x-amz-object-lock-mode",
                mode,
                "x-amz-object-lock-retain-until-date",
                until.toString());
    }

    private Answer retain(String key, String id, String mode, Instant until, Map<String, String> headers)
            throws Exception {
        String body =
                "<Retention><Mode>" + mode + "</Mode><RetainUntilDate>" + until + "</RetainUntilDate></Retention>";
        return sub("PUT", lockable, key, id, "retention", headers, body);
    }

    private Answer hold(String key, String id, String status) throws Exception {
        String body = "<LegalHold><Status>" + status + "</Status></LegalHold>";
        return sub("PUT", lockable, key, id, "legal-hold", Map.of(), body);
    }

    private Answer version(String method, String bucket, String key, String id) throws Exception {
        return call(method, "/" + bucket + "/" + key, Map.of("versionId", id), Map.of(), "");
    }

    private Answer version(String method, String bucket, String key, String id, String what) throws Exception {
        return call(method, "/" + bucket + "/" + key, Map.of("versionId", id, what, ""), Map.of(), "");
    }

    private Answer sub(
            String method, String bucket, String key, String id, String what, Map<String, String> headers, String body)
            throws Exception {
        Map<String, String> all = new TreeMap<>(headers);
        all.put("Content-MD5", base64(RawS3.digest("MD5", bytes(body))));
        return call(method, "/" + bucket + "/" + key, Map.of("versionId", id, what, ""), all, body);
    }

    private String begin(String bucket, String key, Map<String, String> headers) throws Exception {
        return call("POST", "/" + bucket + "/" + key, Map.of("uploads", ""), headers, "")
                .element("UploadId");
    }

    private String part(String bucket, String key, String upload, int number, byte[] body) throws Exception {
        Map<String, String> query = Map.of("uploadId", upload, "partNumber", Integer.toString(number));
        Answer answer = s3.send("PUT", "/" + bucket + "/" + key, query, Map.of(), body);
        assertThat(answer.outcome()).isEqualTo("200");
        return answer.header("ETag");
    }

    private Answer complete(String bucket, String key, String upload, Map<String, String> headers, String... etags)
            throws Exception {
        StringBuilder body = new StringBuilder("<CompleteMultipartUpload>");
        for (int i = 0; i < etags.length; i++) {
            body.append(partElement(i + 1, etags[i]));
        }
        body.append("</CompleteMultipartUpload>");
        return call("POST", "/" + bucket + "/" + key, Map.of("uploadId", upload), headers, body.toString());
    }

    private static String partElement(int number, String etag) {
        return "<Part><PartNumber>" + number + "</PartNumber><ETag>" + etag.replace("\"", "&quot;") + "</ETag></Part>";
    }

    private Answer call(String method, String path) throws Exception {
        return call(method, path, Map.of(), Map.of(), "");
    }

    private Answer call(String method, String path, Map<String, String> query, Map<String, String> headers, String body)
            throws Exception {
        return s3.send(method, path, query, headers, bytes(body));
    }

    private static String versioning(String status) {
        return "<VersioningConfiguration><Status>" + status + "</Status></VersioningConfiguration>";
    }

    private static Instant soon() {
        return TimeSource.system().now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(120);
    }

    private static List<String> all(Answer answer, String element) {
        Matcher matcher =
                Pattern.compile("<" + element + ">([^<]*)</" + element + ">").matcher(answer.text());
        List<String> found = new ArrayList<>();
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static <T> List<T> together(List<Callable<T>> tasks) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(tasks)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private static String crc32c(String text) {
        CRC32C crc = new CRC32C();
        crc.update(bytes(text));
        return base64(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
