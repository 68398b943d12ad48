package io.github.drkit.testkit.fake;

import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanStep;
import io.github.drkit.StepContext;
import io.github.drkit.cutover.Change;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.cutover.Standing;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.testkit.fake.FaultScript.Call;
import java.util.List;
import java.util.Map;

/** A place where applications find the database, and switches of it. Thread-safe. */
public final class InMemoryEndpoint {

    private static final String BEFORE = "before";

    private final String name;
    private final FaultScript faults;
    private String value;

    /**
     * Sets up an endpoint.
     *
     * @param name its name, which tells it from others
     * @param value what it names
     * @param faults what is to go wrong; may be added to later
     */
    public InMemoryEndpoint(String name, String value, FaultScript faults) {
        this.name = name;
        this.value = value;
        this.faults = faults;
    }

    /**
     * Reads what it names.
     *
     * @return the present value
     */
    public synchronized String value() {
        return value;
    }

    /**
     * Changes it past every switch, as somebody else would.
     *
     * @param value what it names from now on
     */
    public synchronized void set(String value) {
        this.value = value;
    }

    /**
     * Gives a switch of this endpoint.
     *
     * @param to what it is to name
     * @param place where it lies
     * @return the switch
     */
    public EndpointSwitch switchTo(String to, EndpointSwitch.Place place) {
        return new Switch(to, place);
    }

    /** Changes the value if it is still the one expected, as a conditional write does. */
    private synchronized String replace(String expected, String wanted) {
        if (value.equals(wanted)) {
            return wanted;
        }
        if (!value.equals(expected)) {
            throw new RequestRefusedException(
                    "DRK-FAKE-021",
                    "Cannot switch endpoint '" + name + "': it names '" + value + "' but '" + expected
                            + "' is required",
                    "Who changed it?");
        }
        value = wanted;
        return wanted;
    }

    private final class Switch implements EndpointSwitch {

        private final String to;
        private final Place place;

        Switch(String to, Place place) {
            this.to = to;
            this.place = place;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Place place() {
            return place;
        }

        @Override
        public Change plan() {
            String now = look();
            return new Change(
                    now,
                    "Point '" + name + "' at '" + to + "'",
                    Map.of(BEFORE, now),
                    List.of("point " + name + " at " + to),
                    "point " + name + " at " + now,
                    List.of(new Remark(Remark.Kind.NOTE, "restart what reads '" + name + "' once")));
        }

        @Override
        public Standing observe(Map<String, String> made) {
            String now = look();
            String detail = "it names '" + now + "'";
            if (now.equals(to)) {
                return Standing.made(detail);
            }
            return made.isEmpty() || now.equals(made.get(BEFORE)) ? Standing.unmade(detail) : Standing.partly(detail);
        }

        @Override
        public void make(PlanStep step, StepContext context) {
            String before = step.parameters().getOrDefault(BEFORE, "");
            context.record(BEFORE, before);
            faults.call(Call.CHANGE, "switch endpoint '" + name + "'", () -> replace(before, to));
        }

        @Override
        public void undo(Map<String, String> made, StepContext context) {
            if (!made.isEmpty()) {
                String before = made.getOrDefault(BEFORE, "");
                faults.call(Call.CHANGE, "switch endpoint '" + name + "' back", () -> replace(to, before));
            }
        }

        private String look() {
            return faults.call(Call.LOOK, "look at endpoint '" + name + "'", InMemoryEndpoint.this::value);
        }
    }
}
