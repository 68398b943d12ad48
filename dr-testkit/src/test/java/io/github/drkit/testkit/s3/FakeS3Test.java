package io.github.drkit.testkit.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.drkit.testkit.VirtualTime;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeS3Test {

    private final VirtualTime clock = VirtualTime.startingAt("2030-01-06T01:00:00Z");
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final FakeS3 s3 = FakeS3.begin(clock).bucket("vault").lockedBucket("safe");

    @AfterEach
    void close() {
        s3.close();
    }

    @Test
    void dropsTheConnectionBeforeTheEffect() throws Exception {
        s3.inject(S3Fault.dropBefore(S3Call.PUT_OBJECT));

        assertThatThrownBy(() -> put("/vault/a", "a")).isInstanceOf(IOException.class);
        assertThat(s3.keys("vault")).isEmpty();

        assertThat(put("/vault/a", "a").statusCode()).isEqualTo(200);
    }

    @Test
    void losesTheAnswerAfterTheEffect() throws Exception {
        s3.inject(S3Fault.dropAfter(S3Call.PUT_OBJECT));

        assertThatThrownBy(() -> put("/vault/a", "a")).isInstanceOf(IOException.class);

        assertThat(s3.keys("vault")).containsExactly("a");
        assertThat(s3.requests())
                .extracting(RecordedRequest::call, RecordedRequest::status)
                .containsExactly(tuple(S3Call.PUT_OBJECT, 0));
    }

    @Test
    void failsExactlyTheRequestsOfTheScript() throws Exception {
        s3.inject(S3Fault.answer(S3Call.PUT_OBJECT, 503, "SlowDown")
                .onKey("^b")
                .nth(2)
                .times(2));

        assertThat(put("/vault/a", "").statusCode()).isEqualTo(200);
        assertThat(put("/vault/b1", "").statusCode()).isEqualTo(200);
        HttpResponse<String> failed = put("/vault/b2", "");
        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(failed.body()).contains("<Code>SlowDown</Code>");
        assertThat(put("/vault/b3", "").statusCode()).isEqualTo(503);
        assertThat(put("/vault/b4", "").statusCode()).isEqualTo(200);
        assertThat(s3.keys("vault")).containsExactly("a", "b1", "b4");
    }

    @Test
    void failsUntilItIsHealed() throws Exception {
        s3.inject(S3Fault.answer(S3Call.HEAD_BUCKET, 503, "SlowDown").always());

        assertThat(send("HEAD", "/vault", "").statusCode()).isEqualTo(503);
        assertThat(send("HEAD", "/vault", "").statusCode()).isEqualTo(503);

        s3.heal();

        assertThat(send("HEAD", "/vault", "").statusCode()).isEqualTo(200);
    }

    @Test
    void cutsADownloadAfterSomeBytes() throws Exception {
        put("/vault/a", "0123456789");
        s3.inject(S3Fault.cut(S3Call.GET_OBJECT, 4));

        HttpResponse<InputStream> got = http.send(request("GET", "/vault/a", "").build(), BodyHandlers.ofInputStream());

        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.headers().firstValue("Content-Length")).hasValue("10");
        try (InputStream body = got.body()) {
            assertThat(body.readNBytes(4)).isEqualTo("0123".getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(body::read).isInstanceOf(IOException.class);
        }
    }

    @Test
    void refusesStrangersAndUnknownKeys() throws Exception {
        HttpRequest.Builder stranger = HttpRequest.newBuilder(s3.endpoint().resolve("/vault/a"));
        HttpRequest.Builder unknown = HttpRequest.newBuilder(s3.endpoint().resolve("/vault/a"))
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=somebody/20300106/x/s3/aws4_request");

        assertThat(text(stranger).body()).contains("<Code>AccessDenied</Code>");
        HttpResponse<String> refused = text(unknown);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("<Code>InvalidAccessKeyId</Code>");
    }

    @Test
    void decodesChunksAndChecksTheDigestInTheirTrailer() throws Exception {
        CRC32C crc = new CRC32C();
        crc.update("hello world".getBytes(StandardCharsets.UTF_8));
        String digest = Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());

        assertThat(chunked("/vault/unsigned", "", digest).statusCode()).isEqualTo(200);
        assertThat(chunked("/vault/signed", ";chunk-signature=" + "0".repeat(64), digest)
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> refused = chunked("/vault/wrong", "", "AAAAAA==");

        assertThat(s3.content("vault", "unsigned"))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("hello world");
        assertThat(s3.content("vault", "signed"))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("hello world");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("<Code>BadDigest</Code>");
        assertThat(s3.keys("vault")).containsExactly("signed", "unsigned");
    }

    @Test
    void tellsTheTimeOfItsClockAndHoldsALockUntilThen() throws Exception {
        HttpResponse<String> written = text(request("PUT", "/safe/a", "a")
                .header("Content-MD5", "DMF1ucDxtqgxw5niaXcmYQ==")
                .header("x-amz-object-lock-mode", "COMPLIANCE")
                .header("x-amz-object-lock-retain-until-date", "2030-01-06T01:00:10Z"));
        String version = written.headers().firstValue("x-amz-version-id").orElseThrow();

        assertThat(written.headers().firstValue("Date")).hasValue("Sun, 06 Jan 2030 01:00:00 GMT");
        clock.advance(Duration.ofSeconds(9));
        assertThat(send("DELETE", "/safe/a?versionId=" + version, "").statusCode())
                .isEqualTo(403);
        clock.advance(Duration.ofSeconds(1));
        assertThat(send("DELETE", "/safe/a?versionId=" + version, "").statusCode())
                .isEqualTo(204);
        assertThat(s3.lying(Lie.TELLS_WRONG_TIME).toString()).isEqualTo("FakeS3[" + s3.endpoint() + "]");
        assertThat(send("HEAD", "/vault", "").headers().firstValue("Date")).hasValue("Sun, 06 Jan 2030 01:20:10 GMT");
    }

    @Test
    void locksByTheDefaultOfTheBucket() throws Exception {
        send(
                "PUT",
                "/safe?object-lock",
                "<ObjectLockConfiguration><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>2</Days>"
                        + "</DefaultRetention></Rule></ObjectLockConfiguration>");

        String version =
                put("/safe/a", "a").headers().firstValue("x-amz-version-id").orElseThrow();

        assertThat(send("GET", "/safe/a?retention&versionId=" + version, "").body())
                .contains("<Mode>GOVERNANCE</Mode><RetainUntilDate>2030-01-08T01:00:00.000Z</RetainUntilDate>");
        assertThat(send("DELETE", "/safe/a?versionId=" + version, "").statusCode())
                .isEqualTo(403);
    }

    @Test
    void keepsOnlyTheLengthOfLargeBodiesWhenToldTo() throws Exception {
        s3.discardsBodies();
        String large = "x".repeat(65 * 1024);

        put("/vault/large", large);
        put("/vault/small", "small");
        HttpResponse<String> wrong =
                text(request("PUT", "/vault/wrong", large).header("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="));

        assertThat(send("HEAD", "/vault/large", "").headers().firstValue("Content-Length"))
                .hasValue("66560");
        assertThat(send("GET", "/vault/large", "").statusCode()).isEqualTo(500);
        assertThat(send("GET", "/vault/small", "").body()).isEqualTo("small");
        assertThat(wrong.body()).contains("<Code>BadDigest</Code>");
        assertThatThrownBy(() -> s3.content("vault", "large"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot look at object 'large': its bytes were discarded");
    }

    /** An upload of 50 GiB names so many parts that its completion is larger than what is thrown away. */
    @Test
    void discardsNoRequestThatSaysWhatToDo() throws Exception {
        s3.discardsBodies();
        String begun = send("POST", "/vault/large?uploads", "").body();
        String upload = begun.replaceAll("(?s).*<UploadId>(.*)</UploadId>.*", "$1");
        String etag = put("/vault/large?partNumber=1&uploadId=" + upload, "x".repeat(65 * 1024))
                .headers()
                .firstValue("ETag")
                .orElseThrow();

        HttpResponse<String> completed = send(
                "POST",
                "/vault/large?uploadId=" + upload,
                "<CompleteMultipartUpload><!-- " + "x".repeat(65 * 1024) + " --><Part><PartNumber>1</PartNumber><ETag>"
                        + etag + "</ETag></Part></CompleteMultipartUpload>");

        assertThat(completed.body()).contains("<CompleteMultipartUploadResult");
        assertThat(send("HEAD", "/vault/large", "").headers().firstValue("Content-Length"))
                .hasValue("66560");
    }

    @Test
    void remembersAllThatWasSent() throws Exception {
        text(request("PUT", "/vault/a?x=1", "the body").header("x-amz-meta-note", "the header"));

        assertThat(s3.requests()).hasSize(1);
        assertThat(s3.requests().get(0).text())
                .startsWith("PUT /vault/a?x=1\n")
                .contains("x-amz-meta-note: the header\n")
                .endsWith("\n\nthe body")
                .doesNotContain(s3.secretKey());
    }

    @Test
    void changesExactlyOneBitOfWhatIsStored() throws Exception {
        put("/vault/a", "abc");

        s3.flip("vault", "a", 8);

        assertThat(send("GET", "/vault/a", "").body()).isEqualTo("acc");
        assertThatThrownBy(() -> s3.flip("vault", "a", 24))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot flip bit 24 of object 'a': it has 3 bytes");
        assertThatThrownBy(() -> s3.flip("vault", "b", 0))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot look at object 'b': bucket 'vault' has none of that key");
    }

    @Test
    void saysOfWhatItDoesNotHaveThatItHasItNot() throws Exception {
        assertThat(send("GET", "/vault?policy", "").statusCode()).isEqualTo(501);
        assertThat(send("GET", "/vault/a?tagging", "").statusCode()).isEqualTo(501);
        assertThat(text(request("PUT", "/vault/b", "").header("x-amz-copy-source", "/vault/a"))
                        .statusCode())
                .isEqualTo(501);
    }

    private HttpResponse<String> chunked(String path, String signature, String digest)
            throws IOException, InterruptedException {
        String body = "6" + signature + "\r\nhello \r\n5" + signature + "\r\nworld\r\n0" + signature
                + "\r\nx-amz-checksum-crc32c:" + digest + "\r\n\r\n";
        return text(request("PUT", path, body)
                .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
                .header("x-amz-decoded-content-length", "11")
                .header("x-amz-trailer", "x-amz-checksum-crc32c"));
    }

    private HttpResponse<String> put(String path, String body) throws IOException, InterruptedException {
        return send("PUT", path, body);
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        return text(request(method, path, body));
    }

    private HttpResponse<String> text(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private HttpRequest.Builder request(String method, String path, String body) {
        return HttpRequest.newBuilder(s3.endpoint().resolve(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=" + s3.accessKey() + "/20300106/us-east-1/s3/aws4_request");
    }
}
