package io.github.drkit.minio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.drkit.TimeSource;
import io.github.drkit.minio.S3StoreBehaviour.Server;
import io.github.drkit.testkit.s3.FakeS3;
import io.github.drkit.testkit.s3.LocalS3;
import io.github.drkit.testkit.s3.S3Flavour;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contracts of stores and journals over {@link S3Store}, on every server at hand. One that is not is skipped by
 * name, and so is each rule whose ability the server was not seen to have.
 */
class S3StoreContractIT {

    @TempDir
    private static Path folder;

    private static LocalS3 s3Proxy;
    private static FakeS3 fake;
    private static FakeS3 fakeMinio;

    /** Servers that may be missing: begun by the first test that wants one, and shared. */
    private static final Map<String, Server> BEGUN = new HashMap<>();

    private static RealMinio realMinio;

    @BeforeAll
    static void begin() {
        s3Proxy = LocalS3.begin(folder.resolve("s3proxy")).bucket("contract");
        fake = FakeS3.begin(TimeSource.system()).versionedBucket("contract");
        fakeMinio = FakeS3.begin(TimeSource.system()).flavour(S3Flavour.MINIO).bucket("contract");
    }

    @AfterAll
    static void end() {
        s3Proxy.close();
        fake.close();
        fakeMinio.close();
        if (realMinio != null) {
            realMinio.close();
        }
    }

    private static Server server(URI endpoint, String bucket, String accessKey, String secretKey) {
        return new Server(endpoint, bucket, S3Credentials.of(accessKey, secretKey));
    }

    private static Server realMinio() throws Exception {
        return shared("MinIO", () -> {
            realMinio = RealMinio.begin(folder.resolve("minio"));
            return made(server(realMinio.endpoint(), "contract", realMinio.accessKey(), realMinio.secretKey()));
        });
    }

    /**
     * A Ceph RGW: {@code DRKIT_RGW_ENDPOINT}, {@code DRKIT_RGW_ACCESS_KEY} and {@code DRKIT_RGW_SECRET_KEY} name it. It
     * is left with a bucket that is empty. The bucket keeps no versions: RGW 16 ignores If-None-Match where it does, and DR
     * Kit refuses to write there.
     */
    private static Server cephRgw() throws Exception {
        String endpoint = System.getenv("DRKIT_RGW_ENDPOINT");
        assumeThat(endpoint).as("Ceph RGW: DRKIT_RGW_ENDPOINT names no server").isNotBlank();
        return shared(
                "RGW",
                () -> plain(server(
                        URI.create(endpoint),
                        "contract-" + UUID.randomUUID(),
                        System.getenv("DRKIT_RGW_ACCESS_KEY"),
                        System.getenv("DRKIT_RGW_SECRET_KEY"))));
    }

    private static Server shared(String name, Callable<Server> begin) throws Exception {
        Server known = BEGUN.get(name);
        if (known == null) {
            known = begin.call();
            BEGUN.put(name, known);
        }
        return known;
    }

    private static Server plain(Server server) throws IOException, InterruptedException {
        require(client(server).send("PUT", "/" + server.bucket(), Map.of(), Map.of(), new byte[0]), server);
        return server;
    }

    private static RawS3 client(Server server) {
        return new RawS3(
                server.endpoint(),
                server.credentials().accessKey(),
                server.credentials().secretKey());
    }

    private static void require(RawS3.Answer answer, Server server) throws IOException {
        if (answer.status() != 200) {
            throw new IOException("Cannot make bucket '" + server.bucket() + "': " + answer.outcome());
        }
    }

    /** The same server with its bucket made, which keeps versions; without locks, which take a probe ten seconds. */
    private static Server made(Server server) throws IOException, InterruptedException {
        byte[] enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>".getBytes(UTF_8);
        plain(server);
        require(client(server).send("PUT", "/" + server.bucket(), Map.of("versioning", ""), Map.of(), enabled), server);
        return server;
    }

    /** Removes every version below the bucket's prefix; uploads were ended by those who began them. */
    static void remove(HttpBucket raw) throws IOException {
        boolean versions;
        try {
            versions = raw.versioning() != S3Bucket.Versioning.OFF;
        } catch (S3ErrorAnswer noSuchQuestion) {
            versions = false;
        }
        for (S3Bucket.Entry entry : versions ? raw.listVersions("") : raw.list("")) {
            raw.delete(entry.key(), entry.version());
        }
    }

    @Nested
    class StoreOnS3Proxy extends S3StoreContract {
        @Override
        Server server() {
            return S3StoreContractIT.server(s3Proxy.endpoint(), "contract", s3Proxy.accessKey(), s3Proxy.secretKey());
        }
    }

    @Nested
    class JournalOnS3Proxy extends S3JournalContract {
        @Override
        Server server() {
            return S3StoreContractIT.server(s3Proxy.endpoint(), "contract", s3Proxy.accessKey(), s3Proxy.secretKey());
        }
    }

    /** A bucket that keeps versions. */
    @Nested
    class StoreOnFakeS3 extends S3StoreContract {
        @Override
        Server server() {
            return S3StoreContractIT.server(fake.endpoint(), "contract", fake.accessKey(), fake.secretKey());
        }
    }

    @Nested
    class JournalOnFakeS3 extends S3JournalContract {
        @Override
        Server server() {
            return S3StoreContractIT.server(fake.endpoint(), "contract", fake.accessKey(), fake.secretKey());
        }
    }

    /** A bucket without versions. */
    @Nested
    class StoreOnFakeMinio extends S3StoreContract {
        @Override
        Server server() {
            return S3StoreContractIT.server(
                    fakeMinio.endpoint(), "contract", fakeMinio.accessKey(), fakeMinio.secretKey());
        }
    }

    @Nested
    class StoreOnRealMinio extends S3StoreContract {
        @Override
        Server server() throws Exception {
            return realMinio();
        }
    }

    @Nested
    class JournalOnRealMinio extends S3JournalContract {
        @Override
        Server server() throws Exception {
            return realMinio();
        }
    }

    @Nested
    class StoreOnCephRgw extends S3StoreContract {
        @Override
        Server server() throws Exception {
            return cephRgw();
        }
    }

    @Nested
    class JournalOnCephRgw extends S3JournalContract {
        @Override
        Server server() throws Exception {
            return cephRgw();
        }
    }

    /** Whatever {@link NamedStoreIT} names. */
    @Nested
    class StoreOnNamedServer extends S3StoreContract {
        @Override
        Server server() {
            return NamedStoreIT.named();
        }
    }

    @Nested
    class JournalOnNamedServer extends S3JournalContract {
        @Override
        Server server() {
            return NamedStoreIT.named();
        }
    }
}
