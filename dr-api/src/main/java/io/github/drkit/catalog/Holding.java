package io.github.drkit.catalog;

import io.github.drkit.Effect;
import io.github.drkit.Operation;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.catalog.ExpiryMark.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes down that a named person holds a point, and answers the mark of an expiry that is about to delete it. */
final class Holding implements Operation<HoldRequest> {

    private static final String PLACE = "place-hold";
    private static final String MANIFEST = "manifest";
    private static final String AT = "at";

    /** Each expiry marks a point once, and there are not as many at a time. */
    private static final int LOOKS = 10;

    private final PointCatalog points;
    private final SigningKey key;

    Holding(PointCatalog points, SigningKey key) {
        this.points = points;
        this.key = key;
    }

    @Override
    public Plan plan(HoldRequest request, PlanContext context) {
        points.requireProver(key);
        points.load(request.point());
        List<Plan.Remark> remarks = new ArrayList<>();
        points.standing(request.point())
                .filter(mark -> mark.state() == State.GOING)
                .ifPresent(mark -> remarks.add(new Plan.Remark(
                        Plan.Remark.Kind.NOTE,
                        "run '" + mark.run() + "' marked it as going at " + mark.at() + "; the hold answers that, and"
                                + " the point is whole again, unless it is gone by then")));
        points.holds(request.point())
                .forEach(hold -> remarks.add(new Plan.Remark(
                        Plan.Remark.Kind.NOTE,
                        "it is held already by " + hold.who() + " since " + hold.since() + ": " + hold.why())));
        return new Plan(
                context.run(),
                request.kind(),
                request.point().value(),
                request.describe(),
                List.of(new Precondition(MANIFEST, request.point().value(), points.manifestSha256(request.point()))),
                List.of(PlanStep.named(
                                PLACE,
                                "Record beside the point that " + request.who() + " holds it",
                                Effect.CONDITIONAL)
                        .parameter("key", key.name())
                        .inverse("Release the hold of run '" + context.run() + "'")
                        .build()),
                remarks,
                Optional.empty());
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        return points.manifestSha256(RecoveryPointId.of(precondition.about()));
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) {
        Map<String, String> request = context.plan().request();
        RecoveryPointId point = RecoveryPointId.of(context.plan().subject());
        // Kept in the journal first, so that repeating the step after a crash writes the same record again.
        Instant at = Instant.parse(
                context.facts(PLACE).getOrDefault(AT, context.time().now().toString()));
        context.record(AT, at.toString());
        PlacedHold hold = new PlacedHold(
                point, context.plan().run(), request.getOrDefault("who", ""), request.getOrDefault("why", ""), at);
        for (int look = 1; ; look++) {
            Optional<ExpiryMark> standing = points.hold(hold, key);
            Survey survey = points.survey();
            boolean whole = survey.catalog().find(point).isPresent();
            if (whole && survey.holds().contains(hold)) {
                return StepResult.succeeded("listed, and held by " + hold.who()
                        + standing.filter(mark -> mark.run().equals(hold.run()))
                                .map(mark -> "; it was about to go, and stays")
                                .orElse(""));
            }
            Optional<ExpiryMark> gone = standing.filter(mark -> mark.state() == State.GONE);
            boolean markedAgain = survey.catalog().going().stream()
                    .anyMatch(going -> going.id().equals(point));
            // Another expiry marked it after the answer; that one finds the hold, and is answered all the same.
            if (gone.isPresent() || !markedAgain || look == LOOKS) {
                return StepResult.failed("the hold on '" + point + "' came too late: "
                        + gone.map(mark -> "run '" + mark.run() + "' let the point go at " + mark.at())
                                .orElse("the point is not listed")
                        + " [DRK-HOLD-001]");
            }
        }
    }
}
