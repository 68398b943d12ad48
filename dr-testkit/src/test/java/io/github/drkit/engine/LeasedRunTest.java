package io.github.drkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Effect;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.RunId;
import io.github.drkit.StepResult;
import io.github.drkit.TimeSource;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.PlanStaleException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.journal.JournalEntry.Kind;
import io.github.drkit.journal.StoreJournal;
import io.github.drkit.lease.Lease;
import io.github.drkit.lease.StoreLeases;
import io.github.drkit.lease.Tenure;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.RecordingListener;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LeasedRunTest {

    private static final Duration TERM = Duration.ofMinutes(5);
    private static final RunId OTHER = RunId.of("other-run");

    private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:00Z");
    private final FaultScript faults = new FaultScript();
    private final AtomicInteger writers = new AtomicInteger();
    private final StoreLeases leases = StoreLeases.in(
            InMemoryPointStore.on(time, faults, 1 << 20), TERM, () -> "writer-" + writers.incrementAndGet());
    private final InMemoryJournal journal = new InMemoryJournal();
    private final RecordingListener listener = new RecordingListener();
    private final AtomicInteger ids = new AtomicInteger();
    private final ScriptedOperation script = new ScriptedOperation();
    private final LeasedScript operation = new LeasedScript(script);

    @Test
    void aRunHoldsItsLeaseFromBeforeItBeginsUntilItHasEnded() throws Exception {
        AtomicReference<Optional<Tenure>> during = new AtomicReference<>(Optional.empty());
        script.precondition("world", () -> {
            during.set(leases.find("bank"));
            return "as it was";
        });
        script.step(step("a"), context -> StepResult.succeeded("held: " + leases.find("bank")));

        RunReport report = execute();

        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        Tenure held = new Tenure("bank", report.run(), 1, TERM);
        assertThat(during.get()).as("who held it while preconditions were read").contains(held);
        assertThat(report.find("a").orElseThrow().message()).isEqualTo("held: " + Optional.of(held));
        assertThat(leases.find("bank")).as("who holds it after the run").isEmpty();
        assertThat(report.remarks()).containsExactly("began under lease 'bank' with token 1");
        assertThat(listener.events(RecoveryEvent.LeaseAcquired.class))
                .containsExactly(new RecoveryEvent.LeaseAcquired(report.run(), now(), "bank", 1, List.of()));
    }

    @Test
    void leasesAndJournalMayLieInTheStoreOfThePoints() throws Exception {
        InMemoryPointStore store = InMemoryPointStore.on(TimeSource.system());
        script.step(step("a"), ok());
        // tag::engine
        StoreLeases leases = StoreLeases.in(store, Duration.ofMinutes(5));
        DisasterRecovery dr =
                DisasterRecovery.builder(StoreJournal.in(store)).leases(leases).build();
        // end::engine

        RunReport report = dr.execute(dr.plan(operation, ScriptedOperation.REQUEST), operation);

        assertThat(report.remarks()).containsExactly("began under lease 'bank' with token 1");
        assertThat(leases.find("bank")).isEmpty();
    }

    @Test
    void aRunWhoseLeaseAnotherHoldsBeginsNothing() {
        script.step(step("a"), ok());
        Lease other = leases.acquire("bank", OTHER).orElseThrow();
        Plan plan = engine().plan(operation, ScriptedOperation.REQUEST);

        assertThatThrownBy(() -> engine().execute(plan, operation))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot execute plan '20261122t020000z-x1': lease 'bank' is held by run 'other-run' with"
                        + " token 1 but must be free\nHint: Is that run alive? It gives the lease up when it ends. One"
                        + " that died loses it PT5M after its last renewal: resume it then, or plan again, which takes"
                        + " the lease over [DRK-LEASE-004]");

        assertThat(journal.runs()).isEmpty();
        assertThat(script.executed()).isEmpty();
        other.renew();
    }

    @Test
    void whoeverWasQuickerIsNotAlwaysKnown() {
        script.step(step("a"), ok());
        leases.acquire("bank", OTHER);
        Plan plan = engine().plan(operation, ScriptedOperation.REQUEST);
        DisasterRecovery dr = builder(journal)
                .leases(new ScriptedLeases() {
                    @Override
                    public Optional<Lease> acquire(String lease, RunId holder) {
                        return Optional.empty();
                    }
                })
                .build();

        assertThatThrownBy(() -> dr.execute(plan, operation))
                .hasMessage("Cannot execute plan '20261122t020000z-x1': lease 'bank' is held by another run, which was"
                        + " quicker, but must be free\nHint: Is that run alive? It gives the lease up when it ends. One"
                        + " that died loses it a term after its last renewal: resume it then, or plan again, which takes"
                        + " the lease over [DRK-LEASE-004]");
    }

    @Test
    void aPlanThatRequiresALeaseIsRefusedWhereNoneAreKept() throws Exception {
        script.step(step("a"), ok());
        DisasterRecovery dr = DisasterRecovery.builder(journal)
                .time(time)
                .ids(() -> "x" + ids.incrementAndGet())
                .build();
        Plan plan = dr.plan(operation, ScriptedOperation.REQUEST);

        assertThatThrownBy(() -> dr.execute(plan, operation.required()))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot execute plan '20261122t020000z-x1': this engine keeps no leases but to rehearse takes"
                                + " lease 'bank'\nHint: Give the builder leases, such as StoreLeases in the store of the points"
                                + " [DRK-LEASE-005]");
        assertThat(journal.runs()).isEmpty();

        assertThat(dr.execute(plan, new LeasedScript(script)).outcome())
                .as("one that does not require it")
                .isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void oneThatLostTheLeaseIsFencedAndStoppedBeforeTheNextBegins() throws Exception {
        RunId lost = crashed();
        time.advance(TERM.plusSeconds(1));
        AtomicReference<List<RunId>> fencedBefore = new AtomicReference<>(List.of());
        script.precondition("world", () -> {
            fencedBefore.set(operation.fenced());
            return "as it was";
        });

        RunReport report = execute();

        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(fencedBefore.get()).containsExactly(lost);
        assertThat(last(lost).kind()).isEqualTo(Kind.RUN_TAKEN_OVER);
        assertThat(last(lost).text()).isEqualTo("lost the lease to run '" + report.run() + "'");
        assertThat(report.remarks())
                .containsExactly("began under lease 'bank' with token 3; kept from committing by it: " + lost);
        assertThat(listener.events(RecoveryEvent.LeaseAcquired.class))
                .extracting(RecoveryEvent.LeaseAcquired::fenced)
                .containsExactly(List.of(), List.of(lost));
        assertThatThrownBy(() -> engine().resume(lost, operation)).hasMessageContaining("DRK-RUN-005");
        execute();
        assertThat(operation.fenced()).as("fenced by the run after that").containsExactly(lost);
    }

    @Test
    void oneThatCannotBeFencedKeepsTheNextFromBeginningAndIsPassedOn() throws Exception {
        RunId lost = crashed();
        time.advance(TERM.plusSeconds(1));
        operation.beforeFencing(() -> {
            throw new TargetUnavailableException("DRK-TEST-001", "Cannot fence", "Wait");
        });
        Plan plan = engine().plan(operation, ScriptedOperation.REQUEST);

        assertThatThrownBy(() -> engine().execute(plan, operation))
                .hasMessage("Cannot fence\nHint: Wait [DRK-TEST-001]");

        assertThat(journal.entries(plan.run())).isEmpty();
        operation.beforeFencing(() -> {});
        execute();
        assertThat(operation.fenced()).containsExactly(lost);
    }

    @Test
    void oneThatWritesIntoItsJournalWhileItIsStoppedIsStoppedAtTheNextEntry() throws Exception {
        RunId lost = crashed();
        time.advance(TERM.plusSeconds(1));
        AtomicInteger collisions = new AtomicInteger(3);
        Journal busy = new RelayedJournal(journal) {
            @Override
            public void append(JournalEntry entry) {
                if (entry.run().equals(lost) && collisions.getAndDecrement() > 0) {
                    super.append(new JournalEntry(
                            lost,
                            entry.sequence(),
                            now(),
                            Kind.STEP_NOTED,
                            "a",
                            1,
                            Optional.empty(),
                            "n",
                            java.util.Map.of()));
                }
                super.append(entry);
            }
        };

        builder(busy).build().execute(builder(busy).build().plan(operation, ScriptedOperation.REQUEST), operation);

        assertThat(last(lost).kind()).isEqualTo(Kind.RUN_TAKEN_OVER);
    }

    @Test
    void aDamagedJournalOfALostRunKeepsNobodyFromBackingUp() throws Exception {
        RunId lost = crashed();
        time.advance(TERM.plusSeconds(1));
        journal.lose(lost, 2);

        assertThat(execute().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(operation.fenced()).containsExactly(lost);
    }

    @Test
    void aSleeperThatLostItsLeaseStopsAsUnknownAndCleansNothingUp() throws Exception {
        // Journals on the two hosts' own disks: nothing but the lease tells the sleeper.
        InMemoryJournal elsewhere = new InMemoryJournal();
        script.step(step("a"), context -> {
                    if (operation.fenced().isEmpty()) {
                        time.advance(TERM.plusSeconds(1));
                        leases.acquire("bank", OTHER);
                    }
                    return StepResult.failed("woke up and failed");
                })
                .step(step("b").after("a"), ok())
                .step(step("undo").traits(Trait.ON_FAILURE), ok())
                .step(step("tidy").traits(Trait.CLEAN_UP), ok());

        DisasterRecovery dr = builder(elsewhere).listener(listener).build();
        RunReport report = dr.execute(dr.plan(operation, ScriptedOperation.REQUEST), operation);

        String reason = "Cannot go on under lease 'bank' held by run '" + report.run()
                + "' with token 1: another run has" + " taken it in memory://store but it must be held [DRK-LEASE-001]";
        assertThat(report.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(script.executed()).containsExactly("a");
        assertThat(report.remarks()).containsExactly("began under lease 'bank' with token 1", "stopped: " + reason);
        assertThat(listener.events(RecoveryEvent.LeaseLost.class))
                .containsExactly(new RecoveryEvent.LeaseLost(report.run(), now(), "bank", reason));
        assertThat(leases.find("bank").map(Tenure::holder)).contains(OTHER);
    }

    @Test
    void aSleeperWhoseJournalIsTakenOverStopsThere() throws Exception {
        ScriptedOperation next = new ScriptedOperation().step(step("c"), ok());
        script.step(step("a"), context -> {
                    time.advance(TERM.plusSeconds(1));
                    LeasedScript other = new LeasedScript(next);
                    engine().execute(engine().plan(other, ScriptedOperation.REQUEST), other);
                    return StepResult.succeeded("woke up");
                })
                .step(step("b").after("a"), ok());
        Plan plan = engine().plan(operation, ScriptedOperation.REQUEST);

        assertThatThrownBy(() -> engine().execute(plan, operation))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("DRK-RUN-001");

        assertThat(script.executed()).containsExactly("a");
        assertThat(next.executed()).containsExactly("c");
        assertThat(engine().report(plan.run()).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aStepThatWaitsForHoursKeepsTheLease() throws Exception {
        script.step(step("restore"), context -> {
            for (int hour = 0; hour < 4; hour++) {
                context.time().sleep(Duration.ofHours(1));
                assertThat(leases.acquire("bank", OTHER))
                        .as("what another is given")
                        .isEmpty();
            }
            return StepResult.succeeded("restored at " + context.time().now());
        });

        RunReport report = execute();

        assertThat(report.find("restore").orElseThrow().message()).isEqualTo("restored at 2026-11-22T06:00:00Z");
        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(report.duration()).isEqualTo(Duration.ofHours(4));
    }

    @Test
    void aStepThatWaitsIsInterruptedWhenTheLeaseIsLost() throws Exception {
        script.step(step("restore"), context -> {
            context.time().sleep(TERM.dividedBy(3));
            return StepResult.succeeded("never comes here");
        });
        ScriptedLeases taken = new ScriptedLeases();
        taken.loseAtRenewal(2);
        DisasterRecovery dr = builder(journal).leases(taken).build();

        RunReport report = dr.execute(dr.plan(operation, ScriptedOperation.REQUEST), operation);

        assertThat(report.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(report.find("restore").orElseThrow().message())
                .isEqualTo("interrupted before its effect was observed");
        assertThat(taken.told()).as("a lost lease is not given up").isEmpty();
    }

    @Test
    void aStepThatBlocksWithoutAClockIsKeptByTheEngine() throws Exception {
        CountDownLatch hours = new CountDownLatch(1);
        PacedTime paced = new PacedTime(time, 40, hours);
        script.step(step("dump"), context -> {
            hours.await();
            return StepResult.succeeded("held: " + leases.find("bank").isPresent());
        });
        DisasterRecovery dr = builder(journal).time(paced).build();

        RunReport report = dr.execute(dr.plan(operation, ScriptedOperation.REQUEST), operation);

        assertThat(report.find("dump").orElseThrow().message()).isEqualTo("held: true");
        assertThat(report.duration()).isEqualTo(TERM.dividedBy(6).multipliedBy(40));
        assertThat(faults.count(Call.CREATE))
                .as("taken, checked, renewed each third, released")
                .isEqualTo(1 + 1 + 20 + 1);
    }

    @Test
    void aStepThatBlocksIsCancelledWhenTheLeaseIsLost() throws Exception {
        PacedTime paced = new PacedTime(time, 40, new CountDownLatch(1));
        script.step(step("dump"), context -> {
            new CountDownLatch(1).await();
            return StepResult.succeeded("never comes here");
        });
        ScriptedLeases taken = new ScriptedLeases();
        taken.loseAtRenewal(4);
        DisasterRecovery dr = builder(journal).leases(taken).time(paced).build();

        RunReport report = dr.execute(dr.plan(operation, ScriptedOperation.REQUEST), operation);

        assertThat(report.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(report.duration()).as("when it noticed").isEqualTo(TERM);
    }

    @Test
    void aMediumThatDoesNotAnswerIsAskedAgainWithinTheTerm() throws Exception {
        script.step(step("a"), ok());
        Plan plan = engine().plan(operation, ScriptedOperation.REQUEST);
        // The lease is taken by the first create; the second, third and fourth would renew it before the step.
        faults.at(Call.CREATE, 2, Fault.FAIL)
                .at(Call.CREATE, 3, Fault.LOSE_REQUEST)
                .at(Call.CREATE, 4, Fault.FAIL);

        RunReport report = engine().execute(plan, operation);

        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(report.duration()).isEqualTo(TERM.dividedBy(2));
    }

    @Test
    void aLeaseThatCannotBeRenewedForItsTermIsNotHeld() throws Exception {
        script.step(step("a"), ok());
        Plan plan = engine().plan(operation, ScriptedOperation.REQUEST);
        for (int call = 2; call < 20; call++) {
            faults.at(Call.CREATE, call, Fault.FAIL);
        }

        RunReport report = engine().execute(plan, operation);

        assertThat(report.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(script.executed()).isEmpty();
        assertThat(report.duration()).isEqualTo(TERM);
        assertThat(report.remarks().get(1))
                .startsWith("stopped: Cannot go on under lease 'bank' held by run '" + plan.run() + "' with token 1: it"
                        + " could not be renewed for PT5M but must be known to be held; Cannot create '")
                .endsWith("[DRK-LEASE-006]");
    }

    @Test
    void aRunThatEndsUnknownLeavesTheLeaseFreeAndIsFencedByTheNextUnlessItIsResumed() throws Exception {
        script.step(
                step("a"),
                context -> context.attempt() == 1
                        ? StepResult.unknown("the answer was lost")
                        : StepResult.succeeded("it was done"));
        RunReport first = execute();
        assertThat(first.outcome()).isEqualTo(Outcome.UNKNOWN);

        assertThat(engine().resume(first.run(), operation).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(operation.fenced()).isEmpty();
        RunReport second = execute();
        assertThat(operation.fenced()).as("after the first was resumed").isEmpty();

        execute();

        assertThat(operation.fenced()).containsExactly(second.run());
    }

    @Test
    void aRunThatFailedIsNotFenced() throws Exception {
        script.step(step("a"), context -> StepResult.failed("no space"));
        execute();

        execute();

        assertThat(operation.fenced()).isEmpty();
    }

    @Test
    void anInterruptedRunAbandonsItsLease() throws Exception {
        Thread caller = Thread.currentThread();
        script.step(step("a"), context -> {
            if (operation.fenced().isEmpty()) {
                caller.interrupt();
                new CountDownLatch(1).await();
            }
            return StepResult.succeeded("done");
        });
        Plan plan = engine().plan(operation, ScriptedOperation.REQUEST);
        assertThatThrownBy(() -> engine().execute(plan, operation)).isInstanceOf(InterruptedException.class);

        execute();

        assertThat(operation.fenced()).containsExactly(plan.run());
    }

    @Test
    void aStalePlanGivesTheLeaseBackInOrder() throws Exception {
        AtomicInteger world = new AtomicInteger();
        script.precondition("world", () -> String.valueOf(world.get() / 2)).step(step("a"), ok());
        world.set(1);
        Plan plan = engine().plan(operation, ScriptedOperation.REQUEST);
        world.set(2);

        assertThatThrownBy(() -> engine().execute(plan, operation)).isInstanceOf(PlanStaleException.class);

        assertThat(execute().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(operation.fenced()).isEmpty();
    }

    @Test
    void aRunTakenUpAgainWhoseWorldHasChangedStaysOwed() throws Exception {
        AtomicInteger world = new AtomicInteger();
        script.precondition("world", () -> String.valueOf(world.get()))
                .step(step("a"), context -> StepResult.unknown("the answer was lost"));
        RunReport unknown = execute();
        world.set(1);
        assertThatThrownBy(() -> engine().resume(unknown.run(), operation)).isInstanceOf(PlanStaleException.class);

        execute();

        assertThat(operation.fenced()).containsExactly(unknown.run());
    }

    @Test
    void aRunThatDiedIsTakenUpAgainOnlyWhenItsTermIsOver() throws Exception {
        RunId died = crashed();

        assertThatThrownBy(() -> engine().resume(died, operation))
                .hasMessageContaining("is held by run '" + died + "' with token 1 but must be free");
        time.advance(TERM.plusSeconds(1));

        assertThat(engine().resume(died, operation).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(operation.fenced()).isEmpty();
    }

    @Test
    void aLeaseThatCannotBeGivenUpChangesNothingOfHowTheRunEnded() throws Exception {
        script.step(step("a"), context -> {
            faults.at(Call.CREATE, 1, Fault.FAIL);
            return StepResult.succeeded("done");
        });

        assertThat(execute().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(leases.find("bank")).isPresent();
    }

    /** A run whose process died in its step 'a', which succeeds from then on. */
    private RunId crashed() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        script.step(step("a"), context -> {
            if (calls.getAndIncrement() == 0) {
                throw new Died();
            }
            return StepResult.succeeded("done");
        });
        Plan plan = engine().plan(operation, ScriptedOperation.REQUEST);
        assertThatThrownBy(() -> engine().execute(plan, operation)).isInstanceOf(Died.class);
        return plan.run();
    }

    private RunReport execute() throws InterruptedException {
        DisasterRecovery dr = engine();
        return dr.execute(dr.plan(operation, ScriptedOperation.REQUEST), operation);
    }

    private DisasterRecovery engine() {
        return builder(journal).listener(listener).build();
    }

    private DisasterRecovery.Builder builder(Journal kept) {
        return DisasterRecovery.builder(kept)
                .time(time)
                .ids(() -> "x" + ids.incrementAndGet())
                .leases(leases);
    }

    private JournalEntry last(RunId run) {
        List<JournalEntry> entries = journal.entries(run);
        return entries.get(entries.size() - 1);
    }

    private Instant now() {
        return time.now();
    }

    private static ScriptedOperation.Action ok() {
        return context -> StepResult.succeeded("done");
    }

    private static PlanStep.Builder step(String name) {
        return PlanStep.named(name, "Do " + name, Effect.NAMED);
    }

    /** Nothing that catches exceptions survives it. */
    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static class RelayedJournal implements Journal {

        private final Journal journal;

        RelayedJournal(Journal journal) {
            this.journal = journal;
        }

        @Override
        public void append(JournalEntry entry) {
            journal.append(entry);
        }

        @Override
        public List<JournalEntry> entries(RunId run) {
            return journal.entries(run);
        }

        @Override
        public List<RunId> runs() {
            return journal.runs();
        }
    }

    /** Work that lasts: each wait for it passes without an end, until the last one lets it end. */
    private static final class PacedTime implements TimeSource {

        private final VirtualTime time;
        private final CountDownLatch last;
        private int left;

        PacedTime(VirtualTime time, int waits, CountDownLatch last) {
            this.time = time;
            this.left = waits;
            this.last = last;
        }

        @Override
        public Instant now() {
            return time.now();
        }

        @Override
        public long elapsedNanos() {
            return time.elapsedNanos();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            time.sleep(duration);
        }

        @Override
        public <T> Optional<T> await(BlockingQueue<T> done, Duration atMost) throws InterruptedException {
            if (left > 0) {
                left--;
                time.advance(atMost);
                return Optional.empty();
            }
            last.countDown();
            return time.await(done, atMost);
        }
    }
}
