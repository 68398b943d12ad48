package io.github.drkit.testkit.contract;

import io.github.drkit.BackupRequest;
import io.github.drkit.Capabilities;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Precondition;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RestoreStrategy;
import io.github.drkit.RestoredCopy;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryRestoreStrategy;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Strategies that are wrong in one way each. */
class BrokenRestoreStrategyTestCase extends RestoreStrategyContract {

    @RegisterExtension
    private final BrokenBy broken = new BrokenBy();

    private final KeyRing keys = KeyRing.fresh();
    private final AtomicInteger calls = new AtomicInteger();
    private InMemoryTables tables;
    private InMemoryPointStore store;
    private InMemoryBackupTarget target;

    @Override
    protected void makeWorld() throws InterruptedException {
        tables = new InMemoryTables().add("bank", "client", "Ada").add("bank", "loan", "1");
        store = InMemoryPointStore.on(time(), new FaultScript(), 8);
        target = new InMemoryBackupTarget("bank", tables, store, keys, new InMemoryJournal());
        new Rehearsal(time()).execute(target, BackupRequest.manual("world"));
    }

    @Override
    protected RestoreStrategy strategy() {
        return new Broken(new InMemoryRestoreStrategy(store, target.points(), tables));
    }

    @Override
    protected RecoveryPointId point() {
        return target.list().points().get(0).id();
    }

    @Override
    protected RestoreDestination destination() {
        return RestoreDestination.besideOriginal("bank-restored");
    }

    @Override
    protected String world() {
        StringBuilder all = new StringBuilder().append(store.changes());
        tables.names().forEach(name -> all.append(name).append(tables.find(name)));
        return all.toString();
    }

    @Override
    protected String original() {
        return tables.find("bank").map(Object::toString).orElse("");
    }

    @Override
    protected String restored() {
        return tables.find("bank-restored").map(Object::toString).orElse("");
    }

    @Override
    protected void occupyDestination() {
        tables.add("bank-restored", "theirs", "row");
    }

    @Override
    protected void damagePoint() {
        store.flip("points/bank/" + point() + "/dump-1.00002", 7);
    }

    @Override
    protected Set<String> secrets() {
        return Set.of("hunter2");
    }

    private final class Broken implements RestoreStrategy {

        private final InMemoryRestoreStrategy strategy;

        Broken(InMemoryRestoreStrategy strategy) {
            this.strategy = strategy;
        }

        @Override
        public String name() {
            return strategy.name();
        }

        @Override
        public Capabilities capabilities() {
            Capabilities declared = strategy.capabilities();
            return broken.is("RST-001")
                    ? new Capabilities(declared.able(), Set.of(), declared.verifiesUpTo(), declared.meanings())
                    : declared;
        }

        @Override
        public Plan plan(RestoreRequest request, PlanContext context) {
            if (broken.is("RST-002")) {
                tables.add("probe", "can", "write");
            }
            Plan plan;
            try {
                plan = strategy.plan(request, context);
            } catch (NotFoundException e) {
                if (!broken.is("RST-011")) {
                    throw e;
                }
                plan = strategy.plan(RestoreRequest.of(Selection.point(point()), request.destination()), context);
            } catch (RequestRefusedException e) {
                if (!broken.is("RST-008")) {
                    throw e;
                }
                plan = strategy.plan(
                        RestoreRequest.of(request.selection(), RestoreDestination.besideOriginal("elsewhere")),
                        context);
            }
            List<Precondition> preconditions = new ArrayList<>(plan.preconditions());
            if (broken.is("RST-003")) {
                preconditions.add(new Precondition("call", "plan", String.valueOf(calls.incrementAndGet())));
            }
            if (broken.is("RST-009")) {
                preconditions.removeIf(precondition -> precondition.name().equals("database"));
            }
            List<PlanStep> steps = new ArrayList<>(plan.steps());
            if (broken.is("RST-009")) {
                steps.replaceAll(step -> with(step, Set.of(), step.inverse()));
            }
            if (broken.is("RST-017")) {
                steps.removeIf(step -> step.is(Trait.ON_FAILURE));
                steps.replaceAll(step -> with(step, step.changes(), ""));
            }
            boolean latest = request.selection().equals(Selection.latest());
            return new Plan(
                    plan.run(),
                    plan.kind(),
                    broken.is("RST-004") && latest ? "latest" : plan.subject(),
                    plan.request(),
                    preconditions,
                    steps,
                    plan.remarks(),
                    plan.estimate());
        }

        @Override
        public String observe(Precondition precondition, PlanContext context) {
            if (broken.is("RST-005")) {
                tables.add("probe", "can", "write");
            }
            return precondition.name().equals("call") ? precondition.value() : strategy.observe(precondition, context);
        }

        @Override
        public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
            if (broken.is("RST-006") && !step.name().equals("create-database")) {
                return StepResult.succeeded("pg_restore wrote warnings");
            }
            if (broken.is("RST-007") && step.name().equals("load-rows")) {
                tables.add("bank", "client", "a row of the rehearsal");
            }
            if (broken.is("RST-013") && context.attempt() > 1) {
                return StepResult.failed("it exists already");
            }
            if (broken.is("RST-014")) {
                try {
                    new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    return StepResult.failed("cancelled");
                }
            }
            if (broken.is("RST-015") && step.is(Trait.CLEAN_UP)) {
                return StepResult.succeeded("left for the night");
            }
            try {
                StepResult result = strategy.execute(step, context);
                return broken.is("RST-018")
                        ? StepResult.succeeded(result.message() + " as root:hunter2", result.facts())
                        : result;
            } catch (IntegrityException damaged) {
                if (broken.is("RST-012")) {
                    return StepResult.failed("something went wrong");
                }
                throw damaged;
            }
        }

        @Override
        public RestoredCopy open(Plan plan) {
            RestoredCopy copy = strategy.open(plan);
            return new RestoredCopy() {
                @Override
                public Set<String> databases() {
                    return copy.databases();
                }

                @Override
                public DataSource database(String original) {
                    return copy.database(original);
                }

                @Override
                public void close() {
                    copy.close();
                    if (broken.is("RST-016")) {
                        tables.drop("bank-restored");
                    }
                }
            };
        }

        private static PlanStep with(PlanStep step, Set<String> changes, String inverse) {
            return new PlanStep(
                    step.name(),
                    step.title(),
                    step.owner(),
                    step.effect(),
                    step.traits(),
                    step.after(),
                    changes,
                    step.parameters(),
                    step.commands(),
                    inverse);
        }
    }
}
