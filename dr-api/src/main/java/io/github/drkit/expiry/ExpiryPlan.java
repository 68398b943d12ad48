package io.github.drkit.expiry;

import io.github.drkit.Effect;
import io.github.drkit.Plan;
import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Precondition;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.catalog.ExpiryMark;
import io.github.drkit.catalog.ExpiryMark.State;
import io.github.drkit.expiry.Judging.Judgement;
import io.github.drkit.json.CanonicalJson;
import io.github.drkit.retention.Fate;
import io.github.drkit.retention.RetentionDecision;
import io.github.drkit.retention.RetentionEntry;
import io.github.drkit.retention.RetentionPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Plans an expiry: the whole decision, what stands against it, and the steps that carry it out. Reads only. */
final class ExpiryPlan {

    static final String LOCK = "lock";
    static final String ANSWER = "answer-old-marks";
    static final String FINISH = "finish-";
    static final String MARK = "mark";
    static final String WAIT = "wait";
    static final String EXPIRE = "expire-";
    static final String KEEP_THE_REST = "keep-the-rest";
    static final String POINTS = "points";
    static final String STAYS = "stays";
    static final String LOCKS = "locks";

    private static final String DECISION = "decision";
    private static final String POINTS_AT = "points-at";

    /** Each look again reads every manifest, so that very many points are looked at in batches. */
    static final int BATCHES = 32;

    private final ExpirablePoints points;
    private final Judging judging;
    private final int batches;

    ExpiryPlan(ExpirablePoints points, Judging judging, int batches) {
        this.points = points;
        this.judging = judging;
        this.batches = batches;
    }

    Plan plan(ExpireRequest request, PlanContext context) {
        Judgement judgement = judging.plan(
                request.policy(), request.rpo(), context.run(), context.time().now());
        RetentionDecision decision = judgement.decision().orRefuse();
        Map<RecoveryPointId, String> spared = new LinkedHashMap<>();
        List<RetentionEntry> drops = new ArrayList<>();
        for (RetentionEntry entry : decision.drops()) {
            Optional<String> against = judgement.against(entry);
            against.ifPresent(why -> spared.put(entry.point().id(), why));
            if (against.isEmpty() && entry.point().label().isEmpty()) {
                drops.add(entry);
            }
        }
        return new Plan(
                context.run(),
                request.kind(),
                points.target().value(),
                request.describe(),
                List.of(
                        new Precondition(POINTS_AT, points.target().value(), ExpirablePoints.READY),
                        new Precondition(DECISION, about(request.policy(), request.rpo()), decision.digest())),
                steps(request, judgement, drops),
                remarks(judgement, drops, spared),
                Optional.empty());
    }

    String observe(Precondition precondition, PlanContext context) {
        if (precondition.name().equals(POINTS_AT)) {
            return points.readiness();
        }
        Map<String, Object> about = CanonicalJson.read(precondition.about().getBytes(StandardCharsets.UTF_8));
        RetentionPolicy policy = RetentionPolicy.fromJson(String.valueOf(about.get("policy")));
        Duration rpo = Duration.parse(String.valueOf(about.get("rpo")));
        return judging.plan(policy, rpo, context.run(), context.time().now())
                .decision()
                .digest();
    }

    private static String about(RetentionPolicy policy, Duration rpo) {
        Map<String, Object> about = new TreeMap<>();
        about.put("policy", policy.toJson());
        about.put("rpo", rpo.toString());
        return new String(CanonicalJson.write(about), StandardCharsets.UTF_8);
    }

    private List<PlanStep> steps(ExpireRequest request, Judgement judgement, List<RetentionEntry> drops) {
        List<PlanStep> steps = new ArrayList<>();
        Map<RecoveryPointId, Instant> locks = locks(judgement.decision());
        add(
                steps,
                PlanStep.named(LOCK, "Lock what stays, " + locks.size() + " points", Effect.CONDITIONAL)
                        .parameter(
                                LOCKS,
                                locks.entrySet().stream()
                                        .map(lock -> lock.getKey() + " " + lock.getValue())
                                        .collect(Collectors.joining("\n"))));
        List<ExpiryMark> old = judgement.marks().stream()
                .filter(mark -> mark.state() == State.GOING)
                .toList();
        if (!old.isEmpty()) {
            add(
                    steps,
                    PlanStep.named(
                            ANSWER,
                            "Answer the marks other runs left on " + old.size()
                                    + " points: those stay until this run marks them",
                            Effect.CONDITIONAL));
        }
        for (ExpiryMark mark : judgement.marks()) {
            if (mark.state() == State.GONE) {
                delete(
                        steps,
                        PlanStep.named(
                                        FINISH + mark.point(),
                                        "Delete what run '" + mark.run() + "' left of '" + mark.point() + "'",
                                        Effect.TOMBSTONED)
                                .traits(Trait.DESTRUCTIVE, Trait.POINT_OF_NO_RETURN)
                                .changes(DECISION)
                                .parameter(POINTS, mark.point().value()),
                        List.of(mark.point()));
            }
        }
        if (!drops.isEmpty()) {
            expire(steps, request, judgement.decision(), drops);
        }
        return steps;
    }

