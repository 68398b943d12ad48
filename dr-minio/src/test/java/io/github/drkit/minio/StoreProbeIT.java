package io.github.drkit.minio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.drkit.TimeSource;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoreAbilities.Ability;
import io.github.drkit.testkit.s3.LocalS3;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real servers were seen to do; the table in {@code docs/store-probe.md} is this. */
class StoreProbeIT {

    private static final String UPLOADS_BY_KEY = "Note: the store lists unfinished multipart uploads by their whole key"
            + " only; what a crash left of them is asked for by the keys that journals name";

    @TempDir
    Path folder;

    @Test
    void s3ProxyOnAFolderLacksVersionsAndLock() throws Exception {
        try (LocalS3 server = LocalS3.begin(folder).bucket("vault")) {
            StoreAbilities abilities = probe(server.endpoint(), server.accessKey(), server.secretKey(), "vault");

            assertThat(abilities.shown())
                    .as("%s", abilities)
                    .isEqualTo(EnumSet.complementOf(EnumSet.of(Ability.VERSIONING, Ability.OBJECT_LOCK)));
            assertThat(abilities.findings())
                    .containsExactly(
                            "VERSIONING is off: the bucket says its versioning is OFF",
                            "OBJECT_LOCK is off: the store refused the attempt with NotImplemented (HTTP status 501)");
        }
    }

    @Test
    void realMinioDoesAllInALockableBucket() throws Exception {
        try (RealMinio server = RealMinio.begin(folder.resolve("store"))) {
            RawS3 raw = new RawS3(server.endpoint(), server.accessKey(), server.secretKey());
            make(raw, "safe", Map.of("x-amz-bucket-object-lock-enabled", "true"));
            make(raw, "plain", Map.of());

            StoreAbilities safe = probe(server.endpoint(), server.accessKey(), server.secretKey(), "safe");
            StoreAbilities plain = probe(server.endpoint(), server.accessKey(), server.secretKey(), "plain");

            assertThat(safe).isEqualTo(new StoreAbilities(EnumSet.allOf(Ability.class), List.of(UPLOADS_BY_KEY)));
            assertThat(raw.send("GET", "/safe", Map.of("versions", ""), Map.of(), new byte[0])
                            .element("Key"))
                    .isEmpty();
            assertThat(plain.shown())
                    .isEqualTo(EnumSet.complementOf(EnumSet.of(Ability.VERSIONING, Ability.OBJECT_LOCK)));
        }
    }

    /**
     * The endpoint of a Ceph RGW, with DRKIT_RGW_ACCESS_KEY and DRKIT_RGW_SECRET_KEY beside it. Releases differ in locks of
     * uploads, and 16 ignores If-None-Match where versions are kept; what every one of them is known to do must be seen.
     */
    @Test
    void cephRgwShowsNoMoreThanItDoes() throws Exception {
        String endpoint = System.getenv("DRKIT_RGW_ENDPOINT");
        assumeThat(endpoint).as("Ceph RGW: DRKIT_RGW_ENDPOINT names no server").isNotBlank();
        String accessKey = System.getenv("DRKIT_RGW_ACCESS_KEY");
        String secretKey = System.getenv("DRKIT_RGW_SECRET_KEY");
        RawS3 raw = new RawS3(URI.create(endpoint), accessKey, secretKey);
        String plain = "probe-" + UUID.randomUUID();
        String locked = "probe-" + UUID.randomUUID();
        make(raw, plain, Map.of());
        make(raw, locked, Map.of("x-amz-bucket-object-lock-enabled", "true"));

        StoreAbilities ofPlain = probe(URI.create(endpoint), accessKey, secretKey, plain);
        StoreAbilities ofLocked = probe(URI.create(endpoint), accessKey, secretKey, locked);

        assertThat(ofPlain.shown())
                .as("%s", ofPlain)
                .contains(
                        Ability.CONDITIONAL_CREATE, Ability.LIST_AFTER_WRITE, Ability.DIGEST_CHECK, Ability.MULTIPART);
        assertThat(ofLocked.shown())
                .as("%s", ofLocked)
                .contains(Ability.LIST_AFTER_WRITE, Ability.VERSIONING, Ability.DIGEST_CHECK, Ability.MULTIPART);
        System.out.println("Ceph RGW, plain bucket: " + ofPlain);
        System.out.println("Ceph RGW, with object lock: " + ofLocked);
    }

    private static void make(RawS3 raw, String bucket, Map<String, String> headers) throws Exception {
        assertThat(raw.send("PUT", "/" + bucket, Map.of(), headers, new byte[0]).status())
                .isEqualTo(200);
    }

    private static StoreAbilities probe(URI endpoint, String accessKey, String secretKey, String bucket) {
        TimeSource time = TimeSource.system();
        S3Credentials credentials = S3Credentials.of(accessKey, secretKey);
        try (HttpBucket raw = Buckets.open(endpoint, bucket, "bank/", credentials, HttpBucket.PAGE)) {
            return new StoreProbe(new RetryingBucket(raw, time, new Random(1)), time).examine();
        }
    }
}
