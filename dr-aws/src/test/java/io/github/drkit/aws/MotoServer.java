package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.drkit.TimeSource;
import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * A real moto server: the one {@code DRKIT_MOTO_ENDPOINT} names, else one in a process of its own, by the command that
 * {@code DRKIT_MOTO_SERVER} names or {@code moto_server} on the path.
 */
final class MotoServer implements AutoCloseable {

    private final URI endpoint;
    private final Optional<Process> process;

    private MotoServer(URI endpoint, Optional<Process> process) {
        this.endpoint = endpoint;
        this.process = process;
    }

    /** Skips the calling tests if there is none to be had. */
    static MotoServer beginOrSkip() throws Exception {
        Optional<MotoServer> moto = begin();
        assumeTrue(moto.isPresent(), "moto is not here: no DRKIT_MOTO_ENDPOINT, no moto_server that starts");
        return moto.orElseThrow();
    }

    private static Optional<MotoServer> begin() throws Exception {
        String named = System.getenv("DRKIT_MOTO_ENDPOINT");
        if (named != null) {
            return Optional.of(new MotoServer(URI.create(named), Optional.empty()));
        }
        Optional<String> command = command();
        if (command.isEmpty()) {
            return Optional.empty();
        }
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process process = new ProcessBuilder(command.get(), "-H", "127.0.0.1", "-p", String.valueOf(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        MotoServer server = new MotoServer(URI.create("http://127.0.0.1:" + port), Optional.of(process));
        return server.answers(process) ? Optional.of(server) : Optional.empty();
    }

    /** It takes any key, and tells regions apart by what a request is signed for. */
    RdsClient client(String region) {
        return client(RdsClient.builder(), region);
    }

    SecretsManagerClient secretsClient(String region) {
        return client(SecretsManagerClient.builder(), region);
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder, String region) {
        return builder.httpClient(UrlConnectionHttpClient.create())
                .endpointOverride(endpoint)
                .region(Region.of(region))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")))
                .overrideConfiguration(settings -> settings.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
    }

    /** Forgets everything, in all regions. */
    void reset() throws IOException {
        if (post() != 200) {
            throw new IOException("Cannot reset moto at " + endpoint);
        }
    }

    /** A subnet of the network every account has. */
    String subnet(String region) throws IOException {
        return first(
                "<subnetId>([^<]+)</subnetId>",
                ask(
                        region,
                        "ec2",
                        Map.of("Content-Type", "application/x-www-form-urlencoded"),
                        "Action=DescribeSubnets&Version=2016-11-15"));
    }

    /** A new key of KMS; returns its ARN. */
    String key(String region) throws IOException {
        return first(
                "\"Arn\":\\s*\"([^\"]+)\"",
                ask(
                        region,
                        "kms",
                        Map.of("Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", "TrentService.CreateKey"),
                        "{}"));
    }

    /** Should moto learn it, this fails, and the line leaves the page. */
    static void differs(ThrowingCallable behaviour, String how) {
        assertThatThrownBy(behaviour)
                .as("moto does what RDS does: take the difference off the page")
                .hasMessageContaining(how);
    }

    @Override
    public void close() {
        process.ifPresent(Process::destroy);
    }

    /** Asks what no client is at hand for. The signature is not looked at, what it is for is. */
    private String ask(String region, String service, Map<String, String> headers, String body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) endpoint.toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        headers.forEach(connection::setRequestProperty);
        connection.setRequestProperty(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=any/20260101/" + region + "/" + service
                        + "/aws4_request, SignedHeaders=host, Signature=any");
        try {
            connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
            return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            connection.disconnect();
        }
    }

    private static String first(String pattern, String answer) throws IOException {
        Matcher found = Pattern.compile(pattern).matcher(answer);
        if (!found.find()) {
            throw new IOException("moto's answer has no " + pattern + ": " + answer);
        }
        return found.group(1);
    }

    private int post() throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) endpoint.resolve("/moto-api/reset").toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setConnectTimeout(1_000);
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    private boolean answers(Process started) throws Exception {
        TimeSource time = TimeSource.system();
        // Loading all of moto takes seconds on a busy machine.
        for (int tries = 0; tries < 300 && started.isAlive(); tries++) {
            try {
                return post() == 200;
            } catch (IOException notYet) {
                time.sleep(Duration.ofMillis(200));
            }
        }
        started.destroy();
        started.waitFor(5, TimeUnit.SECONDS);
        return false;
    }

    private static Optional<String> command() {
        String named = System.getenv("DRKIT_MOTO_SERVER");
        if (named != null) {
            return Optional.of(named);
        }
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator))
                .map(folder -> Path.of(folder, "moto_server"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
