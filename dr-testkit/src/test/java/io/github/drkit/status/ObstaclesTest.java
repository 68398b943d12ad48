package io.github.drkit.status;

import static io.github.drkit.status.StatusBench.NIGHTLY;
import static io.github.drkit.status.StatusBench.ROOMY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Proof;
import io.github.drkit.RestoreDestination;
import io.github.drkit.TargetId;
import io.github.drkit.VerifyRequest;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.store.Encryption;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryRestoreStrategy;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What would make a restore fail today, and what the store says of the times of points. */
class ObstaclesTest {

    private static final String ONE = "age1" + "q".repeat(58);
    private static final String PROVE = "Restore the newest point into a scratch place and prove it";

    private final StatusBench bench = new StatusBench();

    @Test
    void aRecentProofOfAPointOfTwoRecipientsLeavesNone() {
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.PROVEN);

        assertThat(bench.status(bench.protection(ROOMY).encryption(Encryption.to(ONE, ONE.replace('q', 'p'))))
                        .obstacles())
                .isEmpty();
    }

    @Test
    void aProofIsDueEvery31Days() {
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.PROVEN);
        bench.time.jumpTo(Instant.parse("2026-04-10T02:10:00Z"));
        assertThat(bench.status().obstacles()).isEmpty();

        bench.time.advance(Duration.ofNanos(1));
        assertThat(bench.status().obstacles())
                .containsExactly(new Obstacle("the last proof is 31 d 1 s old and one is due every 31 d", PROVE));
    }

    @Test
    void whatCannotBeListedHidesTheRestButNotTheRecipient() {
        bench.bank.failure =
                Optional.of(new TargetUnavailableException("DRK-STORE-001", "Cannot list: no answer", "Is it up?"));

        assertThat(bench.status(bench.protection(ROOMY).encryption(Encryption.toSingleRecipient(ONE)))
                        .obstacles())
                .containsExactly(
                        new Obstacle("Cannot list: no answer", "Is it up?"),
                        new Obstacle(
                                "points are encrypted to one recipient only",
                                "Add a second recipient whose identity is kept elsewhere, and back up anew"));
    }

    @Test
    void whatPlanningARestoreRefusesIsAnObstacleAndNothingIsChanged() throws InterruptedException {
        Bank bank = new Bank();
        bank.backUpAndVerify();
        bank.tables.add("scratch", "in-the-way", "1");
        long written = bank.store.changes();
        long made = bank.tables.changes();
        int runs = bank.journal.runs().size();

        ComponentStatus status = bank.status("scratch");

        assertThat(status.obstacles())
                .containsExactly(
                        new Obstacle(
                                "Cannot restore into database 'scratch': it exists but must be new",
                                "Choose another name"),
                        new Obstacle("no point was ever PROVEN", PROVE));
        assertThat(status.obstacles().get(1)).hasToString("no point was ever PROVEN. Next: " + PROVE);
        assertThat(bank.store.changes()).isEqualTo(written);
        assertThat(bank.tables.changes()).isEqualTo(made);
        assertThat(bank.journal.runs()).hasSize(runs);
    }

    @Test
    void whatCanBePlannedIsNone() throws InterruptedException {
        Bank bank = new Bank();
        bank.backUpAndVerify();

        assertThat(bank.status("elsewhere").obstacles())
                .containsExactly(new Obstacle("no point was ever PROVEN", PROVE));
    }

    @Test
    void aPointWhoseTimeTheStoreContradictsDoesNotCount() throws InterruptedException {
        Bank bank = new Bank();
        bank.time.jumpTo(Instant.parse("2026-03-10T12:16:00Z"));
        bank.storeTime.jumpTo(Instant.parse("2026-03-10T12:00:59Z"));
        bank.backUpAndVerify();
        bank.storeTime.jumpTo(Instant.parse("2026-03-10T12:16:00Z"));

        ComponentStatus status = bank.status("elsewhere");

        assertThat(status.rpo().state()).isEqualTo(State.MISSED);
        assertThat(status.remarks())
                .containsExactly("1 points have a time that does not agree with the store's and do not count, such as ["
                        + bank.target.list().points().get(0).id() + "]");
    }

    @Test
    void aQuarterOfAnHourBetweenPointAndStoreIsBelieved() throws InterruptedException {
        Bank bank = new Bank();
        bank.time.jumpTo(Instant.parse("2026-03-10T12:16:00Z"));
        bank.storeTime.jumpTo(Instant.parse("2026-03-10T12:01:00Z"));
        bank.backUpAndVerify();
        bank.storeTime.jumpTo(Instant.parse("2026-03-10T12:16:00Z"));

        assertThat(bank.status("elsewhere").rpo().state()).isEqualTo(State.MET);
    }

    @Test
    void aManifestOfMoreThanTwoDaysAfterItsTimeIsNotBelieved() throws InterruptedException {
        Bank bank = new Bank();
        bank.storeTime.jumpTo(Instant.parse("2026-03-12T12:00:00Z"));
        bank.backUpAndVerify();
        bank.time.jumpTo(Instant.parse("2026-03-12T12:00:00Z"));
        assertThat(bank.status("elsewhere").remarks()).isEmpty();

        Bank late = new Bank();
        late.storeTime.jumpTo(Instant.parse("2026-03-12T12:00:01Z"));
        late.backUpAndVerify();
        late.time.jumpTo(Instant.parse("2026-03-12T12:00:01Z"));
        assertThat(late.status("elsewhere").remarks())
                .singleElement()
                .asString()
                .startsWith("1 points have a time that does not agree with the store's and do not count");
    }

    @Test
    void pointsOfAnotherTargetAreRefused() {
        KeyRing keys = KeyRing.fresh();
        PointCatalog others = PointCatalog.of(InMemoryPointStore.on(bench.time), TargetId.of("other"), keys.trusted());

        assertThatThrownBy(() -> bench.protection(ROOMY).points(others))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot protect component 'bank': its points are of 'other' but its target is 'bank'");
    }

    /** A bank in memory whose store has a clock of its own. */
    private static final class Bank {

        final VirtualTime time = VirtualTime.startingAt("2026-03-10T12:00:00Z");
        final VirtualTime storeTime = VirtualTime.startingAt("2026-03-10T12:00:00Z");
        final InMemoryTables tables = new InMemoryTables().add("bank", "ledger", "1;100");
        final InMemoryPointStore store = InMemoryPointStore.on(storeTime);
        final KeyRing keys = KeyRing.fresh();
        final InMemoryJournal journal = new InMemoryJournal();
        final InMemoryBackupTarget target = new InMemoryBackupTarget("bank", tables, store, keys, journal);
        final DisasterRecovery dr = DisasterRecovery.builder(journal).time(time).build();

        void backUpAndVerify() throws InterruptedException {
            dr.execute(dr.plan(target, BackupRequest.scheduledFor(time.now())), target);
            dr.execute(
                    dr.plan(
                            target,
                            new VerifyRequest(target.list().points().get(0).id())),
                    target);
        }

        ComponentStatus status(String destination) {
            return Platform.builder(journal)
                    .time(time)
                    .protect(Protection.builder("bank", target, ROOMY)
                            .schedule(NIGHTLY)
                            .points(target.points())
                            .restore(
                                    new InMemoryRestoreStrategy(store, target.points(), tables),
                                    RestoreDestination.besideOriginal(destination))
                            .build())
                    .build()
                    .status()
                    .components()
                    .get(0);
        }
    }
}
