package io.github.drkit.testkit.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalS3Test {

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @Test
    void keepsWhatIsPutAndGivesItBack() throws Exception {
        try (LocalS3 s3 = LocalS3.begin(folder).bucket("vault")) {
            SignedRequest signed = new SignedRequest(s3.endpoint(), s3.accessKey(), s3.secretKey());

            HttpResponse<String> put = send(signed.put("/vault/a/b", "ledger", Map.of()));
            HttpResponse<String> got = send(signed.get("/vault/a/b"));

            assertThat(put.statusCode()).isEqualTo(200);
            assertThat(got.statusCode()).isEqualTo(200);
            assertThat(got.body()).isEqualTo("ledger");
        }
    }

    @Test
    void refusesToOverwriteWhenAskedToCreateOnly() throws Exception {
        try (LocalS3 s3 = LocalS3.begin(folder).bucket("vault")) {
            SignedRequest signed = new SignedRequest(s3.endpoint(), s3.accessKey(), s3.secretKey());
            Map<String, String> onlyIfAbsent = Map.of("If-None-Match", "*");

            HttpResponse<String> first = send(signed.put("/vault/manifest", "first", onlyIfAbsent));
            HttpResponse<String> second = send(signed.put("/vault/manifest", "second", onlyIfAbsent));

            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(second.statusCode()).isEqualTo(412);
            assertThat(send(signed.get("/vault/manifest")).body()).isEqualTo("first");
        }
    }

    @Test
    void refusesWrongSecretsWrongKeysAndStrangers() throws Exception {
        try (LocalS3 s3 = LocalS3.begin(folder).bucket("vault")) {
            SignedRequest wrongSecret = new SignedRequest(s3.endpoint(), s3.accessKey(), "not the secret");
            SignedRequest wrongKey = new SignedRequest(s3.endpoint(), "nobody", s3.secretKey());
            HttpRequest stranger =
                    HttpRequest.newBuilder(s3.endpoint().resolve("/vault/")).build();

            assertThat(send(wrongSecret.get("/vault/")).body()).contains("<Code>SignatureDoesNotMatch</Code>");
            assertThat(send(wrongSecret.get("/vault/")).statusCode()).isEqualTo(403);
            assertThat(send(wrongKey.get("/vault/")).statusCode()).isEqualTo(403);
            assertThat(send(stranger).statusCode()).isEqualTo(403);
        }
    }

    @Test
    void findsTheObjectsOfAnEarlierStoreOnTheSameFolderWithNewCredentials() throws Exception {
        String firstSecret;
        try (LocalS3 s3 = LocalS3.begin(folder).bucket("vault")) {
            firstSecret = s3.secretKey();
            send(new SignedRequest(s3.endpoint(), s3.accessKey(), s3.secretKey()).put("/vault/kept", "kept", Map.of()));
        }

        try (LocalS3 s3 = LocalS3.begin(folder)) {
            SignedRequest signed = new SignedRequest(s3.endpoint(), s3.accessKey(), s3.secretKey());

            assertThat(send(signed.get("/vault/kept")).body()).isEqualTo("kept");
            assertThat(s3.secretKey()).isNotEqualTo(firstSecret);
        }
    }

    @Test
    void answersNoLongerWhenClosed() {
        LocalS3 s3 = LocalS3.begin(folder);
        s3.close();
        s3.close();

        assertThatThrownBy(() ->
                        send(HttpRequest.newBuilder(s3.endpoint().resolve("/")).build()))
                .isExactlyInstanceOf(ConnectException.class);
    }

    @Test
    void keepsItsSecretToItself() {
        try (LocalS3 s3 = LocalS3.begin(folder)) {
            assertThat(s3.toString())
                    .contains(s3.endpoint().toString())
                    .doesNotContain(s3.secretKey())
                    .doesNotContain(s3.accessKey());
            assertThat(s3.endpoint().getHost()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void refusesABucketNameThatWouldLeadOutOfTheFolder() {
        try (LocalS3 s3 = LocalS3.begin(folder.resolve("store"))) {
            assertThatThrownBy(() -> s3.bucket("../elsewhere"))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Cannot make bucket '../elsewhere':"
                            + " its name must be 3 to 63 lower-case letters, digits and hyphens");
        }
        assertThat(folder.resolve("elsewhere")).doesNotExist();
    }

    @Test
    void saysWhichFolderItCannotServe() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way", StandardCharsets.UTF_8);

        assertThatThrownBy(() -> LocalS3.begin(file))
                .isExactlyInstanceOf(java.io.UncheckedIOException.class)
                .hasMessage("Cannot serve folder '" + file + "'");
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    }
}
