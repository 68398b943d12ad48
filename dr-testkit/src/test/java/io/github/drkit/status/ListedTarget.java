package io.github.drkit.status;

import io.github.drkit.BackupTarget;
import io.github.drkit.Capabilities;
import io.github.drkit.Catalog;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Plausibility;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RecoveryWindow;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.TargetId;
import io.github.drkit.TargetRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A target that lists what a test puts into it, or refuses to. */
final class ListedTarget implements BackupTarget {

    private final TargetId id;
    final List<RecoveryPoint> points = new ArrayList<>();
    final List<RecoveryWindow> windows = new ArrayList<>();
    final List<Catalog.Problem> problems = new ArrayList<>();
    Optional<RuntimeException> failure = Optional.empty();

    ListedTarget(String id) {
        this.id = TargetId.of(id);
    }

    ListedTarget point(String run, String time, Proof.Level level) {
        return point(run, time, level, Plausibility.OK);
    }

    ListedTarget point(String run, String time, Proof.Level level, Plausibility plausibility) {
        Instant at = Instant.parse(time);
        boolean looked = level != Proof.Level.UNPROVEN;
        points.add(new RecoveryPoint(
                RecoveryPointId.of(id + "-" + run),
                id,
                RunId.of(run),
                "pg-dump/1",
                at,
                Optional.empty(),
                "",
                100,
                "memory",
                looked ? new Proof(level, Optional.of(at.plusSeconds(600)), "prover-1") : Proof.none(),
                plausibility,
                List.of()));
        return this;
    }

    ListedTarget window(String earliest, String latest) {
        windows.add(new RecoveryWindow(id, Instant.parse(earliest), Instant.parse(latest), Duration.ofMinutes(5)));
        return this;
    }

    @Override
    public TargetId id() {
        return id;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(), Set.of(), Proof.Level.UNPROVEN, Map.of());
    }

    @Override
    public Catalog list() {
        failure.ifPresent(thrown -> {
            throw thrown;
        });
        return new Catalog(points, windows, problems);
    }

    @Override
    public Plan plan(TargetRequest request, PlanContext context) {
        throw new AssertionError("a status plans nothing");
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        throw new AssertionError("a status observes nothing");
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) {
        throw new AssertionError("a status changes nothing");
    }
}
