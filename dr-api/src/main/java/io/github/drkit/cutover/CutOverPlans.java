package io.github.drkit.cutover;

import static io.github.drkit.cutover.Parts.FENCE_NEW;
import static io.github.drkit.cutover.Parts.FENCE_OLD;
import static io.github.drkit.cutover.Parts.SWITCH;

import io.github.drkit.BackupTarget;
import io.github.drkit.Capability;
import io.github.drkit.Effect;
import io.github.drkit.Plan;
import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.StepOwner;
import io.github.drkit.cutover.CutOverRequest.AcceptedLoss;
import io.github.drkit.cutover.EndpointSwitch.Place;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans a cut-over and its ways back. Reads only. */
final class CutOverPlans {

    static final String CHECK = "check-sides";
    static final String OBSERVE_FENCE = "observe-fence";
    static final String POSITION = "note-position";
    static final String OBSERVE_SWITCH = "observe-switch";
    static final String UNDO = "undo-if-failed";
    static final String COUNT = "count-loss";
    static final String BACK = "back-";
    static final String LIFT = "lift-";
    static final String OBSERVE_OPEN = "observe-open";
    static final String REOPEN = "reopen-if-failed";

    /** Step parameters. */
    static final String UNDONE = "undone";

    static final String WITHDRAWAL = "withdrawal";
    static final String ACCEPTED = "accepted";
    static final String ANY = "any";

    private static final String COPY = "copy";
    private static final String BACKUP = "backup";
    private static final String OF = " of ";

    private final Parts parts;

    CutOverPlans(Parts parts) {
        this.parts = parts;
    }

    /** Steps in a row: each comes after the one before. */
    private static final class Draft {
        private final List<Precondition> preconditions = new ArrayList<>();
        private final List<PlanStep> steps = new ArrayList<>();
        private final List<Remark> remarks = new ArrayList<>();

        void add(PlanStep.Builder step) {
            if (!steps.isEmpty()) {
                step.after(steps.get(steps.size() - 1).name());
            }
            steps.add(step.build());
        }

        void aside(PlanStep.Builder step) {
            steps.add(step.build());
        }

        void note(Remark.Kind kind, String text) {
            remarks.add(new Remark(kind, text));
        }

        Plan plan(CutOverRequest request, String subject, PlanContext context) {
            return new Plan(
                    context.run(),
                    request.kind(),
                    subject,
                    request.describe(),
                    preconditions,
                    steps,
                    remarks.stream().distinct().toList(),
                    Optional.empty());
        }
    }

    Plan forward(CutOverRequest request, PlanContext context) {
        String identity = parts.side().identity();
        if (!identity.equals(request.identity())) {
            throw new RequestRefusedException(
                    "DRK-CUTOVER-004",
                    "Cannot cut over to '" + parts.side().name() + "': the copy found there is " + identity + " but "
                            + request.identity() + " is required",
                    "Is it the server the copy was restored to? Ask the new side for its identity after the restore");
        }
        Draft draft = new Draft();
        draft.preconditions.add(new Precondition(COPY, parts.side().name(), identity));
        draft.note(
                Remark.Kind.LOST,
                "what was written to the old side after the instant the copy is of is no longer in service; it stays"
                        + " there, fenced");
        draft.note(Remark.Kind.NOTE, "nothing on the old side is deleted, and nobody deletes it later by this plan");
        draft.add(PlanStep.named(
                CHECK, "See that the copy is the planned one and that it admits applications", Effect.READ_ONLY));
        parts.old().forEach((name, fence) -> draft.add(make(draft, name, fence)));
        draft.add(PlanStep.named(
                OBSERVE_FENCE,
                "See that nobody can write to the old side, and that the new one still admits applications",
                Effect.READ_ONLY));
        parts.endpoints(Place.INSIDE_NEW_SIDE).forEach((name, endpoint) -> draft.add(make(draft, name, endpoint)));
        draft.add(PlanStep.named(
                POSITION, "Note where the new side starts, so that what is written can be counted", Effect.READ_ONLY));
        boolean first = true;
        for (Map.Entry<String, EndpointSwitch> endpoint :
                parts.endpoints(Place.OUTSIDE).entrySet()) {
            PlanStep.Builder step = make(draft, endpoint.getKey(), endpoint.getValue());
            draft.add(first ? step.traits(Trait.POINT_OF_NO_RETURN) : step);
            first = false;
        }
        draft.add(PlanStep.named(
                OBSERVE_SWITCH,
                "See that every endpoint names the new side and that nobody can write to the old one",
                Effect.READ_ONLY));
        draft.aside(PlanStep.named(
                        UNDO,
                        "If it failed before an application could be led to the new side: undo all of it",
                        Effect.CONDITIONAL)
                .traits(Trait.ON_FAILURE));
        return draft.plan(request, parts.side().name(), context);
    }

