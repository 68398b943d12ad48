package io.github.drkit.aws;

import io.github.drkit.PlanStep;

/** Reads what a plan of ours wrote into a step. */
final class StepParameters {

    private StepParameters() {}

    static String of(PlanStep step, String name) {
        String value = step.parameters().get(name);
        if (value == null) {
            throw new IllegalArgumentException("Step '" + step.name() + "' has no parameter '" + name + "'");
        }
        return value;
    }
}
