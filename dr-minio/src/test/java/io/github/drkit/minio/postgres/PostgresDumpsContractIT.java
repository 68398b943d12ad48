package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupTarget;
import io.github.drkit.Capability;
import io.github.drkit.CollectRequest;
import io.github.drkit.PlanContext;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TimeSource;
import io.github.drkit.VerifyRequest;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.journal.Journal;
import io.github.drkit.testkit.MovableTime;
import io.github.drkit.testkit.contract.BackupTargetContract;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract of targets over {@link PostgresDumps}, with a real PostgreSQL and a store that is spoken S3 to. */
class PostgresDumpsContractIT extends BackupTargetContract {

    private static final MovableTime TIME = MovableTime.fromNow();

    private static ContractBank bank;

    @BeforeAll
    static void beginServers() throws SQLException {
        bank = ContractBank.beginOrSkip(TIME);
    }

    @AfterAll
    static void endServers() {
        if (bank != null) {
            bank.close();
        }
    }

    @Override
    protected TimeSource clock() {
        return TIME;
    }

    @Override
    protected void pass(Duration duration) {
        TIME.advance(duration);
    }

    @Override
    protected void makeWorld() throws SQLException {
        bank.renew();
    }

    @Override
    protected BackupTarget target(Journal journal) {
        return bank.target(journal);
    }

    @Override
    protected String world() throws SQLException {
        return bank.databases() + bank.content(ContractBank.DATABASE) + bank.stored();
    }

    @Override
    protected void breakSource() throws SQLException {
        bank.breakLastRow();
    }

    @Override
    protected void damage(RecoveryPoint point) {
        Manifest.Content dump = Contents.dumps(bank.points().load(point.id())).get(0);
        bank.bucket()
                .flip(
                        ContractBank.BUCKET,
                        dump.stream().segments().get(0).key().value(),
                        dump.stream().storedBytes() * 4);
    }

    @Override
    protected Set<String> secrets() {
        return bank.secrets();
    }

    /** The rule about undeclared abilities for a target that was given less, since this one declares everything. */
    @Test
    void withoutProverAndJournalItDeclaresLessAndRefusesTheRest() {
        PostgresDumps target = bank.target().build();
        PlanContext context = new PlanContext(RunId.of("x"), TIME);

        assertThat(target.capabilities().able()).containsExactly(Capability.BACK_UP);
        assertThatThrownBy(() -> target.plan(new VerifyRequest(RecoveryPointId.of("bank-x")), context))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot verify a point of 'bank': no prover's key was given but verdicts are signed"
                        + System.lineSeparator() + "Hint: Give the builder a prover [DRK-DUMP-005]");
        assertThatThrownBy(() -> target.plan(CollectRequest.ofEndedRuns(), context))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot collect leftovers of 'bank': no journal was given but it tells which runs have ended"
                                + System.lineSeparator()
                                + "Hint: Give the builder the journal the backups run with [DRK-DUMP-006]");
    }
}
