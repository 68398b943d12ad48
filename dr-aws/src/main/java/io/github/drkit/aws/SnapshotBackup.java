package io.github.drkit.aws;

import io.github.drkit.BackupRequest;
import io.github.drkit.Effect;
import io.github.drkit.Plan;
import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.StepContext;
import io.github.drkit.StepOwner;
import io.github.drkit.StepResult;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.services.rds.model.CopyDbSnapshotRequest;
import software.amazon.awssdk.services.rds.model.CreateDbSnapshotRequest;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBSnapshot;

/** Makes a manual snapshot, and copies of it in other regions. */
final class SnapshotBackup {

    static final String CREATE = "create-snapshot";
    static final String AWAIT = "await-snapshot";

    private static final String COPY = "copy-snapshot-";
    private static final String AWAIT_COPY = "await-copy-";

    private final TargetOptions options;
    private final Observations observations;

    SnapshotBackup(TargetOptions options, Observations observations) {
        this.options = options;
        this.observations = observations;
    }

    Plan plan(BackupRequest request, PlanContext context) {
        DBInstance instance = observations.requireInstance("back up");
        String status = String.valueOf(instance.dbInstanceStatus());
        if (InstanceStatus.isIdle(status) || InstanceStatus.isBroken(status)) {
            throw new RequestRefusedException(
                    "DRK-RDS-011",
                    "Cannot back up instance '" + options.instance() + "': it is " + status
                            + " but RDS takes snapshots only of an available one",
                    "Start or mend the instance; what was backed up before can still be restored");
        }
        List<Remark> remarks = new ArrayList<>();
        String name = name(request, context, remarks);
        Map<String, String> tags = tags(request, context, RdsNames.arn(instance.dbInstanceArn(), "snapshot", name));
        if (!InstanceStatus.takesSnapshots(status)) {
            remarks.add(note("the instance is " + status + ": the snapshot waits until it is available"));
        }
        if (!Boolean.TRUE.equals(instance.multiAZ())) {
            remarks.add(
                    note("the instance has no standby: input and output stop for a moment while the snapshot begins"));
        }
        remarks.add(note("covers every database of the instance, at one instant"));
        List<Precondition> preconditions = new ArrayList<>(List.of(
                new Precondition(Observations.INSTANCE, options.instance(), instance.dbiResourceId()),
                new Precondition(Observations.SNAPSHOT, name, Observations.ABSENT)));
        List<PlanStep> steps = new ArrayList<>();
        steps.add(PlanStep.named(CREATE, "Create snapshot " + name + " of " + options.instance(), Effect.NAMED)
                .owner(StepOwner.INFRASTRUCTURE)
                .changes(Observations.SNAPSHOT)
                .parameter("snapshot", name)
                .parameter("instance", options.instance())
                .parameter("tags", RdsTags.write(tags))
                .command("aws rds create-db-snapshot --region "
                        + options.region().name()
                        + " --db-instance-identifier " + options.instance() + " --db-snapshot-identifier " + name
                        + " --tags" + typed(tags))
                .inverse("aws rds delete-db-snapshot --region "
                        + options.region().name() + " --db-snapshot-identifier " + name)
                .build());
        steps.add(PlanStep.named(AWAIT, "Wait until snapshot " + name + " is available", Effect.READ_ONLY)
                .owner(StepOwner.INFRASTRUCTURE)
                .after(CREATE)
                .parameter("snapshot", name)
                .command("aws rds describe-db-snapshots --region "
                        + options.region().name() + " --db-snapshot-identifier " + name
                        + " --query 'DBSnapshots[0].Status'")
                .build());
        for (TargetOptions.CopyPlace place : options.copies()) {
            planCopy(place, name, instance, request, context, preconditions, steps);
        }
        return new Plan(
                context.run(),
                request.kind(),
                options.id().value(),
                request.describe(),
                preconditions,
                steps,
                remarks,
                Optional.empty());
    }

