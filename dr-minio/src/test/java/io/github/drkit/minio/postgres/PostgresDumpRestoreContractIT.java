package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.BackupRequest;
import io.github.drkit.Outcome;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreStrategy;
import io.github.drkit.TimeSource;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.contract.RestoreStrategyContract;
import io.github.drkit.testkit.fake.InMemoryJournal;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** The contract of restore strategies over {@link PostgresDumpRestore}, with a real PostgreSQL. */
class PostgresDumpRestoreContractIT extends RestoreStrategyContract {

    private static final String RESTORED = "bank_restored";

    private static ContractBank bank;
    private static RecoveryPointId point;

    private boolean damaged;

    /** No rule writes to the store, so the point of all worlds is made once. */
    @BeforeAll
    static void beginServers() throws Exception {
        bank = ContractBank.beginOrSkip(TimeSource.system());
        bank.renew();
        InMemoryJournal journal = new InMemoryJournal();
        DisasterRecovery dr = DisasterRecovery.builder(journal).build();
        PostgresDumps target = bank.target(journal);
        RunReport report = dr.execute(dr.plan(target, BackupRequest.manual("world")), target);
        assertThat(report.outcome()).as(Bench.said(report)).isEqualTo(Outcome.SUCCEEDED);
        point = bank.points().pointOf(report.run());
    }

    @AfterAll
    static void endServers() {
        if (bank != null) {
            bank.close();
        }
    }

    @AfterEach
    void mend() {
        if (damaged) {
            damagePoint();
        }
    }

    @Override
    protected TimeSource clock() {
        return TimeSource.system();
    }

    @Override
    protected void makeWorld() throws SQLException {
        bank.drop(RESTORED);
        bank.renewBank();
    }

    @Override
    protected RestoreStrategy strategy() {
        return bank.strategy();
    }

    @Override
    protected RecoveryPointId point() {
        return point;
    }

    @Override
    protected RestoreDestination destination() {
        return new RestoreDestination(
                bank.strategy().place(), Map.of(ContractBank.DATABASE, RESTORED), Isolation.BESIDE_ORIGINAL);
    }

    @Override
    protected String world() throws SQLException {
        return bank.databases() + original() + restored() + bank.stored();
    }

    @Override
    protected String original() throws SQLException {
        return bank.content(ContractBank.DATABASE);
    }

    @Override
    protected String restored() throws SQLException {
        return bank.content(RESTORED);
    }

    @Override
    protected void occupyDestination() throws SQLException {
        bank.sql("postgres", "CREATE DATABASE " + RESTORED);
        bank.sql(
                RESTORED,
                "CREATE TABLE client AS SELECT 1 AS theirs",
                "CREATE TABLE entry AS SELECT 1 AS id, 1 AS client, 1 AS amount",
                "CREATE VIEW balance AS SELECT 1 AS theirs",
                "CREATE SEQUENCE entry_id_seq");
    }

    /** One bit in the middle of the dump; a second call turns it back. */
    @Override
    protected void damagePoint() {
        Manifest.Content dump = Contents.dumps(bank.points().load(point)).get(0);
        bank.bucket()
                .flip(
                        ContractBank.BUCKET,
                        dump.stream().segments().get(0).key().value(),
                        dump.stream().storedBytes() * 4);
        damaged = !damaged;
    }

    @Override
    protected Set<String> secrets() {
        return bank.secrets();
    }
}
