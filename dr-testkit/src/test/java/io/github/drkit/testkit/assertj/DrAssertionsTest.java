package io.github.drkit.testkit.assertj;

import static io.github.drkit.testkit.assertj.DrAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Catalog;
import io.github.drkit.Effect;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.Plausibility;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RecoveryWindow;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.report.RecoveryReport;
import io.github.drkit.report.RunReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class DrAssertionsTest {

    private static final Instant BEGUN = Instant.parse("2026-11-26T02:00:00Z");
    private static final TargetId BANK = TargetId.of("bank");

    private final RunReport green = run(
            Outcome.SUCCEEDED,
            step("dump", Outcome.SUCCEEDED, "dumped 3 bytes"),
            step("judge", Outcome.SKIPPED, "nothing to compare with"));
    private final RunReport red = run(
            Outcome.FAILED,
            step("dump", Outcome.FAILED, "the dump ended early [DRK-DUMP-001]"),
            step("judge", Outcome.SKIPPED, "not begun"));

    @Test
    void aRunIsJudgedByItsOutcomeAndShowsItsSteps() {
        assertThat(green).succeeded().endedAs(Outcome.SUCCEEDED).hasStep("judge", Outcome.SKIPPED);

        says(() -> assertThat(red).succeeded(), """
                Expected run 'run-1' to end SUCCEEDED but it ended FAILED:
                  dump FAILED: the dump ended early [DRK-DUMP-001]
                  judge SKIPPED: not begun""");
        says(() -> assertThat(green).hasStep("judge", Outcome.SUCCEEDED), """
                Expected step 'judge' of run 'run-1' to end SUCCEEDED but it ended SKIPPED:
                  dump SUCCEEDED: dumped 3 bytes
                  judge SKIPPED: nothing to compare with""");
        says(() -> assertThat(green).hasStep("load", Outcome.SUCCEEDED), """
                Expected run 'run-1' to have a step 'load' but it has none:
                  dump SUCCEEDED: dumped 3 bytes
                  judge SKIPPED: nothing to compare with""");
    }

    @Test
    void aFailureIsToldByItsStepAndItsCode() {
        assertThat(red).failedAt("dump", "DRK-DUMP-001");

        says(
                () -> assertThat(red).failedAt("dump", "DRK-DUMP-002"),
                "Expected step 'dump' of run 'run-1' to fail with DRK-DUMP-002 but it said: the dump ended early"
                        + " [DRK-DUMP-001]");
        RunReport both = run(
                Outcome.FAILED,
                step("dump", Outcome.FAILED, "the dump ended early [DRK-DUMP-001]"),
                step("globals", Outcome.FAILED, "no right [DRK-DUMP-002]"));
        says(() -> assertThat(both).failedAt("dump", "DRK-DUMP-001"), """
                Expected only step 'dump' of run 'run-1' to fail but globals did too:
                  dump FAILED: the dump ended early [DRK-DUMP-001]
                  globals FAILED: no right [DRK-DUMP-002]""");
        says(() -> assertThat(green).failedAt("dump", "DRK-DUMP-001"), """
                Expected run 'run-1' to end FAILED but it ended SUCCEEDED:
                  dump SUCCEEDED: dumped 3 bytes
                  judge SKIPPED: nothing to compare with""");
    }

    @Test
    void aCheckThatWasNotMadeDidNotPass() {
        assertThat(green).passedCheck("ledger");

        says(
                () -> assertThat(green).passedCheck("tenants"),
                "Expected run 'run-1' to make check 'tenants' but it made [ledger, rows]");
        says(
                () -> assertThat(green).passedCheck("rows"),
                "Expected check 'rows' of run 'run-1' to hold but it ended UNKNOWN: expected 3, was 2");
    }

    @Test
    void timesAreComparedWithTheirLimitIncluded() {
        assertThat(green).tookAtMost(Duration.ofSeconds(90));

        says(() -> assertThat(green).tookAtMost(Duration.ofSeconds(89)), """
                Expected run 'run-1' to take at most PT1M29S but it took PT1M30S:
                  dump SUCCEEDED: dumped 3 bytes
                  judge SKIPPED: nothing to compare with""");
    }

    @Test
    void aRecoveryIsMeasuredAgainstItsObjectives() {
        Instant outage = BEGUN.minusSeconds(10);
        RecoveryReport good = new RecoveryReport(
                List.of(green),
                outage,
                Optional.of(BEGUN.plusSeconds(90)),
                Optional.of(outage.minusSeconds(30)),
                List.of());
        assertThat(good).succeeded().recoveredWithin(Duration.ofSeconds(100)).lostAtMost(Duration.ofSeconds(30));
        says(() -> assertThat(good).recoveredWithin(Duration.ofSeconds(99)), """
                Expected an RTO of at most PT1M39S but it was PT1M40S:
                  back up bank SUCCEEDED in PT1M30S""");
        says(() -> assertThat(good).lostAtMost(Duration.ofSeconds(29)), """
                Expected an RPO of at most PT29S but it was PT30S:
                  back up bank SUCCEEDED in PT1M30S""");

        RecoveryReport aborted =
                new RecoveryReport(List.of(green), outage, Optional.empty(), Optional.empty(), List.of());
        says(() -> assertThat(aborted).succeeded(), """
                Expected the recovery to end SUCCEEDED but it ended FAILED, not validated:
                  back up bank SUCCEEDED in PT1M30S""");
        says(() -> assertThat(aborted).recoveredWithin(Duration.ofDays(1)), """
                Expected an RTO of at most PT24H but none was achieved:
                  back up bank SUCCEEDED in PT1M30S""");
        says(() -> assertThat(aborted).lostAtMost(Duration.ofDays(1)), """
                Expected an RPO of at most PT24H but none was achieved:
                  back up bank SUCCEEDED in PT1M30S""");
    }

    @Test
    void aPlanIsJudgedByItsStepsAndWhatItTells() {
        Precondition absent = new Precondition("database", "copy", "absent");
        Plan plan = plan(
                "restore",
                List.of(absent),
                List.of(new Plan.Remark(Plan.Remark.Kind.LOST, "What was written after 02:00 is lost")),
                PlanStep.named("look", "Looks", Effect.READ_ONLY).build(),
                PlanStep.named("create", "Creates", Effect.NAMED).build(),
                PlanStep.named("remove", "Removes", Effect.NAMED)
                        .traits(PlanStep.Trait.DESTRUCTIVE)
                        .build());

        assertThat(plan)
                .hasStepsInOrder("look", "remove")
                .remarks(Plan.Remark.Kind.LOST, "after 02:00")
                .reliesOn(absent);
        says(() -> assertThat(plan).hasStepsInOrder("create", "look"), """
                Expected the plan to have steps [create, look] in this order but 'look' is missed in
                  look
                  create
                  remove""");
        says(() -> assertThat(plan).onlyReads(), """
                Expected the plan to only read but
                  create is NAMED
                  remove is NAMED""");
        says(() -> assertThat(plan).destroysNothing(), """
                Expected the plan to destroy nothing but these steps do:
                  remove""");
        says(() -> assertThat(plan).remarks(Plan.Remark.Kind.NOTE, "after 02:00"), """
                Expected the plan to remark NOTE 'after 02:00' but it remarks
                  LOST What was written after 02:00 is lost""");
        says(() -> assertThat(plan).reliesOn(new Precondition("database", "copy", "present")), """
                Expected the plan to rely on: database 'copy' is present, but it relies on
                  database 'copy' is absent""");
    }

    @Test
    void aPlanThatOnlyLooksReadsAndDestroysNothing() {
        Plan plan = plan(
                "verify",
                List.of(),
                List.of(),
                PlanStep.named("look", "Looks", Effect.READ_ONLY).build());

        assertThat(plan).onlyReads().destroysNothing();
        says(
                () -> assertThat(plan).remarks(Plan.Remark.Kind.LOST, "all"),
                "Expected the plan to remark LOST 'all' but it remarks nothing");
    }

    @Test
    void aCatalogIsJudgedByItsPointsAndProblems() {
        RecoveryPoint old = point("old", BEGUN.minusSeconds(60), Proof.Level.PROVEN, Plausibility.OK);
        RecoveryPoint young = point("young", BEGUN, Proof.Level.UNPROVEN, Plausibility.SUSPECT);
        Catalog catalog = new Catalog(
                List.of(old, young),
                List.of(new RecoveryWindow(BANK, BEGUN.minusSeconds(60), BEGUN, Duration.ofSeconds(1))),
                List.of());

        assertThat(catalog).hasNoProblems().hasPoints(2).hasWindowOver(BEGUN.minusSeconds(1));
        assertThat(catalog).newestPoint().isEqualTo(young);
        assertThat(catalog).point(old.id()).isEqualTo(old);
        says(() -> assertThat(catalog).hasPoints(1), """
                Expected 1 points in the catalog but there are 2:
                  old of 2026-11-26T01:59:00Z PROVEN
                  young of 2026-11-26T02:00:00Z UNPROVEN""");
        says(() -> assertThat(catalog).point(RecoveryPointId.of("lost")), """
                Expected point 'lost' in the catalog but there are 2 others:
                  old of 2026-11-26T01:59:00Z PROVEN
                  young of 2026-11-26T02:00:00Z UNPROVEN""");
        says(() -> assertThat(catalog).hasWindowOver(BEGUN.plusSeconds(1)), """
                Expected a recovery window over 2026-11-26T02:00:01Z but there are
                  2026-11-26T01:59:00Z to 2026-11-26T02:00:00Z""");

        Catalog broken = new Catalog(
                List.of(), List.of(), List.of(new Catalog.Problem("points/bank/x", "DRK-POINT-002", "no manifest")));
        says(() -> assertThat(broken).hasNoProblems(), """
                Expected no problems in the catalog but there are
                  points/bank/x [DRK-POINT-002]: no manifest""");
        says(() -> assertThat(broken).newestPoint(), "Expected points in the catalog but there are none");
        says(
                () -> assertThat(broken).hasWindowOver(BEGUN),
                "Expected a recovery window over 2026-11-26T02:00:00Z but there are none");
    }

    @Test
    void aPointIsJudgedByItsProof() {
        RecoveryPoint point = point("p", BEGUN, Proof.Level.STORED, Plausibility.SUSPECT);

        assertThat(point)
                .isAtLeast(Proof.Level.UNPROVEN)
                .is(Proof.Level.STORED)
                .is(Plausibility.SUSPECT)
                .isFrom(BEGUN);
        says(
                () -> assertThat(point).isAtLeast(Proof.Level.VERIFIED),
                "Expected point 'p' to be VERIFIED at least but it is STORED, with remarks [half as large]");
        says(
                () -> assertThat(point).is(Proof.Level.UNPROVEN),
                "Expected point 'p' to be UNPROVEN but it is STORED, with remarks [half as large]");
        says(
                () -> assertThat(point).is(Plausibility.OK),
                "Expected point 'p' to look OK but it looks SUSPECT, with remarks [half as large]");
        says(
                () -> assertThat(point).isFrom(BEGUN.plusSeconds(1)),
                "Expected point 'p' to be of 2026-11-26T02:00:01Z or later but it is of 2026-11-26T02:00:00Z");
    }

    private static void says(ThrowingCallable assertion, String message) {
        assertThatThrownBy(assertion).isExactlyInstanceOf(AssertionError.class).hasMessage(message);
    }

    private static Plan plan(
            String kind, List<Precondition> preconditions, List<Plan.Remark> remarks, PlanStep... steps) {
        return new Plan(
                RunId.of("run-1"), kind, "point-1", Map.of(), preconditions, List.of(steps), remarks, Optional.empty());
    }

    private static RunReport run(Outcome outcome, RunReport.Step... steps) {
        return new RunReport(
                RunId.of("run-1"),
                "back up",
                "bank",
                outcome,
                BEGUN,
                BEGUN.plusSeconds(90),
                List.of(steps),
                List.of(
                        new RunReport.CheckLine("ledger", Outcome.SUCCEEDED, "0", "0"),
                        new RunReport.CheckLine("rows", Outcome.UNKNOWN, "3", "2")),
                List.of(),
                List.of());
    }

    private static RunReport.Step step(String name, Outcome outcome, String message) {
        return new RunReport.Step(name, Optional.of(BEGUN), Optional.of(BEGUN), outcome, 1, message, Map.of());
    }

    private static RecoveryPoint point(String id, Instant at, Proof.Level level, Plausibility plausibility) {
        return new RecoveryPoint(
                RecoveryPointId.of(id),
                BANK,
                RunId.of("run-1"),
                "rows/1",
                at,
                Optional.empty(),
                "",
                3,
                "memory",
                new Proof(level, Optional.empty(), ""),
                plausibility,
                List.of("half as large"));
    }
}
