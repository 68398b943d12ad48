package io.github.drkit.testkit.contract;

import io.github.drkit.BackupTarget;
import io.github.drkit.Capabilities;
import io.github.drkit.Capability;
import io.github.drkit.Catalog;
import io.github.drkit.Effect;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.TargetId;
import io.github.drkit.TargetRequest;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.journal.Journal;
import io.github.drkit.lease.LeasedOperation;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Targets that are wrong in one way each. */
class BrokenBackupTargetTestCase extends BackupTargetContract {

    @RegisterExtension
    private final BrokenBy broken = new BrokenBy();

    private final KeyRing keys = KeyRing.fresh();
    private final AtomicInteger calls = new AtomicInteger();
    private InMemoryTables tables;
    private InMemoryPointStore store;
    private boolean sourceIsBroken;

    @Override
    protected void makeWorld() {
        tables = new InMemoryTables().add("bank", "client", "Ada").add("bank", "loan", "1");
        store = InMemoryPointStore.on(time(), new FaultScript(), 8);
        sourceIsBroken = false;
    }

    @Override
    protected BackupTarget target(Journal journal) {
        return new Broken(new InMemoryBackupTarget("bank", tables, store, keys, journal));
    }

    @Override
    protected String world() {
        return tables.changes() + " " + store.changes();
    }

    @Override
    protected void breakSource() {
        sourceIsBroken = true;
    }

    @Override
    protected void damage(RecoveryPoint point) {
        store.flip("points/bank/" + point.id() + "/dump-1.00002", 7);
    }

    @Override
    protected Set<String> secrets() {
        return Set.of("hunter2");
    }

    private final class Broken implements BackupTarget, LeasedOperation {

        private final InMemoryBackupTarget target;
        private boolean dumpedByThisProcess;

        Broken(InMemoryBackupTarget target) {
            this.target = target;
        }

        @Override
        public TargetId id() {
            return broken.is("TGT-001") ? TargetId.of("bank-" + calls.incrementAndGet()) : target.id();
        }

        @Override
        public Capabilities capabilities() {
            Capabilities all = target.capabilities();
            return broken.is("TGT-016")
                    ? new Capabilities(
                            Set.of(Capability.BACK_UP, Capability.VERIFY), all.formats(), all.verifiesUpTo(), Map.of())
                    : all;
        }

        @Override
        public Optional<String> lease(Plan plan) {
            return target.lease(plan);
        }

        @Override
        public void fence(RunId lost, RunId by) {
            if (!broken.is("TGT-019")) {
                target.fence(lost, by);
            }
        }

        @Override
        public Catalog list() {
            if (broken.is("TGT-008")) {
                store.overwrite("probe", new byte[1]);
            }
            return target.list();
        }

        @Override
        public Plan plan(TargetRequest request, PlanContext context) {
            if (broken.is("TGT-002")) {
                store.overwrite("probe", new byte[1]);
            }
            Plan plan;
            try {
                plan = target.plan(request, context);
            } catch (NotFoundException e) {
                if (!broken.is("TGT-015")) {
                    throw e;
                }
                plan = new Plan(
                        context.run(),
                        request.kind(),
                        "nobody",
                        request.describe(),
                        List.of(),
                        List.of(PlanStep.named("look", "Look", Effect.READ_ONLY).build()),
                        List.of(),
                        Optional.empty());
            }
            List<Precondition> preconditions = new ArrayList<>(plan.preconditions());
            if (broken.is("TGT-003")) {
                preconditions.add(new Precondition("call", "plan", String.valueOf(calls.incrementAndGet())));
            }
            List<PlanStep> steps = broken.is("TGT-006")
                    ? plan.steps().stream().map(Broken::readOnly).toList()
                    : plan.steps();
            return new Plan(
                    plan.run(),
                    plan.kind(),
                    plan.subject(),
                    broken.is("TGT-004") ? Map.of() : plan.request(),
                    preconditions,
                    steps,
                    plan.remarks(),
                    plan.estimate());
        }

        @Override
        public String observe(Precondition precondition, PlanContext context) {
            if (precondition.name().equals("call")) {
                return precondition.value();
            }
            if (broken.is("TGT-005")) {
                store.overwrite("probe", new byte[1]);
            }
            return target.observe(precondition, context);
        }

        @Override
        public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
            if (sourceIsBroken && !broken.is("TGT-010") && step.name().equals("dump")) {
                return StepResult.failed("the source broke off");
            }
            if (broken.is("TGT-007") && step.name().equals("commit")) {
                return StepResult.succeeded("nothing was thrown");
            }
            if (broken.is("TGT-011")) {
                dumpedByThisProcess |= step.name().equals("dump");
                if (step.name().equals("commit") && !dumpedByThisProcess) {
                    return StepResult.failed("what the dump came to stood in a field");
                }
            }
            if (broken.is("TGT-012")) {
                try {
                    new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    return StepResult.failed("cancelled");
                }
            }
            if (broken.is("TGT-013") && step.name().equals("verify")) {
                return StepResult.succeeded("looks good");
            }
            if (broken.is("TGT-017") && step.name().startsWith("collect-")) {
                store.list("points/").objects().forEach(store::delete);
                return StepResult.succeeded("all clean");
            }
            StepResult result = target.execute(step, context);
            if (broken.is("TGT-014") && step.name().equals("verify")) {
                return StepResult.succeeded("a warning was printed");
            }
            if (broken.is("TGT-018")) {
                return StepResult.succeeded(result.message() + " as root:hunter2", result.facts());
            }
            return result;
        }

        private static PlanStep readOnly(PlanStep step) {
            return new PlanStep(
                    step.name(),
                    step.title(),
                    step.owner(),
                    Effect.READ_ONLY,
                    step.traits(),
                    step.after(),
                    step.changes(),
                    step.parameters(),
                    step.commands(),
                    step.inverse());
        }
    }
}
