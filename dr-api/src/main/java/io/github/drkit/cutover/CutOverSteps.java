package io.github.drkit.cutover;

import static io.github.drkit.cutover.Parts.FENCE_NEW;
import static io.github.drkit.cutover.Parts.FENCE_OLD;
import static io.github.drkit.cutover.Parts.SWITCH;

import io.github.drkit.Outcome;
import io.github.drkit.PlanStep;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.cutover.EndpointSwitch.Place;
import io.github.drkit.cutover.Fence.Sessions;
import io.github.drkit.cutover.Standing.State;
import io.github.drkit.error.DrException;
import io.github.drkit.error.OutcomeUnknownException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Does the steps of a cut-over and of its ways back. Whether something was done is always looked at, never believed. */
final class CutOverSteps {

    /** What the engine notes of a step that failed; no part of what the step recorded. */
    private static final Set<String> OF_THE_ENGINE = Set.of("code", "changed", "integrity");

    private final Parts parts;

    CutOverSteps(Parts parts) {
        this.parts = parts;
    }

    StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        String name = step.name();
        if (name.startsWith(FENCE_OLD) || name.startsWith(FENCE_NEW) || name.startsWith(SWITCH)) {
            return make(step, context);
        }
        if (name.startsWith(CutOverPlans.BACK)) {
            return undo(step, name.substring(CutOverPlans.BACK.length()), context);
        }
        if (name.startsWith(CutOverPlans.LIFT)) {
            return undo(step, name.substring(CutOverPlans.LIFT.length()), context);
        }
        return switch (name) {
            case CutOverPlans.CHECK -> check(context);
            case CutOverPlans.OBSERVE_FENCE -> observeFence(context);
            case CutOverPlans.POSITION -> position(context);
            case CutOverPlans.OBSERVE_SWITCH -> observeSwitch(context);
            case CutOverPlans.UNDO -> undoIfFailed(context);
            case CutOverPlans.COUNT -> count(step, context);
            case CutOverPlans.OBSERVE_OPEN -> observeOpen(step, context);
            case CutOverPlans.REOPEN -> reopenIfFailed(context);
            default -> throw new IllegalArgumentException("No step of a cut-over is called '" + name + "'");
        };
    }

    private StepResult check(StepContext context) {
        Optional<String> shut = forward(context) ? shut(context) : Optional.empty();
        return shut.map(StepResult::failed)
                .orElseGet(
                        () -> StepResult.succeeded("the copy is " + parts.side().identity(), parts.described()));
    }

    private StepResult make(PlanStep step, StepContext context) throws InterruptedException {
        Reversible part = parts.part(step.name());
        part.make(step, context);
        Standing now = look(part, made(step.name(), context));
        return now.state() == State.MADE
                ? StepResult.succeeded(now.detail())
                : StepResult.failed("it is " + now + " but must be MADE");
    }

    private StepResult undo(PlanStep step, String undone, StepContext context) throws InterruptedException {
        Reversible part = parts.part(undone);
        Map<String, String> made = undone(step).made(undone);
        part.undo(made, context);
        Standing now = look(part, made);
        return now.state() == State.UNMADE
                ? StepResult.succeeded(now.detail())
                : StepResult.failed("it is " + now + " but must be UNMADE");
    }

    private StepResult observeFence(StepContext context) {
        if (forward(context)) {
            List<String> wrong = notMade(parts.old(), context);
            shut(context).ifPresent(wrong::add);
            return result(wrong, "nobody can write to the old side, and the new one admits applications");
        }
        return result(notMade(parts.fresh(), context), "nobody can write to the new side");
    }

    private StepResult position(StepContext context) throws InterruptedException {
        Map<String, String> position = parts.side().position(context.time());
        return StepResult.succeeded("what is written from here on can be counted", position);
    }

    private StepResult observeSwitch(StepContext context) {
        List<String> wrong = notMade(parts.endpoints(), context);
        wrong.addAll(notMade(parts.old(), context));
        shut(context).ifPresent(wrong::add);
        return result(wrong, "every endpoint names the new side, and nobody can write to the old one");
    }

    private StepResult count(PlanStep step, StepContext context) {
        History cutOver = undone(step);
        Loss loss = parts.side().writtenSince(cutOver.told(CutOverPlans.POSITION));
        String digest = loss.digest(cutOver.run());
        Map<String, String> facts = new TreeMap<>();
        facts.put("rows", String.valueOf(loss.rows()));
        facts.put("digest", digest);
        loss.tables()
                .forEach(table -> facts.put(
                        "table " + table.database() + " " + table.table(),
                        table.written() + " written, " + table.gone() + " changed or deleted"));
        String message = loss.rows() + " rows would be lost (" + loss + ")";
        String accepted = step.parameters().getOrDefault(CutOverPlans.ACCEPTED, "");
        if (accepted.equals(CutOverPlans.ANY) || accepted.equals(digest) || loss.rows() == 0) {
            return StepResult.succeeded(message + ", " + digest, facts);
        }
        return new StepResult(
                Outcome.FAILED,
                message + ", " + digest + ", but "
                        + (accepted.isEmpty() ? "no loss is accepted" : "the request accepts " + accepted)
                        + ". Withdraw, back the new side up, then accept exactly what the withdrawal counted",
                facts);
    }

    private StepResult observeOpen(PlanStep step, StepContext context) {
        History undone = undone(step);
        List<String> wrong = new ArrayList<>();
        Map<String, Reversible> open = new TreeMap<>();
        if (step.parameters().getOrDefault("prefix", "").equals(FENCE_OLD)) {
            open.putAll(parts.old());
            open.putAll(parts.endpoints());
        } else {
            open.putAll(parts.fresh());
        }
        open.forEach((name, part) -> {
            Map<String, String> made = undone.made(name);
            if (!made.isEmpty()) {
                Standing now = part.observe(made);
                if (now.state() != State.UNMADE) {
                    wrong.add("'" + part.name() + "' is " + now + " but must be UNMADE");
                }
            }
        });
        return result(wrong, "applications are admitted as before");
    }

    /** Undoes a cut-over that failed, as long as no endpoint can have led an application to the new side. */
    private StepResult undoIfFailed(StepContext context) throws InterruptedException {
        for (Map.Entry<String, EndpointSwitch> outside :
                parts.endpoints(Place.OUTSIDE).entrySet()) {
            Map<String, String> made = made(outside.getKey(), context);
            if (!made.isEmpty() && look(outside.getValue(), made).state() != State.UNMADE) {
                return StepResult.skipped("'" + outside.getValue().name() + "' may have led applications to the new"
                        + " side already; the old side stays fenced. Roll this run back");
            }
        }
        List<String> wrong = new ArrayList<>();
        undoAll(parts.endpoints(Place.INSIDE_NEW_SIDE), context, wrong);
        undoAll(parts.old(), context, wrong);
        return result(wrong, "as before: the old side serves");
    }

    private StepResult reopenIfFailed(StepContext context) throws InterruptedException {
        boolean pointedBack = context.plan().steps().stream()
                .filter(step ->
                        step.name().startsWith(CutOverPlans.BACK) || step.name().startsWith(CutOverPlans.LIFT))
                .anyMatch(step -> context.outcome(step.name())
                        .filter(outcome -> outcome != Outcome.SKIPPED)
                        .isPresent());
        if (pointedBack) {
            return StepResult.skipped(
                    "an endpoint may name the old side already; the new side stays fenced. Roll back again");
        }
        List<String> wrong = new ArrayList<>();
        undoAll(parts.fresh(), context, wrong);
        return result(wrong, "as before: what this run fenced of the new side is open again");
    }

    private void undoAll(Map<String, ? extends Reversible> begun, StepContext context, List<String> wrong)
            throws InterruptedException {
        List<Map.Entry<String, ? extends Reversible>> reversed = new ArrayList<>(begun.entrySet());
        Collections.reverse(reversed);
        for (Map.Entry<String, ? extends Reversible> entry : reversed) {
            Map<String, String> made = made(entry.getKey(), context);
            if (!made.isEmpty()) {
                entry.getValue().undo(made, context);
                Standing now = look(entry.getValue(), made);
                if (now.state() != State.UNMADE) {
                    wrong.add("'" + entry.getValue().name() + "' is " + now + " but must be UNMADE");
                }
            }
        }
    }

    /** Why the new side does not admit applications, if it does not: also when both sides are one server after all. */
    private Optional<String> shut(StepContext context) {
        return parts.fresh().entrySet().stream()
                .filter(fence -> fence.getValue().keepsOut().contains(Sessions.NEW_SESSIONS))
                .filter(fence ->
                        fence.getValue().observe(made(fence.getKey(), context)).state() == State.MADE)
                .map(fence -> "the new side is fenced by '" + fence.getValue().name()
                        + "' but must admit applications; is it another server than the old side?")
                .findFirst();
    }

    private List<String> notMade(Map<String, ? extends Reversible> chosen, StepContext context) {
        List<String> wrong = new ArrayList<>();
        chosen.forEach((name, part) -> {
            Standing now = part.observe(made(name, context));
            if (now.state() != State.MADE) {
                wrong.add("'" + part.name() + "' is " + now + " but must be MADE");
            }
        });
        return wrong;
    }

    private static StepResult result(Collection<String> wrong, String right) {
        return wrong.isEmpty() ? StepResult.succeeded(right) : StepResult.failed(String.join("; ", wrong));
    }

    /** After an effect: what cannot be looked at is neither there nor not there. */
    private static Standing look(Reversible part, Map<String, String> made) {
        try {
            return part.observe(made);
        } catch (OutcomeUnknownException unknown) {
            throw unknown;
        } catch (DrException untold) {
            throw new OutcomeUnknownException(
                    "DRK-CUTOVER-013",
                    "Cannot tell how '" + part.name() + "' stands: " + untold.problem(),
                    "Resume the run: it looks first",
                    "perhaps what was asked for",
                    untold);
        }
    }

    private History undone(PlanStep step) {
        return parts.history(RunId.of(step.parameters().getOrDefault(CutOverPlans.UNDONE, "")));
    }

    private static Map<String, String> made(String step, StepContext context) {
        Map<String, String> made = new TreeMap<>(context.facts(step));
        made.keySet().removeAll(OF_THE_ENGINE);
        return made;
    }

    private static boolean forward(StepContext context) {
        return context.plan().kind().equals("cut over");
    }
}
