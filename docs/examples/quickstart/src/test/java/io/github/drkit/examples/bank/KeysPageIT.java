package io.github.drkit.examples.bank;

import static io.github.drkit.testkit.assertj.DrAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Catalog;
import io.github.drkit.Operation;
import io.github.drkit.PlanRequest;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.TargetId;
import io.github.drkit.VerifyRequest;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.TrustedKeys;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.DrException;
import io.github.drkit.journal.StoreJournal;
import io.github.drkit.minio.S3Credentials;
import io.github.drkit.minio.S3Store;
import io.github.drkit.minio.postgres.PostgresDumpRestore;
import io.github.drkit.minio.postgres.PostgresDumps;
import io.github.drkit.postgres.PostgresCredentials;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.report.RunReport;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.s3.LocalS3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shell lines of docs/keys.md, run as they stand there, and DR Kit with the keys they make. */
@Timeout(180)
class KeysPageIT {

    private static final TargetId BANK = TargetId.of("bank");

    private static LocalPostgres postgres;
    private static LocalS3 s3;
    private static Ledger ledger;

    @TempDir
    private Path folder;

    private PostgresServer server;
    private S3Store store;
    private DisasterRecovery dr;
    private BankKeys keys;

    @BeforeAll
    static void begin(@TempDir Path shared) throws Exception {
        PageLines.requirePrograms();
        // tag::local
        postgres = LocalPostgres.beginOrSkip();
        s3 = LocalS3.begin(shared.resolve("s3")).bucket("bank-backups");
        // end::local
        ledger = Ledger.make(postgres);
    }

