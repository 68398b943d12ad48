package io.github.drkit.catalog;

import io.github.drkit.Effect;
import io.github.drkit.Operation;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Precondition;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.error.NotFoundException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes down that a named person releases a hold. */
final class Releasing implements Operation<ReleaseRequest> {

    private static final String RELEASE = "release-hold";
    private static final String HOLD = "hold";
    private static final String STANDS = "stands";
    private static final String AT = "at";

    private final PointCatalog points;
    private final SigningKey key;

    Releasing(PointCatalog points, SigningKey key) {
        this.points = points;
        this.key = key;
    }

    @Override
    public Plan plan(ReleaseRequest request, PlanContext context) {
        points.requireProver(key);
        points.load(request.point());
        PlacedHold hold = find(request.point(), request.hold())
                .orElseThrow(() -> new NotFoundException(
                        "DRK-HOLD-002",
                        "Cannot release the hold of run '" + request.hold() + "' on '" + request.point()
                                + "': the point is held by "
                                + points.holds(request.point()).stream()
                                        .map(other -> other.run().value())
                                        .toList()
                                + " but not by that run",
                        "List the point: its remarks name its holds; was it released meanwhile?"));
        return new Plan(
                context.run(),
                request.kind(),
                request.point().value(),
                request.describe(),
                List.of(new Precondition(HOLD, about(request.point(), request.hold()), STANDS)),
                List.of(PlanStep.named(
                                RELEASE,
                                "Record beside the point that " + request.who() + " releases the hold of " + hold.who(),
                                Effect.CONDITIONAL)
                        .changes(HOLD)
                        .parameter("key", key.name())
                        .inverse("Place another hold")
                        .traits(Trait.DESTRUCTIVE)
                        .build()),
                List.of(new Plan.Remark(
                        Plan.Remark.Kind.NOTE,
                        "held by " + hold.who() + " since " + hold.since() + ": " + hold.why()
                                + "; once it is released the policy decides on the point")),
                Optional.empty());
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        int mark = precondition.about().lastIndexOf(' ');
        RecoveryPointId point = RecoveryPointId.of(precondition.about().substring(mark + 1));
        return find(point, RunId.of(precondition.about().substring(0, mark))).isPresent() ? STANDS : "absent";
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) {
        Map<String, String> request = context.plan().request();
        RecoveryPointId point = RecoveryPointId.of(context.plan().subject());
        RunId hold = RunId.of(request.getOrDefault(HOLD, ""));
        Instant at = Instant.parse(
                context.facts(RELEASE).getOrDefault(AT, context.time().now().toString()));
        context.record(AT, at.toString());
        points.release(
                new PlacedHold(point, hold, "", "", Instant.EPOCH),
                context.plan().run(),
                at,
                request.getOrDefault("who", ""),
                request.getOrDefault("why", ""),
                key);
        return find(point, hold).isEmpty()
                ? StepResult.succeeded("the hold no longer stands")
                : StepResult.failed("the release is recorded but the hold still stands [DRK-HOLD-003]");
    }

    private Optional<PlacedHold> find(RecoveryPointId point, RunId hold) {
        return points.holds(point).stream()
                .filter(standing -> standing.run().equals(hold))
                .findFirst();
    }

    private static String about(RecoveryPointId point, RunId hold) {
        return hold + " " + point;
    }
}
