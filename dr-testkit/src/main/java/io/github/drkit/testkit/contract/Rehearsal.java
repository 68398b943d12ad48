package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Operation;
import io.github.drkit.Plan;
import io.github.drkit.PlanRequest;
import io.github.drkit.TimeSource;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.event.RecoveryListener;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryJournal;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Runs operations in engines that die, are interrupted and take up again, over one journal. */
final class Rehearsal {

    /** Beyond the entries of any plan a contract meets. */
    static final int MANY = 200;

    private final FaultScript faults = new FaultScript();
    private final InMemoryJournal journal = new InMemoryJournal(faults);
    private final AtomicInteger ids = new AtomicInteger();
    private final TimeSource time;

    Rehearsal(TimeSource time) {
        this.time = time;
    }

    Journal journal() {
        return journal;
    }

    DisasterRecovery engine(RecoveryListener... listeners) {
        // One step at a time, so that the moment of a crash is the same each time.
        DisasterRecovery.Builder builder = DisasterRecovery.builder(journal)
                .time(time)
                .ids(() -> "c" + ids.incrementAndGet())
                .sideBySide(1);
        List.of(listeners).forEach(builder::listener);
        return builder.build();
    }

    <R extends PlanRequest> RunReport execute(Operation<R> operation, R request) throws InterruptedException {
        DisasterRecovery dr = engine();
        return dr.execute(dr.plan(operation, request), operation);
    }

    /** Executes a plan in a process that dies at a journal entry, counted from 1; tells whether it came that far. */
    boolean executeUntil(int entry, Fault crash, Plan plan, Operation<?> operation) throws InterruptedException {
        faults.at(Call.APPEND, entry, crash);
        try {
            engine().execute(plan, operation);
        } catch (AssertionError e) {
            throw e;
        } catch (Error died) {
            faults.revive();
            return true;
        }
        faults.forget();
        return false;
    }

    /** Goes on in a new process, wherever the old one died, and returns how it ended. */
    RunReport goOn(Plan plan, Supplier<? extends Operation<?>> operation) throws InterruptedException {
        try {
            return engine().resume(plan.run(), operation.get());
        } catch (NotFoundException notBegun) {
            return engine().execute(plan, operation.get());
        } catch (RequestRefusedException ended) {
            assertThat(ended.code().value()).as("why the run is not resumed").isEqualTo("DRK-RUN-005");
            return engine().report(plan.run());
        }
    }

    /** Executes a plan whose caller is interrupted as soon as the n-th step has begun; tells whether there was one. */
    boolean interruptAt(int step, Plan plan, Operation<?> operation) {
        Thread caller = Thread.currentThread();
        AtomicInteger begun = new AtomicInteger();
        RecoveryListener interrupts = event -> {
            if (event instanceof RecoveryEvent.StepBegun && begun.incrementAndGet() == step) {
                caller.interrupt();
            }
        };
        try {
            engine(interrupts).execute(plan, operation);
        } catch (InterruptedException e) {
            return true;
        }
        Thread.interrupted();
        return begun.get() >= step;
    }

    /** Everything the engine wrote down or would show of a run. */
    String traces(Plan plan) {
        StringBuilder all = new StringBuilder(plan.toString()).append(plan.render());
        for (JournalEntry entry : journal.entries(plan.run())) {
            all.append(entry);
        }
        RunReport report = engine().report(plan.run());
        return all.append(report.toJson()).append(report.toMarkdown()).toString();
    }
}
