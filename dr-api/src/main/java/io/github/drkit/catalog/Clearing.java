package io.github.drkit.catalog;

import io.github.drkit.Effect;
import io.github.drkit.Operation;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Plausibility;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.error.RequestRefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes down that a named person finds a SUSPECT point to be as it should be. */
final class Clearing implements Operation<ClearanceRequest> {

    private static final String RECORD = "record-clearance";
    private static final String MANIFEST = "manifest";
    private static final String PLAUSIBILITY = "plausibility";

    private final PointCatalog points;
    private final SigningKey key;

    Clearing(PointCatalog points, SigningKey key) {
        this.points = points;
        this.key = key;
    }

    @Override
    public Plan plan(ClearanceRequest request, PlanContext context) {
        points.requireProver(key);
        points.load(request.point());
        RecoveryPoint point = points.list()
                .find(request.point())
                .orElseThrow(() -> new RequestRefusedException(
                        "DRK-CLEAR-002",
                        "Cannot clear recovery point '" + request.point()
                                + "': an expiry marked it as going but only a point that stays is cleared",
                        "Place a hold on it, which answers the mark, then clear it"));
        if (point.plausibility() != Plausibility.SUSPECT) {
            throw new RequestRefusedException(
                    "DRK-CLEAR-001",
                    "Cannot clear recovery point '" + point.id() + "': it is " + point.plausibility()
                            + " but only a SUSPECT one is cleared",
                    "Nothing is to be done; was it cleared or PROVEN meanwhile, or is another point meant?");
        }
        List<Plan.Remark> remarks = new ArrayList<>();
        point.remarks().forEach(remark -> remarks.add(new Plan.Remark(Plan.Remark.Kind.NOTE, remark)));
        remarks.add(new Plan.Remark(
                Plan.Remark.Kind.NOTE,
                "its proof stays " + point.proof().level()
                        + (point.proof().level() == Proof.Level.FAILED ? ", so it is not restored all the same" : "")));
        return new Plan(
                context.run(),
                request.kind(),
                point.id().value(),
                request.describe(),
                List.of(
                        new Precondition(MANIFEST, point.id().value(), points.manifestSha256(point.id())),
                        new Precondition(
                                PLAUSIBILITY,
                                point.id().value(),
                                point.plausibility().name())),
                List.of(PlanStep.named(
                                RECORD,
                                "Record beside the point, for ever, that " + request.who() + " cleared it",
                                Effect.CONDITIONAL)
                        .traits(Trait.POINT_OF_NO_RETURN)
                        .changes(PLAUSIBILITY)
                        .parameter("key", key.name())
                        .build()),
                remarks,
                Optional.empty());
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        RecoveryPointId id = RecoveryPointId.of(precondition.about());
        return precondition.name().equals(MANIFEST) ? points.manifestSha256(id) : plausibility(id);
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) {
        Map<String, String> request = context.plan().request();
        RecoveryPointId point = RecoveryPointId.of(context.plan().subject());
        // Kept in the journal first, so that repeating the step after a crash writes the same record again.
        Instant at = Instant.parse(
                context.facts(RECORD).getOrDefault("at", context.time().now().toString()));
        context.record("at", at.toString());
        points.record(
                new Verdict(
                        point,
                        context.plan().run(),
                        at,
                        Proof.Level.UNPROVEN,
                        Verdict.Kind.CLEARANCE,
                        request.getOrDefault("who", "") + ": " + request.getOrDefault("why", "")),
                key);
        String now = plausibility(point);
        return now.equals(Plausibility.OK.name())
                ? StepResult.succeeded("cleared, and listed as " + now)
                : StepResult.failed("the clearance is recorded but the point is listed as " + now);
    }

    private String plausibility(RecoveryPointId id) {
        return points.list()
                .find(id)
                .map(RecoveryPoint::plausibility)
                .map(Enum::name)
                .orElse("absent");
    }
}
