package io.github.drkit.expiry;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.catalog.ExpiryMark;
import io.github.drkit.catalog.ExpiryMark.State;
import io.github.drkit.catalog.Removal;
import io.github.drkit.expiry.Judging.Judgement;
import io.github.drkit.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Carries an expiry out. What becomes of each point is written into the journal before anything of it is deleted. */
final class ExpirySteps {

    private static final String FATE = "fate ";
    private static final String GONE = "gone";

    private final ExpirablePoints points;
    private final Judging judging;

    ExpirySteps(ExpirablePoints points, Judging judging) {
        this.points = points;
        this.judging = judging;
    }

    StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        String name = step.name();
        if (name.startsWith(ExpiryPlan.EXPIRE)) {
            return expire(step, context);
        }
        if (name.startsWith(ExpiryPlan.FINISH)) {
            return finish(step, context);
        }
        return switch (name) {
            case ExpiryPlan.LOCK -> lock(step);
            case ExpiryPlan.ANSWER ->
                answer(
                        context,
                        mark -> !mark.run().equals(run(context)),
                        "the run that marked it did not come to its end");
            case ExpiryPlan.MARK -> mark(step, context);
            case ExpiryPlan.WAIT -> await(context);
            default ->
                answer(context, mark -> mark.run().equals(run(context)), "a step of the run that marked it failed");
        };
    }

    private StepResult lock(PlanStep step) {
        String lockability = points.lockability();
        if (!lockability.equals(ExpirablePoints.READY)) {
            return StepResult.skipped("nothing is locked: " + lockability);
        }
        List<String> amiss = new ArrayList<>();
        List<String> locks = lines(step, ExpiryPlan.LOCKS);
        for (String line : locks) {
            int blank = line.indexOf(' ');
            RecoveryPointId point = RecoveryPointId.of(line.substring(0, blank));
            amiss.addAll(points.lock(point, Instant.parse(line.substring(blank + 1))));
        }
        return amiss.isEmpty()
                ? StepResult.succeeded(locks.size() + " points are locked as long as they stay")
                : StepResult.failed(
                        "not everything that stays is locked: " + String.join("; ", amiss) + " [DRK-EXPIRY-003]");
    }

    private StepResult mark(PlanStep step, StepContext context) {
        int marked = 0;
        for (RecoveryPointId point : ids(step)) {
            ExpiryMark mark = points.mark(point, run(context));
            if (mark.run().equals(run(context)) && mark.state() == State.GOING) {
                marked++;
            } else {
                context.record(FATE + point, "run '" + mark.run() + "' was quicker: it says " + mark.state());
            }
        }
        return StepResult.succeeded(marked + " points are marked as going");
    }

    /** In full at each attempt: only the monotonic clock of one process can tell how long it was. */
    private static StepResult await(StepContext context) throws InterruptedException {
        Duration pause = Duration.parse(context.plan().request().getOrDefault("pause", ""));
        context.time().sleep(pause);
        return StepResult.succeeded("waited " + pause);
    }

    private StepResult expire(PlanStep step, StepContext context) {
        Judgement judgement = again(context);
        PlanStep marking = context.plan().find(ExpiryPlan.MARK).orElseThrow();
        List<String> missing = lines(marking, ExpiryPlan.STAYS).stream()
                .filter(id -> !judgement.isListed(RecoveryPointId.of(id)))
                .toList();
        Optional<String> incomplete = missing.isEmpty()
                ? Optional.empty()
                : Optional.of("the plan keeps " + missing + ", which are not listed any more: is the listing whole?");
        Map<String, String> fates = new TreeMap<>();
        long freed = 0;
        int deleted = 0;
        for (RecoveryPointId point : ids(step)) {
            Removed removed = expire(point, judgement, incomplete, step, context);
            fates.put(FATE + point, removed.fate());
            freed += removed.bytes();
            deleted += removed.deleted() ? 1 : 0;
        }
        fates.put("freed-bytes", String.valueOf(freed));
        String message = fates.size() == 2
                ? fates.values().iterator().next()
                : deleted + " of " + (fates.size() - 1) + " points are gone, " + freed + " bytes freed";
        return deleted == 0 ? new StepResult(Outcome.SKIPPED, message, fates) : StepResult.succeeded(message, fates);
    }

    private Removed expire(
            RecoveryPointId point,
            Judgement judgement,
            Optional<String> incomplete,
            PlanStep step,
            StepContext context) {
        Optional<ExpiryMark> standing = judgement.mark(point);
        if (standing.isEmpty()) {
            boolean gone = !judgement.isListed(point);
            boolean decided = GONE.equals(context.facts(step.name()).get(FATE + point));
            return gone && decided
                    ? new Removed("gone already", 0, true)
                    : new Removed(
                            gone
                                    ? "it was gone already"
                                    : "kept: its mark was answered; "
                                            + judgement.against(point).orElse("the policy still drops it"),
                            0,
                            false);
        }
        ExpiryMark mark = standing.get();
        if (mark.state() == State.GOING) {
            if (!mark.run().equals(run(context))) {
                return new Removed("kept: run '" + mark.run() + "' has marked it meanwhile", 0, false);
            }
            Optional<String> against = judgement.against(point).or(() -> incomplete);
            mark = against.isPresent()
                    ? points.answer(mark, State.KEPT, run(context), against.get())
                    : points.answer(mark, State.GONE, run(context), "");
        }
        if (mark.state() != State.GONE) {
            return new Removed("kept: " + mark.detail(), 0, false);
        }
        context.record(FATE + point, GONE);
        return removed(mark, context);
    }

    private Removed removed(ExpiryMark mark, StepContext context) {
        Removal removal = points.remove(mark, run(context));
        return removal.left().isEmpty()
                ? new Removed("gone, freed " + removal.bytes() + " bytes", removal.bytes(), true)
                : new Removed(
                        "no longer listed, but not deleted yet: " + String.join("; ", removal.left()),
                        removal.bytes(),
                        false);
    }

    private StepResult finish(PlanStep step, StepContext context) {
        RecoveryPointId point = ids(step).get(0);
        Optional<ExpiryMark> mark = again(context).mark(point).filter(gone -> gone.state() == State.GONE);
        if (mark.isEmpty()) {
            return StepResult.skipped("nothing is left of it");
        }
        Removed removed = removed(mark.get(), context);
        Map<String, String> facts =
                Map.of(FATE + point, removed.fate(), "freed-bytes", String.valueOf(removed.bytes()));
        return removed.deleted()
                ? StepResult.succeeded(removed.fate(), facts)
                : new StepResult(Outcome.SKIPPED, removed.fate(), facts);
    }

    private StepResult answer(StepContext context, Predicate<ExpiryMark> whose, String why) {
        int kept = 0;
        for (ExpiryMark mark : again(context).marks()) {
            if (mark.state() == State.GOING && whose.test(mark)) {
                ExpiryMark answer = points.answer(mark, State.KEPT, run(context), why);
                kept += answer.state() == State.KEPT ? 1 : 0;
            }
        }
        return StepResult.succeeded(kept + " points are whole again");
    }

    private Judgement again(StepContext context) {
        Map<String, String> request = context.plan().request();
        return judging.again(
                RetentionPolicy.fromJson(request.getOrDefault("policy", "")),
                Duration.parse(request.getOrDefault("rpo", "")),
                run(context),
                context.time().now());
    }

    private static RunId run(StepContext context) {
        Plan plan = context.plan();
        return plan.run();
    }

    private static List<RecoveryPointId> ids(PlanStep step) {
        return lines(step, ExpiryPlan.POINTS).stream().map(RecoveryPointId::of).toList();
    }

    private static List<String> lines(PlanStep step, String parameter) {
        String value = step.parameters().getOrDefault(parameter, "");
        return value.isEmpty() ? List.of() : List.of(value.split("\n"));
    }

    private record Removed(String fate, long bytes, boolean deleted) {}
}
