package io.github.drkit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Effect;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunReportTest {

    @Test
    void aRunWithoutAnEndIsUnknownAndSoIsItsStepWithoutOne() {
        RunReport report = Reports.run("r-1")
                .planned("dump")
                .planned("commit", "dump")
                .later(500)
                .begun("dump", 1)
                .noted("dump", "place", "p")
                .report();

        assertThat(report.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(report.steps())
                .containsExactly(
                        new RunReport.Step(
                                "dump",
                                Optional.of(Reports.BEGIN.plusMillis(500)),
                                Optional.empty(),
                                Outcome.UNKNOWN,
                                1,
                                "began",
                                Map.of("place", "p")),
                        new RunReport.Step(
                                "commit",
                                Optional.empty(),
                                Optional.empty(),
                                Outcome.SKIPPED,
                                0,
                                "not begun",
                                Map.of()));
        assertThat(report.duration()).isEqualTo(Duration.ofMillis(500));
        assertThat(report.steps().get(0).duration()).isEmpty();
    }

    @Test
    void theLastAttemptCountsAndLaterFactsReplaceEarlierOnes() {
        RunReport report = Reports.run("r-1")
                .planned("dump")
                .begun("dump", 1)
                .noted("dump", "place", "first")
                .noted("dump", "kept", "yes")
                .ended("dump", Outcome.UNKNOWN, "lost")
                .later(60_000)
                .resumed()
                .begun("dump", 2)
                .later(2_000)
                .ended("dump", Outcome.SUCCEEDED, "stored", Map.of("place", "second"))
                .ended(Outcome.SUCCEEDED);

        RunReport.Step dump = report.find("dump").orElseThrow();
        assertThat(dump.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(dump.attempts()).isEqualTo(2);
        assertThat(dump.duration()).contains(Duration.ofSeconds(2));
        assertThat(dump.facts()).isEqualTo(Map.of("place", "second", "kept", "yes"));
        assertThat(dump.message()).isEqualTo("stored");
        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(report.duration()).as("the wait included").isEqualTo(Duration.ofSeconds(62));
    }

    @Test
    void aRunThatEndedAndWasTakenUpAgainIsUnknownUntilItEndsAgain() {
        Reports journal = Reports.run("r-1").planned("dump");
        journal.ended(Outcome.UNKNOWN);

        assertThat(journal.resumed().report().outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(journal.ended(Outcome.FAILED).outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void theCriticalPathGoesBackAlongTheStepThatEndedLast() {
        RunReport report = Reports.run("r-1")
                .planned("short")
                .planned("long")
                .planned("never", "short")
                .planned("join", "short", "long")
                .begun("short", 1)
                .begun("long", 1)
                .later(10)
                .ended("short", Outcome.SUCCEEDED, "done")
                .later(10)
                .ended("long", Outcome.SUCCEEDED, "done")
                .ended("never", Outcome.SKIPPED, "not begun")
                .begun("join", 1)
                .later(10)
                .ended("join", Outcome.SUCCEEDED, "done")
                .ended(Outcome.SUCCEEDED);

        assertThat(report.criticalPath()).containsExactly("long", "join");
    }

    @Test
    void aCheckIsReportedOnceWithWhatWasFoundLast() {
        RunReport report = Reports.run("r-1")
                .planned("run-checks")
                .checked("ledger", Outcome.UNKNOWN, "looks", "threw")
                .checked("ledger", Outcome.SUCCEEDED, "0.00", "0.00")
                .ended(Outcome.SUCCEEDED);

        assertThat(report.checks())
                .containsExactly(new RunReport.CheckLine("ledger", Outcome.SUCCEEDED, "0.00", "0.00"));
    }

    @Test
    void entriesAboutStepsThePlanDoesNotKnowAreNoSteps() {
        RunReport report = Reports.run("r-1")
                .planned("dump")
                .begun("other", 1)
                .noted("other", "a", "b")
                .ended("other", Outcome.FAILED, "no")
                .report();

        assertThat(report.steps()).extracting(RunReport.Step::name).containsExactly("dump");
        assertThat(report.find("other")).isEmpty();
    }

    @Test
    void anEmptyJournalIsNoRun() {
        Plan plan = new Plan(
                RunId.of("r-1"),
                "back up",
                "bank",
                Map.of(),
                List.of(),
                List.of(PlanStep.named("dump", "dumps", Effect.NAMED).build()),
                List.of(),
                Optional.empty());

        assertThatThrownBy(() -> RunReport.of(plan, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot report on run 'r-1': its journal is empty");
    }

    @Test
    void jsonHoldsEveryPart() {
        assertThat(Reports.run("r-1")
                        .planned("dump")
                        .begun("dump", 1)
                        .later(2)
                        .ended("dump", Outcome.SUCCEEDED, "stored")
                        .checked("ledger", Outcome.FAILED, "1", "2")
                        .ended(Outcome.FAILED)
                        .toJson())
                .isEqualTo("{\"begun\":\"2026-11-22T02:00:00Z\",\"checks\":[{\"actual\":\"2\",\"expected\":\"1\","
                        + "\"name\":\"ledger\",\"outcome\":\"FAILED\"}],\"criticalPath\":[\"dump\"],"
                        + "\"ended\":\"2026-11-22T02:00:00.002Z\",\"kind\":\"back up\",\"outcome\":\"FAILED\","
                        + "\"remarks\":[],\"run\":\"r-1\",\"steps\":[{\"attempts\":1,\"end\":\"2026-11-22T02:00:00.002Z\","
                        + "\"facts\":{},\"message\":\"stored\",\"name\":\"dump\",\"outcome\":\"SUCCEEDED\","
                        + "\"start\":\"2026-11-22T02:00:00Z\"}],\"subject\":\"bank\"}");
    }
}
