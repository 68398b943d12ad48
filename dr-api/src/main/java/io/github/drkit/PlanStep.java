package io.github.drkit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One step of a plan.
 *
 * @param name unique in its plan, lower-case words joined by dashes, such as {@code dump-fineract_default}
 * @param title what it does, in one sentence
 * @param owner the team that answers for it
 * @param effect how it is safe beside another operator
 * @param traits what else is true of it
 * @param after the steps that must have SUCCEEDED before it begins (ended in any way, for a CLEAN_UP step)
 * @param changes names of the preconditions its effect changes; they are not read again once it has begun
 * @param parameters what the implementation needs to do it; no secrets
 * @param commands what a person would type to do the same; placeholders for secrets are environment variables
 * @param inverse what undoes it, in one sentence, or empty if nothing does
 */
public record PlanStep(
        String name,
        String title,
        StepOwner owner,
        Effect effect,
        Set<Trait> traits,
        Set<String> after,
        Set<String> changes,
        Map<String, String> parameters,
        List<String> commands,
        String inverse) {

    /**
     * The parameter that says how many bytes a step will report to {@link Progress}, in decimal digits, where that is
     * known. Without it the share that is done is unknown, which is shown as such.
     */
    public static final String EXPECTED_BYTES = "expected-bytes";

    /** Copies the collections. */
    public PlanStep {
        traits = Set.copyOf(traits);
        after = Set.copyOf(after);
        changes = Set.copyOf(changes);
        parameters = Map.copyOf(parameters);
        commands = List.copyOf(commands);
    }

    /**
     * Begins the description of a step.
     *
     * @param name unique in its plan
     * @param title what it does
     * @param effect how it is safe beside another operator
     * @return a builder; the owner is DEVOPS unless said
     */
    public static Builder named(String name, String title, Effect effect) {
        return new Builder(name, title, effect);
    }

    /**
     * Tells whether a trait holds.
     *
     * @param trait which
     * @return true if it does
     */
    public boolean is(Trait trait) {
        return traits.contains(trait);
    }

    /** Something that may be true of a step. */
    public enum Trait {
        /** Removes or replaces something; preconditions are read again before it. */
        DESTRUCTIVE,
        /** Cannot be undone once done. */
        POINT_OF_NO_RETURN,
        /**
         * Its effect lives in this process only, such as an open snapshot. On resume it is done again, and with it all
         * steps that name it in {@link PlanStep#after()} and all that come after those, unless all that name it have
         * SUCCEEDED.
         */
        VOLATILE,
        /** Removes what this run made. Runs after all else, also when something failed, but never when an outcome is UNKNOWN. */
        CLEAN_UP,
        /** Removes what this run made, only when something failed; skipped when all succeeded. */
        ON_FAILURE
    }

    /** Collects the parts of a step. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final String title;
        private final Effect effect;
        private StepOwner owner = StepOwner.DEVOPS;
        private final Set<Trait> traits = new LinkedHashSet<>();
        private final Set<String> after = new LinkedHashSet<>();
        private final Set<String> changes = new LinkedHashSet<>();
        private final Map<String, String> parameters = new TreeMap<>();
        private final List<String> commands = new ArrayList<>();
        private String inverse = "";

        private Builder(String name, String title, Effect effect) {
            this.name = name;
            this.title = title;
            this.effect = effect;
        }

        /**
         * Names the team that answers for the step.
         *
         * @param owner the team
         * @return this
         */
        public Builder owner(StepOwner owner) {
            this.owner = owner;
            return this;
        }

        /**
         * Adds traits.
         *
         * @param traits what else is true of it
         * @return this
         */
        public Builder traits(Trait... traits) {
            this.traits.addAll(List.of(traits));
            return this;
        }

        /**
         * Adds steps that must come before.
         *
         * @param steps their names
         * @return this
         */
        public Builder after(String... steps) {
            this.after.addAll(List.of(steps));
            return this;
        }

        /**
         * Adds preconditions the step's effect changes.
         *
         * @param preconditions their names
         * @return this
         */
        public Builder changes(String... preconditions) {
            this.changes.addAll(List.of(preconditions));
            return this;
        }

        /**
         * Adds a parameter.
         *
         * @param key its name
         * @param value its value, no secret
         * @return this
         */
        public Builder parameter(String key, String value) {
            this.parameters.put(key, value);
            return this;
        }

        /**
         * Adds a command a person would type.
         *
         * @param command one line of shell or SQL
         * @return this
         */
        public Builder command(String command) {
            this.commands.add(command);
            return this;
        }

        /**
         * Says what undoes the step.
         *
         * @param inverse one sentence
         * @return this
         */
        public Builder inverse(String inverse) {
            this.inverse = inverse;
            return this;
        }

        /**
         * Returns the step.
         *
         * @return an immutable step
         */
        public PlanStep build() {
            return new PlanStep(name, title, owner, effect, traits, after, changes, parameters, commands, inverse);
        }
    }
}
