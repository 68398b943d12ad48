package io.github.drkit.examples.figures;

import io.github.drkit.BackupRequest;
import io.github.drkit.Outcome;
import io.github.drkit.TargetId;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.journal.StoreJournal;
import io.github.drkit.minio.S3Store;
import io.github.drkit.minio.postgres.PostgresDumps;
import io.github.drkit.postgres.Depth;
import io.github.drkit.report.RunReport;
import java.nio.file.Path;
import java.time.Duration;

/** One backup of the bank's ledger, planned, executed and judged: what {@code dumps/speed} measures. */
public final class BackUpOnce {

    private BackUpOnce() {}

    /**
     * Backs up once. Exits with 0 only if the backup succeeded.
     *
     * @param arguments the file with the connections, a prefix of the bucket that nothing has, and the baseline's depth
     */
    public static void main(String[] arguments) throws Exception {
        Connections connections = Connections.load(Path.of(arguments[0]));
        try (S3Store store = connections.store(arguments[1])) {
            PostgresDumps target = PostgresDumps.builder(TargetId.of("bank"), connections.postgres(), store)
                    .databases(connections.setting("DATABASE"))
                    .encryption(connections.encryption())
                    .keys(connections.backupKey(), connections.trusted())
                    .baseline(Depth.valueOf(arguments[2]))
                    .build();
            DisasterRecovery dr =
                    DisasterRecovery.builder(StoreJournal.in(store)).build();
            RunReport report = dr.execute(dr.plan(target, BackupRequest.manual("figure")), target);
            report.steps()
                    .forEach(step -> System.out.printf(
                            "%-32s %-10s %6d ms  %s%n",
                            step.name(),
                            step.outcome(),
                            step.duration().orElse(Duration.ZERO).toMillis(),
                            step.message()));
            if (report.outcome() != Outcome.SUCCEEDED) {
                System.exit(1);
            }
        }
    }
}