    @AfterAll
    static void end() {
        if (s3 != null) {
            s3.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @BeforeEach
    void makeKeys() throws Exception {
        PageLines.run("make", folder);
        secretsAreMine();
        // tag::connect
        server = PostgresServer.builder(postgres.host())
                .port(postgres.port())
                .credentials(() -> new PostgresCredentials(postgres.superuser(), postgres.password()))
                .withoutTls() // it listens on this machine only
                .build();
        store = S3Store.builder(s3.endpoint(), "bank-backups")
                .prefix(folder.getFileName().toString().toLowerCase(Locale.ROOT))
                .credentials(() -> S3Credentials.of(s3.accessKey(), s3.secretKey()))
                .withoutTls()
                .build();
        // end::connect
        dr = DisasterRecovery.builder(StoreJournal.in(store)).build();
        keys = BankKeys.in(folder);
    }

    @Test
    void eitherIdentityBringsBackWhatTheKeysOfThePageProtect() throws Exception {
        // tag::give
        PostgresDumps bank = PostgresDumps.builder(TargetId.of("bank"), server, store)
                .databases("ledger")
                .encryption(keys.encryption())
                .keys(keys.backup(), keys.trusted())
                .verification(keys.prover(), keys.identities())
                .build();
        PostgresDumpRestore restore = PostgresDumpRestore.builder(TargetId.of("bank"), server, store)
                .trusted(keys.trusted())
                .identities(keys.identities())
                .build();
        // end::give
        RecoveryPointId point = backUp(bank);
        assertThat(execute(bank, new VerifyRequest(point))).succeeded();

        assertThat(bank.list()).hasNoProblems().point(point).is(Proof.Level.VERIFIED);
        assertThat(restoreAs("ledger_first", restore, point)).isEqualTo(100);

        Files.delete(folder.resolve("first.identity"));
        assertThatThrownBy(() -> restoreAs("ledger_none", restore, point))
                .isInstanceOfSatisfying(
                        DrException.class,
                        lost -> assertThat(lost.code().value()).isEqualTo("DRK-STORE-021"));
        assertThat(restoreAs("ledger_second", restoring(keys.trusted(), "second.identity"), point))
                .isEqualTo(100);
    }

    @Test
    void aHostWithoutIdentityMakesPointsItCannotRead() throws Exception {
        // tag::blind
        PostgresDumps blind = PostgresDumps.builder(TargetId.of("bank"), server, store)
                .databases("ledger")
                .encryption(keys.encryption())
                .keys(keys.backup(), keys.trusted())
                .build();
        // end::blind
        RecoveryPointId point = backUp(blind);

        PostgresDumpRestore nobody = PostgresDumpRestore.builder(BANK, server, store)
                .trusted(keys.trusted())
                .build();
        assertThatThrownBy(() -> restoreAs("ledger_none", nobody, point))
                .isInstanceOfSatisfying(
                        DrException.class,
                        none -> assertThat(none.code().value()).isEqualTo("DRK-DUMP-020"));
        assertThat(restoreAs("ledger_blind", restoring(keys.trusted(), "first.identity"), point))
                .isEqualTo(100);
    }

    @Test
    void oldPointsOutliveARotation() throws Exception {
        RecoveryPointId old = backUp(target(keys.backup(), keys.trusted(), keys.encryption()));
        PageLines.run("rotate", folder);
        secretsAreMine();
        // tag::rotate
        SigningKey backup = SigningKey.ofPem("backup-2027", Files.readString(folder.resolve("backup-2027.pem")));
        TrustedKeys trusted = keys.trusted() // those of 2026 stay trusted
                .withBackup(
                        "backup-2027", TrustedKeys.publicKey(Files.readString(folder.resolve("backup-2027.pub.pem"))));
        Encryption encryption = Encryption.to(
                Files.readString(folder.resolve("first-2027.recipient")).strip(),
                Files.readString(folder.resolve("second.recipient")).strip());
        // end::rotate
        PostgresDumps bank = target(backup, trusted, encryption);
        RecoveryPointId young = backUp(bank);

        assertThat(bank.list()).hasNoProblems().hasPoints(2);
        PostgresDumpRestore both = restoring(trusted, "first.identity");
        assertThat(restoreAs("ledger_old", both, old)).isEqualTo(100);
        assertThat(restoreAs("ledger_young", both, young)).isEqualTo(100);

        TrustedKeys forgetful = TrustedKeys.none()
                .withBackup(
                        "backup-2027", TrustedKeys.publicKey(Files.readString(folder.resolve("backup-2027.pub.pem"))));
        Catalog poorer = target(backup, forgetful, encryption).list();
        assertThat(poorer).hasPoints(1);
        assertThat(poorer.problems()).extracting(Catalog.Problem::code).containsExactly("DRK-POINT-002");
    }

    private PostgresDumps target(SigningKey backup, TrustedKeys trusted, Encryption encryption) {
        return PostgresDumps.builder(BANK, server, store)
                .databases("ledger")
                .encryption(encryption)
                .keys(backup, trusted)
                .build();
    }

    private PostgresDumpRestore restoring(TrustedKeys trusted, String identities) {
        return PostgresDumpRestore.builder(BANK, server, store)
                .trusted(trusted)
                .identities(IdentitySource.inFile(folder.resolve(identities)))
                .build();
    }

    private RecoveryPointId backUp(PostgresDumps target) throws InterruptedException {
        RunReport report = execute(target, BackupRequest.manual("of a test"));
        assertThat(report).succeeded();
        return target.list().points().stream()
                .filter(point -> point.run().equals(report.run()))
                .findFirst()
                .orElseThrow()
                .id();
    }

    /** Restores and counts. */
    private int restoreAs(String copy, PostgresDumpRestore restore, RecoveryPointId point) throws Exception {
        RestoreDestination beside = new RestoreDestination(
                restore.place(), Map.of("ledger", copy), RestoreDestination.Isolation.BESIDE_ORIGINAL);
        assertThat(execute(restore, RestoreRequest.of(Selection.point(point), beside)))
                .succeeded();
        int accounts = ledger.accounts(copy);
        ledger.drop(copy);
        return accounts;
    }

    private <R extends PlanRequest> RunReport execute(Operation<R> operation, R request) throws InterruptedException {
        return dr.execute(dr.plan(operation, request), operation);
    }

    private void secretsAreMine() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(Path::toString)
                            .filter(file -> file.endsWith(".identity") || file.endsWith(".pem"))
                            .filter(file -> !file.endsWith(".pub.pem")))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(
                                    PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file))))
                            .isEqualTo("rw-------"));
        }
    }
}
