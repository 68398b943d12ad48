package io.github.drkit.testkit.fake;

import io.github.drkit.BackupRequest;
import io.github.drkit.BackupTarget;
import io.github.drkit.Capabilities;
import io.github.drkit.Capability;
import io.github.drkit.Catalog;
import io.github.drkit.CollectRequest;
import io.github.drkit.Effect;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.TargetId;
import io.github.drkit.TargetRequest;
import io.github.drkit.VerifyRequest;
import io.github.drkit.catalog.Leftover;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.catalog.Verdict;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.lease.LeasedOperation;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.IntegrityIoException;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoredStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A target whose live system is one database of {@link InMemoryTables} and whose points lie in any store. It does by the
 * book what a real target does: a volatile snapshot, a dump of it, the manifest last. Thread-safe.
 */
public final class InMemoryBackupTarget implements BackupTarget, LeasedOperation {

    /** The format of its points. */
    public static final String FORMAT = "tables/1";

    private static final String SNAPSHOT = "open-snapshot";
    private static final String DUMP = "dump";
    private static final String COMMIT = "commit";
    private static final String VERIFY = "verify";
    private static final String COLLECT = "collect-";
    private static final String LOOK = "look";

    private final TargetId id;
    private final String database;
    private final InMemoryTables tables;
    private final PointStore store;
    private final PointCatalog points;
    private final KeyRing keys;
    private final Journal journal;

    /**
     * Protects a database.
     *
     * @param database which; also the target's id
     * @param tables where it is
     * @param store where its points go
     * @param keys what they are signed with
     * @param journal where runs are recorded, so that only what ended runs left is collected
     */
    public InMemoryBackupTarget(
            String database, InMemoryTables tables, PointStore store, KeyRing keys, Journal journal) {
        this.id = TargetId.of(database);
        this.database = database;
        this.tables = tables;
        this.store = store;
        this.points = PointCatalog.of(store, id, keys.trusted());
        this.keys = keys;
        this.journal = journal;
    }

    @Override
    public TargetId id() {
        return id;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(
                Set.of(Capability.BACK_UP, Capability.VERIFY, Capability.COLLECT),
                Set.of(FORMAT),
                Proof.Level.VERIFIED,
                Map.of());
    }

    @Override
    public Catalog list() {
        return points.list();
    }

    /**
     * Returns the catalog its points are in, to prove them.
     *
     * @return the same points as {@link #list()}
     */
    public PointCatalog points() {
        return points;
    }

    @Override
    public Plan plan(TargetRequest request, PlanContext context) {
        if (request instanceof BackupRequest backup) {
            return planBackup(backup, context);
        }
        if (request instanceof VerifyRequest verify) {
            return planVerification(verify, context);
        }
        return planCollection((CollectRequest) request, context);
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        return switch (precondition.name()) {
            case "database" -> tables.find(precondition.about()).isPresent() ? "present" : "absent";
            case "manifest" -> points.manifestSha256(RecoveryPointId.of(precondition.about()));
            default -> store.location();
        };
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        if (step.name().startsWith(COLLECT)) {
            return collect(RunId.of(step.name().substring(COLLECT.length())), context);
        }
        return switch (step.name()) {
            case SNAPSHOT -> openSnapshot(context);
            case DUMP -> dump(context);
            case COMMIT -> commit(context);
            case VERIFY -> verify(context);
            default -> StepResult.succeeded("nothing to collect");
        };
    }

    /** A verification changes nothing another run could be harmed by, so it takes no lease. */
    @Override
    public Optional<String> lease(Plan plan) {
        return plan.kind().equals("verify") ? Optional.empty() : Optional.of(id.value());
    }

    @Override
    public void fence(RunId lost, RunId by) {
        points.fence(lost, by, keys.backup());
    }

    private Plan planBackup(BackupRequest request, PlanContext context) {
        requireDatabase();
        List<Precondition> preconditions = List.of(
                new Precondition("database", database, "present"),
                new Precondition("manifest", points.pointOf(context.run()).value(), "absent"));
        List<PlanStep> steps = List.of(
                PlanStep.named(SNAPSHOT, "Open a snapshot of '" + database + "'", Effect.READ_ONLY)
                        .traits(Trait.VOLATILE)
                        .build(),
                PlanStep.named(DUMP, "Write its rows to the store", Effect.NAMED)
                        .after(SNAPSHOT)
                        .build(),
                PlanStep.named(COMMIT, "Write the manifest: from here on the point exists", Effect.CONDITIONAL)
                        .after(DUMP)
                        .changes("manifest")
                        .parameter("label", request.label())
                        .parameter(
                                "scheduled-for",
                                request.scheduledFor().map(Instant::toString).orElse(""))
                        .build());
        return plan(request, context, id.value(), preconditions, steps);
    }

    private void requireDatabase() {
        if (tables.find(database).isEmpty()) {
            throw new NotFoundException(
                    "DRK-FAKE-005",
                    "Cannot back up database '" + database + "': there is none of this name but one is required",
                    "Add a row to it");
        }
    }

    private StepResult openSnapshot(StepContext context) {
        Optional<Map<String, List<String>>> now = tables.find(database);
        if (now.isEmpty()) {
            return StepResult.failed("the database is gone");
        }
        context.keepOpen(SNAPSHOT, new Snapshot(now.get()));
        return StepResult.succeeded("opened", Map.of("at", context.time().now().toString()));
    }