    Plan withdraw(CutOverRequest request, PlanContext context) {
        RunId undone = request.undone().orElseThrow();
        History cutOver = switched(undone);
        Draft draft = new Draft();
        toFence(draft, cutOver);
        draft.note(
                Remark.Kind.NOTE,
                "nobody is served until the old side serves again (roll back) or the new one does (reopen)");
        draft.add(count(undone).parameter(ACCEPTED, ANY));
        draft.aside(reopenIfFailed());
        return draft.plan(request, parts.side().name(), context);
    }

    Plan reopen(CutOverRequest request, PlanContext context) {
        RunId undone = request.undone().orElseThrow();
        History withdrawal = history(undone);
        Draft draft = new Draft();
        draft.preconditions.add(copy());
        draft.add(PlanStep.named(CHECK, "See that the copy is the one withdrawn", Effect.READ_ONLY));
        lift(draft, FENCE_NEW, List.copyOf(parts.fresh().keySet()), withdrawal);
        return draft.plan(request, parts.side().name(), context);
    }

    Plan back(CutOverRequest request, PlanContext context) {
        RunId undone = request.undone().orElseThrow();
        History cutOver = history(undone);
        boolean led = parts.endpoints(Place.OUTSIDE).keySet().stream()
                .anyMatch(step -> !cutOver.made(step).isEmpty());
        Draft draft = new Draft();
        Optional<AcceptedLoss> accepted = request.accepted();
        if (led) {
            toFence(draft, cutOver);
            PlanStep.Builder count = count(undone);
            accepted.ifPresent(loss -> {
                draft.preconditions.add(backup(undone, loss));
                count.parameter(ACCEPTED, loss.digest())
                        .parameter(WITHDRAWAL, loss.withdrawal().value());
            });
            if (accepted.isEmpty()) {
                refuseKnownLoss(undone, cutOver);
            }
            draft.add(count);
            draft.note(
                    accepted.isPresent() ? Remark.Kind.LOST : Remark.Kind.NOTE,
                    accepted.isPresent()
                            ? "what was written to the new side since " + undone + " is out of service; it stays there,"
                                    + " fenced, and in backup '"
                                    + accepted.get().backup() + "'"
                            : "nothing was written to the new side so far; if anything is until it is fenced, it serves"
                                    + " on and this plan fails");
        } else {
            draft.preconditions.add(copy());
            draft.add(
                    PlanStep.named(CHECK, "See that the copy is the one no application was led to", Effect.READ_ONLY));
        }
        List<String> switches = new ArrayList<>(parts.endpoints().keySet());
        switches.removeIf(step -> cutOver.made(step).isEmpty());
        Collections.reverse(switches);
        boolean first = true;
        for (String step : switches) {
            draft.preconditions.add(stands(step, cutOver));
            PlanStep.Builder undo = undo(BACK, step, "Point it back: ", cutOver);
            draft.add(first && accepted.isPresent() ? undo.traits(Trait.POINT_OF_NO_RETURN) : undo);
            first = false;
        }
        lift(draft, FENCE_OLD, List.copyOf(parts.old().keySet()), cutOver);
        if (led) {
            draft.aside(reopenIfFailed());
        }
        return draft.plan(request, parts.side().name(), context);
    }

