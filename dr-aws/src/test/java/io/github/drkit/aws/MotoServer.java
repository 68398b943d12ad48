package io.github.drkit.aws;

import io.github.drkit.TimeSource;
import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsClient;

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

    /** Nothing if there is none to be had. */
    static Optional<MotoServer> begin() throws Exception {
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
        return RdsClient.builder()
                .httpClient(UrlConnectionHttpClient.create())
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

    @Override
    public void close() {
        process.ifPresent(Process::destroy);
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
