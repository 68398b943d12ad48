package io.github.drkit.testkit.assertj;

import io.github.drkit.Effect;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import java.util.List;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractAssert;

/** What can be asserted of a plan. Not thread-safe. */
public final class PlanAssert extends AbstractAssert<PlanAssert, Plan> {

    PlanAssert(Plan actual) {
        super(actual, PlanAssert.class);
    }

    /**
     * Asserts that steps stand in the plan in this order, others in between or not.
     *
     * @param names names of steps
     * @return this
     */
    public PlanAssert hasStepsInOrder(String... names) {
        isNotNull();
        List<String> planned = actual.steps().stream().map(PlanStep::name).toList();
        int from = 0;
        for (String name : names) {
            int at = planned.subList(from, planned.size()).indexOf(name);
            if (at < 0) {
                failWithMessage(
                        "Expected the plan to have steps %s in this order but '%s' is missed in%s",
                        List.of(names), name, lines(planned));
            }
            from += at + 1;
        }
        return this;
    }

    /**
     * Asserts that executing the plan would change nothing: every step only reads.
     *
     * @return this
     */
    public PlanAssert onlyReads() {
        isNotNull();
        List<String> others = actual.steps().stream()
                .filter(step -> step.effect() != Effect.READ_ONLY)
                .map(step -> step.name() + " is " + step.effect())
                .toList();
        if (!others.isEmpty()) {
            failWithMessage("Expected the plan to only read but%s", lines(others));
        }
        return this;
    }

    /**
     * Asserts that the plan destroys nothing: no step removes or replaces something, clean-up of its own included.
     *
     * @return this
     */
    public PlanAssert destroysNothing() {
        isNotNull();
        List<String> steps = actual.steps().stream()
                .filter(step -> step.is(PlanStep.Trait.DESTRUCTIVE))
                .map(PlanStep::name)
                .toList();
        if (!steps.isEmpty()) {
            failWithMessage("Expected the plan to destroy nothing but these steps do:%s", lines(steps));
        }
        return this;
    }

    /**
     * Asserts that the plan tells a person something.
     *
     * @param kind what sort of thing
     * @param part of the sentence
     * @return this
     */
    public PlanAssert remarks(Plan.Remark.Kind kind, String part) {
        isNotNull();
        boolean said = actual.remarks().stream()
                .anyMatch(remark -> remark.kind() == kind && remark.text().contains(part));
        if (!said) {
            failWithMessage(
                    "Expected the plan to remark %s '%s' but it remarks%s",
                    kind,
                    part,
                    lines(actual.remarks().stream()
                            .map(remark -> remark.kind() + " " + remark.text())
                            .toList()));
        }
        return this;
    }

    /**
     * Asserts that the plan relies on something, so that it is refused when that has changed.
     *
     * @param precondition what must be observed
     * @return this
     */
    public PlanAssert reliesOn(Precondition precondition) {
        isNotNull();
        if (!actual.preconditions().contains(precondition)) {
            failWithMessage(
                    "Expected the plan to rely on: %s, but it relies on%s",
                    precondition,
                    lines(actual.preconditions().stream()
                            .map(Precondition::toString)
                            .toList()));
        }
        return this;
    }

    private static String lines(List<String> lines) {
        return lines.isEmpty()
                ? " nothing"
                : lines.stream().map(line -> "\n  " + line).collect(Collectors.joining());
    }
}
