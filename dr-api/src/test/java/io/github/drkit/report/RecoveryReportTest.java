package io.github.drkit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.drkit.Outcome;
import io.github.drkit.Proof;
import io.github.drkit.error.IntegrityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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

    @Test
    void whatWasKeptIsReadAgainToTheLastPart() {
        RecoveryReport report = whole();

        assertThat(RecoveryReport.fromJson(report.toJson())).isEqualTo(report);
        assertThat(RecoveryReport.fromJson(report.toJson().replace(",\"", " ,\n\"") + "\n"))
                .isEqualTo(report);
        assertThat(RecoveryReport.fromJson(report.toJson()).rto()).contains(Duration.ofSeconds(90));
    }

    @Test
    void aRecoveryThatWasBrokenOffIsReadAgainAsSuch() {
        RecoveryReport aborted = new RecoveryReport(
                List.of(Reports.run("r-1").planned("dump").begun("dump", 1).report(), run(Outcome.FAILED)),
                OUTAGE,
                Optional.empty(),
                Optional.empty(),
                List.of());
        RecoveryReport empty = new RecoveryReport(List.of(), OUTAGE, VALIDATED, Optional.empty(), List.of());

        assertThat(RecoveryReport.fromJson(aborted.toJson())).isEqualTo(aborted);
        assertThat(RecoveryReport.fromJson(empty.toJson())).isEqualTo(empty);
    }

    /** Each of them a good report with one text in it replaced. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongs")
    void whatIsNoWholeReportIsRefused(String what, String text, String instead, String problem, String hint) {
        String good = whole().toJson();
        assertThat(good).contains(text);
        String wrong = good.replace(text, instead);

        assertThatThrownBy(() -> RecoveryReport.fromJson(wrong))
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessage("Cannot read report of a recovery: " + problem
                        + " but a whole report of drkit-report/1 is required" + "\nHint: " + hint
                        + " [DRK-REPORT-001]");
    }

    static Stream<Arguments> wrongs() {
        String file = "Is it the whole file?";
        String hand = "Was it changed by hand?";
        return Stream.of(
                arguments(
                        "an unknown member",
                        "{\"checks\"",
                        "{\"a\":1,\"checks\"",
                        "Cannot read report: unknown member [a]",
                        file),
                arguments(
                        "a missing time",
                        "\"outage\":\"2026-11-22T02:00:00Z\",",
                        "",
                        "Cannot read report: 'outage' is missing",
                        file),
                arguments(
                        "a missing block",
                        "\"recoveryPoints\"",
                        "\"points\"",
                        "Cannot read report: 'recoveryPoints' is missing",
                        file),
                arguments(
                        "a wrong type",
                        "\"sizeBytes\":100",
                        "\"sizeBytes\":\"100\"",
                        "Cannot read recovery point: 'sizeBytes' is not a long",
                        file),
                arguments(
                        "an unknown outcome",
                        "\"outcome\":\"FAILED\"",
                        "\"outcome\":\"OK\"",
                        "'outcome' is none of [SUCCEEDED, FAILED, SKIPPED, UNKNOWN]",
                        file),
                arguments(
                        "no time",
                        "\"validated\":\"2026",
                        "\"validated\":\"soon",
                        "Text 'soon-11-22T02:01:30Z' could not be parsed at index 0",
                        file),
                arguments("another schema", "drkit-report/1", "drkit-report/2", "its schema is another", file),
                arguments(
                        "a better time",
                        "\"rto\":\"PT1M30S\"",
                        "\"rto\":\"PT1S\"",
                        "'rto' is not what follows from its other members",
                        hand),
                arguments(
                        "a validation before the outage",
                        "\"validated\":\"2026",
                        "\"validated\":\"2025",
                        "Cannot report on a recovery: the service was validated at 2025-11-22T02:01:30Z but lost at"
                                + " 2026-11-22T02:00:00Z, which must come first",
                        file));
    }

    @Test
    void halfAFileIsRefused() {
        assertThatThrownBy(() -> RecoveryReport.fromJson("{\"schema\":"))
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessage(
                        "Cannot read report of a recovery: it is not one JSON object but a whole report of drkit-report/1 is"
                                + " required\nHint: Is it the whole file? [DRK-REPORT-001]");
    }

    private static RecoveryReport whole() {
        RunReport first = Reports.run("r-1")
                .planned("dump")
                .planned("never", "dump")
                .begun("dump", 1)
                .later(5)
                .ended("dump", Outcome.SUCCEEDED, "done", Map.of("place", "p"))
                .checked("ledger", Outcome.FAILED, "0", "1")
                .ended(Outcome.SUCCEEDED);
        return new RecoveryReport(
                List.of(first, run(Outcome.SUCCEEDED)),
                OUTAGE,
                VALIDATED,
                RECOVERED_TO,
                List.of(Reports.point(new Proof(Proof.Level.PROVEN, Optional.of(OUTAGE), "prover"), "spread 2 s")));
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
