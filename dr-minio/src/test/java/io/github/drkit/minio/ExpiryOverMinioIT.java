package io.github.drkit.minio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.TimeSource;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.minio.postgres.WatchedStore;
import io.github.drkit.store.Listing;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoreAbilities.Ability;
import io.github.drkit.store.StoredObject;
import io.github.drkit.testkit.VirtualTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Expiry on a real MinIO: versions, exact deletion and locks are the server's own; only the dates are a virtual month's. */
class ExpiryOverMinioIT {

    @TempDir
    private static Path folder;

    private static RealMinio minio;

    @BeforeAll
    static void begin() throws Exception {
        minio = RealMinio.begin(folder.resolve("minio"));
        make("versioned", Map.of());
        RawS3 raw = new RawS3(minio.endpoint(), minio.accessKey(), minio.secretKey());
        byte[] enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
                .getBytes(StandardCharsets.UTF_8);
        assertThat(raw.send("PUT", "/versioned", Map.of("versioning", ""), Map.of(), enabled)
                        .status())
                .isEqualTo(200);
        make("locked", Map.of("x-amz-bucket-object-lock-enabled", "true"));
    }

    @AfterAll
    static void end() {
        if (minio != null) {
            minio.close();
        }
    }

    @Test
    void aVirtualMonthKeepsThePresetAndLeavesNoVersionAndNoMarker() throws Exception {
        VirtualTime time = VirtualTime.startingAt("2026-11-01T00:30:00Z");
        try (S3Store store = store("versioned");
                HttpBucket raw = Buckets.open(
                        minio.endpoint(),
                        "versioned",
                        "",
                        S3Credentials.of(minio.accessKey(), minio.secretKey()),
                        HttpBucket.PAGE)) {
            ExpiryOverS3 bank = new ExpiryOverS3(time, new OnVirtualDates(store, time));

            int deleting = bank.days(35);

            bank.requireThePreset(ExpiryOverS3.AFTER_FIVE_WEEKS);
            assertThat(deleting).as("runs that deleted something").isGreaterThan(20);
            for (S3Bucket.Entry entry : raw.listVersions("points/bank/")) {
                assertThat(entry.latest())
                        .as("%s hides older versions", entry.key())
                        .isTrue();
                assertThat(entry.deleteMarker())
                        .as("%s hides something", entry.key())
                        .isFalse();
            }
        }
    }

    @Test
    void aLockHoldsIsReadBackByVersionAndIsRaisedOnly() {
        try (S3Store store = store("locked")) {
            store.create(ObjectKey.of("points/a"), new byte[] {1});
            StoredObject object = store.list("points/a").objects().get(0);
            Instant until = store.now().plus(Duration.ofHours(1));

            assertThat(store.lockedUntil(object)).isEmpty();
            assertThat(store.lock(object, until)).contains(until);
            assertThat(store.lock(object, until.minusSeconds(60))).contains(until);
            assertThat(store.lock(object, until.plusSeconds(60))).contains(until.plusSeconds(60));
            assertThatThrownBy(() -> store.delete(object))
                    .isInstanceOf(RequestRefusedException.class)
                    .hasMessageContaining("DRK-STORE-009");
            assertThat(store.find(ObjectKey.of("points/a"))).isPresent();
        }
    }

    private static void make(String bucket, Map<String, String> headers) throws IOException, InterruptedException {
        RawS3 raw = new RawS3(minio.endpoint(), minio.accessKey(), minio.secretKey());
        assertThat(raw.send("PUT", "/" + bucket, Map.of(), headers, new byte[0]).status())
                .isEqualTo(200);
    }

    private static S3Store store(String bucket) {
        return S3Store.builder(minio.endpoint(), bucket)
                .withoutTls()
                .credentials(() -> S3Credentials.of(minio.accessKey(), minio.secretKey()))
                .time(TimeSource.system())
                .build();
    }

    /** Says of each object the virtual time at which it was first seen, which is when it was written. */
    private static final class OnVirtualDates extends WatchedStore {

        private final VirtualTime time;
        private final Map<String, Instant> written = new ConcurrentHashMap<>();

        OnVirtualDates(PointStore store, VirtualTime time) {
            super(store);
            this.time = time;
        }

        @Override
        public Instant now() {
            return time.now();
        }

        @Override
        public StoreAbilities abilities() {
            return new StoreAbilities(
                    EnumSet.complementOf(EnumSet.of(Ability.OBJECT_LOCK)),
                    List.of("OBJECT_LOCK: the dates are virtual"));
        }

        @Override
        public Listing list(String prefix) {
            return new Listing(super.list(prefix).stream()
                    .map(object -> new StoredObject(
                            object.key(),
                            object.sizeBytes(),
                            written.computeIfAbsent(object.key() + object.version(), key -> time.now()),
                            object.version()))
                    .toList());
        }
    }
}