    String observe(Precondition precondition) {
        String name = precondition.name();
        int of = name.indexOf(OF);
        if (of > 0) {
            String step = name.substring(0, of);
            return standing(step, parts.history(RunId.of(name.substring(of + OF.length()))));
        }
        return switch (name) {
            case COPY -> parts.side().identity();
            case BACKUP -> state(point(RecoveryPointId.of(precondition.about())));
            default ->
                name.startsWith(FENCE_OLD) || name.startsWith(FENCE_NEW) || name.startsWith(SWITCH)
                        ? parts.part(name).plan().before()
                        : "not known to this version";
        };
    }

    /** The step that makes something, what it relies on, and what is to be said about it. */
    private static PlanStep.Builder make(Draft draft, String name, Reversible part) {
        Change change = part.plan();
        draft.preconditions.add(new Precondition(name, part.name(), change.before()));
        draft.remarks.addAll(change.remarks());
        PlanStep.Builder step = PlanStep.named(name, change.title(), Effect.CONDITIONAL)
                .owner(StepOwner.INFRASTRUCTURE)
                .traits(Trait.DESTRUCTIVE)
                .changes(name)
                .inverse(change.inverse());
        change.parameters().forEach(step::parameter);
        change.commands().forEach(step::command);
        return step;
    }

    /** The beginning of every way back on which the new side may have been written to. */
    private void toFence(Draft draft, History cutOver) {
        draft.preconditions.add(copy());
        // A roll back that failed may have come as far as to lift the fence; every endpoint was back by then.
        boolean returned = parts.endpoints(Place.OUTSIDE).keySet().stream()
                .allMatch(step -> standing(step, cutOver).equals(Standing.State.UNMADE.name()));
        parts.old().forEach((step, fence) -> {
            // Else both sides may have been written to.
            if (!returned && !standing(step, cutOver).equals(Standing.State.MADE.name())) {
                throw new RequestRefusedException(
                        "DRK-CUTOVER-005",
                        "Cannot undo run '" + cutOver.run() + "': '" + fence.name() + "' is "
                                + fence.observe(cutOver.made(step)) + " but the old side must have been fenced all the"
                                + " time",
                        "Who lifted it? Compare the two sides before anything else: both may have been written to");
            }
            draft.preconditions.add(stands(step, cutOver));
        });
        draft.add(PlanStep.named(
                CHECK, "See that the copy is the one cut over to and the old side is fenced", Effect.READ_ONLY));
        parts.fresh().forEach((name, fence) -> draft.add(make(draft, name, fence)));
        draft.add(PlanStep.named(OBSERVE_FENCE, "See that nobody can write to the new side", Effect.READ_ONLY));
    }

    private void lift(Draft draft, String prefix, List<String> fences, History undone) {
        List<String> reversed = new ArrayList<>(fences);
        reversed.removeIf(step -> undone.made(step).isEmpty());
        Collections.reverse(reversed);
        for (String step : reversed) {
            draft.add(undo(LIFT, step, "Lift the fence: ", undone));
        }
        draft.add(PlanStep.named(
                        OBSERVE_OPEN, "See that the side that is to serve admits applications again", Effect.READ_ONLY)
                .parameter("prefix", prefix)
                .parameter(UNDONE, undone.run().value()));
    }

    private PlanStep.Builder undo(String prefix, String step, String title, History undone) {
        return PlanStep.named(prefix + step, title + parts.part(step).name(), Effect.CONDITIONAL)
                .owner(StepOwner.INFRASTRUCTURE)
                .traits(Trait.DESTRUCTIVE)
                .changes(step + OF + undone.run())
                .parameter(UNDONE, undone.run().value())
                .inverse("cut over again");
    }

    private static PlanStep.Builder count(RunId cutOver) {
        return PlanStep.named(COUNT, "Count what was written to the new side since the cut-over", Effect.READ_ONLY)
                .parameter(UNDONE, cutOver.value());
    }

    private static PlanStep.Builder reopenIfFailed() {
        return PlanStep.named(
                        REOPEN,
                        "If it failed before an endpoint was pointed back: lift the fence this run put before the new"
                                + " side",
                        Effect.CONDITIONAL)
                .traits(Trait.ON_FAILURE);
    }

