package io.github.drkit.testkit.fake;

import io.github.drkit.Capabilities;
import io.github.drkit.Capability;
import io.github.drkit.Catalog;
import io.github.drkit.Effect;
import io.github.drkit.Plan;
import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Plausibility;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RestoreStrategy;
import io.github.drkit.RestoredCopy;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.IntegrityIoException;
import io.github.drkit.store.PointStore;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Restores the points of an {@link InMemoryBackupTarget} into a new database. The destination's place is the name of that
 * database. Thread-safe.
 */
public final class InMemoryRestoreStrategy implements RestoreStrategy {

    private static final String CREATE = "create-database";
    private static final String LOAD = "load-rows";
    private static final String COMPARE = "compare";
    private static final String DROP = "drop-database";

    private final PointStore store;
    private final PointCatalog points;
    private final InMemoryTables tables;

    /**
     * Restores points.
     *
     * @param store where they lie
     * @param points which there are
     * @param tables where they are restored to
     */
    public InMemoryRestoreStrategy(PointStore store, PointCatalog points, InMemoryTables tables) {
        this.store = store;
        this.points = points;
        this.tables = tables;
    }

    @Override
    public String name() {
        return "in-memory";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(
                Set.of(Capability.RESTORE_POINT, Capability.PROVE),
                Set.of(InMemoryBackupTarget.FORMAT),
                Proof.Level.UNPROVEN,
                Map.of());
    }

    @Override
    public Plan plan(RestoreRequest request, PlanContext context) {
        List<Remark> remarks = new ArrayList<>();
        RecoveryPointId point = select(request, context.time().now(), remarks);
        Manifest manifest = points.loadStanding(point);
        if (!manifest.format().equals(InMemoryBackupTarget.FORMAT)) {
            throw new RequestRefusedException(
                    "DRK-FAKE-007",
                    "Cannot restore recovery point '" + point + "': its format is " + manifest.format() + " but only "
                            + InMemoryBackupTarget.FORMAT + " is restored",
                    "Use the strategy for that format");
        }
        String place = request.destination().place();
        if (tables.find(place).isPresent()) {
            throw new RequestRefusedException(
                    "DRK-FAKE-008",
                    "Cannot restore into database '" + place + "': it exists but must be new",
                    "Choose another name");
        }
        List<PlanStep> steps = new ArrayList<>(List.of(
                PlanStep.named(CREATE, "Make database '" + place + "'", Effect.NAMED)
                        .changes("database")
                        .inverse("drop the database")
                        .build(),
                PlanStep.named(LOAD, "Load the rows", Effect.NAMED)
                        .after(CREATE)
                        .build(),
                PlanStep.named(COMPARE, "Compare with what was backed up", Effect.READ_ONLY)
                        .after(LOAD)
                        .build(),
                PlanStep.named(DROP, "Drop database '" + place + "', which this run made", Effect.NAMED)
                        .traits(request.purpose() == RestoreRequest.Purpose.PROOF ? Trait.CLEAN_UP : Trait.ON_FAILURE)
                        .build()));
        return new Plan(
                context.run(),
                request.kind(),
                point.value(),
                request.describe(),
                List.of(
                        new Precondition("database", place, "absent"),
                        new Precondition("manifest", point.value(), points.manifestSha256(point))),
                steps,
                remarks,
                Optional.empty());
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        return precondition.name().equals("database")
                ? tables.find(precondition.about()).isPresent() ? "present" : "absent"
                : points.manifestSha256(RecoveryPointId.of(precondition.about()));
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        String place = context.plan().request().getOrDefault("place", "");
        return switch (step.name()) {
            case CREATE -> create(place, context);
            case LOAD -> load(place, context);
            case COMPARE -> compare(place, context);
            default -> drop(place, context);
        };
    }

    @Override
    public RestoredCopy open(Plan plan) {
        return new Copy(plan.request().getOrDefault("place", ""));
    }

