package io.github.drkit.minio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.BackupRequest;
import io.github.drkit.CollectRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.Progress;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.TimeSource;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.TrustedKeys;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.journal.FileJournal;
import io.github.drkit.journal.Journal;
import io.github.drkit.minio.postgres.PostgresDumps;
import io.github.drkit.minio.postgres.WatchedStore;
import io.github.drkit.postgres.PostgresCredentials;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.report.RunReport;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.StoredObject;
import io.github.drkit.store.StoredStream;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.s3.FakeS3;
import io.github.drkit.testkit.s3.Lie;
import io.github.drkit.testkit.s3.LocalS3;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backup that dies in the middle of an upload leaves what is in no listing of objects, and on MinIO in no listing of
 * uploads by prefix either. A collection finds it all the same.
 */
@Timeout(180)
class HalfUploadIT {

    private static final TargetId BANK = TargetId.of("bank");
    private static final int PART = 5 << 20;

    /** Of another target: it has to stay. */
    private static final String OTHER = "points/other/other-run/a1/fineract.dump.zst.00001";

    private static LocalPostgres postgres;

    @TempDir
    Path folder;

    @BeforeAll
    static void beginServer() throws Exception {
        postgres = LocalPostgres.beginOrSkip();
        try (Connection connection = server().connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE fineract");
        }
        try (Connection connection = server().connect("fineract");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE office AS SELECT 1 AS id");
        }
    }

    @AfterAll
    static void endServer() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void isCollectedFromS3ProxyWhichListsUploadsByPrefix() throws Exception {
        try (LocalS3 s3 = LocalS3.begin(folder.resolve("s3")).bucket("bank")) {
            collects(s3.endpoint(), S3Credentials.of(s3.accessKey(), s3.secretKey()));
        }
    }

    @Test
    void isCollectedFromARealMinioWhichListsUploadsByTheirWholeKeyOnly() throws Exception {
        try (RealMinio s3 = RealMinio.begin(folder.resolve("s3"))) {
            RawS3.Answer made = new RawS3(s3.endpoint(), s3.accessKey(), s3.secretKey())
                    .send("PUT", "/bank", Map.of(), Map.of(), new byte[0]);
            assertThat(made.outcome()).isEqualTo("200");
            collects(s3.endpoint(), S3Credentials.of(s3.accessKey(), s3.secretKey()));
        }
    }

    @Test
    void isCollectedFromAFakeThatListsUploadsByTheirWholeKeyOnly() throws Exception {
        try (FakeS3 s3 = FakeS3.begin(TimeSource.system()).bucket("bank").lying(Lie.LISTS_UPLOADS_BY_WHOLE_KEY)) {
            collects(s3.endpoint(), S3Credentials.of(s3.accessKey(), s3.secretKey()));

            assertThat(s3.unfinishedUploads("bank")).containsExactly(OTHER);
        }
    }

    private void collects(URI endpoint, S3Credentials credentials) throws Exception {
        try (S3Store store = S3Store.builder(endpoint, "bank")
                        .withoutTls()
                        .credentials(() -> credentials)
                        .build();
                HttpBucket raw = Buckets.open(endpoint, "bank", "", credentials, HttpBucket.PAGE)) {
            KeyPair key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            Journal journal = FileJournal.in(folder.resolve("journal"));
            DisasterRecovery engine = DisasterRecovery.builder(journal).build();
            PostgresDumps dying = target(new DyingStore(store, raw), key, journal);
            Plan plan = engine.plan(dying, BackupRequest.manual("dies in the middle of an upload"));
            RunReport died = engine.execute(plan, dying);
            assertThat(died.outcome()).isEqualTo(Outcome.UNKNOWN);
            String half = "points/bank/bank-" + plan.run() + "/a1/fineract.dump.zst.00002";
            assertThat(raw.listUploads(half)).hasSize(1);
            raw.beginUpload(OTHER, Map.of());
            PostgresDumps target = target(new StoreOfTomorrow(store), key, journal);

            collect(engine, target, Set.of());
            assertThat(raw.listUploads(half))
                    .as("of a run nobody declared dead")
                    .hasSize(1);

            RunReport collected = collect(engine, target, Set.of(plan.run()));

            assertThat(collected.steps()).anyMatch(step -> step.name().startsWith("collect-bank-" + plan.run()));
            assertThat(raw.listUploads(half)).isEmpty();
            assertThat(raw.listUploads(OTHER)).hasSize(1);
            assertThat(store.list("points/bank/").stream())
                    .extracting(StoredObject::key)
                    .containsExactly("points/bank/bank-" + plan.run() + "/manifest.json");
            assertThat(target.list().points()).isEmpty();

            RunReport again = collect(engine, target, Set.of(plan.run()));
            assertThat(again.steps())
                    .singleElement()
                    .satisfies(step -> assertThat(step.name()).isEqualTo("look"));
        }
    }

    private static RunReport collect(DisasterRecovery engine, PostgresDumps target, Set<RunId> abandoned)
            throws InterruptedException {
        Plan plan = engine.plan(target, new CollectRequest(abandoned));
        RunReport report = engine.execute(plan, target);
        assertThat(report.outcome()).as("%s", report).isEqualTo(Outcome.SUCCEEDED);
        return report;
    }

    private static PostgresDumps target(WatchedStore store, KeyPair key, Journal journal) {
        return PostgresDumps.builder(BANK, server(), store)
                .databases("fineract")
                .encryption(Encryption.unencrypted())
                .keys(
                        SigningKey.of("backup", key.getPrivate()),
                        TrustedKeys.none().withBackup("backup", key.getPublic()))
                .collection(journal)
                .build();
    }

    private static PostgresServer server() {
        return PostgresServer.builder(postgres.host())
                .port(postgres.port())
                .credentials(() -> new PostgresCredentials(postgres.superuser(), postgres.password()))
                .withoutTls()
                .build();
    }

    /** Leaves of a dump what a process leaves that is killed while it uploads its second segment. */
    private static final class DyingStore extends WatchedStore {

        private final HttpBucket raw;

        DyingStore(S3Store store, HttpBucket raw) {
            super(store);
            this.raw = raw;
        }

        @Override
        public StoredStream write(ObjectKey base, InputStream source, Encryption encryption, Progress progress)
                throws IOException {
            if (!base.value().contains(".dump.")) {
                return super.write(base, source, encryption, progress);
            }
            raw.put(base.value() + ".00001", new byte[1], Map.of());
            String key = base.value() + ".00002";
            raw.uploadPart(key, raw.beginUpload(key, Map.of()), 1, new byte[PART], PART);
            throw new OutcomeUnknownException("DRK-TEST-001", "Cannot go on: the process died but must live", "Die");
        }
    }

    /** Only what is older than a day is collected. */
    private static final class StoreOfTomorrow extends WatchedStore {

        StoreOfTomorrow(S3Store store) {
            super(store);
        }

        @Override
        public Instant now() {
            return super.now().plus(Duration.ofDays(2));
        }
    }
}
