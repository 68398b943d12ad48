package io.github.drkit.examples.figures;

import io.github.drkit.TimeSource;
import io.github.drkit.examples.quickstart.Bank;
import io.github.drkit.examples.quickstart.ByteSize;
import io.github.drkit.examples.quickstart.DatabaseServer;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.postgres.PostgresBinaries;
import io.github.drkit.testkit.s3.LocalS3;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The servers of a figure, in processes of their own: a PostgreSQL server with a bank on it, and an S3 server. It is the
 * MinIO binary that {@code DRKIT_MINIO_BINARY} names, else S3Proxy on a folder.
 */
public final class Servers {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SEED = 1;

    private Servers() {}

    /**
     * Begins the servers, writes where they are, and ends them when its input ends.
     *
     * @param arguments an empty folder, the size of the bank such as {@code 1GB}, and the file to write
     */
    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[2]);
        Map<String, String> settings = new TreeMap<>();
        try (Closeables begun = new Closeables()) {
            begun.add(beginS3(Path.of(arguments[0]), settings));
            LocalPostgres postgres = LocalPostgres.builder(
                            PostgresBinaries.find().orElseThrow())
                    .setting("wal_level", "minimal")
                    .setting("max_wal_senders", "0")
                    .setting("max_wal_size", "8GB")
                    .setting("shared_buffers", "512MB")
                    .setting("jit", "off")
                    .begin();
            begun.add(postgres::close);
            DatabaseServer administrator =
                    new DatabaseServer(postgres.host(), postgres.port(), postgres.superuser(), postgres.password());
            DatabaseServer owner =
                    new DatabaseServer(postgres.host(), postgres.port(), postgres.role(), postgres.rolePassword());
            Bank bank = Bank.create(administrator, owner, ByteSize.parse(arguments[1]), SEED);
            settings.put("PGHOST", postgres.host());
            settings.put("PGPORT", String.valueOf(postgres.port()));
            settings.put("PGUSER", postgres.superuser());
            settings.put("PGPASSWORD", postgres.password());
            settings.put("POSTGRES", postgres.version());
            settings.put("DATABASE", Bank.LEDGER);
            settings.put("BANK_BYTES", String.valueOf(bank.sizes().get(Bank.LEDGER)));
            write(file, settings);
            // Lives as long as who began it.
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }

    /** What was begun, ended in the opposite order. */
    private static final class Closeables implements Closeable {

        private final Deque<Closeable> begun = new ArrayDeque<>();

        void add(Closeable server) {
            begun.push(server);
        }

        @Override
        public void close() throws IOException {
            for (Closeable server : begun) {
                server.close();
            }
        }
    }

    private static Closeable beginS3(Path folder, Map<String, String> settings)
            throws IOException, InterruptedException {
        String binary = System.getenv().getOrDefault("DRKIT_MINIO_BINARY", "");
        Path data = Files.createDirectories(folder.resolve("s3"));
        if (binary.isEmpty()) {
            LocalS3 s3 = LocalS3.begin(data).bucket(Connections.BUCKET);
            settings.put("S3", "S3Proxy");
            settings.put("S3_ENDPOINT", s3.endpoint().toString());
            settings.put("S3_ACCESS_KEY", s3.accessKey());
            settings.put("S3_SECRET_KEY", s3.secretKey());
            return s3::close;
        }
        URI endpoint = URI.create("http://127.0.0.1:" + freePort());
        settings.put("S3", "MinIO");
        settings.put("S3_ENDPOINT", endpoint.toString());
        settings.put("S3_ACCESS_KEY", "figures");
        settings.put("S3_SECRET_KEY", UUID.randomUUID().toString());
        Files.createDirectory(data.resolve(Connections.BUCKET));
        return beginMinio(binary, data, endpoint, settings);
    }

    private static Closeable beginMinio(String binary, Path data, URI endpoint, Map<String, String> settings)
            throws IOException, InterruptedException {
        ProcessBuilder program = new ProcessBuilder(
                        binary, "server", "--quiet", "--address", endpoint.getAuthority(), data.toString())
                .redirectErrorStream(true)
                .redirectOutput(data.resolveSibling("s3.log").toFile());
        program.environment().put("MINIO_ROOT_USER", settings.getOrDefault("S3_ACCESS_KEY", ""));
        program.environment().put("MINIO_ROOT_PASSWORD", settings.getOrDefault("S3_SECRET_KEY", ""));
        program.environment().put("MINIO_BROWSER", "off");
        program.environment().put("MINIO_UPDATE", "off");
        Process minio = program.start();
        TimeSource time = TimeSource.system();
        long begin = time.elapsedNanos();
        while (!listens(endpoint)) {
            if (!minio.isAlive() || time.elapsedNanos() - begin > PATIENCE.toNanos()) {
                minio.destroyForcibly().waitFor();
                throw new IOException("Cannot begin MinIO: it does not listen at " + endpoint);
            }
            time.sleep(Duration.ofMillis(100));
        }
        return () -> end(minio);
    }

    private static void end(Process minio) {
        minio.destroy();
        try {
            if (!minio.waitFor(10, TimeUnit.SECONDS)) {
                minio.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            minio.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static boolean listens(URI endpoint) {
        try (Socket probe = new Socket(endpoint.getHost(), endpoint.getPort())) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    /** The shell sources the file, so it appears whole or not at all; no value has a character the shell knows. */
    private static void write(Path file, Map<String, String> settings) throws IOException {
        StringBuilder text = new StringBuilder();
        settings.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        Path draft = Path.of(file + ".draft");
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(draft, text);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
