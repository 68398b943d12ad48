package io.github.drkit.aws;

import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanRequest;
import io.github.drkit.PlanStep;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryJournal;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Engines over one journal, as processes that follow each other. */
final class RdsBench {

    final FaultScript faults = new FaultScript();
    final InMemoryJournal journal = new InMemoryJournal(faults);
    private final AtomicInteger ids = new AtomicInteger();
    private final VirtualTime time;
    private final Runnable newLife;

    RdsBench(RdsWorld world) {
        this(world.aws.time, world.script()::revive);
    }

    /** Of runs at another server: {@code newLife} lets it take calls again after a process died. */
    RdsBench(VirtualTime time, Runnable newLife) {
        this.time = time;
        this.newLife = newLife;
    }

    DisasterRecovery engine() {
        return DisasterRecovery.builder(journal)
                .time(time)
                .ids(() -> "b" + ids.incrementAndGet())
                .sideBySide(1)
                .build();
    }

    <R extends PlanRequest> RunReport run(Operation<R> operation, R request) throws InterruptedException {
        DisasterRecovery dr = engine();
        return dr.execute(dr.plan(operation, request), operation);
    }

    /** Executes a plan, and goes on in new processes, as long as it dies or ends UNKNOWN, at most so often. */
    RunReport goOn(Plan plan, Supplier<? extends Operation<?>> operation, int processes) throws InterruptedException {
        RunReport report = null;
        for (int process = 0; process < processes; process++) {
            try {
                report = journal.entries(plan.run()).isEmpty()
                        ? engine().execute(plan, operation.get())
                        : engine().resume(plan.run(), operation.get());
            } catch (FakeAws.ProcessDied died) {
                newLife.run();
                faults.revive();
                continue;
            } catch (RequestRefusedException ended) {
                if (!ended.code().value().equals("DRK-RUN-005")) {
                    throw ended;
                }
                return engine().report(plan.run());
            } catch (AssertionError e) {
                throw e;
            } catch (Error died) {
                newLife.run();
                faults.revive();
                continue;
            }
            if (report.outcome() != Outcome.UNKNOWN) {
                return report;
            }
        }
        return report == null ? engine().report(plan.run()) : report;
    }

    static String remarks(Plan plan) {
        return String.join("\n", plan.remarks().stream().map(Plan.Remark::text).toList());
    }

    static PlanStep step(Plan plan, String name) {
        return plan.find(name).orElseThrow();
    }
}
