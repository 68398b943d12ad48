package io.github.drkit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Outcome;
import io.github.drkit.RunId;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.status.PlatformStatus;
import io.github.drkit.status.Unprotected;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a Prometheus reads, from before the first status on. */
class StatusMetricsTest {

    private static final String BANK = "component=\"bank\"";
    private static final double NEVER = Double.POSITIVE_INFINITY;

    private final MeteredBank bank = new MeteredBank();

    @Test
    void beforeTheFirstStatusNothingIsToldAndNothingIsGreen() {
        Scrape scrape = bank.scrape();

        assertThat(scrape.value("drkit_status_age_seconds")).isEqualTo(NEVER);
        assertThat(scrape.value("drkit_rpo_now_seconds", BANK)).isNaN();
        assertThat(scrape.value("drkit_objective_state", BANK + ",objective=\"rpo\""))
                .isEqualTo(2);
        assertThat(scrape.value("drkit_objective_state", BANK + ",objective=\"rto\""))
                .isEqualTo(2);
        assertThat(scrape.value("drkit_platform_state", "objective=\"rpo\"")).isEqualTo(2);
        assertThat(scrape.value("drkit_rpo_objective_seconds", BANK)).isEqualTo(86_400);
        assertThat(scrape.value("drkit_rto_objective_seconds", BANK)).isEqualTo(14_400);
        assertThat(scrape.value("drkit_runs_seconds_count", "kind=\"back up\",outcome=\"FAILED\""))
                .isZero();
        assertThat(bank.metrics.age()).isEmpty();
        assertThat(bank.metrics.lastStatus()).isEmpty();
        assertThat(bank.inStore.count(Call.LIST)).isZero();
    }

    @Test
    void theAgeOfDrillsWhoseReportsCannotBeReadIsNoNumberAndNotNever() {
        bank.recoveries = () -> {
            throw new IllegalStateException("away");
        };
        bank.metrics.refresh();

        assertThat(bank.scrape().value("drkit_drill_age_seconds", BANK)).isNaN();
        assertThat(bank.scrape().value("drkit_objective_state", BANK + ",objective=\"rto\""))
                .isEqualTo(2);
    }

    @Test
    void whatWasNeverBackedUpIsInfinitelyOld() {
        bank.metrics.refresh();

        Scrape scrape = bank.scrape();

        assertThat(scrape.value("drkit_status_age_seconds")).isZero();
        assertThat(scrape.value("drkit_rpo_now_seconds", BANK)).isEqualTo(NEVER);
        for (String proof : List.of("unproven", "stored", "verified", "proven")) {
            assertThat(scrape.value("drkit_point_age_seconds", BANK + ",proof=\"" + proof + "\""))
                    .isEqualTo(NEVER);
            assertThat(scrape.value("drkit_points", BANK + ",proof=\"" + proof + "\""))
                    .isZero();
        }
        assertThat(scrape.value("drkit_proof_age_seconds", BANK)).isEqualTo(NEVER);
        assertThat(scrape.value("drkit_drill_age_seconds", BANK)).isEqualTo(NEVER);
        assertThat(scrape.value("drkit_rto_last_seconds", BANK)).isNaN();
        assertThat(scrape.value("drkit_restore_last_seconds", BANK)).isNaN();
        assertThat(scrape.value("drkit_objective_state", BANK + ",objective=\"rpo\""))
                .isEqualTo(3);
        assertThat(scrape.value("drkit_platform_state", "objective=\"rpo\"")).isEqualTo(3);
        assertThat(scrape.value("drkit_key_age_seconds", BANK + ",key=\"backup-2026\""))
                .isEqualTo(86_400);
        assertThat(scrape.value("drkit_recipients", BANK)).isEqualTo(1);
        assertThat(scrape.value("drkit_rpo_worst_case_seconds", BANK)).isEqualTo(86_400);
        assertThat(scrape.value("drkit_unprotected")).isZero();
        assertThat(scrape.value("drkit_runs_waiting")).isZero();
    }

