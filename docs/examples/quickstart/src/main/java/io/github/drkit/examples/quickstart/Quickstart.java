package io.github.drkit.examples.quickstart;

import io.github.drkit.BackupRequest;
import io.github.drkit.Check;
import io.github.drkit.CheckResult;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanRequest;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Purpose;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RestoredCopy;
import io.github.drkit.StepContext;
import io.github.drkit.TargetId;
import io.github.drkit.TimeSource;
import io.github.drkit.VerifyRequest;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.DrException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.journal.StoreJournal;
import io.github.drkit.minio.S3Credentials;
import io.github.drkit.minio.S3Store;
import io.github.drkit.minio.postgres.PostgresCutOver;
import io.github.drkit.minio.postgres.PostgresCutOverRequest;
import io.github.drkit.minio.postgres.PostgresDumpRestore;
import io.github.drkit.minio.postgres.PostgresDumps;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.report.RecoveryReport;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.s3.LocalS3;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The main job end to end, on real parts: backs a bank up, verifies and proves the backup, loses one database and
 * corrupts another, restores both, cuts over, checks the ledger, and reports how long it took and what was lost.
 */
public final class Quickstart {

    private static final Duration PRODUCTION_RTO = Duration.ofHours(4);
    private static final Duration PRODUCTION_RPO = Duration.ofHours(24);

    private final Options options;
    private final Screen screen;
    private final TimeSource time = TimeSource.system();
    private final List<RunReport> runs = new ArrayList<>();

    Quickstart(Options options, Screen screen) {
        this.options = options;
        this.screen = screen;
    }

    /**
     * Runs the quickstart; prints the path of its JSON report last. Exits with 0 only if all of it succeeded.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        if (List.of(arguments).contains("--help")) {
            System.out.println(Options.USAGE);
            return;
        }
        Screen screen = new Screen(System.out, System.console() != null);
        try {
            Outcome outcome = new Quickstart(Options.parse(arguments), screen).run();
            System.exit(outcome == Outcome.SUCCEEDED ? 0 : 1);
        } catch (DrException e) {
            screen.line("%s", e.getMessage());
            screen.line("Changed already: %s. Safe to repeat: %s.", e.changed(), e.retryable() ? "yes" : "no");
            System.exit(2);
        } catch (IOException | SQLException e) {
            screen.line("Cannot run the quickstart: %s", String.valueOf(e.getMessage()));
            System.exit(2);
        } catch (InterruptedException e) {
            screen.line("Interrupted");
            System.exit(130);
        }
    }

    Outcome run() throws IOException, SQLException, InterruptedException {
        Path folder = options.folder().isPresent()
                ? Files.createDirectories(options.folder().get())
                : Files.createTempDirectory("drkit-quickstart");
        Keys keys = Keys.make(folder.resolve("keys"));
        try (Servers servers = Servers.begin(options)) {
            try (S3Store store = store(folder, servers)) {
                screen.line("server  PostgreSQL at %s", servers.administrator());
                screen.line("store   %s in %s", store.location(), place(folder));
                return mainJob(folder, servers, store, keys);
            }
        }
    }

    private String place(Path folder) {
        return options.endpoint().map(URI::toString).orElse("folder " + folder.resolve("s3"));
    }

    private S3Store store(Path folder, Servers servers) throws IOException {
        if (options.endpoint().isPresent()) {
            S3Store.Builder builder = S3Store.builder(options.endpoint().get(), options.bucket())
                    .prefix(options.prefix())
                    .credentials(() -> S3Credentials.of(
                            Options.secret("DRKIT_S3_ACCESS_KEY"), Options.secret("DRKIT_S3_SECRET_KEY")));
            return options.tls() == Options.Tls.OFF ? builder.withoutTls().build() : builder.build();
        }
        LocalS3 s3 = servers.store(folder.resolve("s3"), options.bucket());
        return S3Store.builder(s3.endpoint(), options.bucket())
                .prefix(options.prefix())
                .credentials(() -> S3Credentials.of(s3.accessKey(), s3.secretKey()))
                .withoutTls() // never leaves this machine
                .build();
    }

    private Outcome mainJob(Path folder, Servers servers, S3Store store, Keys keys)
            throws IOException, SQLException, InterruptedException {
        DatabaseServer administrator = servers.administrator();
        boolean ownBank = options.databases().isEmpty();
        List<String> databases = ownBank ? Bank.DATABASES : options.databases();
        if (ownBank) {
            Bank bank = Bank.create(administrator, servers.owner(), options.size(), options.seed());
            screen.line(
                    "bank    %s in %d databases, %,d clients",
                    bank.size(), bank.sizes().size(), bank.clients());
        }
        // tag::main-job
        TargetId id = TargetId.of("quickstart");
        PostgresServer server = servers.postgres();
        StoreJournal journal = StoreJournal.in(store);
        DisasterRecovery dr = DisasterRecovery.builder(journal).listener(screen).build();
        PostgresDumps target = PostgresDumps.builder(id, server, store)
                .databases(databases)
                .encryption(keys.encryption())
                .keys(keys.backup(), keys.trusted())
                .verification(keys.prover(), keys.identity())
                .collection(journal)
                .build();
        PostgresDumpRestore strategy = PostgresDumpRestore.builder(id, server, store)
                .trusted(keys.trusted())
                .identities(keys.identity())
                .build();
        // end::main-job
        PointCatalog points = PointCatalog.of(store, id, keys.trusted());
        List<Check> checks = ownBank ? List.of(new LedgerBalances()) : List.of();

        screen.line("");
        screen.line("%-54s %8s  %s", "step", "seconds", "outcome");
        RunReport backup =
                execute(dr, "back up " + String.join(", ", databases), target, BackupRequest.manual("quickstart"));
        RecoveryPointId point = points.pointOf(backup.run());
        execute(dr, "verify: read and decode every byte", target, new VerifyRequest(point));
        RestoreDestination scratch = RestoreDestination.besideOriginal(strategy.place());
        execute(
                dr,
                "prove: restore, compare, check, remove",
                DisasterRecovery.proving(strategy, points, keys.prover(), checks),
                new RestoreRequest(Selection.point(point), scratch, Purpose.PROOF));

        Instant outage = time.now();
        Map<String, String> renames = new TreeMap<>();
        for (String database : ownBank ? lose(administrator) : databases) {
            renames.put(database, database + "_restored");
        }
        RestoreDestination beside =
                new RestoreDestination(strategy.place(), renames, RestoreDestination.Isolation.BESIDE_ORIGINAL);
        execute(
                dr,
                "restore " + String.join(", ", renames.keySet()),
                strategy,
                RestoreRequest.of(Selection.point(point), beside));
        boolean valid = true;
        if (ownBank) {
            execute(dr, "cut over", PostgresCutOver.of(server, journal, points), PostgresCutOverRequest.of(renames));
            valid = trialBalance(administrator);
        }
        boolean all = valid && runs.stream().allMatch(run -> run.outcome() == Outcome.SUCCEEDED);
        return report(folder, points, point, outage, all ? Optional.of(time.now()) : Optional.empty());
    }

    /** Plans, executes, and prints one line; stops the quickstart if it did not succeed. */
    private <R extends PlanRequest> RunReport execute(
            DisasterRecovery dr, String title, Operation<R> operation, R request) throws InterruptedException {
        Plan plan = dr.plan(operation, request);
        RunReport report = dr.execute(plan, operation);
        runs.add(report);
        screen.line("%-54s %8.1f  %s", title, report.duration().toMillis() / 1000.0, report.outcome());
        if (report.outcome() != Outcome.SUCCEEDED) {
            report.steps().stream()
                    .filter(step -> step.outcome() == Outcome.FAILED || step.outcome() == Outcome.UNKNOWN)
                    .forEach(step -> screen.line("  %s %s: %s", step.name(), step.outcome(), step.message()));
            throw new OutcomeUnknownException(
                    "DRK-QUICK-012",
                    "Cannot go on with the quickstart: run '" + report.run() + "' ended " + report.outcome()
                            + " but SUCCEEDED is required",
                    "See the steps above; the journal of the run is in the store");
        }
        return report;
    }