    private void expire(
            List<PlanStep> steps, ExpireRequest request, RetentionDecision decision, List<RetentionEntry> drops) {
        String inverse = "Place a hold on a point, or let step '" + KEEP_THE_REST + "' answer its mark";
        String stays = decision.entries().stream()
                .filter(entry -> entry.fate() != Fate.DROP)
                .map(entry -> entry.point().id().value())
                .collect(Collectors.joining("\n"));
        add(
                steps,
                PlanStep.named(MARK, "Mark " + drops.size() + " points as going", Effect.CONDITIONAL)
                        .changes(DECISION)
                        .parameter(POINTS, ids(drops))
                        .parameter(STAYS, stays)
                        .inverse(inverse));
        add(
                steps,
                PlanStep.named(
                                WAIT,
                                "Wait " + request.pause() + ", so that whoever needs a point can say so",
                                Effect.READ_ONLY)
                        .inverse(inverse));
        int size = (drops.size() + batches - 1) / batches;
        for (int from = 0; from < drops.size(); from += size) {
            List<RetentionEntry> batch = drops.subList(from, Math.min(from + size, drops.size()));
            long bytes = bytes(batch);
            String name = size == 1
                    ? batch.get(0).point().id().value()
                    : String.format("%05d-%05d", from + 1, from + batch.size());
            String what = size == 1
                    ? "'" + batch.get(0).point().id() + "' of "
                            + batch.get(0).point().consistencyTime()
                    : batch.size() + " points";
            delete(
                    steps,
                    PlanStep.named(
                                    EXPIRE + name,
                                    "Look again, and delete " + what + ", " + bytes + " bytes, unless something"
                                            + " speaks for keeping",
                                    Effect.TOMBSTONED)
                            .traits(Trait.DESTRUCTIVE, Trait.POINT_OF_NO_RETURN)
                            .changes(DECISION)
                            .parameter(POINTS, ids(batch)),
                    batch.stream().map(entry -> entry.point().id()).toList());
        }
        steps.add(PlanStep.named(KEEP_THE_REST, "Answer the marks of this run that are still open", Effect.CONDITIONAL)
                .traits(Trait.ON_FAILURE)
                .after(steps.stream().map(PlanStep::name).toArray(String[]::new))
                .build());
    }

    private void delete(List<PlanStep> steps, PlanStep.Builder step, List<RecoveryPointId> gone) {
        gone.forEach(point -> points.deletion(point).forEach(step::command));
        add(steps, step);
    }

    /** One after another, in the order of the list: what is interrupted has lost the oldest only. */
    private static void add(List<PlanStep> steps, PlanStep.Builder step) {
        if (!steps.isEmpty()) {
            step.after(steps.get(steps.size() - 1).name());
        }
        steps.add(step.build());
    }

    private static Map<RecoveryPointId, Instant> locks(RetentionDecision decision) {
        Map<RecoveryPointId, Instant> locks = new LinkedHashMap<>();
        for (RetentionEntry entry : decision.entries()) {
            entry.lockUntil()
                    .filter(until -> entry.fate() != Fate.DROP)
                    .filter(until -> until.isAfter(decision.inventory().now()))
                    .ifPresent(until -> locks.put(entry.point().id(), until));
        }
        return locks;
    }

    private static List<Remark> remarks(
            Judgement judgement, List<RetentionEntry> drops, Map<RecoveryPointId, String> spared) {
        RetentionDecision decision = judgement.decision();
        List<Remark> remarks = new ArrayList<>();
        RetentionPolicy policy = decision.policy();
        for (RetentionPolicy.Tier tier : policy.tiers()) {
            remarks.add(note("tier " + tier.name() + ": " + tier.schedule() + ", keep " + tier.keep()));
        }
        remarks.add(note("counts: " + policy.requiredProof() + " or better; floor " + policy.minimumProven()
                + "; grace " + policy.grace() + "; RPO "
                + decision.inventory().rpo() + "; decided on "
                + decision.entries().size() + " points and "
                + decision.inventory().holds().size() + " holds"));
        decision.remarks().forEach(remark -> remarks.add(note(remark)));
        for (RetentionEntry entry : decision.entries()) {
            String why = spared.get(entry.point().id());
            if (why != null) {
                remarks.add(note("SKIP " + entry.point().consistencyTime() + " "
                        + entry.point().id() + ", which the policy drops: " + why));
            } else {
                remarks.add(
                        new Remark(entry.fate() == Fate.DROP ? Remark.Kind.LOST : Remark.Kind.NOTE, entry.toString()));
            }
        }
        for (ExpiryMark mark : judgement.marks()) {
            remarks.add(note("run '" + mark.run() + "' said at " + mark.at() + " that '" + mark.point() + "' is "
                    + mark.state() + ", and did not come to its end; this run goes on from there"));
        }
        decision.leftovers()
                .forEach(left -> remarks.add(note("'" + left.point() + "' is left by run '" + left.run()
                        + "' without a manifest; collecting removes it")));
        remarks.add(note("frees " + bytes(drops) + " bytes"));
        remarks.add(note("restorable before: " + decision.before()));
        remarks.add(note("restorable after:  " + decision.after()
                + (spared.isEmpty() ? "" : ", and " + spared.size() + " points that stay for now")));
        return remarks;
    }

    private static Remark note(String text) {
        return new Remark(Remark.Kind.NOTE, text);
    }

    private static String ids(List<RetentionEntry> entries) {
        return entries.stream().map(entry -> entry.point().id().value()).collect(Collectors.joining("\n"));
    }

    private static long bytes(List<RetentionEntry> entries) {
        return entries.stream().mapToLong(entry -> entry.point().sizeBytes()).sum();
    }
}
