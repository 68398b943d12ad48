package io.github.drkit.minio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.RecoveryPoint;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.StoreAbilities.Ability;
import io.github.drkit.store.StoredObject;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.s3.FakeS3;
import io.github.drkit.testkit.s3.Lie;
import io.github.drkit.testkit.s3.S3Flavour;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExpiryOverFakeS3IT {

    private final VirtualTime time = VirtualTime.startingAt("2026-11-01T00:30:00Z");
    private final FakeS3 server =
            FakeS3.begin(time).bucket("plain").versionedBucket("versioned").lockedBucket("locked");
    private final List<S3Store> stores = new ArrayList<>();

    @AfterEach
    void end() {
        stores.forEach(S3Store::close);
        server.close();
    }

    @Test
    void aVirtualMonthOfAnUnversionedBucketKeepsThePresetAndNothingElse() throws Exception {
        server.flavour(S3Flavour.MINIO);
        month("plain");
    }

    @Test
    void aVirtualMonthOfALockedBucketKeepsThePresetAndWhatIsLockedAndLeavesNoVersionAndNoMarker() throws Exception {
        ExpiryOverS3 bank = new ExpiryOverS3(time, store("locked"));
        assertThat(bank.days(35)).as("runs that deleted something").isGreaterThan(10);
        bank.requireThePresetAndWhatIsLocked(ExpiryOverS3.AFTER_FIVE_WEEKS);
        List<String> points = new ArrayList<>();
        HttpBucket raw = Buckets.open(
                server.endpoint(),
                "locked",
                "",
                S3Credentials.of(server.accessKey(), server.secretKey()),
                HttpBucket.PAGE);
        try (raw) {
            for (S3Bucket.Entry entry : raw.listVersions("points/bank/")) {
                assertThat(entry.latest())
                        .as("%s hides older versions", entry.key())
                        .isTrue();
                assertThat(entry.deleteMarker())
                        .as("%s hides something", entry.key())
                        .isFalse();
                if (entry.key().endsWith("/manifest.json")) {
                    points.add(entry.key());
                }
            }
        }
        List<StoredObject> left = bank.store().list("points/bank/").objects();
        assertThat(left)
                .filteredOn(object -> object.key().endsWith("/manifest.json"))
                .hasSameSizeAs(points);
        StoredObject newest = bank.newest();
        assertThatThrownBy(() -> bank.store().delete(newest))
                .as("deleting what the policy keeps")
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("DRK-STORE-009");
    }

    @Test
    void aLegalHoldOfAnotherHandKeepsItsPoint() throws Exception {
        ExpiryOverS3 bank = new ExpiryOverS3(time, store("locked"));
        bank.days(5);
        RecoveryPoint first = bank.points().get(0);
        RawS3 raw = new RawS3(server.endpoint(), server.accessKey(), server.secretKey());
        String manifest = "/locked/points/bank/" + first.id() + "/manifest.json";
        byte[] on = "<LegalHold><Status>ON</Status></LegalHold>".getBytes(StandardCharsets.UTF_8);
        assertThat(raw.send("PUT", manifest, Map.of("legal-hold", ""), Map.of(), on)
                        .status())
                .isEqualTo(200);

        assertThat(bank.store().lockedUntil(bank.manifest(first.id()))).contains(Instant.MAX);
        bank.days(20);

        assertThat(bank.points()).extracting(RecoveryPoint::id).contains(first.id());
    }

    @Test
    void aStoreThatDropsLocksIsToldApartByReadingBack() throws Exception {
        S3Store store = store("locked");
        server.lying(Lie.DROPS_LOCK_HEADERS);
        store.create(ObjectKey.of("a"), new byte[] {1});

        assertThat(store.lockedUntil(store.list("a").objects().get(0))).isEmpty();
        assertThat(store.abilities().has(Ability.OBJECT_LOCK)).isFalse();
    }

    @Test
    void aLockOfEitherModeIsRaisedAsItIsAndABucketWithoutLocksRefuses() {
        S3Store store = store("locked");
        S3Store compliant = S3Store.builder(server.endpoint(), "locked")
                .withoutTls()
                .credentials(() -> S3Credentials.of(server.accessKey(), server.secretKey()))
                .time(time)
                .complianceLocks()
                .build();
        stores.add(compliant);
        store.create(ObjectKey.of("a"), new byte[] {1});
        StoredObject object = store.list("a").objects().get(0);
        Instant until = Instant.parse("2026-12-01T00:00:00.5Z");

        assertThat(compliant.lock(object, until))
                .as("in whole seconds, rounded up")
                .contains(Instant.parse("2026-12-01T00:00:01Z"));
        assertThat(store.lock(object, until.plus(Duration.ofDays(1)))).contains(Instant.parse("2026-12-02T00:00:01Z"));

        S3Store plain = store("plain");
        plain.create(ObjectKey.of("a"), new byte[] {1});
        StoredObject free = plain.list("a").objects().get(0);
        assertThat(plain.lockedUntil(free)).isEmpty();
        assertThatThrownBy(() -> plain.lock(free, until))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageStartingWith(
                        "Cannot lock object 's3://plain/a': the store answered InvalidRequest (HTTP status"
                                + " 400) but must support the request");
    }

    private ExpiryOverS3 month(String bucket) throws Exception {
        ExpiryOverS3 bank = new ExpiryOverS3(time, store(bucket));
        int deleting = bank.days(35);
        bank.requireThePreset(ExpiryOverS3.AFTER_FIVE_WEEKS);
        assertThat(deleting).as("runs that deleted something").isGreaterThan(20);
        return bank;
    }

    private S3Store store(String bucket) {
        S3Store store = S3Store.builder(server.endpoint(), bucket)
                .withoutTls()
                .credentials(() -> S3Credentials.of(server.accessKey(), server.secretKey()))
                .time(time)
                .build();
        stores.add(store);
        return store;
    }
}
