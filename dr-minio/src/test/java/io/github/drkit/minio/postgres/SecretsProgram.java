package io.github.drkit.minio.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.drkit.BackupRequest;
import io.github.drkit.Operation;
import io.github.drkit.Plan;
import io.github.drkit.PlanRequest;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.TargetId;
import io.github.drkit.VerifyRequest;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.TrustedKeys;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.journal.FileJournal;
import io.github.drkit.minio.S3Credentials;
import io.github.drkit.minio.S3Store;
import io.github.drkit.postgres.PostgresCredentials;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.report.RunReport;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.Identity;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.PointStore;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A program that is given secrets, does the main job with them, fails in several ways, and says all it knows: plans,
 * reports, exceptions, the text of every object it was configured with, and everything that anything here logs.
 */
final class SecretsProgram {

    private static final Logger PROTOCOL = Logger.getLogger("org.postgresql");
    private static final String HOME = "tenants";
    private static final String TRAP = "vault";

    private final PrintStream out = new PrintStream(System.out, true, UTF_8);
    private final DisasterRecovery engine = DisasterRecovery.builder(FileJournal.in(Path.of(setting("DRKIT_JOURNAL"))))
            .build();
    private final TrustedKeys trusted = TrustedKeys.none()
            .withBackup("backup", TrustedKeys.publicKey(setting("DRKIT_BACKUP_PUBLIC")))
            .withProver("prover", TrustedKeys.publicKey(setting("DRKIT_PROVER_PUBLIC")));
    private final SigningKey backup = SigningKey.ofPem("backup", secret("BACKUP_KEY"));
    private final SigningKey prover = SigningKey.ofPem("prover", secret("PROVER_KEY"));
    private final Encryption encryption = Encryption.to(setting("DRKIT_RECIPIENT"), setting("DRKIT_OTHER_RECIPIENT"));
    private final List<Object> configured = new ArrayList<>(List.of(trusted, backup, prover, encryption));

    public static void main(String[] arguments) throws Exception {
        Logger root = Logger.getLogger("");
        root.setLevel(Level.ALL);
        for (Handler handler : root.getHandlers()) {
            handler.setLevel(Level.ALL);
        }
        // Below this the driver writes down the conversation itself, word by word.
        PROTOCOL.setLevel(Level.FINE);
        SecretsProgram program = new SecretsProgram();
        try (PointStore store = program.store(
                setting("DRKIT_ENDPOINT"), setting("DRKIT_ACCESS"), "S3_SECRET", Optional.of("S3_TOKEN"))) {
            program.succeed(store);
            program.fail(store);
        }
        program.configured.forEach(program.out::println);
        program.out.println("ALL SAID");
    }

    private static String setting(String name) {
        return System.getenv().getOrDefault(name, "");
    }

    private static String secret(String name) {
        return setting("DRKIT_SECRET_" + name);
    }

    private void succeed(PointStore store) throws Exception {
        PostgresDumps target = target(HOME, server("drk_shell", secret("SHELL_PASSWORD")), store);
        RunReport report = run("BACKED UP", target, BackupRequest.manual("with secrets"));
        RecoveryPointId id = PointCatalog.of(store, TargetId.of(HOME), trusted).pointOf(report.run());
        run("VERIFIED", target, new VerifyRequest(id));
        PostgresDumpRestore proving =
                strategy(HOME, server("drk_percent", secret("PERCENT_PASSWORD")), store, "IDENTITY");
        run(
                "PROVEN",
                DisasterRecovery.proving(
                        proving, PointCatalog.of(store, TargetId.of(HOME), trusted), prover, List.of()),
                RestoreRequest.of(Selection.point(id), RestoreDestination.besideOriginal(proving.place())));
        PostgresDumpRestore restore = strategy(HOME, server("drk_quote", secret("QUOTE_PASSWORD")), store, "IDENTITY");
        run("RESTORED", restore, copy(restore, HOME));
        out.println(target.list());
    }

