package io.github.drkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Capabilities;
import io.github.drkit.Capability;
import io.github.drkit.Check;
import io.github.drkit.CheckResult;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RestoreStrategy;
import io.github.drkit.RestoredCopy;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryRestoreStrategy;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ProvingTest {

    private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:00Z");
    private final FaultScript inStore = new FaultScript();
    private final FaultScript inJournal = new FaultScript();
    private final InMemoryPointStore store = InMemoryPointStore.on(time, inStore, 8);
    private final InMemoryJournal journal = new InMemoryJournal(inJournal);
    private final KeyRing keys = KeyRing.fresh();
    private final InMemoryTables tables =
            new InMemoryTables().add("bank", "client", "Ada").add("bank", "loan", "1");
    private final InMemoryBackupTarget target = new InMemoryBackupTarget("bank", tables, store, keys, journal);
    private final AtomicInteger ids = new AtomicInteger();
    private final DisasterRecovery dr = DisasterRecovery.builder(journal)
            .time(time)
            .ids(() -> "p" + ids.incrementAndGet())
            .sideBySide(1)
            .build();

    @BeforeEach
    void backUp() throws InterruptedException {
        dr.execute(dr.plan(target, BackupRequest.manual("to be proven")), target);
        time.jumpTo(time.now().plusSeconds(60));
    }

    @Test
    void restoredComparedAndCheckedIsProvenAndTheCopyIsGone() throws Exception {
        RunReport report = prove(check("ledger", Outcome.SUCCEEDED));

        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(point().proof().level()).isEqualTo(Proof.Level.PROVEN);
        assertThat(point().proof().by()).isEqualTo("test-prover");
        assertThat(report.checks()).extracting(RunReport.CheckLine::name).containsExactly("ledger");
        assertThat(tables.names()).containsExactly("bank");
    }

    @Test
    void aCheckThatDoesNotHoldCondemnsThePoint() throws Exception {
        RunReport report = prove(check("ledger", Outcome.FAILED), check("clients", Outcome.SUCCEEDED));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.checks()).hasSize(2);
        assertThat(point().proof().level()).isEqualTo(Proof.Level.FAILED);
        assertThat(tables.names()).as("the copy is removed all the same").containsExactly("bank");
    }

    @Test
    void aCheckThatCannotLookProvesNothingAndCondemnsNothing() throws Exception {
        for (Check blind : List.of(
                check("ledger", Outcome.UNKNOWN),
                check("ledger", Outcome.SKIPPED),
                throwing("throws", new IOException("no route to host")))) {
            RunReport report = prove(blind);

            assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(point().proof()).isEqualTo(Proof.none());
            RunReport.Step verdict = report.find("record-verdict").orElseThrow();
            assertThat(verdict.outcome()).isEqualTo(Outcome.SKIPPED);
            assertThat(verdict.message())
                    .isEqualTo("no verdict: step 'run-checks' did not succeed, for a reason that is not the point's");
        }
    }

    @Test
    void aCheckThatCannotLookSaysWhyAndOnlyWhatIsOurs() throws Exception {
        RequestRefusedException ours = new RequestRefusedException(
                "DRK-PG-014", "Cannot look at 'ledger': it is away but must answer", "Wait");

        RunReport report = prove(
                throwing("plain", ours),
                throwing("wrapped", new SQLException(ours)),
                throwing("foreign", new IOException("secret")));

        assertThat(report.find("run-checks").orElseThrow().message())
                .isEqualTo(
                        "could not be told, which proves nothing: plain: Cannot look at 'ledger': it is away but must"
                                + " answer [DRK-PG-014]; wrapped: Cannot look at 'ledger': it is away but must answer"
                                + " [DRK-PG-014]; foreign: it threw java.io.IOException; see the log");
    }

    @Test
    void aDamagedPointIsRecordedAsFailed() throws Exception {
        store.flip("points/bank/" + point().id() + "/dump-1.00002", 3);

        RunReport report = prove(check("ledger", Outcome.SUCCEEDED));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(point().proof().level()).isEqualTo(Proof.Level.FAILED);
        assertThat(report.find("run-checks").orElseThrow().outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(tables.names()).containsExactly("bank");
    }

    @Test
    void anEnvironmentThatFailsGivesNoVerdict() throws Exception {
        inStore.cutRead(1, 5);

        RunReport report = prove(check("ledger", Outcome.SUCCEEDED));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(point().proof()).isEqualTo(Proof.none());
        assertThat(store.list("points/bank/" + point().id() + "/proofs/").objects())
                .isEmpty();
    }

    @Tag("exhaustive")
    @Test
    void aProofThatDiesAnywhereGivesOneVerdictWhenResumed() throws Exception {
        for (int entry = 1; entry < 100; entry++) {
            Operation<RestoreRequest> proving = proving(check("ledger", Outcome.SUCCEEDED));
            Plan plan = dr.plan(proving, request());
            inJournal.at(Call.APPEND, entry, Fault.CRASH_BEFORE);
            boolean died = false;
            try {
                dr.execute(plan, proving);
            } catch (AssertionError e) {
                throw e;
            } catch (Error crash) {
                died = true;
                inJournal.revive();
            }
            inJournal.forget();
            time.advance(Duration.ofSeconds(10));
            if (!died) {
                assertThat(entry).as("entries of a proof").isGreaterThan(10);
                return;
            }
            if (entry > 1) {
                assertThat(dr.resume(plan.run(), proving(check("ledger", Outcome.SUCCEEDED)))
                                .outcome())
                        .as("died before entry %s", entry)
                        .isEqualTo(Outcome.SUCCEEDED);
                assertThat(store.list("points/bank/" + point().id() + "/proofs/").stream()
                                .filter(proof -> proof.key().contains(plan.run().value())))
                        .as("verdicts of the run that died before entry %s", entry)
                        .hasSize(1);
                assertThat(tables.names()).containsExactly("bank");
            }
        }
    }

    @Test
    void aStrategyThatDoesNotDeclareProveIsRefusedWhilePlanning() {
        RestoreStrategy restoresOnly = new Decorated() {
            @Override
            public Capabilities capabilities() {
                Capabilities all = super.capabilities();
                return new Capabilities(Set.of(Capability.RESTORE_POINT), all.formats(), all.verifiesUpTo(), Map.of());
            }
        };

        assertThatThrownBy(() -> dr.plan(
                        DisasterRecovery.proving(restoresOnly, target.points(), keys.prover(), List.of()), request()))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot restore: the operation declares [RESTORE_POINT] but not PROVE\n"
                        + "Hint: Use a target or strategy that has this ability [DRK-PLAN-002]");
    }

    @Test
    void whatACleanUpStepFindsSaysNothingAboutThePoint() throws Exception {
        RestoreStrategy cannotDrop = new Decorated() {
            @Override
            public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
                return step.is(PlanStep.Trait.CLEAN_UP)
                        ? StepResult.damaged("the drop found something odd")
                        : super.execute(step, context);
            }
        };
        Operation<RestoreRequest> proving =
                DisasterRecovery.proving(cannotDrop, target.points(), keys.prover(), List.of());

        RunReport report = dr.execute(dr.plan(proving, request()), proving);

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(point().proof().level()).isEqualTo(Proof.Level.PROVEN);
    }

    /** A step that says it had nothing to do was not observed to do anything: a comparison without a baseline, say. */
    @Test
    void aStepOfTheRestoreThatWasSkippedProvesNothingAndTheRunSaysSo() throws Exception {
        for (String skipped : List.of("create-database", "compare")) {
            RestoreStrategy skips = new Decorated() {
                @Override
                public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
                    StepResult result = super.execute(step, context);
                    return step.name().equals(skipped) ? StepResult.skipped("there was nothing to do") : result;
                }
            };
            Operation<RestoreRequest> proving = DisasterRecovery.proving(
                    skips, target.points(), keys.prover(), List.of(check("ledger", Outcome.SUCCEEDED)));

            RunReport report = dr.execute(dr.plan(proving, request()), proving);

            assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
            RunReport.Step verdict = report.find("record-verdict").orElseThrow();
            assertThat(verdict.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(verdict.message())
                    .isEqualTo("no verdict: step '" + skipped + "' was SKIPPED but PROVEN needs every step SUCCEEDED");
            assertThat(point().proof()).isEqualTo(Proof.none());
            assertThat(tables.names()).containsExactly("bank");
        }
    }

    @Test
    void aStepThatFoundThePointDamagedCondemnsItThoughAnotherWasSkipped() throws Exception {
        RestoreStrategy both = new Decorated() {
            @Override
            public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
                StepResult result = super.execute(step, context);
                return switch (step.name()) {
                    case "create-database" -> StepResult.skipped("it was there");
                    case "compare" -> StepResult.damaged("a row is missing");
                    default -> result;
                };
            }
        };
        Operation<RestoreRequest> proving = DisasterRecovery.proving(both, target.points(), keys.prover(), List.of());

        dr.execute(dr.plan(proving, request()), proving);

        assertThat(point().proof().level()).isEqualTo(Proof.Level.FAILED);
    }

    /** However many steps run side by side. */
    @Test
    void theChecksWaitForTheWholeRestoreAndTheVerdictForEverything() {
        Plan plan = dr.plan(proving(check("ledger", Outcome.SUCCEEDED)), request());

        assertThat(plan.steps())
                .extracting(PlanStep::name)
                .containsExactly(
                        "create-database", "load-rows", "compare", "run-checks", "drop-database", "record-verdict");
        assertThat(plan.find("run-checks").orElseThrow().after())
                .containsExactlyInAnyOrder("create-database", "load-rows", "compare");
        PlanStep verdict = plan.find("record-verdict").orElseThrow();
        assertThat(verdict.after())
                .containsExactlyInAnyOrder("create-database", "load-rows", "compare", "run-checks", "drop-database");
        assertThat(verdict.traits()).containsExactly(PlanStep.Trait.CLEAN_UP);
    }

    @Test
    void twoChecksOfOneNameAreRefused() {
        assertThatThrownBy(() -> proving(check("ledger", Outcome.SUCCEEDED), check("ledger", Outcome.FAILED)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot prove: two checks are called 'ledger' but each needs a name of its own");
    }

    private RunReport prove(Check... checks) throws InterruptedException {
        Operation<RestoreRequest> proving = proving(checks);
        return dr.execute(dr.plan(proving, request()), proving);
    }

    private Operation<RestoreRequest> proving(Check... checks) {
        return DisasterRecovery.proving(strategy(), target.points(), keys.prover(), List.of(checks));
    }

    private InMemoryRestoreStrategy strategy() {
        return new InMemoryRestoreStrategy(store, target.points(), tables);
    }

    private static RestoreRequest request() {
        return RestoreRequest.of(Selection.latest(), RestoreDestination.besideOriginal("scratch"));
    }

    private RecoveryPoint point() {
        return target.list().points().get(0);
    }

    private static Check check(String name, Outcome outcome) {
        return new Check() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public CheckResult check(RestoredCopy copy, StepContext context) {
                return new CheckResult(outcome, "0.00", "0.01");
            }
        };
    }

    private static Check throwing(String name, Exception thrown) {
        return new Check() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public CheckResult check(RestoredCopy copy, StepContext context) throws Exception {
                throw thrown;
            }
        };
    }

    private class Decorated implements RestoreStrategy {

        @Override
        public String name() {
            return strategy().name();
        }

        @Override
        public Capabilities capabilities() {
            return strategy().capabilities();
        }

        @Override
        public Plan plan(RestoreRequest request, PlanContext context) {
            return strategy().plan(request, context);
        }

        @Override
        public String observe(Precondition precondition, PlanContext context) {
            return strategy().observe(precondition, context);
        }

        @Override
        public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
            return strategy().execute(step, context);
        }

        @Override
        public RestoredCopy open(Plan plan) {
            return strategy().open(plan);
        }
    }
}
