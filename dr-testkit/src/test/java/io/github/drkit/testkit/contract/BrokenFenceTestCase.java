package io.github.drkit.testkit.contract;

import io.github.drkit.PlanStep;
import io.github.drkit.StepContext;
import io.github.drkit.cutover.Change;
import io.github.drkit.cutover.Fence;
import io.github.drkit.cutover.Standing;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A fence that is wrong in one way each. */
class BrokenFenceTestCase extends FenceContract {

    private static final String SECRET = "hunter2";

    @RegisterExtension
    private final BrokenBy broken = new BrokenBy();

    private FaultScript faults = new FaultScript();
    private InMemoryServer server = new InMemoryServer("old", faults);
    private int session;
    private int calls;

    @Override
    protected void makeWorld() {
        faults = new FaultScript();
        server = new InMemoryServer("old", faults).admit("app").admit("batch").lockOut("retired");
    }

    @Override
    protected Fence fence() {
        return new Broken(server.fence());
    }

    @Override
    protected String world() {
        return server.roles().toString();
    }

    @Override
    protected boolean writesAnew() {
        return server.connect("app")
                .flatMap(number -> server.write(number, "anew"))
                .isPresent();
    }

    @Override
    protected void openSession() {
        session = server.connect("batch").orElseThrow();
    }

    @Override
    protected boolean writesInSession() {
        return server.write(session, "in session").isPresent();
    }

    @Override
    protected boolean slipsIn() {
        server.admit("app");
        return true;
    }

    @Override
    protected boolean losesAnswer(int number) {
        faults.at(Call.CHANGE, number, Fault.LOSE_ANSWER);
        return true;
    }

    @Override
    protected Set<String> secrets() {
        return Set.of(SECRET);
    }

    private final class Broken implements Fence {

        private final Fence right;

        Broken(Fence right) {
            this.right = right;
        }

        @Override
        public String name() {
            return broken.is("FNC-001") ? right.name() + calls++ : right.name();
        }

        @Override
        public Set<Sessions> keepsOut() {
            return right.keepsOut();
        }

        @Override
        public Change plan() {
            if (broken.is("FNC-002")) {
                server.lockOut("batch");
            }
            Change change = right.plan();
            String before = broken.is("FNC-003") ? change.before() + calls++ : change.before();
            String title = broken.is("FNC-014") ? change.title() + " with " + SECRET : change.title();
            return new Change(
                    before, title, change.parameters(), change.commands(), change.inverse(), change.remarks());
        }

        @Override
        public Standing observe(Map<String, String> made) {
            boolean believes = broken.is("FNC-005") || broken.is("FNC-006") || broken.is("FNC-007");
            return believes && !made.isEmpty() ? Standing.made("as recorded") : right.observe(made);
        }

        @Override
        public void make(PlanStep step, StepContext context) throws InterruptedException {
            if (broken.is("FNC-011") && context.attempt() > 1) {
                return;
            }
            if (broken.is("FNC-008")) {
                server.roles().keySet().forEach(role -> context.record("role " + role, "login"));
            }
            if (broken.is("FNC-012")) {
                List<String> admitted = server.roles().entrySet().stream()
                        .filter(Map.Entry::getValue)
                        .map(Map.Entry::getKey)
                        .toList();
                admitted.forEach(server::lockOut);
                admitted.forEach(role -> context.record("role " + role, "login"));
            }
            try {
                right.make(step, context);
            } catch (OutcomeUnknownException lost) {
                if (!broken.is("FNC-013")) {
                    throw lost;
                }
                right.make(step, context);
            }
            if (broken.is("FNC-005")) {
                server.admit("app");
            }
            if (broken.is("FNC-006")) {
                server.admit("batch");
                session = server.connect("batch").orElseThrow();
                server.lockOut("batch");
            }
        }

        @Override
        public void undo(Map<String, String> made, StepContext context) throws InterruptedException {
            Map<String, String> taken = new TreeMap<>(made);
            if (broken.is("FNC-009")) {
                taken.remove("role batch");
            }
            if (broken.is("FNC-004") && made.isEmpty()) {
                server.admit("retired");
            }
            if (broken.is("FNC-010") && server.roles().getOrDefault("app", false)) {
                server.lockOut("batch");
                return;
            }
            right.undo(taken, context);
        }
    }
}
