package io.github.drkit.minio.postgres;

import io.github.drkit.BackupRequest;
import io.github.drkit.Operation;
import io.github.drkit.Plan;
import io.github.drkit.PlanRequest;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.TrustedKeys;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.journal.StoreJournal;
import io.github.drkit.minio.S3Credentials;
import io.github.drkit.minio.S3Store;
import io.github.drkit.postgres.PostgresCredentials;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.store.Creation;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A program that backs up or restores, tells on its standard output how far it is, and stops for ever at the moment it
 * is told to be killed at. It is configured by its environment, for secrets have no place among arguments.
 */
final class KilledProgram {

    static final TargetId BANK = TargetId.of("bank");
    static final String DATABASE = "fineract";
    static final String COPY = "copy";
    static final String SAYS_RUN = "RUN ";
    static final String SAYS_WRITTEN = "WRITTEN ";
    static final String SAYS_STOPPED = "STOPPED ";

    private final Map<String, String> settings;

    KilledProgram(Map<String, String> settings) {
        this.settings = settings;
    }

    public static void main(String[] arguments) throws Exception {
        KilledProgram program = new KilledProgram(System.getenv());
        String moment = program.setting("DRKIT_MOMENT");
        try (PointStore store = new WatchedStore(program.store()) {
            @Override
            public Creation create(ObjectKey key, byte[] content) {
                if (key.value().endsWith("/manifest.json")) {
                    stopAt("manifest", moment);
                }
                return super.create(key, content);
            }
        }) {
            Journal journal = new WatchedJournal(StoreJournal.in(store), moment);
            DisasterRecovery engine = DisasterRecovery.builder(journal).build();
            if (program.setting("DRKIT_KIND").equals("back up")) {
                program.run(engine, program.target(store), BackupRequest.manual("to be killed"));
            } else {
                PostgresDumpRestore strategy = program.strategy(store);
                program.run(engine, strategy, program.restore(strategy));
            }
        }
    }

    private <R extends PlanRequest> void run(DisasterRecovery engine, Operation<R> operation, R request)
            throws InterruptedException {
        Plan plan = engine.plan(operation, request);
        System.out.println(SAYS_RUN + plan.run());
        engine.execute(plan, operation);
    }

    private String setting(String name) {
        return settings.getOrDefault(name, "");
    }

    PostgresServer server() {
        return PostgresServer.builder(setting("DRKIT_HOST"))
                .port(Integer.parseInt(setting("DRKIT_PORT")))
                .credentials(() -> new PostgresCredentials(setting("DRKIT_USER"), setting("DRKIT_PASSWORD")))
                .withoutTls()
                .lockTimeout(Duration.ofSeconds(2))
                .build();
    }

    PointStore store() {
        return S3Store.builder(URI.create(setting("DRKIT_ENDPOINT")), setting("DRKIT_BUCKET"))
                .withoutTls()
                .credentials(() -> S3Credentials.of(setting("DRKIT_ACCESS"), setting("DRKIT_SECRET")))
                .build();
    }

    private TrustedKeys trusted() {
        return TrustedKeys.none().withBackup("backup", TrustedKeys.publicKey(setting("DRKIT_PUBLIC_KEY")));
    }

    PointCatalog points(PointStore store) {
        return PointCatalog.of(store, BANK, trusted());
    }

    PostgresDumps target(PointStore store) {
        return PostgresDumps.builder(BANK, server(), store)
                .databases(DATABASE)
                .encryption(Encryption.unencrypted())
                .keys(SigningKey.ofPem("backup", setting("DRKIT_SIGNING_KEY")), trusted())
                .collection(StoreJournal.in(store))
                .build();
    }

    PostgresDumpRestore strategy(PointStore store) {
        PostgresDumpRestore.Builder builder =
                PostgresDumpRestore.builder(BANK, server(), store).trusted(trusted());
        String scratch = setting("DRKIT_SCRATCH");
        return scratch.isEmpty()
                ? builder.build()
                : builder.parallel(Path.of(scratch), 2).build();
    }

    private RestoreRequest restore(PostgresDumpRestore strategy) {
        return RestoreRequest.of(
                Selection.latest(),
                new RestoreDestination(strategy.place(), Map.of(DATABASE, COPY), Isolation.BESIDE_ORIGINAL));
    }

    private static void stopAt(String here, String moment) {
        if (here.equals(moment)) {
            System.out.println(SAYS_STOPPED + here);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("Nobody interrupts what is to be killed", e);
            }
        }
    }

    /** Stops before or after an entry is written, and tells which are. */
    private record WatchedJournal(Journal journal, String moment) implements Journal {

        @Override
        public void append(JournalEntry entry) {
            stopAt("before " + entry.sequence(), moment);
            journal.append(entry);
            System.out.println(SAYS_WRITTEN + entry.sequence());
            stopAt("after " + entry.sequence(), moment);
        }

        @Override
        public List<JournalEntry> entries(RunId run) {
            return journal.entries(run);
        }

        @Override
        public List<RunId> runs() {
            return journal.runs();
        }
    }
}