    @Test
    void gaugesFollowABackupItsVerificationAndItsProof() throws InterruptedException {
        bank.backUp();
        bank.time.advance(Duration.ofMinutes(1));
        bank.metrics.refresh();
        Scrape backedUp = bank.scrape();
        bank.verify();
        bank.time.advance(Duration.ofMinutes(1));
        bank.metrics.refresh();
        Scrape verified = bank.scrape();
        bank.prove();
        bank.time.advance(Duration.ofMinutes(1));
        bank.metrics.refresh();
        Scrape proven = bank.scrape();

        assertThat(backedUp.value("drkit_point_age_seconds", BANK + ",proof=\"unproven\""))
                .isEqualTo(60);
        assertThat(backedUp.value("drkit_point_age_seconds", BANK + ",proof=\"verified\""))
                .isEqualTo(NEVER);
        assertThat(backedUp.value("drkit_rpo_now_seconds", BANK)).isEqualTo(NEVER);
        assertThat(backedUp.value("drkit_points", BANK + ",proof=\"unproven\"")).isEqualTo(1);
        assertThat(backedUp.value("drkit_stored_bytes", BANK))
                .isEqualTo(bank.newest().sizeBytes());

        assertThat(verified.value("drkit_point_age_seconds", BANK + ",proof=\"verified\""))
                .isEqualTo(120);
        assertThat(verified.value("drkit_point_age_seconds", BANK + ",proof=\"proven\""))
                .isEqualTo(NEVER);
        assertThat(verified.value("drkit_rpo_now_seconds", BANK)).isEqualTo(120);
        assertThat(verified.value("drkit_objective_state", BANK + ",objective=\"rpo\""))
                .isZero();
        assertThat(verified.value("drkit_proof_age_seconds", BANK)).isEqualTo(NEVER);

        assertThat(proven.value("drkit_point_age_seconds", BANK + ",proof=\"proven\""))
                .isEqualTo(180);
        assertThat(proven.value("drkit_point_age_seconds", BANK + ",proof=\"verified\""))
                .isEqualTo(180);
        assertThat(proven.value("drkit_points", BANK + ",proof=\"verified\"")).isZero();
        assertThat(proven.value("drkit_points", BANK + ",proof=\"proven\"")).isEqualTo(1);
        assertThat(proven.value("drkit_proof_age_seconds", BANK)).isEqualTo(60);
        assertThat(proven.value("drkit_restore_last_seconds", BANK)).isZero();
        assertThat(proven.value("drkit_objective_state", BANK + ",objective=\"rto\""))
                .isEqualTo(1);
    }

    @Test
    void agesGrowOnBetweenTwoRefreshesAndAScrapeAsksNobody() throws InterruptedException {
        bank.backUp();
        bank.verify();
        bank.metrics.refresh();
        int asked = bank.inStore.count(Call.LIST) + bank.inStore.count(Call.FIND);

        bank.time.advance(Duration.ofMinutes(10));

        Scrape scrape = bank.scrape();
        assertThat(scrape.value("drkit_rpo_now_seconds", BANK)).isEqualTo(600);
        assertThat(scrape.value("drkit_status_age_seconds")).isEqualTo(600);
        assertThat(bank.metrics.age()).contains(Duration.ofMinutes(10));
        assertThat(bank.inStore.count(Call.LIST) + bank.inStore.count(Call.FIND))
                .isEqualTo(asked);
    }

    @Test
    void aStatusThatIsTooOldSaysUnknown() throws InterruptedException {
        bank.backUp();
        bank.verify();
        bank.metrics.refresh();

        bank.time.advance(Duration.ofMinutes(15));
        assertThat(bank.scrape().value("drkit_objective_state", BANK + ",objective=\"rpo\""))
                .isZero();

        bank.time.advance(Duration.ofNanos(1));
        assertThat(bank.scrape().value("drkit_objective_state", BANK + ",objective=\"rpo\""))
                .isEqualTo(2);
        assertThat(bank.scrape().value("drkit_platform_state", "objective=\"rpo\""))
                .isEqualTo(2);
    }

    @Test
    void aClockThatIsSetBackMakesNothingYounger() throws InterruptedException {
        bank.backUp();
        bank.verify();
        bank.metrics.refresh();
        bank.time.advance(Duration.ofMinutes(10));

        bank.time.jumpTo(Instant.parse("2026-03-09T00:00:00Z"));

        assertThat(bank.scrape().value("drkit_rpo_now_seconds", BANK)).isEqualTo(600);
        assertThat(bank.scrape().value("drkit_status_age_seconds")).isEqualTo(600);
    }