    private Precondition copy() {
        return new Precondition(COPY, parts.side().name(), parts.side().identity());
    }

    private Precondition stands(String step, History undone) {
        return new Precondition(step + OF + undone.run(), parts.part(step).name(), standing(step, undone));
    }

    private String standing(String step, History undone) {
        return parts.part(step).observe(undone.made(step)).state().name();
    }

    private History history(RunId run) {
        return parts.history(run).require(CHECK, parts.described());
    }

    /** A cut-over that came far enough for an application to be led to the new side. */
    private History switched(RunId run) {
        History cutOver = history(run);
        if (!cutOver.didSucceed(POSITION)) {
            throw new RequestRefusedException(
                    "DRK-CUTOVER-006",
                    "Cannot withdraw run '" + run + "': it ended before an endpoint was switched but one is required",
                    "Roll it back; nothing was written to the new side because of it");
        }
        return cutOver;
    }

    private void refuseKnownLoss(RunId run, History cutOver) {
        Loss loss = parts.side().writtenSince(cutOver.told(POSITION));
        if (loss.rows() > 0) {
            throw new RequestRefusedException(
                    "DRK-CUTOVER-007",
                    "Cannot roll back run '" + run + "': " + loss.rows() + " rows or more would be lost (" + loss
                            + ") but none may be unless it is accepted",
                    "Withdraw, back the new side up, then accept exactly the loss the withdrawal counted");
        }
    }

    /** A backup only helps if it holds what would be lost, and if it can be read as far as its kind allows. */
    private Precondition backup(RunId run, AcceptedLoss loss) {
        BackupTarget target = target(run);
        History withdrawal = history(loss.withdrawal());
        Instant fenced = Optional.ofNullable(withdrawal.succeeded().get(OBSERVE_FENCE))
                .filter(at -> withdrawal.told(COUNT).getOrDefault("digest", "").equals(loss.digest()))
                .orElseThrow(() -> new RequestRefusedException(
                        "DRK-CUTOVER-008",
                        "Cannot roll back run '" + run + "': run '" + loss.withdrawal() + "' counted "
                                + withdrawal.told(COUNT).getOrDefault("digest", "nothing") + " but " + loss.digest()
                                + " is accepted",
                        "Accept the digest that the withdrawal of this cut-over told"));
        RecoveryPoint point = point(loss.backup());
        if (point.consistencyTime().isBefore(fenced)) {
            throw new RequestRefusedException(
                    "DRK-CUTOVER-009",
                    "Cannot roll back run '" + run + "': backup '" + loss.backup() + "' is of "
                            + point.consistencyTime() + " but must be of " + fenced
                            + " or later, when the new side was fenced",
                    "Back the new side up now; it stays fenced until it is reopened");
        }
        Proof.Level needed = target.capabilities().can(Capability.VERIFY)
                ? target.capabilities().verifiesUpTo()
                : Proof.Level.UNPROVEN;
        if (!point.proof().level().reaches(needed)) {
            throw new RequestRefusedException(
                    "DRK-CUTOVER-010",
                    "Cannot roll back run '" + run + "': backup '" + loss.backup() + "' is "
                            + point.proof().level() + " but " + needed + " is required",
                    "Verify it first");
        }
        return new Precondition(BACKUP, loss.backup().value(), state(point));
    }

    private RecoveryPoint point(RecoveryPointId id) {
        return parts.backups()
                .orElseThrow()
                .list()
                .find(id)
                .orElseThrow(() -> new NotFoundException(
                        "DRK-CUTOVER-011",
                        "Cannot roll back: backup '" + id + "' of what would be lost does not exist but is required",
                        "Back the new side up with the target this cut-over was given"));
    }

    private BackupTarget target(RunId run) {
        return parts.backups()
                .orElseThrow(() -> new RequestRefusedException(
                        "DRK-CUTOVER-012",
                        "Cannot roll back run '" + run
                                + "': no target backs the new side up but a loss is accepted only with a backup of it",
                        "Give the cut-over the target whose live system is the new side"));
    }

    private static String state(RecoveryPoint point) {
        return "of " + point.consistencyTime() + ", " + point.proof().level();
    }
}