    private StepResult dump(StepContext context) throws InterruptedException {
        Snapshot snapshot = context.opened(SNAPSHOT, Snapshot.class);
        RecoveryPointId point = points.pointOf(context.plan().run());
        // An attempt writes where no earlier one did: segments are never overwritten.
        String place = DUMP + "-" + context.attempt();
        try (InputStream rows = Rows.write(snapshot.tables())) {
            StoredStream stream =
                    store.write(points.place(point).child(place), rows, Encryption.unencrypted(), context.progress());
            return StepResult.succeeded(
                    "stored " + stream.storedBytes() + " bytes", Map.of("stream", Manifest.describe(stream)));
        } catch (IOException e) {
            throw new TargetUnavailableException(
                    "DRK-FAKE-006",
                    "Cannot dump database '" + database + "': reading broke off but must reach the end",
                    "Is the database still there?",
                    e);
        }
    }

    private StepResult commit(StepContext context) {
        RecoveryPointId point = points.pointOf(context.plan().run());
        Instant at = Instant.parse(context.facts(SNAPSHOT).getOrDefault("at", ""));
        StoredStream stream = Manifest.described(context.facts(DUMP).getOrDefault("stream", ""));
        Map<String, String> parameters =
                context.plan().find(COMMIT).orElseThrow().parameters();
        String scheduledFor = parameters.getOrDefault("scheduled-for", "");
        points.commit(
                new Manifest(
                        point,
                        id,
                        context.plan().run(),
                        FORMAT,
                        at,
                        scheduledFor.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(scheduledFor)),
                        parameters.getOrDefault("label", ""),
                        List.of(new Manifest.Content(database, "rows", at, stream, Map.of())),
                        Map.of()),
                keys.backup());
        return list().find(point).isPresent()
                ? StepResult.succeeded("'" + point + "' is listed")
                : StepResult.failed("'" + point + "' is committed and not listed");
    }

    private Plan planVerification(VerifyRequest request, PlanContext context) {
        points.load(request.point());
        String sha256 = points.manifestSha256(request.point());
        return plan(
                request,
                context,
                request.point().value(),
                List.of(new Precondition("manifest", request.point().value(), sha256)),
                List.of(PlanStep.named(VERIFY, "Read the point again and record what is found", Effect.CONDITIONAL)
                        .build()));
    }

    private StepResult verify(StepContext context) throws InterruptedException {
        RecoveryPointId point = RecoveryPointId.of(context.plan().subject());
        Instant at = Instant.parse(
                context.facts(VERIFY).getOrDefault("at", context.time().now().toString()));
        context.record("at", at.toString());
        String damage = "";
        try {
            for (Manifest.Content content : points.load(point).contents()) {
                try (InputStream rows = store.open(content.stream(), IdentitySource.none())) {
                    Rows.read(rows);
                }
            }
        } catch (IntegrityIoException e) {
            damage = String.valueOf(e.getMessage());
        } catch (IOException e) {
            throw new TargetUnavailableException(
                    "DRK-FAKE-006",
                    "Cannot verify recovery point '" + point + "': reading broke off but must reach the end",
                    "Try again",
                    e);
        }
        Proof.Level level = damage.isEmpty() ? Proof.Level.VERIFIED : Proof.Level.FAILED;
        points.record(
                new Verdict(
                        point,
                        context.plan().run(),
                        at,
                        level,
                        Verdict.Kind.PROOF,
                        damage.isEmpty() ? "read again to the end" : damage),
                keys.prover());
        return damage.isEmpty() ? StepResult.succeeded("read again to the end") : StepResult.damaged(damage);
    }

    private Plan planCollection(CollectRequest request, PlanContext context) {
        List<PlanStep> steps = new ArrayList<>();
        for (Leftover leftover : points.leftovers()) {
            RunId run = leftover.run();
            if (request.abandoned().contains(run) || ended(run)) {
                steps.add(PlanStep.named(COLLECT + run, "Remove what run '" + run + "' left", Effect.TOMBSTONED)
                        .traits(Trait.DESTRUCTIVE)
                        .parameter("abandoned", ended(run) ? "no" : "yes")
                        .build());
            }
        }
        if (steps.isEmpty()) {
            steps.add(PlanStep.named(LOOK, "Nothing is to be collected", Effect.READ_ONLY)
                    .build());
        }
        return plan(
                request,
                context,
                id.value(),
                List.of(new Precondition("store", store.location(), store.location())),
                steps);
    }

    private StepResult collect(RunId run, StepContext context) {
        PlanStep step = context.plan().find(COLLECT + run).orElseThrow();
        if ("yes".equals(step.parameters().get("abandoned")) && !ended(run)) {
            List<JournalEntry> entries = journal.entries(run);
            journal.append(new JournalEntry(
                    run,
                    entries.size() + 1L,
                    context.time().now(),
                    JournalEntry.Kind.RUN_TAKEN_OVER,
                    "",
                    0,
                    Optional.empty(),
                    "declared abandoned",
                    Map.of("writer", context.plan().run().value())));
        }
        long freed = 0;
        for (Leftover leftover : points.leftovers()) {
            if (leftover.run().equals(run)) {
                freed += points.collect(leftover, context.plan().run(), keys.backup());
            }
        }
        return StepResult.succeeded("freed " + freed + " bytes");
    }

    private boolean ended(RunId run) {
        List<JournalEntry> entries = journal.entries(run);
        return !entries.isEmpty() && entries.get(entries.size() - 1).closesRun();
    }

    private static Plan plan(
            TargetRequest request,
            PlanContext context,
            String subject,
            List<Precondition> preconditions,
            List<PlanStep> steps) {
        return new Plan(
                context.run(),
                request.kind(),
                subject,
                request.describe(),
                preconditions,
                steps,
                List.of(),
                Optional.empty());
    }

    private record Snapshot(Map<String, List<String>> tables) implements AutoCloseable {
        @Override
        public void close() {}
    }
}
