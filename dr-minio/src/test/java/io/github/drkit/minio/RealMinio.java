package io.github.drkit.minio;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.drkit.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A real MinIO server on a folder, at a free port of 127.0.0.1, with credentials made up anew. The environment variable
 * {@code DRKIT_MINIO_BINARY} names its program; {@code .ci/minio} builds one and prints its path.
 */
final class RealMinio implements AutoCloseable {

    static final String BINARY = "DRKIT_MINIO_BINARY";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process server;
    private final URI endpoint;
    private final String accessKey;
    private final String secretKey;

    private RealMinio(Process server, URI endpoint, String accessKey, String secretKey) {
        this.server = server;
        this.endpoint = endpoint;
        this.accessKey = accessKey;
        this.secretKey = secretKey;
    }

    /** Begins a server on a folder and returns when it answers; skips the calling test when no program is named. */
    static RealMinio begin(Path folder) throws IOException, InterruptedException {
        String binary = System.getenv(BINARY);
        assumeThat(binary)
                .as("real MinIO: %s names no program; run .ci/minio and set it", BINARY)
                .isNotBlank();
        URI endpoint = URI.create("http://127.0.0.1:" + freePort());
        String accessKey = "real-" + UUID.randomUUID().toString().substring(0, 8);
        String secretKey = UUID.randomUUID().toString();
        Path log = Files.createDirectories(folder).resolveSibling(folder.getFileName() + ".log");
        ProcessBuilder program = new ProcessBuilder(
                        binary, "server", "--quiet", "--address", endpoint.getAuthority(), folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        program.environment().put("MINIO_ROOT_USER", accessKey);
        program.environment().put("MINIO_ROOT_PASSWORD", secretKey);
        program.environment().put("MINIO_BROWSER", "off");
        program.environment().put("MINIO_UPDATE", "off");
        RealMinio minio = new RealMinio(program.start(), endpoint, accessKey, secretKey);
        minio.awaitReady(log);
        return minio;
    }

    URI endpoint() {
        return endpoint;
    }

    String accessKey() {
        return accessKey;
    }

    String secretKey() {
        return secretKey;
    }

    /** Ends the server the hard way if it does not end by itself. */
    @Override
    public void close() {
        server.destroy();
        try {
            if (!server.waitFor(10, TimeUnit.SECONDS)) {
                server.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            server.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void awaitReady(Path log) throws IOException, InterruptedException {
        TimeSource time = TimeSource.system();
        HttpClient http = HttpClient.newHttpClient();
        // The health pages are green before buckets can be made; until then any S3 request is answered with 503.
        HttpRequest unsigned = HttpRequest.newBuilder(endpoint).build();
        long begin = time.elapsedNanos();
        while (server.isAlive() && time.elapsedNanos() - begin < PATIENCE.toNanos()) {
            try {
                if (http.send(unsigned, BodyHandlers.discarding()).statusCode() == 403) {
                    return;
                }
            } catch (IOException e) {
                // Not listening yet; looked at again below.
            }
            time.sleep(Duration.ofMillis(100));
        }
        close();
        throw new IOException(
                "Cannot begin MinIO at " + endpoint + ": it did not get ready; it wrote:\n" + Files.readString(log));
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
