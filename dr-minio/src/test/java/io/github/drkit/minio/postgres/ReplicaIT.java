package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.Plan.Remark;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.TimeSource;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.assertj.DrAssertions;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.postgres.PostgresBinaries;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A streaming replica as the source of a backup, so that the primary is spared, and what it is not good for. */
@Timeout(180)
class ReplicaIT {

    private static LocalPostgres primary;
    private static LocalPostgres replica;

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeAll
    static void beginServers(@TempDir Path shared) throws Exception {
        primary = LocalPostgres.beginOrSkip();
        new Bench(primary, shared).bank("fineract");
        replica = LocalPostgres.builder(PostgresBinaries.find().orElseThrow())
                .replicaOf(primary)
                .begin();
    }

    @AfterAll
    static void endServers() {
        if (replica != null) {
            replica.close();
        }
        if (primary != null) {
            primary.close();
        }
    }

    @BeforeEach
    void prepare() {
        bench = new Bench(primary, folder);
    }

    @Test
    void aReplicaIsBackedUpAndItsPointComesBackOnThePrimary() throws Exception {
        bench.sql("fineract", "INSERT INTO office(name) VALUES ('streamed')");
        awaitReplica();
        PostgresServer source = Bench.server(replica, replica.superuser(), replica.password());
        PostgresDumps target = bench.target(source, "fineract").build();
        Plan plan = bench.engine().plan(target, BackupRequest.manual("spares the primary"));

        DrAssertions.assertThat(plan)
                .remarks(Remark.Kind.NOTE, "the server is a replica: rows of unlogged tables are in no dump of it");
        RunReport backup = bench.engine().execute(plan, target);
        DrAssertions.assertThat(backup).succeeded();
        assertThat(bench.points().load(bench.points().pointOf(plan.run())).toString())
                .contains("replica=true");

        PostgresDumpRestore strategy = restore(bench.server());
        RunReport restored = bench.run(strategy, copy(strategy));
        DrAssertions.assertThat(restored).succeeded();
        assertThat(restored.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(bench.ask("from_replica", "SELECT count(*) FROM office WHERE name = 'streamed'"))
                .isEqualTo("1");
        bench.drop("from_replica");
    }

    @Test
    void nothingIsRestoredToAReplica() throws Exception {
        bench.backUp(bench.target("fineract"));
        PostgresDumpRestore strategy = restore(Bench.server(replica, replica.superuser(), replica.password()));

        assertThatThrownBy(() -> bench.engine().plan(strategy, copy(strategy)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot restore to '127.0.0.1:" + replica.port()
                        + "': it is a replica but a primary is required" + System.lineSeparator()
                        + "Hint: Name the primary [DRK-RESTORE-008]");
    }

    private PostgresDumpRestore restore(PostgresServer destination) {
        return PostgresDumpRestore.builder(Bench.BANK, destination, bench.store())
                .trusted(bench.trusted())
                .build();
    }

    private static RestoreRequest copy(PostgresDumpRestore strategy) {
        return RestoreRequest.of(
                Selection.latest(),
                new RestoreDestination(
                        strategy.place(), Map.of("fineract", "from_replica"), Isolation.BESIDE_ORIGINAL));
    }

    private void awaitReplica() throws Exception {
        String written = bench.ask("postgres", "SELECT pg_current_wal_lsn()");
        TimeSource time = TimeSource.system();
        long begin = time.elapsedNanos();
        try (Connection connection =
                Bench.server(replica, replica.superuser(), replica.password()).connect("postgres")) {
            while (!Sql.rows(
                            connection,
                            "SELECT pg_last_wal_replay_lsn() >= ?::pg_lsn",
                            row -> row.getBoolean(1),
                            written)
                    .get(0)) {
                assertThat(time.elapsedNanos() - begin)
                        .as("time waited for the replica")
                        .isLessThan(Duration.ofSeconds(30).toNanos());
                time.sleep(Duration.ofMillis(20));
            }
        }
    }
}
