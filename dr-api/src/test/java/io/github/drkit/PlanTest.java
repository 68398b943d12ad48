package io.github.drkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.PlanStep.Trait;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final PlanStep FIRST =
            step("first", "t", StepOwner.DEVOPS, Effect.NAMED, Set.of(), Set.of(), "p", "c", "i");
    private static final Precondition RELIED = new Precondition("database", "bank", "absent");

    @Test
    void everyFieldTheDigestCoversChangesIt() {
        Map<String, Plan> changed = new TreeMap<>();
        changed.put("run", plan("run-2", "k", "s", Map.of("a", "b"), List.of(RELIED), List.of(FIRST)));
        changed.put("kind", plan("run-1", "k2", "s", Map.of("a", "b"), List.of(RELIED), List.of(FIRST)));
        changed.put("subject", plan("run-1", "k", "s2", Map.of("a", "b"), List.of(RELIED), List.of(FIRST)));
        changed.put("request value", plan("run-1", "k", "s", Map.of("a", "c"), List.of(RELIED), List.of(FIRST)));
        changed.put("request key", plan("run-1", "k", "s", Map.of("b", "b"), List.of(RELIED), List.of(FIRST)));
        changed.put("shifted text", plan("run-1", "k", "s", Map.of("ab", ""), List.of(RELIED), List.of(FIRST)));
        changed.put("no precondition", plan("run-1", "k", "s", Map.of("a", "b"), List.of(), List.of(FIRST)));
        changed.put("precondition name", withPrecondition(new Precondition("databases", "bank", "absent")));
        changed.put("precondition about", withPrecondition(new Precondition("database", "bank2", "absent")));
        changed.put("precondition value", withPrecondition(new Precondition("database", "bank", "present")));
        changed.put(
                "step name",
                withStep(step("f", "t", StepOwner.DEVOPS, Effect.NAMED, Set.of(), Set.of(), "p", "c", "i")));
        changed.put(
                "title",
                withStep(step("first", "u", StepOwner.DEVOPS, Effect.NAMED, Set.of(), Set.of(), "p", "c", "i")));
        changed.put(
                "owner",
                withStep(step("first", "t", StepOwner.APPLICATION, Effect.NAMED, Set.of(), Set.of(), "p", "c", "i")));
        changed.put(
                "effect",
                withStep(step("first", "t", StepOwner.DEVOPS, Effect.CONDITIONAL, Set.of(), Set.of(), "p", "c", "i")));
        changed.put(
                "traits",
                withStep(step(
                        "first",
                        "t",
                        StepOwner.DEVOPS,
                        Effect.NAMED,
                        Set.of(Trait.DESTRUCTIVE),
                        Set.of(),
                        "p",
                        "c",
                        "i")));
        changed.put(
                "changes",
                withStep(step(
                        "first", "t", StepOwner.DEVOPS, Effect.NAMED, Set.of(), Set.of("database"), "p", "c", "i")));
        changed.put(
                "parameters",
                withStep(step("first", "t", StepOwner.DEVOPS, Effect.NAMED, Set.of(), Set.of(), "q", "c", "i")));
        changed.put(
                "commands",
                withStep(step("first", "t", StepOwner.DEVOPS, Effect.NAMED, Set.of(), Set.of(), "p", "d", "i")));
        changed.put(
                "inverse",
                withStep(step("first", "t", StepOwner.DEVOPS, Effect.NAMED, Set.of(), Set.of(), "p", "c", "")));
        PlanStep second = PlanStep.named("second", "t", Effect.NAMED).build();
        changed.put(
                "one more step", plan("run-1", "k", "s", Map.of("a", "b"), List.of(RELIED), List.of(FIRST, second)));
        changed.put(
                "after",
                plan(
                        "run-1",
                        "k",
                        "s",
                        Map.of("a", "b"),
                        List.of(RELIED),
                        List.of(
                                FIRST,
                                PlanStep.named("second", "t", Effect.NAMED)
                                        .after("first")
                                        .build())));
        Map<String, String> seen = new TreeMap<>(Map.of(withStep(FIRST).digest(), "the plan itself"));

        changed.forEach((what, plan) -> assertThat(seen.put(plan.digest(), what))
                .as("the plan with the same digest as '%s'", what)
                .isNull());
        assertThat(seen.keySet()).allMatch(digest -> digest.matches("sha256:[0-9a-f]{64}"));
    }

    @Test
    void remarksEstimateAndTheOrderOfMapsDoNotChangeTheDigest() {
        Map<String, String> forwards = new LinkedHashMap<>();
        Map<String, String> backwards = new LinkedHashMap<>();
        for (int number = 0; number < 20; number++) {
            forwards.put("key-" + number, "v");
            backwards.put("key-" + (19 - number), "v");
        }
        Plan plain = plan("run-1", "k", "s", forwards, List.of(RELIED), List.of(FIRST));
        Plan talkative = new Plan(
                plain.run(),
                "k",
                "s",
                backwards,
                plain.preconditions(),
                plain.steps(),
                List.of(new Plan.Remark(Plan.Remark.Kind.LOST, "everything")),
                Optional.of(new Estimate(Duration.ofSeconds(1), Duration.ofSeconds(2), "a guess")));

        assertThat(talkative.digest()).isEqualTo(plain.digest());
    }

    @Test
    void stepsStandInAnOrderThatCanBeExecuted() {
        PlanStep second =
                PlanStep.named("second", "t", Effect.NAMED).after("first").build();

        assertThatThrownBy(() -> plan("r", "k", "s", Map.of(), List.of(), List.of(second, FIRST)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot plan step 'second': it comes after [first] but only [] stand before it");
        assertThatThrownBy(() -> plan("r", "k", "s", Map.of(), List.of(), List.of(FIRST, FIRST)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot plan step 'first': the name stands twice");
        assertThatThrownBy(() -> plan("r", "k", "s", Map.of(), List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot plan 'k' of 's': there is no step");
    }

    private static Plan withStep(PlanStep step) {
        return plan("run-1", "k", "s", Map.of("a", "b"), List.of(RELIED), List.of(step));
    }

    private static Plan withPrecondition(Precondition precondition) {
        return plan("run-1", "k", "s", Map.of("a", "b"), List.of(precondition), List.of(FIRST));
    }

    private static Plan plan(
            String run,
            String kind,
            String subject,
            Map<String, String> request,
            List<Precondition> preconditions,
            List<PlanStep> steps) {
        return new Plan(RunId.of(run), kind, subject, request, preconditions, steps, List.of(), Optional.empty());
    }

    private static PlanStep step(
            String name,
            String title,
            StepOwner owner,
            Effect effect,
            Set<Trait> traits,
            Set<String> changes,
            String parameter,
            String command,
            String inverse) {
        return new PlanStep(
                name,
                title,
                owner,
                effect,
                traits,
                Set.of(),
                changes,
                Map.of("x", parameter),
                List.of(command),
                inverse);
    }
}
