package io.github.drkit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Outcome;
import io.github.drkit.Proof;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecoveryReportTest {

    private static final Instant OUTAGE = Reports.BEGIN;
    private static final Optional<Instant> VALIDATED = Optional.of(OUTAGE.plusSeconds(90));
    private static final Optional<Instant> RECOVERED_TO = Optional.of(OUTAGE.minusSeconds(3600));

    @Test
    void aRecoveryWithoutARunIsUnknownWhoeverValidatedIt() {
        RecoveryReport empty = new RecoveryReport(List.of(), OUTAGE, VALIDATED, RECOVERED_TO, List.of());

        assertThat(empty.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(empty.rto()).isEmpty();
        assertThat(empty.toJson()).contains("\"outcome\":\"UNKNOWN\"", "\"rto\":\"not achieved\"");
    }

    @Test
    void itSucceededOnlyIfEveryRunDidAndTheServiceWasValidated() {
        RunReport good = run(Outcome.SUCCEEDED);

        assertThat(outcome(VALIDATED, good, good)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(outcome(Optional.empty(), good, good)).isEqualTo(Outcome.FAILED);
        assertThat(outcome(VALIDATED, good, run(Outcome.FAILED))).isEqualTo(Outcome.FAILED);
        assertThat(outcome(VALIDATED, good, run(Outcome.SKIPPED))).isEqualTo(Outcome.FAILED);
        assertThat(outcome(VALIDATED, run(Outcome.FAILED), run(Outcome.UNKNOWN)))
                .isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void onlyARecoveryThatSucceededAchievedATime() {
        RecoveryReport good = report(VALIDATED, run(Outcome.SUCCEEDED));
        RecoveryReport bad = report(VALIDATED, run(Outcome.SUCCEEDED), run(Outcome.FAILED));

        assertThat(good.rto()).contains(Duration.ofSeconds(90));
        assertThat(good.rpo()).contains(Duration.ofHours(1));
        assertThat(bad.rto()).isEmpty();
        assertThat(bad.rpo()).as("what was recovered is a fact all the same").contains(Duration.ofHours(1));
        assertThat(new RecoveryReport(List.of(), OUTAGE, VALIDATED, Optional.empty(), List.of()).rpo())
                .isEmpty();
    }

    @Test
    void aServiceIsNotValidatedBeforeItIsLost() {
        assertThatThrownBy(() -> report(Optional.of(OUTAGE.minusSeconds(1)), run(Outcome.SUCCEEDED)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot report on a recovery: the service was validated at 2026-11-22T01:59:59Z but lost at"
                        + " 2026-11-22T02:00:00Z, which must come first");
    }

    @Test
    void markdownShowsTheWholeThenTheRuns() {
        RecoveryReport report = new RecoveryReport(
                List.of(run(Outcome.SUCCEEDED)),
                OUTAGE,
                VALIDATED,
                RECOVERED_TO,
                List.of(Reports.point(
                        new Proof(Proof.Level.PROVEN, Optional.of(OUTAGE), "prover|1"), "ignored <x>", "spread 2 s")));

        assertThat(report.toMarkdown()).isEqualTo("""
                        # Recovery: SUCCEEDED

                        |  |  |
                        | --- | --- |
                        | outage | 2026-11-22T02:00:00Z |
                        | validated | 2026-11-22T02:01:30Z |
                        | recovered to | 2026-11-22T01:00:00Z |
                        | RTO | PT1M30S |
                        | RPO | PT1H |

                        | point | consistency time | proof | by | plausibility | remarks |
                        | --- | --- | --- | --- | --- | --- |
                        | bank-r-1 | 2026-11-22T02:00:00Z | PROVEN | prover\\|1 | OK | ignored &lt;x&gt;<br>spread 2 s |

                        ## back up bank: SUCCEEDED

                        run `r-1`, 2026-11-22T02:00:00Z to 2026-11-22T02:00:00.005Z

                        | step | outcome | seconds | message |
                        | --- | --- | ---: | --- |
                        | dump | SUCCEEDED | 0.005 | done |

                        critical path: dump
                        """);
    }

    private static Outcome outcome(Optional<Instant> validated, RunReport... runs) {
        return report(validated, runs).outcome();
    }

    private static RecoveryReport report(Optional<Instant> validated, RunReport... runs) {
        return new RecoveryReport(List.of(runs), OUTAGE, validated, RECOVERED_TO, List.of());
    }

    static RunReport run(Outcome outcome) {
        return Reports.run("r-1")
                .planned("dump")
                .begun("dump", 1)
                .later(5)
                .ended("dump", Outcome.SUCCEEDED, "done")
                .ended(outcome);
    }
}
