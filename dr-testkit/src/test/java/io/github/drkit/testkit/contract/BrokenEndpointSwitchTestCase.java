package io.github.drkit.testkit.contract;

import io.github.drkit.PlanStep;
import io.github.drkit.StepContext;
import io.github.drkit.cutover.Change;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.cutover.Standing;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryEndpoint;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A switch that is wrong in one way each. */
class BrokenEndpointSwitchTestCase extends EndpointSwitchContract {

    private static final String SECRET = "hunter2";

    @RegisterExtension
    private final BrokenBy broken = new BrokenBy();

    private FaultScript faults = new FaultScript();
    private InMemoryEndpoint value = new InMemoryEndpoint("secret", "old", faults);
    private InMemoryEndpoint beside = new InMemoryEndpoint("beside", "old", faults);
    private int calls;

    @Override
    protected void makeWorld() {
        faults = new FaultScript();
        value = new InMemoryEndpoint("secret", "old", faults);
        beside = new InMemoryEndpoint("beside", "old", faults);
    }

    @Override
    protected EndpointSwitch endpoint() {
        return new Broken(value.switchTo("new", EndpointSwitch.Place.OUTSIDE));
    }

    @Override
    protected String leads() {
        return value.value();
    }

    @Override
    protected String beside() {
        return beside.value();
    }

    @Override
    protected void changeByOther() {
        value.set("third");
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

    private final class Broken implements EndpointSwitch {

        private final EndpointSwitch right;

        Broken(EndpointSwitch right) {
            this.right = right;
        }

        @Override
        public String name() {
            return broken.is("SWT-001") ? right.name() + calls++ : right.name();
        }

        @Override
        public Place place() {
            return right.place();
        }

        @Override
        public Change plan() {
            if (broken.is("SWT-002")) {
                value.set("new");
            }
            Change change = right.plan();
            String before = change.before();
            if (broken.is("SWT-003")) {
                before += calls++;
            } else if (broken.is("SWT-009")) {
                before = "whatever it is";
            }
            String title = broken.is("SWT-014") ? change.title() + " with " + SECRET : change.title();
            return new Change(
                    before, title, change.parameters(), change.commands(), change.inverse(), change.remarks());
        }

        @Override
        public Standing observe(Map<String, String> made) {
            return broken.is("SWT-004") && !made.isEmpty() ? Standing.made("as recorded") : right.observe(made);
        }

        @Override
        public void make(PlanStep step, StepContext context) throws InterruptedException {
            if (broken.is("SWT-011") && context.attempt() > 1) {
                return;
            }
            if (broken.is("SWT-009")) {
                value.set("new");
            }
            if (broken.is("SWT-006")) {
                beside.set("new");
            }
            if (broken.is("SWT-012")) {
                value.set("new");
            }
            try {
                right.make(step, context);
            } catch (OutcomeUnknownException lost) {
                if (!broken.is("SWT-013")) {
                    throw lost;
                }
            }
            if (broken.is("SWT-004")) {
                value.set("old");
            }
        }

        @Override
        public void undo(Map<String, String> made, StepContext context) throws InterruptedException {
            if (broken.is("SWT-005") && made.isEmpty()) {
                value.set("elsewhere");
            } else if (broken.is("SWT-008") && value.value().equals("old")) {
                value.set("elsewhere");
            } else if (broken.is("SWT-010")) {
                value.set("old");
            } else {
                right.undo(made, context);
            }
            if (broken.is("SWT-007")) {
                value.set("elsewhere");
            }
        }
    }
}