    /** The disaster: the ledger's database is dropped, the identity provider's rows are overwritten. */
    private List<String> lose(DatabaseServer administrator) throws SQLException {
        try (Connection connection = administrator.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE " + Bank.LEDGER + " WITH (FORCE)");
        }
        int overwritten;
        try (Connection connection = administrator.connect(Bank.IDENTITY);
                Statement statement = connection.createStatement()) {
            overwritten = statement.executeUpdate("UPDATE credential SET secret_data = 'ransom'");
        }
        screen.line("disaster: dropped %s, overwrote %,d credentials in %s", Bank.LEDGER, overwritten, Bank.IDENTITY);
        return List.of(Bank.LEDGER, Bank.IDENTITY);
    }

    private boolean trialBalance(DatabaseServer administrator) throws SQLException {
        try (Connection connection = administrator.connect(Bank.LEDGER)) {
            TrialBalance balance = TrialBalance.read(connection);
            balance.lines().forEach(line -> screen.line("trial balance: %s", line));
            return balance.balanced();
        }
    }

    private Outcome report(
            Path folder, PointCatalog points, RecoveryPointId id, Instant outage, Optional<Instant> validated)
            throws IOException {
        RecoveryPoint point = points.list().find(id).orElseThrow();
        RecoveryReport report =
                new RecoveryReport(runs, outage, validated, Optional.of(point.consistencyTime()), List.of(point));
        screen.line("");
        screen.line("RTO   %s", against(report.rto(), PRODUCTION_RTO));
        screen.line("RPO   %s", against(report.rpo(), PRODUCTION_RPO));
        screen.line(
                "proof %s by %s, point %s, %s stored",
                point.proof().level(), point.proof().by(), point.id(), new ByteSize(point.sizeBytes()));
        Path file = folder.resolve("report.json");
        Files.writeString(file, report.toJson() + "\n");
        screen.line("%s", file.toAbsolutePath());
        return report.outcome();
    }

    private static String against(Optional<Duration> achieved, Duration objective) {
        return achieved.map(time -> String.format(
                        Locale.ROOT,
                        "%.1f s, objective %d h: %s",
                        time.toMillis() / 1000.0,
                        objective.toHours(),
                        time.compareTo(objective) <= 0 ? "met" : "missed"))
                .orElse("not achieved");
    }

    /** The bank's own check of a restored copy. */
    private static final class LedgerBalances implements Check {

        @Override
        public String name() {
            return "ledger-balances";
        }

        @Override
        public CheckResult check(RestoredCopy copy, StepContext context) throws SQLException {
            try (Connection connection = copy.database(Bank.LEDGER).getConnection()) {
                TrialBalance balance = TrialBalance.read(connection);
                return new CheckResult(
                        balance.balanced() ? Outcome.SUCCEEDED : Outcome.FAILED,
                        "debits equal credits in every currency",
                        balance.lines().toString());
            }
        }
    }
}
