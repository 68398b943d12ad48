package io.github.drkit.examples.toy;

import io.github.drkit.BackupRequest;
import io.github.drkit.BackupTarget;
import io.github.drkit.Capabilities;
import io.github.drkit.Capability;
import io.github.drkit.Catalog;
import io.github.drkit.Effect;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Plausibility;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.TargetId;
import io.github.drkit.TargetRequest;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The files of one folder, copied into folders of points. Thread-safe. */
public final class FolderTarget implements BackupTarget {

    private final TargetId id;
    private final Path source;
    private final Path points;

    public FolderTarget(TargetId id, Path source, Path points) {
        this.id = id;
        this.source = source;
        this.points = points;
    }

    @Override
    public TargetId id() {
        return id;
    }

    // tag::capabilities
    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Capability.BACK_UP), Set.of("folder/1"), Proof.Level.UNPROVEN, Map.of());
    }
    // end::capabilities

    // tag::plan
    @Override
    public Plan plan(TargetRequest request, PlanContext context) {
        if (!(request instanceof BackupRequest)) {
            throw new RequestRefusedException(
                    "DRK-TOY-001", "Cannot " + request.kind() + ": only back up is declared", "Use another target");
        }
        String point = id + "-" + context.run();
        PlanStep copy = PlanStep.named("copy", "Copy the files of " + source, Effect.NAMED)
                .command("cp " + source + "/* " + points.resolve(point) + ".part/")
                .build();
        PlanStep commit = PlanStep.named("commit", "Give the copy its name: from here on it exists", Effect.CONDITIONAL)
                .after("copy")
                .changes("point")
                .command("mv " + points.resolve(point) + ".part " + points.resolve(point))
                .build();
        List<Precondition> relied = List.of(
                new Precondition("source", source.toString(), "present"), new Precondition("point", point, "absent"));
        return new Plan(
                context.run(),
                request.kind(),
                id.value(),
                request.describe(),
                relied,
                List.of(copy, commit),
                List.of(),
                Optional.empty());
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        Path at = precondition.name().equals("source") ? source : points.resolve(precondition.about());
        return Files.isDirectory(at) ? "present" : "absent";
    }
    // end::plan

    // tag::execute
    @Override
    public StepResult execute(PlanStep step, StepContext context) {
        Path point = points.resolve(id + "-" + context.plan().run());
        Path part = points.resolve(point.getFileName() + ".part");
        try {
            return step.name().equals("copy") ? copy(part, context) : commit(context, part, point);
        } catch (IOException e) {
            throw new TargetUnavailableException(
                    "DRK-TOY-002",
                    "Cannot " + step.name() + " '" + point + "': reading or writing broke off",
                    "Is the disk full, or a file unreadable?",
                    e);
        }
    }

    private StepResult copy(Path part, StepContext context) throws IOException {
        Map<String, String> facts = Map.of("at", context.time().now().toString());
        Files.createDirectories(part);
        for (Path old : files(part)) {
            Files.delete(old); // of an attempt that broke off
        }
        List<Path> files = files(source);
        for (Path file : files) {
            Path copy = Files.copy(file, part.resolve(file.getFileName()));
            if (Files.mismatch(file, copy) >= 0) {
                return StepResult.failed(file + " changed while it was copied");
            }
            context.progress().moved(Files.size(copy));
        }
        return files.isEmpty() ? StepResult.failed(source + " is empty") : StepResult.succeeded("copied", facts);
    }

    private StepResult commit(StepContext context, Path part, Path point) throws IOException {
        if (Files.isDirectory(part)) { // else an earlier attempt came that far
            String at = context.facts("copy").getOrDefault("at", "");
            String firing = context.plan().request().getOrDefault("scheduled-for", "");
            String label = context.plan().request().getOrDefault("label", "");
            Files.write(part.resolve(".point"), List.of(at, firing, label));
            Files.move(part, point, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.isDirectory(point) ? StepResult.succeeded("listed") : StepResult.failed("not there");
    }
    // end::execute

    // tag::list
    @Override
    public Catalog list() {
        List<RecoveryPoint> found = new ArrayList<>();
        List<Catalog.Problem> problems = new ArrayList<>();
        try {
            for (Path folder : Files.isDirectory(points) ? folders() : List.<Path>of()) {
                try {
                    found.add(point(folder));
                } catch (IOException | RuntimeException e) {
                    problems.add(new Catalog.Problem(folder.toString(), "DRK-TOY-003", "it is no readable point"));
                }
            }
        } catch (IOException e) {
            throw new TargetUnavailableException(
                    "DRK-TOY-002", "Cannot list '" + points + "': reading broke off", "Is it readable?", e);
        }
        return new Catalog(found, List.of(), problems);
    }
    // end::list

    private RecoveryPoint point(Path folder) throws IOException {
        RecoveryPointId point = RecoveryPointId.of(folder.getFileName().toString());
        RunId run = RunId.of(point.value().substring(id.value().length() + 1));
        List<String> facts = Files.readAllLines(folder.resolve(".point"));
        Instant at = Instant.parse(facts.get(0));
        Optional<Instant> firing = facts.get(1).isEmpty() ? Optional.empty() : Optional.of(Instant.parse(facts.get(1)));
        long size = 0;
        for (Path file : files(folder)) {
            size += Files.size(file);
        }
        String place = folder.toString();
        return new RecoveryPoint(
                point,
                id,
                run,
                "folder/1",
                at,
                firing,
                facts.get(2),
                size,
                place,
                Proof.none(),
                Plausibility.OK,
                List.of());
    }

    private List<Path> folders() throws IOException {
        try (Stream<Path> all = Files.list(points)) {
            return all.filter(path -> path.getFileName().toString().startsWith(id + "-"))
                    .filter(path -> !path.toString().endsWith(".part"))
                    .toList();
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> !path.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }
}