    /** A timer may stand still while a machine sleeps. */
    @Test
    void aWallClockThatMovedFurtherThanTheTimerAges() throws InterruptedException {
        bank.backUp();
        bank.verify();
        bank.metrics.refresh();

        bank.time.jumpTo(Instant.parse("2026-03-10T12:30:00Z"));

        assertThat(bank.scrape().value("drkit_rpo_now_seconds", BANK)).isEqualTo(1_800);
        assertThat(bank.scrape().value("drkit_objective_state", BANK + ",objective=\"rpo\""))
                .isEqualTo(2);
    }

    @Test
    void whatCannotBeListedIsNotANumber() {
        bank.inStore.at(Call.LIST, 1, Fault.FAIL);
        bank.metrics.refresh();

        Scrape scrape = bank.scrape();

        assertThat(scrape.value("drkit_rpo_now_seconds", BANK)).isNaN();
        assertThat(scrape.value("drkit_point_age_seconds", BANK + ",proof=\"proven\""))
                .isNaN();
        assertThat(scrape.value("drkit_points", BANK + ",proof=\"failed\"")).isNaN();
        assertThat(scrape.value("drkit_points_suspect", BANK)).isNaN();
        assertThat(scrape.value("drkit_stored_bytes", BANK)).isNaN();
        assertThat(scrape.value("drkit_catalog_problems", BANK)).isNaN();
        assertThat(scrape.value("drkit_proof_age_seconds", BANK)).isNaN();
        assertThat(scrape.value("drkit_objective_state", BANK + ",objective=\"rpo\""))
                .isEqualTo(2);
    }

    @Test
    void whatIsUnprotectedIsCountedAndNotANumberWhereNobodyCanLook() {
        bank.unprotected = () -> List.of(Unprotected.forgotten("database 'x'", "no target lists it"));
        bank.metrics.refresh();
        assertThat(bank.scrape().value("drkit_unprotected")).isEqualTo(1);

        bank.unprotected = () -> {
            throw new TargetUnavailableException("DRK-PG-002", "Cannot connect: no answer", "Look");
        };
        PlatformStatus status = bank.metrics.refresh();
        assertThat(bank.scrape().value("drkit_unprotected")).isNaN();
        assertThat(bank.metrics.lastStatus()).isEqualTo(Optional.of(status));
    }

    @Test
    void runsAreTimedByKindAndOutcome() throws InterruptedException {
        bank.backUp();
        bank.metrics.listener().on(begun("x", "tidy up"));
        bank.time.advance(Duration.ofSeconds(90));
        bank.metrics.listener().on(new RecoveryEvent.RunEnded(RunId.of("x"), bank.time.now(), Outcome.FAILED));
        bank.metrics
                .listener()
                .on(new RecoveryEvent.RunEnded(RunId.of("never-begun"), bank.time.now(), Outcome.FAILED));

        Scrape scrape = bank.scrape();

        assertThat(scrape.value("drkit_runs_seconds_count", "kind=\"back up\",outcome=\"SUCCEEDED\""))
                .isEqualTo(1);
        assertThat(scrape.value("drkit_runs_seconds_count", "kind=\"other\",outcome=\"FAILED\""))
                .isEqualTo(1);
        assertThat(scrape.value("drkit_runs_seconds_sum", "kind=\"other\",outcome=\"FAILED\""))
                .isEqualTo(90);
    }

    @Test
    void oneRegistryShowsOnePlatform() {
        assertThatThrownBy(() -> StatusMetrics.bind(bank.registry, bank.platform, bank.time, Duration.ofMinutes(1)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot bind metrics: the registry shows a platform already but shows one only");
    }

    @Test
    void aStatusMustLiveForSomeTime() {
        assertThatThrownBy(() -> StatusMetrics.bind(bank.registry, bank.platform, bank.time, Duration.ZERO))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot bind metrics: a status would be stale after PT0S but must live longer");
    }

    private RecoveryEvent begun(String run, String kind) {
        return new RecoveryEvent.RunBegun(RunId.of(run), bank.time.now(), kind, "it", 1);
    }
}