    private void fail(PointStore store) throws Exception {
        PostgresServer server = server("drk_shell", secret("SHELL_PASSWORD"));
        PostgresServer denied = server("drk_shell", secret("WRONG_PASSWORD"));
        attempt("WRONG PASSWORD", () -> run("", target(HOME, denied, store), BackupRequest.manual("denied")));
        AtomicInteger asked = new AtomicInteger();
        PostgresServer rotated = kept(PostgresServer.builder(setting("DRKIT_HOST"))
                .port(Integer.parseInt(setting("DRKIT_PORT")))
                .credentials(() -> new PostgresCredentials(
                        "drk_shell",
                        asked.incrementAndGet() < 12 ? secret("SHELL_PASSWORD") : secret("ROTATED_PASSWORD")))
                .withoutTls()
                .build());
        attempt("ROTATED PASSWORD", () -> run("", target(HOME, rotated, store), BackupRequest.manual("rotated")));
        try (PointStore wrong = store(
                setting("DRKIT_STRICT_ENDPOINT"),
                setting("DRKIT_STRICT_ACCESS"),
                "WRONG_S3_SECRET",
                Optional.empty())) {
            attempt("WRONG S3 SECRET", () -> run("", target(HOME, server, wrong), BackupRequest.manual("denied")));
        }
        attempt("ANOTHER IDENTITY", () -> {
            PostgresDumpRestore restore = strategy(HOME, server, store, "OTHER_IDENTITY");
            return run("", restore, copy(restore, HOME + "2"));
        });
        attempt("NO KEY", () -> SigningKey.ofPem("backup", secret("MALFORMED_KEY")));
        attempt("NO IDENTITY", () -> Identity.of(secret("MALFORMED_IDENTITY")));
        attempt("NO RECIPIENT", () -> Encryption.toSingleRecipient(secret("IDENTITY_AS_RECIPIENT")));
        PostgresDumps trap = target(TRAP, server, store);
        run("TRAP BACKED UP", trap, BackupRequest.manual("will not load"));
        attempt("ROW REFUSED", () -> {
            PostgresDumpRestore restore = strategy(TRAP, server, store, "IDENTITY");
            return run("", restore, copy(restore, TRAP));
        });
    }

    private void attempt(String name, Callable<?> work) {
        try {
            out.println(name + ": " + work.call());
        } catch (Exception e) {
            out.println(name + " threw:");
            e.printStackTrace(out);
            out.println(e);
        }
    }

    private <R extends PlanRequest> RunReport run(String name, Operation<R> operation, R request)
            throws InterruptedException {
        Plan plan = engine.plan(operation, request);
        out.println(plan.render());
        out.println(plan);
        RunReport report = engine.execute(plan, operation);
        out.println(report);
        out.println(report.toJson());
        out.println(report.toMarkdown());
        if (!name.isEmpty()) {
            out.println(name + " " + report.outcome());
        }
        return report;
    }

    private PostgresServer server(String user, String password) {
        PostgresCredentials credentials = kept(new PostgresCredentials(user, password));
        PostgresServer.Builder builder = kept(PostgresServer.builder(setting("DRKIT_HOST")))
                .port(Integer.parseInt(setting("DRKIT_PORT")))
                .credentials(() -> credentials)
                .withoutTls();
        return kept(builder.build());
    }

    private PointStore store(String endpoint, String access, String secret, Optional<String> token) {
        S3Credentials credentials = kept(new S3Credentials(access, secret(secret), token.map(SecretsProgram::secret)));
        S3Store.Builder builder = kept(S3Store.builder(URI.create(endpoint), EncryptedStore.BUCKET)
                .withoutTls()
                .credentials(() -> credentials));
        return new WatchedStore(kept(builder.build()));
    }

    private PostgresDumps target(String database, PostgresServer server, PointStore store) {
        PostgresDumps.Builder builder = kept(PostgresDumps.builder(TargetId.of(database), server, store)
                .databases(database)
                .encryption(encryption)
                .globals(Globals.ROLES_AND_PASSWORDS)
                .keys(backup, trusted)
                .verification(prover, identities("IDENTITY")));
        return kept(builder.build());
    }

    private PostgresDumpRestore strategy(String database, PostgresServer server, PointStore store, String identity) {
        return kept(PostgresDumpRestore.builder(TargetId.of(database), server, store)
                .trusted(trusted)
                .identities(identities(identity))
                .build());
    }

    private IdentitySource identities(String name) {
        Identity identity = kept(Identity.of(secret(name)));
        return () -> List.of(identity);
    }

    private static RestoreRequest copy(PostgresDumpRestore restore, String database) {
        return RestoreRequest.of(
                Selection.latest(),
                new RestoreDestination(
                        restore.place(),
                        Map.of(database.equals(TRAP) ? TRAP : HOME, "copy_of_" + database),
                        Isolation.BESIDE_ORIGINAL));
    }

    private <T> T kept(T object) {
        configured.add(object);
        return object;
    }
}
