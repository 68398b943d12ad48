package io.github.drkit.examples.bank;

import static io.github.drkit.testkit.assertj.DrAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.minio.S3Credentials;
import io.github.drkit.minio.S3Store;
import io.github.drkit.postgres.PostgresCredentials;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.postgres.PostgresBinaries;
import io.github.drkit.testkit.s3.LocalS3;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/getting-started.md from its first line to its last, over TLS. */
@Timeout(180)
class GettingStartedIT {

    @TempDir
    private Path secrets;

    @Test
    void aDatabaseIsProtectedAlarmsAndComesBack(@TempDir Path folder) throws Exception {
        PageLines.requirePrograms();
        PageLines.run("make", secrets);
        certify("localhost");
        try (LocalPostgres postgres = PostgresBinaries.find()
                        .map(binaries -> LocalPostgres.builder(binaries)
                                .tls(secrets.resolve("ca.pem"), secrets.resolve("server.key"))
                                .begin())
                        .orElseGet(() -> Assumptions.abort("PostgreSQL server: none on this machine"));
                LocalS3 s3 = LocalS3.begin(folder.resolve("s3")).bucket("bank-backups");
                TlsRelay relay = TlsRelay.begin(secrets.resolve("server.p12"), "of-a-test", s3.endpoint())) {
            Ledger ledger = Ledger.make(postgres);
            Files.writeString(secrets.resolve("postgres.user"), postgres.superuser() + "\n");
            Files.writeString(secrets.resolve("postgres.password"), "not the password\n");
            Files.writeString(secrets.resolve("s3.access"), s3.accessKey() + "\n");
            Files.writeString(secrets.resolve("s3.secret"), s3.secretKey() + "\n");

            Ran wrong = job(postgres, relay);

            assertThat(wrong.code()).isEqualTo(1);
            assertThat(wrong.said())
                    .contains("back up REFUSED: Cannot")
                    .contains("[DRK-PG-004]")
                    .contains(": MISSED, decided by ledger")
                    .doesNotContain("not the password");
            standsOnThePage(wrong, 0, 2, postgres);
            standsOnThePage(wrong, 3, 4, postgres);

            Files.writeString(secrets.resolve("postgres.password"), postgres.password() + "\n");
            Ran right = job(postgres, relay);

            assertThat(right.code()).as(right.said()).isZero();
            assertThat(right.said())
                    .contains("back up RAN: attempt 1")
                    .contains("verify RAN: attempt 1")
                    .contains("prove RAN: attempt 1")
                    .contains("expire RAN: attempt 1")
                    .contains("collect RAN: attempt 1")
                    .contains("RPO        MET")
                    .contains("1 PROVEN")
                    .contains("recipients 2");
            standsOnThePage(right, 0, 5, postgres);

            Ran again = job(postgres, relay);

            assertThat(again.code()).as(again.said()).isZero();
            assertThat(again.said())
                    .contains("back up SKIPPED: covered by point")
                    .doesNotContain(" RAN");

            ledger.drop("ledger");
            try (S3Store store = store(s3, relay)) {
                BankProtection bank = new BankProtection(server(postgres), store, BankKeys.in(secrets));
                MeterRegistry registry = new SimpleMeterRegistry();
                assertThat(bank.metrics(registry).lastStatus()).isEmpty();
                assertThat(registry.get("drkit.rpo.now").gauge().value()).isNaN();

                assertThat(bank.restoreNewest()).succeeded();
            }
            assertThat(ledger.accounts("ledger_restored")).isEqualTo(100);
        }
    }

    /** Lines of what a run said, without those that tell the time. */
    private static void standsOnThePage(Ran ran, int from, int to, LocalPostgres postgres) throws IOException {
        List<String> lines = ran.said().lines().toList().subList(from, to);
        assertThat(Files.readString(Path.of("../../getting-started.md")))
                .contains(String.join("\n", lines).replace("localhost:" + postgres.port(), "db.example.org:5432"));
    }

    private record Ran(int code, String said) {}

    private Ran job(LocalPostgres postgres, TlsRelay relay) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        int code = BankJob.run(secrets, "localhost", postgres.port(), relay.endpoint(), out);
        return new Ran(code, printed.toString(StandardCharsets.UTF_8));
    }

    private PostgresServer server(LocalPostgres postgres) {
        return PostgresServer.builder("localhost")
                .port(postgres.port())
                .credentials(() -> new PostgresCredentials(postgres.superuser(), postgres.password()))
                .certificateAuthorities(secrets.resolve("ca.pem"))
                .build();
    }

    private S3Store store(LocalS3 s3, TlsRelay relay) {
        return S3Store.builder(relay.endpoint(), "bank-backups")
                .credentials(() -> S3Credentials.of(s3.accessKey(), s3.secretKey()))
                .certificateAuthorities(secrets.resolve("ca.pem"))
                .build();
    }

    /** A certificate that vouches for itself, for both servers. */
    private void certify(String host) throws IOException, InterruptedException {
        openssl(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout server.key -out ca.pem"
                        + " -subj /CN=" + host + " -addext subjectAltName=DNS:" + host);
        openssl("pkcs12 -export -inkey server.key -in ca.pem -out server.p12 -passout pass:of-a-test");
    }

    private void openssl(String arguments) throws IOException, InterruptedException {
        Process program = new ProcessBuilder(("openssl " + arguments).split(" "))
                .directory(secrets.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor()).as(said).isZero();
    }
}