    private RecoveryPointId select(RestoreRequest request, Instant now, List<Remark> remarks) {
        if (request.selection() instanceof Selection.Point asked) {
            points.loadStanding(asked.id());
        }
        Catalog catalog = points.list();
        RecoveryPoint chosen = catalog.choose(request.selection(), now)
                .orElseThrow(() -> new NotFoundException(
                        "DRK-FAKE-009",
                        "Cannot restore '" + request.selection()
                                + "': no recovery point fits but one must, passed over: "
                                + catalog.passedOver(request.selection(), now),
                        "List the points"));
        if (chosen.proof().level() == Proof.Level.FAILED && request.purpose() == RestoreRequest.Purpose.RESTORE) {
            throw new IntegrityException(
                    "DRK-FAKE-022",
                    "Cannot restore recovery point '" + chosen.id()
                            + "': it is FAILED but a FAILED point is restored for a proof only",
                    "Choose another point");
        }
        catalog.passedOver(request.selection(), now)
                .forEach(why -> remarks.add(new Remark(Remark.Kind.NOTE, "passed over: " + why)));
        if (chosen.plausibility() == Plausibility.SUSPECT) {
            remarks.add(new Remark(Remark.Kind.NOTE, "the point is SUSPECT: " + chosen.remarks()));
        }
        return chosen.id();
    }

    private StepResult create(String place, StepContext context) {
        if (tables.create(place).isEmpty() && context.attempt() == 1) {
            return StepResult.failed("database '" + place + "' exists but must be new");
        }
        context.record("made", place);
        return StepResult.succeeded("made '" + place + "'");
    }

    private StepResult load(String place, StepContext context) {
        Map<String, List<String>> there = tables.find(place).orElseThrow();
        Map<String, List<String>> stored = stored(context);
        stored.forEach((table, rows) -> {
            int loaded = there.getOrDefault(table, List.of()).size();
            rows.stream().skip(loaded).forEach(row -> tables.add(place, table, row));
        });
        return StepResult.succeeded("loaded " + stored.size() + " tables");
    }

    private StepResult compare(String place, StepContext context) {
        return tables.find(place).orElseThrow().equals(stored(context))
                ? StepResult.succeeded("all tables equal")
                : StepResult.damaged("the tables differ from those backed up");
    }

    private StepResult drop(String place, StepContext context) {
        if (context.facts(CREATE).containsKey("made")) {
            tables.drop(place);
            return StepResult.succeeded("dropped '" + place + "'");
        }
        return StepResult.skipped("this run made nothing");
    }

    private Map<String, List<String>> stored(StepContext context) {
        Manifest manifest = points.load(RecoveryPointId.of(context.plan().subject()));
        try (InputStream rows = store.open(manifest.contents().get(0).stream(), IdentitySource.none())) {
            return Rows.read(rows);
        } catch (IntegrityIoException e) {
            throw new IntegrityException(
                    "DRK-FAKE-010",
                    "Cannot read recovery point '" + manifest.point() + "': " + e.getMessage()
                            + " but the rows written are required",
                    "Use another recovery point",
                    e);
        } catch (IOException e) {
            throw new TargetUnavailableException(
                    "DRK-FAKE-006",
                    "Cannot read recovery point '" + manifest.point() + "': reading broke off but must reach the end",
                    "Try again",
                    e);
        }
    }

    private final class Copy implements RestoredCopy {

        private final String place;

        Copy(String place) {
            if (tables.find(place).isEmpty()) {
                throw new NotFoundException(
                        "DRK-FAKE-005",
                        "Cannot open database '" + place + "': there is none of this name but one is required",
                        "Was it restored?");
            }
            this.place = place;
        }

        @Override
        public Set<String> databases() {
            return Set.of();
        }

        @Override
        public DataSource database(String original) {
            throw new NotFoundException(
                    "DRK-FAKE-005",
                    "Cannot connect to database '" + original + "' restored as '" + place
                            + "': tables in memory take no connections but one is required",
                    "Look at the InMemoryTables");
        }

        @Override
        public void close() {}
    }
}
