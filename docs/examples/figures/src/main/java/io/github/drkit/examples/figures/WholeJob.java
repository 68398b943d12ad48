package io.github.drkit.examples.figures;

import io.github.drkit.BackupRequest;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.PlanRequest;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Purpose;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.TargetId;
import io.github.drkit.VerifyRequest;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.journal.StoreJournal;
import io.github.drkit.minio.S3Store;
import io.github.drkit.minio.postgres.PostgresDumpRestore;
import io.github.drkit.minio.postgres.PostgresDumps;
import io.github.drkit.report.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Backs the bank's ledger up, verifies, proves and restores it in this one process, and says how much memory the process
 * ever had resident: what {@code dumps/memory} measures. Linux only.
 */
public final class WholeJob {

    private WholeJob() {}

    /**
     * Runs the job. Exits with 0 only if each run succeeded and the peak stayed within the limit.
     *
     * @param arguments the file with the connections, a prefix of the bucket that nothing has, and the limit in KiB
     */
    public static void main(String[] arguments) throws Exception {
        Connections connections = Connections.load(Path.of(arguments[0]));
        long limit = Long.parseLong(arguments[2]);
        TargetId id = TargetId.of("bank");
        String database = connections.setting("DATABASE");
        try (S3Store store = connections.store(arguments[1])) {
            PostgresDumps target = PostgresDumps.builder(id, connections.postgres(), store)
                    .databases(database)
                    .encryption(connections.encryption())
                    .keys(connections.backupKey(), connections.trusted())
                    .verification(connections.proverKey(), connections.identities())
                    .build();
            PostgresDumpRestore strategy = PostgresDumpRestore.builder(id, connections.postgres(), store)
                    .trusted(connections.trusted())
                    .identities(connections.identities())
                    .build();
            DisasterRecovery dr =
                    DisasterRecovery.builder(StoreJournal.in(store)).build();
            PointCatalog points = PointCatalog.of(store, id, connections.trusted());

            RunReport backup = execute(dr, target, BackupRequest.manual("figure"));
            RecoveryPointId point = points.pointOf(backup.run());
            execute(dr, target, new VerifyRequest(point));
            RestoreDestination scratch = RestoreDestination.besideOriginal(strategy.place());
            execute(
                    dr,
                    DisasterRecovery.proving(strategy, points, connections.proverKey(), List.of()),
                    new RestoreRequest(Selection.point(point), scratch, Purpose.PROOF));
            RestoreDestination beside = new RestoreDestination(
                    strategy.place(),
                    Map.of(database, database + "_restored"),
                    RestoreDestination.Isolation.BESIDE_ORIGINAL);
            execute(dr, strategy, RestoreRequest.of(Selection.point(point), beside));
            Proof.Level proof = points.list().find(point).orElseThrow().proof().level();
            System.out.println("proof of " + point + ": " + proof);
            if (proof != Proof.Level.PROVEN) {
                System.exit(1);
            }
        }
        long peak = peakKib();
        long heap = Runtime.getRuntime().maxMemory() >> 10;
        System.out.printf(
                "dumps/memory: %d KiB resident at most, limit %d KiB; heap limit %d KiB%n", peak, limit, heap);
        if (peak > limit) {
            System.exit(1);
        }
    }

    private static <R extends PlanRequest> RunReport execute(DisasterRecovery dr, Operation<R> operation, R request)
            throws InterruptedException, IOException {
        RunReport report = dr.execute(dr.plan(operation, request), operation);
        System.out.printf(
                "%-10s %-10s %8.1f s, %d KiB resident at most so far%n",
                request.kind(), report.outcome(), report.duration().toMillis() / 1000.0, peakKib());
        if (report.outcome() != Outcome.SUCCEEDED) {
            report.steps()
                    .forEach(step -> System.out.printf("  %s %s: %s%n", step.name(), step.outcome(), step.message()));
            System.exit(1);
        }
        return report;
    }

    /** The kernel's own high-water mark of this process; children such as pg_dump have marks of their own. */
    private static long peakKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }
}
