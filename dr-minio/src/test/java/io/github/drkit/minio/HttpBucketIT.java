package io.github.drkit.minio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.store.Creation;
import io.github.drkit.testkit.s3.LocalS3;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpBucketIT {

    @TempDir
    static Path folder;

    private static LocalS3 server;
    private static HttpBucket bucket;

    @BeforeAll
    static void begin() {
        server = LocalS3.begin(folder).bucket("raw");
        bucket = open("raw", "some/prefix/");
    }

    @AfterAll
    static void end() {
        bucket.close();
        server.close();
    }

    @Test
    void aSecondCreateOfAKeyIsRefusedAndChangesNothing() throws Exception {
        assertThat(bucket.putIfAbsent("once", "first".getBytes(UTF_8))).isEqualTo(Creation.CREATED);
        assertThat(bucket.putIfAbsent("once", "second".getBytes(UTF_8))).isEqualTo(Creation.EXISTED);

        try (InputStream content = bucket.get("once", "", 0).orElseThrow()) {
            assertThat(content).hasContent("first");
        }
    }

    @Test
    void keysAreRelativeToThePrefix() throws Exception {
        bucket.put("relative/a+b c", new byte[3], Map.of());

        assertThat(bucket.list("relative/"))
                .extracting(S3Bucket.Entry::key, S3Bucket.Entry::sizeBytes)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("relative/a+b c", 3L));
        assertThat(folder.resolve("raw/some/prefix/relative/a+b c")).exists();
        assertThat(bucket.location()).isEqualTo("s3://raw/some/prefix");
    }

    @Test
    void aListingHasAllPages() throws Exception {
        for (int i = 0; i < 23; i++) {
            bucket.put("many/%02d".formatted(i), new byte[0], Map.of());
        }

        assertThat(bucket.list("many/"))
                .hasSize(23)
                .extracting(S3Bucket.Entry::key)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void readsFromAnOffsetAndKnowsWhatIsAbsent() throws Exception {
        bucket.put("offset", "0123456789".getBytes(UTF_8), Map.of());

        try (InputStream rest = bucket.get("offset", "", 7).orElseThrow()) {
            assertThat(rest).hasContent("789");
        }
        assertThat(bucket.get("absent", "", 0)).isEmpty();
        assertThat(bucket.head("absent", "")).isEmpty();
        assertThat(bucket.head("offset", "").orElseThrow().sizeBytes()).isEqualTo(10);
    }

    @Test
    void deletingWhatIsGoneSucceeds() throws Exception {
        bucket.put("gone", new byte[1], Map.of());

        bucket.delete("gone", "");
        bucket.delete("gone", "");

        assertThat(bucket.head("gone", "")).isEmpty();
    }

    @Test
    void aMultipartUploadIsInvisibleUntilComplete() throws Exception {
        byte[] part = new byte[5 << 20];
        new Random(1).nextBytes(part);
        String upload = bucket.beginUpload("parts", Map.of());
        S3Bucket.Part one = bucket.uploadPart("parts", upload, 1, part, part.length);
        S3Bucket.Part two = bucket.uploadPart("parts", upload, 2, part, 17);
        assertThat(bucket.head("parts", "")).isEmpty();
        assertThat(bucket.listUploads("parts"))
                .extracting(S3Bucket.Upload::uploadId)
                .containsExactly(upload);

        bucket.completeUpload("parts", upload, List.of(one, two), Map.of());

        assertThat(bucket.head("parts", "").orElseThrow().sizeBytes()).isEqualTo(part.length + 17L);
        assertThat(bucket.listUploads("parts")).isEmpty();
    }

    @Test
    void anAbortedUploadLeavesNothingAndMayBeAbortedAgain() throws Exception {
        String upload = bucket.beginUpload("aborted", Map.of());
        bucket.uploadPart("aborted", upload, 1, new byte[10], 10);

        bucket.abortUpload("aborted", upload);
        bucket.abortUpload("aborted", upload);

        assertThat(bucket.listUploads("aborted")).isEmpty();
        assertThat(bucket.head("aborted", "")).isEmpty();
    }

    @Test
    void anErrorAnswerTellsStatusAndCode() {
        HttpBucket missing = open("missing", "");

        assertThatThrownBy(() -> missing.put("key", new byte[1], Map.of()))
                .isExactlyInstanceOf(S3ErrorAnswer.class)
                .hasMessage("The store answered with HTTP status 404 NoSuchBucket");
        missing.close();
    }

    @Test
    void theStoresTimeIsReadFromItsAnswer() throws Exception {
        // The same machine serves, so the two clocks are one; the header has whole seconds.
        assertThat(Duration.between(
                                bucket.serverTime(),
                                io.github.drkit.TimeSource.system().now())
                        .abs())
                .isLessThan(Duration.ofMinutes(1));
        assertThat(bucket.serverTime()).isAfter(Instant.EPOCH);
    }

    @Test
    void aBodyThatDoesNotMatchItsDigestIsRefused() {
        assertThatThrownBy(() ->
                        bucket.put("lie", new byte[3], Map.of("Content-MD5", Digests.md5Base64(new byte[4], 4))))
                .isExactlyInstanceOf(S3ErrorAnswer.class)
                .hasMessage("The store answered with HTTP status 400 BadDigest");
    }

    /** With pages of ten, so that a listing has several. */
    private static HttpBucket open(String bucket, String prefix) {
        return Buckets.open(
                server.endpoint(), bucket, prefix, S3Credentials.of(server.accessKey(), server.secretKey()), 10);
    }
}
