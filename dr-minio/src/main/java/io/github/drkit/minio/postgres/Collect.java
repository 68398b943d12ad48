package io.github.drkit.minio.postgres;

import io.github.drkit.CollectRequest;
import io.github.drkit.Effect;
import io.github.drkit.Plan;
import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Precondition;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.catalog.Leftover;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.journal.JournalEntry.Kind;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.StoredObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Removes what crashed runs left in the store. */
final class Collect {

    private static final String LOOK = "look";
    private static final String RUN = "run";
    private static final String OBJECTS = "objects";

    private final DumpOptions options;
    private final Journal journal;

    Collect(DumpOptions options, Journal journal) {
        this.options = options;
        this.journal = journal;
    }

    Plan plan(CollectRequest request, PlanContext context) {
        List<PlanStep> steps = new ArrayList<>();
        List<Remark> remarks = new ArrayList<>();
        List<Leftover> leftovers = leftovers();
        for (Leftover leftover : leftovers) {
            boolean abandoned = request.abandoned().contains(leftover.run());
            if (!ended(leftover.run()) && !abandoned) {
                remarks.add(new Remark(
                        Remark.Kind.NOTE,
                        "left alone: " + leftover.objects().size() + " objects of run '" + leftover.run()
                                + "', whose journal has not ended; resume it, or declare it abandoned"));
                continue;
            }
            steps.add(PlanStep.named(
                            "collect-" + leftover.point(),
                            "Remove " + leftover.objects().size() + " objects, " + bytes(leftover) + " bytes, of run '"
                                    + leftover.run() + "' that no manifest names"
                                    + (abandoned ? "; take the run over first" : ""),
                            Effect.TOMBSTONED)
                    .traits(Trait.DESTRUCTIVE, Trait.POINT_OF_NO_RETURN)
                    .parameter(RUN, leftover.run().value())
                    .parameter("take-over", String.valueOf(abandoned))
                    .parameter(OBJECTS, keys(leftover))
                    .build());
        }
        if (steps.isEmpty()) {
            steps.add(PlanStep.named(LOOK, "Look again: there is nothing to collect", Effect.READ_ONLY)
                    .build());
        }
        return new Plan(
                context.run(),
                request.kind(),
                options.id().value(),
                request.describe(),
                List.of(new Precondition("store", options.store().location(), "a store with conditional writes")),
                steps,
                remarks,
                Optional.empty());
    }

    StepResult execute(PlanStep step, StepContext context) {
        List<Leftover> leftovers = leftovers();
        if (step.name().equals(LOOK)) {
            return StepResult.succeeded("nothing was to be collected");
        }
        RunId run = RunId.of(step.parameters().getOrDefault(RUN, ""));
        Optional<Leftover> found = leftovers.stream()
                .filter(leftover -> leftover.run().equals(run))
                .findFirst();
        if (found.isEmpty()) {
            return context.attempt() > 1
                    ? StepResult.succeeded("it is gone already")
                    : StepResult.skipped("it is gone already, or belongs to a point now");
        }
        Set<String> planned = new TreeSet<>(
                List.of(step.parameters().getOrDefault(OBJECTS, "").split("\n")));
        Set<String> there = new TreeSet<>(List.of(keys(found.get()).split("\n")));
        if (!planned.containsAll(there)) {
            there.removeAll(planned);
            return StepResult.failed("run '" + run + "' has written " + there + " since the plan was made: it is alive"
                    + " [DRK-DUMP-030]");
        }
        if (Boolean.parseBoolean(step.parameters().get("take-over"))) {
            takeOver(run, context);
        }
        if (!ended(run)) {
            return StepResult.failed("run '" + run + "' has not ended, and is left alone [DRK-DUMP-031]");
        }
        long freed = options.points().collect(found.get(), context.plan().run(), options.key());
        boolean left = leftovers().stream().anyMatch(leftover -> leftover.run().equals(run));
        if (left) {
            return StepResult.failed("objects of run '" + run + "' are still listed [DRK-DUMP-032]");
        }
        return StepResult.succeeded("freed " + freed + " bytes", Map.of("freed-bytes", String.valueOf(freed)));
    }

    /**
     * Not every store lists unfinished uploads by a prefix, so those of the streams that journals name are asked for one
     * by one. A point whose contents were all written at the first attempt has had no other stream, and its journal is
     * not read.
     */
    private List<Leftover> leftovers() {
        Set<RunId> settled = options.points().list().points().stream()
                .map(RecoveryPoint::id)
                .map(options.points()::load)
                .filter(Collect::writtenAtOnce)
                .map(Manifest::run)
                .collect(Collectors.toSet());
        Set<ObjectKey> streams = new LinkedHashSet<>();
        for (RunId run : journal.runs()) {
            if (!settled.contains(run)) {
                for (JournalEntry entry : journal.entries(run)) {
                    entry.facts().forEach((name, value) -> {
                        if (entry.kind() == Kind.STEP_NOTED && name.startsWith(BackUpSteps.WRITING)) {
                            streams.add(ObjectKey.of(value));
                        }
                    });
                }
            }
        }
        return options.points().leftovers(streams);
    }

    private static boolean writtenAtOnce(Manifest manifest) {
        return manifest.contents().stream()
                .flatMap(content -> content.stream().segments().stream())
                .allMatch(segment -> BackUpSteps.isOfFirstAttempt(segment.key()));
    }

    /** A run without a journal here is not known to have ended. */
    private boolean ended(RunId run) {
        List<JournalEntry> entries = journal.entries(run);
        return !entries.isEmpty() && entries.get(entries.size() - 1).closesRun();
    }

    /** Writing into its journal is what stops whoever still executes it. */
    private void takeOver(RunId run, StepContext context) {
        if (ended(run)) {
            return;
        }
        List<JournalEntry> entries = journal.entries(run);
        journal.append(new JournalEntry(
                run,
                entries.size() + 1L,
                context.time().now(),
                Kind.RUN_TAKEN_OVER,
                "",
                0,
                Optional.empty(),
                "declared abandoned by collection run '" + context.plan().run() + "'",
                Map.of("writer", context.plan().run().value())));
    }

    private static String keys(Leftover leftover) {
        return leftover.objects().stream().map(StoredObject::key).sorted().collect(Collectors.joining("\n"));
    }

    private static long bytes(Leftover leftover) {
        return leftover.objects().stream().mapToLong(StoredObject::sizeBytes).sum();
    }
}
