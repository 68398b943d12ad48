package io.github.drkit.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.BackupRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.TargetId;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.journal.StoreJournal;
import io.github.drkit.minio.S3Credentials;
import io.github.drkit.minio.S3Store;
import io.github.drkit.minio.postgres.PostgresDumps;
import io.github.drkit.postgres.PostgresCredentials;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.s3.LocalS3;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example of README.md, run. */
@Timeout(120)
class ReadmeExampleIT {

    @Test
    void theExampleBacksUp(@TempDir Path folder) throws Exception {
        try (LocalPostgres postgres = LocalPostgres.beginOrSkip();
                LocalS3 s3 = LocalS3.begin(folder.resolve("s3")).bucket("bank-backups")) {
            DatabaseServer administrator =
                    new DatabaseServer(postgres.host(), postgres.port(), postgres.superuser(), postgres.password());
            try (Connection connection = administrator.connect("postgres");
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE fineract_default");
            }
            try (Connection connection = administrator.connect("fineract_default");
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE m_client AS SELECT generate_series(1, 100) AS id");
            }
            Keys keys = Keys.make(folder.resolve("keys"));

            RunReport report = backUp(postgres, s3, s3.endpoint(), keys);

            assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        }
    }

    private static RunReport backUp(LocalPostgres postgres, LocalS3 s3, URI endpoint, Keys keys)
            throws InterruptedException {
        // tag::readme
        PostgresServer server = PostgresServer.builder(postgres.host())
                .port(postgres.port())
                .credentials(() -> new PostgresCredentials(postgres.superuser(), postgres.password()))
                .withoutTls() // TLS with host name check unless switched off by name
                .build();
        S3Store store = S3Store.builder(endpoint, "bank-backups")
                .credentials(() -> S3Credentials.of(s3.accessKey(), s3.secretKey()))
                .withoutTls() // likewise
                .build();
        PostgresDumps bank = PostgresDumps.builder(TargetId.of("bank"), server, store)
                .databases("fineract_default")
                .encryption(keys.encryption()) // Encryption.to(recipient, recipientKeptElsewhere)
                .keys(keys.backup(), keys.trusted())
                .verification(keys.prover(), keys.identity())
                .build();
        DisasterRecovery dr = DisasterRecovery.builder(StoreJournal.in(store)).build();

        Plan plan = dr.plan(bank, BackupRequest.manual("before the upgrade"));
        System.out.println(plan.render()); // nothing has been changed yet
        RunReport report = dr.execute(plan, bank); // SUCCEEDED only if every effect was observed
        // end::readme
        return report;
    }
}
