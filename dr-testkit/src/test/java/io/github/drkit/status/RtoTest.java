package io.github.drkit.status;

import static io.github.drkit.status.StatusBench.ROOMY;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Outcome;
import io.github.drkit.Proof;
import io.github.drkit.RunId;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.report.RecoveryReport;
import io.github.drkit.store.Encryption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the RTO stands, and what shows that a component can be brought back. */
class RtoTest {

    private final StatusBench bench = new StatusBench();

    @BeforeEach
    void aPointCounts() {
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);
    }

    @Test
    void nothingMeasuredIsUnknown() {
        assertThat(bench.status().rto())
                .isEqualTo(new Judgement(State.UNKNOWN, "no restore and no recovery was ever measured", "bank"));
        assertThat(bench.status().evidence().lastRecovery()).isEmpty();
        assertThat(bench.status().state()).isEqualTo(State.UNKNOWN);
    }

    @Test
    void aRestoreAloneIsOnlyAPartOfARecovery() {
        bench.runs.ended("r", "restore", "bank-a", "2026-03-10T04:00:00Z", Duration.ofHours(4), Outcome.SUCCEEDED);

        assertThat(bench.status().rto())
                .isEqualTo(new Judgement(
                        State.AT_RISK,
                        "the last restore, run 'r', took 4 h and all of a recovery may take 4 h, but none was measured from"
                                + " the outage to the validated application",
                        "bank"));
    }

    @Test
    void aRestoreThatTookTooLongHasMissedItAlone() {
        bench.runs.ended(
                "r",
                "prove",
                "bank-a",
                "2026-03-10T04:00:00Z",
                Duration.ofHours(4).plusNanos(1),
                Outcome.SUCCEEDED);

        assertThat(bench.status().rto())
                .isEqualTo(new Judgement(
                        State.MISSED,
                        "the last restore, run 'r', took 4 h 1 s, but all of a recovery may take 4 h",
                        "bank"));
    }

    @Test
    void aFailedRestoreMeasuresNothing() {
        bench.runs.ended("r", "restore", "bank-a", "2026-03-10T04:00:00Z", Duration.ofHours(1), Outcome.FAILED);

        assertThat(bench.status().rto().state()).isEqualTo(State.UNKNOWN);
    }

    @Test
    void aRecoveryThatTookAsLongAsItMayIsMet() {
        assertThat(rto(recovery("2026-03-01T08:00:00Z", Duration.ofHours(4))))
                .isEqualTo(new Judgement(
                        State.MET, "the last recovery, of 2026-03-01T08:00:00Z, took 4 h and may take 4 h", "bank"));
        assertThat(rto(recovery("2026-03-01T08:00:00Z", Duration.ofHours(4).plusNanos(1))))
                .isEqualTo(new Judgement(
                        State.MISSED,
                        "the last recovery, of 2026-03-01T08:00:00Z, took 4 h 1 s, but may take 4 h",
                        "bank"));
    }

    @Test
    void aRecoveryThatDidNotSucceedAchievedNoTime() {
        RecoveryReport broken = new RecoveryReport(
                List.of(), Instant.parse("2026-03-01T08:00:00Z"), Optional.empty(), Optional.empty(), List.of());

        assertThat(rto(recovery("2026-02-01T08:00:00Z", Duration.ofHours(1)), broken))
                .isEqualTo(new Judgement(
                        State.MISSED,
                        "the last recovery, of 2026-03-01T08:00:00Z, did not succeed, so it achieved no time",
                        "bank"));
    }

    @Test
    void aRecoveryOfMoreThanAYearAgoIsARisk() {
        assertThat(rto(recovery("2025-03-10T12:00:00Z", Duration.ofHours(1))).state())
                .isEqualTo(State.MET);
        assertThat(rto(recovery("2025-03-10T11:59:59Z", Duration.ofHours(1))))
                .isEqualTo(new Judgement(
                        State.AT_RISK,
                        "the last recovery, of 2025-03-10T11:59:59Z, took 1 h and may take 4 h, but that was 365 d 1 s ago"
                                + " and one is due every 365 d",
                        "bank"));
    }

    @Test
    void aRecoveryOfTheFutureDoesNotCount() {
        assertThat(rto(recovery("2026-03-10T12:00:01Z", Duration.ofHours(1))).state())
                .isEqualTo(State.UNKNOWN);
    }

    @Test
    void reportsThatCannotBeReadAreSaid() {
        ComponentStatus status = bench.status(bench.protection(ROOMY).recoveries(() -> {
            throw new NotFoundException("DRK-RUN-006", "Cannot find run 'x'", "Look");
        }));

        assertThat(status.rto())
                .isEqualTo(new Judgement(State.UNKNOWN, "the reports of recoveries cannot be read", "bank"));
        assertThat(status.evidence().drills()).isEqualTo(Evidence.Drills.UNREADABLE);
        assertThat(status.remarks()).containsExactly("cannot read reports of recoveries: Cannot find run 'x'");
    }

    @ParameterizedTest
    @CsvSource({"PT1H, UNKNOWN", "PT4H, UNKNOWN", "PT4H0.001S, MISSED"})
    void aRestoreStandsForNoReportsThatCannotBeReadUnlessItAloneTookTooLong(Duration took, State state) {
        bench.runs.ended("r", "restore", "bank", "2026-03-10T04:00:00Z", took, Outcome.SUCCEEDED);

        ComponentStatus status = bench.status(bench.protection(ROOMY).recoveries(() -> {
            throw new IllegalStateException("away");
        }));

        assertThat(status.rto().state()).isEqualTo(state);
    }

    @Test
    void theLastProofIsTheOneGivenLastNotTheOneOfTheNewestPoint() {
        bench.bank.points.clear();
        bench.bank
                .point("a", "2026-03-08T02:00:00Z", Proof.Level.PROVEN)
                .point("b", "2026-03-07T02:00:00Z", Proof.Level.PROVEN)
                .point("c", "2026-03-09T02:00:00Z", Proof.Level.VERIFIED);

        Evidence evidence = bench.status().evidence();

        assertThat(evidence.lastProof().orElseThrow().id().value()).isEqualTo("bank-a");
        assertThat(evidence.lastProof().orElseThrow().proof().by()).isEqualTo("prover-1");
    }

    @Test
    void keysHaveAnAgeAndOneOfTheFutureHasNone() {
        ComponentStatus status = bench.status(bench.protection(ROOMY)
                .key("backup-2026", Instant.parse("2026-01-01T12:00:00Z"))
                .key("prover-2027", Instant.parse("2027-01-01T12:00:00Z"))
                .encryption(Encryption.unencrypted()));

        assertThat(status.evidence().keys())
                .containsExactly(
                        new KeyAge("backup-2026", Instant.parse("2026-01-01T12:00:00Z"), Duration.ofDays(68)),
                        new KeyAge("prover-2027", Instant.parse("2027-01-01T12:00:00Z"), Duration.ZERO));
        assertThat(status.evidence().recipients()).hasValue(0);
        assertThat(status.remarks())
                .containsExactly("the key 'prover-2027' is dated in the future, 2027-01-01T12:00:00Z");
    }

    private Judgement rto(RecoveryReport... reports) {
        return bench.status(bench.protection(ROOMY).recoveries(() -> List.of(reports)))
                .rto();
    }

    private RecoveryReport recovery(String outage, Duration took) {
        String run = "of-" + Instant.parse(outage).getEpochSecond();
        if (bench.journal.entries(RunId.of(run)).isEmpty()) {
            bench.runs.ended(run, "restore", "elsewhere", outage, Duration.ofMinutes(1), Outcome.SUCCEEDED);
        }
        Instant at = Instant.parse(outage);
        return new RecoveryReport(
                List.of(DisasterRecovery.builder(bench.journal).build().report(RunId.of(run))),
                at,
                Optional.of(at.plus(took)),
                Optional.of(at),
                List.of());
    }
}
