package io.github.drkit.examples.bank;

import io.github.drkit.due.DueResult;
import io.github.drkit.minio.S3Credentials;
import io.github.drkit.minio.S3Store;
import io.github.drkit.postgres.PostgresCredentials;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.status.PlatformStatus;
import io.github.drkit.status.State;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a scheduler starts every quarter of an hour. */
final class BankJob {

    private BankJob() {}

    // tag::job
    /** Arguments: the folder of the secrets, the server's host and port, the store's endpoint. */
    public static void main(String[] arguments) throws Exception {
        URI store = URI.create(arguments[3]);
        System.exit(run(Path.of(arguments[0]), arguments[1], Integer.parseInt(arguments[2]), store, System.out));
    }

    static int run(Path secrets, String host, int port, URI endpoint, PrintStream out) throws Exception {
        PostgresServer server = PostgresServer.builder(host)
                .port(port)
                .credentials(() ->
                        new PostgresCredentials(secret(secrets, "postgres.user"), secret(secrets, "postgres.password")))
                .certificateAuthorities(secrets.resolve("ca.pem")) // the system's, if you leave this out
                .build();
        try (S3Store store = S3Store.builder(endpoint, "bank-backups")
                .credentials(() -> S3Credentials.of(secret(secrets, "s3.access"), secret(secrets, "s3.secret")))
                .certificateAuthorities(secrets.resolve("ca.pem"))
                .build()) {
            BankProtection bank = new BankProtection(server, store, BankKeys.in(secrets));
            DueResult result = bank.due().runDue();
            for (DueResult.Line line : result.lines()) {
                out.println(line.what() + " " + line.action() + ": " + line.why());
            }
            for (DueResult.Line line : result.done()) {
                line.run()
                        .ifPresent(run -> out.println(bank.engine().report(run).toMarkdown()));
            }
            PlatformStatus status = bank.platform().status();
            out.println(status.render());
            return result.needsAttention() || status.rpo().state() != State.MET ? 1 : 0;
        }
    }

    private static String secret(Path secrets, String name) {
        try {
            return Files.readString(secrets.resolve(name)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
    // end::job
}
