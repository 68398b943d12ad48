package io.github.drkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecoveryPointTest {

    private static final Instant TIME = Instant.parse("2026-11-22T02:00:00Z");

    private final RecoveryPoint point = new RecoveryPoint(
            RecoveryPointId.of("bank-1"),
            TargetId.of("bank"),
            RunId.of("run-1"),
            "pg-dump/1",
            TIME,
            Optional.of(TIME.minusSeconds(5)),
            "before the upgrade",
            17,
            "s3://backups/bank-1",
            Proof.none(),
            Plausibility.OK,
            List.of("first"));

    @Test
    void itsTimeAgreesWithWhatWasWrittenUpToTwoDaysLaterAndByAClockUpToFifteenMinutesSlow() {
        assertThat(point.agreesWith(TIME.minus(Duration.ofMinutes(15)))).isTrue();
        assertThat(point.agreesWith(TIME.minus(Duration.ofMinutes(15)).minusNanos(1)))
                .isFalse();
        assertThat(point.agreesWith(TIME.plus(Duration.ofDays(2)))).isTrue();
        assertThat(point.agreesWith(TIME.plus(Duration.ofDays(2)).plusNanos(1))).isFalse();
    }

    @Test
    void anotherJudgementChangesNothingElse() {
        Proof proven = new Proof(Proof.Level.PROVEN, Optional.of(TIME.plusSeconds(60)), "prover");

        RecoveryPoint judged = point.judged(proven, Plausibility.SUSPECT, List.of("second"));

        assertThat(judged.proof()).isEqualTo(proven);
        assertThat(judged.plausibility()).isEqualTo(Plausibility.SUSPECT);
        assertThat(judged.remarks()).containsExactly("second");
        assertThat(judged.judged(point.proof(), point.plausibility(), point.remarks()))
                .isEqualTo(point);
    }
}