    private void planCopy(
            TargetOptions.CopyPlace place,
            String name,
            DBInstance instance,
            BackupRequest request,
            PlanContext context,
            List<Precondition> preconditions,
            List<PlanStep> steps) {
        String region = place.region().name();
        String source = RdsNames.arn(instance.dbInstanceArn(), "snapshot", name);
        String arn = RdsNames.in(source, region);
        if (Boolean.TRUE.equals(instance.storageEncrypted()) && place.kmsKey().isEmpty()) {
            throw new RequestRefusedException(
                    "DRK-RDS-020",
                    "Cannot copy snapshots of '" + options.instance() + "' to " + region
                            + ": no key of that region was given but they are encrypted",
                    "Give the builder a KMS key of " + region);
        }
        Map<String, String> tags = tags(request, context, arn);
        preconditions.add(new Precondition(Observations.SNAPSHOT_IN + region, name, Observations.ABSENT));
        steps.add(PlanStep.named(COPY + region, "Copy snapshot " + name + " to " + region, Effect.NAMED)
                .owner(StepOwner.INFRASTRUCTURE)
                .after(AWAIT)
                .changes(Observations.SNAPSHOT_IN + region)
                .parameter("snapshot", name)
                .parameter("source", source)
                .parameter("source-region", options.region().name())
                .parameter("region", region)
                .parameter("kms-key", place.kmsKey())
                .parameter("tags", RdsTags.write(tags))
                .command("aws rds copy-db-snapshot --region " + region + " --source-region "
                        + options.region().name() + " --source-db-snapshot-identifier " + source
                        + " --target-db-snapshot-identifier " + name
                        + (place.kmsKey().isEmpty() ? "" : " --kms-key-id " + Shell.quoted(place.kmsKey())) + " --tags"
                        + typed(tags))
                .inverse("aws rds delete-db-snapshot --region " + region + " --db-snapshot-identifier " + name)
                .build());
        steps.add(PlanStep.named(
                        AWAIT_COPY + region, "Wait until the copy in " + region + " is available", Effect.READ_ONLY)
                .owner(StepOwner.INFRASTRUCTURE)
                .after(COPY + region)
                .parameter("snapshot", name)
                .parameter("region", region)
                .command("aws rds describe-db-snapshots --region " + region + " --db-snapshot-identifier " + name
                        + " --query 'DBSnapshots[0].Status'")
                .build());
    }

    private String name(BackupRequest request, PlanContext context, List<Remark> remarks) {
        String template = request.label().isEmpty() ? options.scheduledNames() : options.manualNames();
        String asked = RdsNames.fill(
                template, options.instance(), request.label(), context.run().value());
        String name = RdsNames.snapshot(template, options.instance(), request.label(), context.run());
        if (!name.equals(asked)) {
            remarks.add(note("the snapshot is called " + name + ", since RDS refuses '" + asked + "'"));
        }
        if (options.rds().findSnapshot(name).isEmpty()) {
            return name;
        }
        String free = RdsNames.distinct(name, context.run());
        remarks.add(note("the snapshot is called " + free + ", since there is one called " + name));
        return free;
    }

    private Map<String, String> tags(BackupRequest request, PlanContext context, String arn) {
        Map<String, String> tags = RdsTags.made(arn, context.run(), options.id());
        request.scheduledFor().ifPresent(firing -> tags.put(RdsTags.SCHEDULED_FOR, firing.toString()));
        if (!request.label().isEmpty()) {
            String label = RdsTags.encode(request.label());
            if (!RdsTags.fits(label)) {
                throw new RequestRefusedException(
                        "DRK-RDS-012",
                        "Cannot back up instance '" + options.instance() + "': the label takes " + label.length()
                                + " characters as a tag but RDS keeps 256",
                        "Use a shorter label, or one of letters and digits");
            }
            tags.put(RdsTags.LABEL, label);
        }
        return tags;
    }

    StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        if (step.name().equals(CREATE)) {
            return create(step, context);
        }
        if (step.name().startsWith(COPY)) {
            return copy(step, context);
        }
        Rds where =
                step.name().equals(AWAIT) ? options.rds() : place(step).region().rds();
        return await(step, where, context);
    }

    private StepResult create(PlanStep step, StepContext context) throws InterruptedException {
        String name = StepParameters.of(step, "snapshot");
        Map<String, String> tags = RdsTags.read(StepParameters.of(step, "tags"));
        String resource = observations.planned(context.plan(), Observations.INSTANCE);
        Function<DBSnapshot, Optional<String>> ours = snapshot -> Objects.equals(snapshot.dbiResourceId(), resource)
                ? notOurs(snapshot, context)
                : Optional.of("it is of instance " + snapshot.dbiResourceId() + " but must be of " + resource);
        Once<DBSnapshot> once = new Once<>("snapshot", name, () -> options.rds().findSnapshot(name), ours);
        DBSnapshot made = once.make(context, options.waiting(options.rds()), () -> {
            requireSameInstance(resource);
            return whenTaken(
                    name,
                    context,
                    () -> options.rds()
                            .createSnapshot(CreateDbSnapshotRequest.builder()
                                    .dbInstanceIdentifier(StepParameters.of(step, "instance"))
                                    .dbSnapshotIdentifier(name)
                                    .tags(RdsTags.toList(tags))));
        });
        context.record("snapshot", made.dbSnapshotArn());
        return StepResult.succeeded(
                "snapshot " + name + " is " + made.status(), Map.of("snapshot", made.dbSnapshotArn()));
    }

    private StepResult copy(PlanStep step, StepContext context) throws InterruptedException {
        String name = StepParameters.of(step, "snapshot");
        String source = StepParameters.of(step, "source");
        Rds there = place(step).region().rds();
        String key = StepParameters.of(step, "kms-key");
        Once<DBSnapshot> once =
                new Once<>("snapshot", name, () -> there.findSnapshot(name), snapshot -> notOurs(snapshot, context));
        DBSnapshot made = once.make(context, options.waiting(there), () -> {
            CopyDbSnapshotRequest.Builder request = CopyDbSnapshotRequest.builder()
                    .sourceDBSnapshotIdentifier(source)
                    .targetDBSnapshotIdentifier(name)
                    .sourceRegion(StepParameters.of(step, "source-region"))
                    .copyTags(false)
                    .tags(RdsTags.toList(RdsTags.read(StepParameters.of(step, "tags"))));
            if (!key.isEmpty()) {
                request.kmsKeyId(key);
            }
            return there.copySnapshot(request);
        });
        context.record("snapshot", made.dbSnapshotArn());
        return StepResult.succeeded("the copy is " + made.status(), Map.of("snapshot", made.dbSnapshotArn()));
    }

    /** RDS refuses while the instance is backed up, modified or rebooted; that passes. */
    private DBSnapshot whenTaken(String name, StepContext context, Supplier<DBSnapshot> create)
            throws InterruptedException {
        return options.waiting(options.rds())
                .until(
                        "instance '" + options.instance() + "' to take snapshot '" + name + "'",
                        context,
                        () -> {
                            try {
                                return Optional.of(create.get());
                            } catch (RequestRefusedException e) {
                                String status = options.rds()
                                        .find(options.instance())
                                        .map(DBInstance::dbInstanceStatus)
                                        .orElse("deleting");
                                boolean passes = AwsErrors.is(e, AwsErrors.STATE)
                                        && !InstanceStatus.isIdle(status)
                                        && !InstanceStatus.isBroken(status);
                                if (!passes) {
                                    throw e;
                                }
                                return Optional.<DBSnapshot>empty();
                            }
                        },
                        Function.identity());
    }

    private StepResult await(PlanStep step, Rds where, StepContext context) throws InterruptedException {
        String name = StepParameters.of(step, "snapshot");
        return options.waiting(where)
                .until(
                        "snapshot '" + name + "' to be available",
                        context,
                        () -> new Seen(where.findSnapshot(name)),
                        seen -> judge(name, seen, context));
    }

    /** What was seen, as a person reads it. */
    private record Seen(Optional<DBSnapshot> snapshot) {
        @Override
        public String toString() {
            return snapshot.map(seen -> "it is " + seen.status()
                            + (seen.percentProgress() == null ? "" : ", " + seen.percentProgress() + " %"))
                    .orElse("it was not found");
        }
    }

    private Optional<StepResult> judge(String name, Seen seen, StepContext context) {
        if (seen.snapshot().isEmpty()) {
            // RDS answers what it was told a moment ago late; a snapshot somebody deleted ends by the limit, as
            // UNKNOWN.
            return Optional.empty();
        }
        DBSnapshot snapshot = seen.snapshot().get();
        Optional<String> another = notOurs(snapshot, context);
        if (another.isPresent()) {
            return Optional.of(RestoreSteps.failed(
                    "DRK-RDS-013",
                    "Cannot wait for snapshot '" + name + "': " + another.get(),
                    "Plan again: the plan chooses another name"));
        }
        if (InstanceStatus.AVAILABLE.equals(snapshot.status())) {
            Map<String, String> facts = new TreeMap<>();
            facts.put("snapshot", snapshot.dbSnapshotArn());
            Snapshots.consistencyTime(snapshot).ifPresent(at -> facts.put("consistency-time", at.toString()));
            return Optional.of(StepResult.succeeded(
                    "snapshot " + name + " is available, of "
                            + Snapshots.consistencyTime(snapshot)
                                    .map(Instant::toString)
                                    .orElse("an unknown time"),
                    facts));
        }
        if ("failed".equals(snapshot.status()) || "deleting".equals(snapshot.status())) {
            return Optional.of(RestoreSteps.failed(
                    "DRK-RDS-014",
                    "Cannot wait for snapshot '" + name + "': it is " + snapshot.status()
                            + " but must become available; it counts against the quota until it is deleted",
                    "Do RDS's events say why? See that it is deleted, and plan again"));
        }
        return Optional.empty();
    }

    private void requireSameInstance(String resource) {
        String now = options.rds()
                .find(options.instance())
                .map(DBInstance::dbiResourceId)
                .orElse(Observations.ABSENT);
        if (!now.equals(resource)) {
            throw new NotFoundException(
                    "DRK-RDS-009",
                    "Cannot back up instance '" + options.instance() + "': it is " + now + " but the plan is for "
                            + resource,
                    "Was the instance replaced or renamed? Plan again");
        }
    }

    private static Optional<String> notOurs(DBSnapshot snapshot, StepContext context) {
        return RdsTags.madeBy(context.plan().run(), RdsTags.of(snapshot.tagList()), snapshot.dbSnapshotArn())
                ? Optional.empty()
                : Optional.of("it is not this run's but somebody else's");
    }

    private TargetOptions.CopyPlace place(PlanStep step) {
        String region = StepParameters.of(step, "region");
        return options.copies().stream()
                .filter(copy -> copy.region().name().equals(region))
                .findFirst()
                .orElseThrow(() -> new RequestRefusedException(
                        "DRK-RDS-021",
                        "Cannot copy to region '" + region + "': this target copies to "
                                + options.copies().stream()
                                        .map(copy -> copy.region().name())
                                        .toList()
                                + " but the plan names it",
                        "Give the builder the region the plan was made with"));
    }

    private static String typed(Map<String, String> tags) {
        StringBuilder typed = new StringBuilder();
        tags.forEach((key, value) -> typed.append(' ').append(Shell.quoted("Key=" + key + ",Value=" + value)));
        return typed.toString();
    }

    private static Remark note(String text) {
        return new Remark(Remark.Kind.NOTE, text);
    }
}
