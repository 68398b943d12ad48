package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.Plan.Remark;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.VerifyRequest;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.minio.S3Credentials;
import io.github.drkit.minio.S3Store;
import io.github.drkit.report.RunReport;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.Identity;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.s3.LocalS3;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole way through a real S3 protocol and real age encryption, of a database with an odd name. */
@Timeout(180)
class EncryptedDumpsIT {

    private static final String ODD = "postgres://x=y'\"\\ ü";

    private static LocalPostgres postgres;
    private static LocalS3 s3;
    private static Bench bench;
    private static final KeyPair FIRST = age();
    private static final KeyPair SECOND = age();

    @BeforeAll
    static void begin(@TempDir Path folder) throws Exception {
        postgres = LocalPostgres.beginOrSkip();
        s3 = LocalS3.begin(folder.resolve("s3")).bucket("bank-backups");
        bench = new Bench(
                postgres,
                folder,
                S3Store.builder(s3.endpoint(), "bank-backups")
                        .withoutTls()
                        .prefix("prod")
                        .credentials(() -> S3Credentials.of(s3.accessKey(), s3.secretKey()))
                        .build());
        bench.bank(ODD);
    }

    @AfterAll
    static void end() {
        if (bench != null) {
            bench.store().close();
        }
        if (s3 != null) {
            s3.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void aPointIsVerifiedAndProvenWhereAnIdentityIsAndStoredWhereNoneIs() throws Exception {
        RecoveryPointId id = bench.backUp(target(IdentitySource.none()));

        Plan blind = bench.engine().plan(target(IdentitySource.none()), new VerifyRequest(id));
        assertThat(blind.remarks())
                .contains(new Remark(
                        Remark.Kind.NOTE,
                        "no identity is at hand: the point will be STORED, which never counts as VERIFIED"));
        RunReport stored = bench.engine().execute(blind, target(IdentitySource.none()));
        assertThat(stored.outcome()).as(Bench.said(stored)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(proof(id)).isEqualTo(Proof.Level.STORED);

        RunReport verified = bench.run(target(identity(SECOND)), new VerifyRequest(id));
        assertThat(verified.outcome()).as(Bench.said(verified)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(proof(id)).isEqualTo(Proof.Level.VERIFIED);

        PostgresDumpRestore strategy = PostgresDumpRestore.builder(Bench.BANK, bench.server(), bench.store())
                .trusted(bench.trusted())
                .identities(identity(FIRST))
                .build();
        Operation<RestoreRequest> proving =
                DisasterRecovery.proving(strategy, bench.points(), bench.prover(), List.of());
        RunReport proven = bench.run(
                proving, RestoreRequest.of(Selection.point(id), RestoreDestination.besideOriginal(strategy.place())));
        assertThat(proven.outcome()).as(Bench.said(proven)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(proof(id)).isEqualTo(Proof.Level.PROVEN);
        assertThat(bench.ask("postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE 'drkit%'"))
                .isEqualTo("0");
    }

    @Test
    void anIdentityThatDoesNotFitIsRefusedWhilePlanningAndCondemnsNothing() throws Exception {
        RecoveryPointId id = bench.backUp(target(IdentitySource.none()));
        KeyPair stranger = age();

        assertThatThrownBy(() -> bench.engine().plan(target(identity(stranger)), new VerifyRequest(id)))
                .isExactlyInstanceOf(TargetAccessException.class)
                .hasMessage("Cannot decrypt the dump of '" + ODD + "' in recovery point '" + id
                        + "': none of the identities at hand fits but one of the recipients [" + recipient(FIRST)
                        + ", " + recipient(SECOND) + "] is required" + System.lineSeparator()
                        + "Hint: Which identity belongs to these recipients? age-keygen -y shows the recipient of an"
                        + " identity [DRK-DUMP-020]");
        assertThat(proof(id)).isEqualTo(Proof.Level.UNPROVEN);
    }

    private static Proof.Level proof(RecoveryPointId id) {
        return bench.points().list().find(id).orElseThrow().proof().level();
    }

    private static PostgresDumps target(IdentitySource identities) {
        return bench.target(bench.server(), ODD)
                .encryption(Encryption.to(recipient(FIRST), recipient(SECOND)))
                .verification(bench.prover(), identities)
                .globals(Globals.ROLES_AND_PASSWORDS)
                .build();
    }

    private static IdentitySource identity(KeyPair pair) {
        return () -> List.of(Identity.of(new String(pair.getPrivate().getEncoded(), StandardCharsets.US_ASCII)));
    }

    private static String recipient(KeyPair pair) {
        return new String(pair.getPublic().getEncoded(), StandardCharsets.US_ASCII);
    }

    private static KeyPair age() {
        try {
            return new X25519KeyPairGenerator().generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
