package io.github.drkit.aws;

import io.github.drkit.Catalog;
import io.github.drkit.Effect;
import io.github.drkit.Plan;
import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Purpose;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RunId;
import io.github.drkit.StepOwner;
import io.github.drkit.aws.Settings.Backup;
import io.github.drkit.aws.Settings.Basis;
import io.github.drkit.aws.Settings.Change;
import io.github.drkit.aws.Snapshots.Found;
import io.github.drkit.aws.Snapshots.Window;
import io.github.drkit.catalog.PointVerdicts;
import io.github.drkit.error.DrException;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBInstanceAutomatedBackup;
import software.amazon.awssdk.services.rds.model.DBSnapshot;
import software.amazon.awssdk.services.rds.model.DBSubnetGroup;

/** Plans restores into new instances. */
final class RestorePlans {

    static final String RESTORE = "restore-instance";
    static final String AWAIT = "await-instance";
    static final String APPLY = "apply-settings";
    static final String PARAMETERS = "load-parameters";
    static final String COMPARE = "compare-settings";
    static final String LOOK = "look-inside";
    static final String STRIP = "strip-tags";
    static final String DELETE = "delete-instance";

    private final RestoreOptions options;
    private final TargetOptions source;

    RestorePlans(RestoreOptions options) {
        this.options = options;
        this.source = options.source();
    }

    /**
     * What is restored from.
     *
     * @param point its id, or that of the instant
     * @param identity what the plan relies on
     * @param about what is asked for it
     * @param backup what it tells of settings
     * @param arn the ARN of something in the destination's region
     * @param engine its engine
     * @param parameters of the restore step
     * @param command how a person begins the command
     * @param remarks about it
     */
    private record Origin(
            RecoveryPointId point,
            String identity,
            String about,
            Backup backup,
            String arn,
            String engine,
            Map<String, String> parameters,
            String command,
            List<Remark> remarks) {}

    Plan plan(RestoreRequest request, PlanContext context) {
        String region = request.destination().place();
        Rds there = options.rds(region);
        boolean proof = request.purpose() == Purpose.PROOF;
        boolean isolated = proof || request.destination().isolation() == Isolation.ISOLATED;
        if (isolated) {
            requireIsolation(region);
        }
        List<Remark> remarks = new ArrayList<>();
        Optional<DBInstance> original = original(region, remarks);
        Origin origin = options.basis() == Basis.SNAPSHOT
                ? snapshot(request, there, original, remarks, context.time().now())
                : instant(request, region, original);
        requirePostgres(origin.engine());
        String name = newName(request, context, proof);
        if (there.find(name).isPresent()) {
            throw new RequestRefusedException(
                    "DRK-RDS-029",
                    "Cannot restore to instance '" + name + "': there is one in " + region
                            + " but the name must be free",
                    "Choose another identifier; nothing was changed");
        }
        String arn = RdsNames.arn(origin.arn(), "db", name);
        Settings settings = Settings.of(
                inRegion(original, region),
                origin.backup(),
                changes(proof, isolated),
                RdsTags.made(arn, context.run(), source.id()));
        remarks.addAll(origin.remarks());
        remarks.addAll(caveats(original, proof));
        remarks.addAll(settings.remarks());
        List<Precondition> preconditions = new ArrayList<>(List.of(
                new Precondition(PointVerdicts.POINT, origin.about(), origin.identity()),
                new Precondition(Observations.NEW_INSTANCE, region + ":" + name, Observations.ABSENT)));
        if (isolated) {
            preconditions.add(new Precondition(
                    Observations.ISOLATION, region + ":" + String.join(",", options.isolation()), "apart"));
        }
        return new Plan(
                context.run(),
                request.kind(),
                origin.point().value(),
                request.describe(),
                preconditions,
                steps(region, name, arn, context.run(), origin, settings, proof),
                remarks,
                Optional.empty());
    }

    private List<PlanStep> steps(
            String region, String name, String arn, RunId run, Origin origin, Settings settings, boolean proof) {
        List<PlanStep> steps = new ArrayList<>();
        String of = " --region " + region + " --db-instance-identifier " + name;
        String delete = "aws rds delete-db-instance" + of + " --skip-final-snapshot --delete-automated-backups";
        PlanStep.Builder restore = step(
                        RESTORE, "Restore to new instance " + name + " in " + region, Effect.NAMED, region, name)
                .changes(Observations.NEW_INSTANCE)
                .command(origin.command().replace("{name}", name) + Settings.options(settings.atRestore()))
                .inverse(delete);
        origin.parameters().forEach(restore::parameter);
        Settings.write(restore, settings.atRestore());
        steps.add(restore.build());
        steps.add(step(
                        AWAIT,
                        "Wait until instance " + name + " is available and has an address",
                        Effect.READ_ONLY,
                        region,
                        name)
                .after(RESTORE)
                .command("aws rds wait db-instance-available" + of + "  # ends after 30 minutes; type it again")
                .build());
        String before = AWAIT;
        if (!settings.afterwards().isEmpty()) {
            PlanStep.Builder apply = step(APPLY, "Set what the restore call does not take", Effect.NAMED, region, name)
                    .after(AWAIT)
                    .command("aws rds modify-db-instance" + of + " --apply-immediately"
                            + Settings.options(settings.afterwards()));
            Settings.write(apply, settings.afterwards());
            steps.add(apply.build());
            before = APPLY;
        }
        steps.add(step(
                        PARAMETERS,
                        "Reboot if the parameter group waits for it, and wait until it is in sync",
                        Effect.NAMED,
                        region,
                        name)
                .after(before)
                .command("aws rds reboot-db-instance" + of + "  # if ParameterApplyStatus is pending-reboot")
                .build());
        PlanStep.Builder compare = step(COMPARE, "Compare every setting with the plan", Effect.READ_ONLY, region, name)
                .after(PARAMETERS)
                .command("aws rds describe-db-instances" + of);
        Settings.write(compare, settings.atRestore());
        Settings.write(compare, settings.afterwards());
        steps.add(compare.build());
        if (options.connections().isPresent()) {
            steps.add(step(LOOK, "Connect, and list the databases", Effect.READ_ONLY, region, name)
                    .owner(StepOwner.APPLICATION)
                    .after(COMPARE)
                    .command("psql -l -h <address of " + name + ">")
                    .build());
        }
        if (!proof) {
            steps.add(step(STRIP, "Take DR Kit's tags off instance " + name, Effect.NAMED, region, name)
                    .after(options.connections().isPresent() ? LOOK : COMPARE)
                    .command("aws rds remove-tags-from-resource --region " + region + " --resource-name " + arn
                            + " --tag-keys " + String.join(" ", RdsTags.ours(RdsTags.made(arn, run, source.id()))))
                    .build());
        }
        if (proof) {
            steps.add(step(DELETE, "Delete temporary instance " + name, Effect.NAMED, region, name)
                    .after(RESTORE)
                    .traits(Trait.CLEAN_UP, Trait.DESTRUCTIVE)
                    .command(delete)
                    .build());
        }
        return steps;
    }

    private static PlanStep.Builder step(String step, String title, Effect effect, String region, String name) {
        return PlanStep.named(step, title, effect)
                .owner(StepOwner.INFRASTRUCTURE)
                .parameter("region", region)
                .parameter("instance", name);
    }

    String observe(Precondition precondition) {
        String about = precondition.about();
        if (precondition.name().equals(PointVerdicts.POINT) && about.indexOf('@') >= 0) {
            return restorable(about);
        }
        int colon = about.indexOf(':');
        String region = colon < 0 ? about : about.substring(0, colon);
        String rest = about.substring(colon + 1);
        return switch (precondition.name()) {
            case PointVerdicts.POINT ->
                options.rds(region)
                        .findSnapshot(rest)
                        .filter(found -> InstanceStatus.AVAILABLE.equals(found.status()))
                        .map(Snapshots::identity)
                        .orElse(Observations.ABSENT);
            case Observations.NEW_INSTANCE ->
                options.rds(region).find(rest).map(DBInstance::dbiResourceId).orElse(Observations.ABSENT);
            case Observations.ISOLATION -> apart(region, List.of(rest.split(",")));
            default ->
                throw new IllegalArgumentException(
                        "A restore of '" + source.id() + "' makes no plan that relies on " + precondition.name());
        };
    }

    private String restorable(String about) {
        String resource = about.substring(0, about.indexOf('@'));
        Instant instant = Instant.parse(about.substring(about.indexOf('@') + 1));
        return source.snapshots().windows(source.rds().find(source.instance())).stream()
                        .anyMatch(window -> resource.equals(window.backup().dbiResourceId())
                                && window.window().contains(instant))
                ? about
                : Observations.ABSENT;
    }

    /** {@code apart} if no group is one of the original's, else those that are. Groups of another region are others. */
    private String apart(String region, List<String> groups) {
        if (!region.equals(source.region().name())) {
            return "apart";
        }
        List<String> originals = source.rds()
                .find(source.instance())
                .map(original -> Carrying.split(Attribute.VPC_SECURITY_GROUPS.of(original)))
                .orElse(List.of());
        List<String> shared =
                groups.stream().filter(originals::contains).sorted().toList();
        return shared.isEmpty() ? "apart" : shared.toString();
    }

    private void requireIsolation(String region) {
        String found = options.isolation().isEmpty() ? "none was named" : apart(region, options.isolation());
        if (!found.equals("apart")) {
            throw new RequestRefusedException(
                    "DRK-RDS-030",
                    "Cannot restore '" + source.id() + "' in isolation: of the security groups " + options.isolation()
                            + " "
                            + (options.isolation().isEmpty() ? found : found + " are the original's")
                            + " but at least one is needed and none may be shared",
                    "Name groups that nothing of production is in, by RdsRestore.Builder.isolatedBy");
        }
    }

    /** In another region one restores because this one is lost, so that its silence is no reason to refuse. */
    private Optional<DBInstance> original(String region, List<Remark> remarks) {
        try {
            Optional<DBInstance> original = source.rds().find(source.instance());
            if (original.isEmpty()) {
                remarks.add(note("the original is gone: settings are those of the backup and of the environment"));
            }
            return original;
        } catch (TargetUnavailableException e) {
            if (region.equals(source.region().name())) {
                throw e;
            }
            remarks.add(note("the original's region does not answer: settings are those of the backup and of the"
                    + " environment"));
            return Optional.empty();
        }
    }

    /** Groups, subnets and keys of one region mean nothing in another. */
    private Optional<DBInstance> inRegion(Optional<DBInstance> original, String region) {
        if (region.equals(source.region().name())) {
            return original;
        }
        return original.map(there -> there.toBuilder()
                .dbSubnetGroup((DBSubnetGroup) null)
                .vpcSecurityGroups(List.of())
                .dbParameterGroups(List.of())
                .optionGroupMemberships(List.of())
                .domainMemberships(List.of())
                .performanceInsightsKMSKeyId(null)
                .build());
    }

    private Origin snapshot(
            RestoreRequest request, Rds there, Optional<DBInstance> original, List<Remark> remarks, Instant now) {
        List<Found> found = source.snapshots().in(there, original);
        Catalog catalog = source.catalog(original, found, List.of());
        Selection selection = request.selection();
        List<String> passed = catalog.passedOver(selection, now);
        RecoveryPoint point =
                catalog.choose(selection, now).orElseThrow(() -> none(selection, catalog, passed, there.region()));
        DBSnapshot snapshot = found.stream()
                .filter(one -> one.point().equals(point.id()))
                .findFirst()
                .orElseThrow()
                .snapshot();
        if (point.proof().level() == Proof.Level.FAILED && request.purpose() == Purpose.RESTORE) {
            throw new IntegrityException(
                    "DRK-RDS-031",
                    "Cannot restore recovery point '" + point.id()
                            + "': it is FAILED but a FAILED point is restored for a" + " proof only",
                    "Choose another point, or another instant");
        }
        passed.forEach(why -> remarks.add(note("passed over: " + why)));
        point.remarks().forEach(remark -> remarks.add(note(remark)));
        Map<Attribute, String> known = new EnumMap<>(Attribute.class);
        put(known, Attribute.ENDPOINT, snapshot.port());
        put(known, Attribute.STORAGE_TYPE, snapshot.storageType());
        put(known, Attribute.IOPS, snapshot.iops());
        put(known, Attribute.STORAGE_THROUGHPUT, snapshot.storageThroughput());
        put(known, Attribute.IAM_DATABASE_AUTHENTICATION_ENABLED, snapshot.iamDatabaseAuthenticationEnabled());
        put(known, Attribute.BACKUP_RETENTION_PERIOD, snapshot.backupRetentionPeriod());
        put(known, Attribute.PREFERRED_BACKUP_WINDOW, snapshot.preferredBackupWindow());
        put(known, Attribute.TAG_LIST, RdsTags.write(RdsTags.of(snapshot.tagList())));
        String id = snapshot.dbSnapshotIdentifier();
        return new Origin(
                point.id(),
                Snapshots.identity(snapshot),
                there.region() + ":" + id,
                new Backup(Basis.SNAPSHOT, gib(snapshot.allocatedStorage()), known),
                snapshot.dbSnapshotArn(),
                String.valueOf(snapshot.engine()),
                Map.of("snapshot", id),
                "aws rds restore-db-instance-from-db-snapshot --region " + there.region() + " --db-instance-identifier"
                        + " {name} --db-snapshot-identifier " + Shell.quoted(id),
                List.of(note("restores the state of " + point.consistencyTime())));
    }

    private DrException none(Selection selection, Catalog catalog, List<String> passed, String region) {
        if (!(selection instanceof Selection.Point asked)) {
            return new NotFoundException(
                    "DRK-RDS-028",
                    "Cannot restore '" + selection + "' of '" + source.id() + "': there is no snapshot for it in "
                            + region
                            + " but one is needed"
                            + (passed.isEmpty() ? "" : "; passed over: " + String.join(", ", passed)),
                    "List the points of the target");
        }
        return catalog.going().stream()
                .filter(point -> point.id().equals(asked.id()))
                .findFirst()
                .<DrException>map(RestorePlans::going)
                .orElseGet(() -> new NotFoundException(
                        "DRK-RDS-028",
                        "Cannot restore recovery point '" + asked.id() + "': '" + source.id()
                                + "' has no available snapshot of that id in " + region + " but one is needed",
                        "List the points of the target; a copy is restored in the region it lies in"));
    }

    private static RequestRefusedException going(RecoveryPoint point) {
        return new RequestRefusedException(
                "DRK-RDS-039",
                "Cannot restore recovery point '" + point.id() + "': it is "
                        + point.remarks().get(point.remarks().size() - 1) + " but only a point that stays is restored",
                "Give the snapshot the tag " + RdsTags.HOLD + ", which keeps it, or restore another point");
    }

    private Origin instant(RestoreRequest request, String region, Optional<DBInstance> original) {
        if (!region.equals(source.region().name())) {
            throw new RequestRefusedException(
                    "DRK-RDS-025",
                    "Cannot restore to '" + region + "': automated backups lie in "
                            + source.region().name() + " but the place is another",
                    "Restore a copied snapshot there, by RdsRestore.fromSnapshot");
        }
        if (request.selection() instanceof Selection.Point point) {
            throw new NotFoundException(
                    "DRK-RDS-028",
                    "Cannot restore recovery point '" + point.id()
                            + "': this strategy restores instants of a window but a point was asked for",
                    "Use RdsRestore.fromSnapshot for snapshots");
        }
        List<Window> windows = source.snapshots().windows(original);
        if (windows.isEmpty()) {
            throw new RequestRefusedException(
                    "DRK-RDS-017",
                    "Cannot restore '" + source.id() + "' to a point in time: there are no automated backups in "
                            + region + " but some are needed",
                    "Restore a snapshot instead; are automated backups switched on?");
        }
        Instant asked = request.selection() instanceof Selection.AtInstant at
                ? at.instant()
                : windows.get(0).window().latest();
        Instant instant = asked.truncatedTo(ChronoUnit.SECONDS);
        Window window = windows.stream()
                .filter(one -> one.window().contains(instant))
                .findFirst()
                .orElseThrow(() -> new RequestRefusedException(
                        "DRK-RDS-016",
                        "Cannot restore '" + source.id() + "' to " + instant + ": its windows are "
                                + windows.stream()
                                        .map(one -> one.window().earliest() + " to "
                                                + one.window().latest())
                                        .toList()
                                + " but the instant must lie within one",
                        "Choose an instant within, or a snapshot"));
        DBInstanceAutomatedBackup backup = window.backup();
        Map<Attribute, String> known = new EnumMap<>(Attribute.class);
        put(known, Attribute.ENDPOINT, backup.port());
        put(known, Attribute.STORAGE_TYPE, backup.storageType());
        put(known, Attribute.IOPS, backup.iops());
        put(known, Attribute.STORAGE_THROUGHPUT, backup.storageThroughput());
        put(known, Attribute.IAM_DATABASE_AUTHENTICATION_ENABLED, backup.iamDatabaseAuthenticationEnabled());
        put(known, Attribute.BACKUP_RETENTION_PERIOD, backup.backupRetentionPeriod());
        put(known, Attribute.PREFERRED_BACKUP_WINDOW, backup.preferredBackupWindow());
        put(known, Attribute.TAG_LIST, RdsTags.write(RdsTags.of(backup.tagList())));
        boolean live = original.filter(now -> now.dbiResourceId().equals(backup.dbiResourceId()))
                .isPresent();
        List<Remark> remarks = new ArrayList<>();
        remarks.add(note("restores everything committed by " + instant + ", and nothing after it"));
        if (!instant.equals(asked)) {
            remarks.add(note("RDS restores to the second: " + asked + " becomes " + instant));
        }
        if (!live) {
            remarks.add(note("of an instance that is gone, " + backup.dbiResourceId() + ", whose backup is retained"));
        }
        remarks.add(new Remark(
                Remark.Kind.LOST,
                "what was committed after " + instant + " is not in the new instance; the original keeps it"));
        String identity = backup.dbiResourceId() + "@" + instant;
        return new Origin(
                RdsNames.instant(source.id(), instant),
                identity,
                identity,
                new Backup(Basis.POINT_IN_TIME, gib(backup.allocatedStorage()), known),
                original.map(DBInstance::dbInstanceArn).orElse(String.valueOf(backup.dbInstanceArn())),
                String.valueOf(backup.engine()),
                live
                        ? Map.of("source-instance", source.instance(), "restore-time", instant.toString())
                        : Map.of("source-resource", backup.dbiResourceId(), "restore-time", instant.toString()),
                "aws rds restore-db-instance-to-point-in-time --region " + region
                        + (live
                                ? " --source-db-instance-identifier " + source.instance()
                                : " --source-dbi-resource-id " + backup.dbiResourceId())
                        + " --restore-time " + instant + " --target-db-instance-identifier {name}",
                remarks);
    }

    private String newName(RestoreRequest request, PlanContext context, boolean proof) {
        Map<String, String> renames = request.destination().renames();
        if (renames.isEmpty()) {
            return RdsNames.chosenInstance(source.instance(), proof ? "proof" : "restored", context.run());
        }
        String name = renames.get(source.instance());
        if (name == null || renames.size() != 1) {
            throw new RequestRefusedException(
                    "DRK-RDS-032",
                    "Cannot restore '" + source.id() + "': the renames are of " + renames.keySet()
                            + " but exactly one, of instance '" + source.instance() + "', is understood",
                    "A restored instance has all its databases, under their names");
        }
        return RdsNames.newInstance(name);
    }

    private Map<Attribute, Change> changes(boolean proof, boolean isolated) {
        Map<Attribute, Change> changes = Settings.changes(options.environment());
        if (isolated) {
            changes.put(
                    Attribute.VPC_SECURITY_GROUPS,
                    new Change(
                            String.join(
                                    ",", options.isolation().stream().sorted().toList()),
                            "isolation"));
            changes.put(Attribute.PUBLICLY_ACCESSIBLE, new Change("false", "isolation"));
        }
        if (proof) {
            changes.put(Attribute.MULTI_AZ, new Change("false", "proof"));
            changes.put(Attribute.DELETION_PROTECTION, new Change("false", "proof"));
            changes.put(Attribute.BACKUP_RETENTION_PERIOD, new Change("0", "proof"));
            changes.put(Attribute.COPY_TAGS_TO_SNAPSHOT, new Change("false", "proof"));
            for (Attribute unneeded : List.of(
                    Attribute.PREFERRED_BACKUP_WINDOW,
                    Attribute.ENABLED_CLOUDWATCH_LOGS_EXPORTS,
                    Attribute.MAX_ALLOCATED_STORAGE,
                    Attribute.PREFERRED_MAINTENANCE_WINDOW,
                    Attribute.MONITORING_INTERVAL,
                    Attribute.MONITORING_ROLE_ARN,
                    Attribute.PERFORMANCE_INSIGHTS_ENABLED,
                    Attribute.PERFORMANCE_INSIGHTS_KMS_KEY_ID,
                    Attribute.PERFORMANCE_INSIGHTS_RETENTION_PERIOD,
                    Attribute.DATABASE_INSIGHTS_MODE)) {
                changes.put(unneeded, new Change("", "proof"));
            }
        }
        return changes;
    }

    private static List<Remark> caveats(Optional<DBInstance> original, boolean proof) {
        List<Remark> remarks = new ArrayList<>();
        remarks.add(
                note("roles and passwords are those of the moment restored, the master's too: if a password was changed"
                        + " since, today's secret does not open the new instance"));
        if (proof) {
            remarks.add(note("the temporary instance is deleted at the end, without a final snapshot"));
            return remarks;
        }
        remarks.add(note(
                "the first read of each block is slow: RDS fetches it when it is touched, and is available before all"
                        + " are there"));
        remarks.add(note("whether clients must use TLS is rds.force_ssl of the parameter group"));
        remarks.add(note("Terraform does not know the new instance: its next apply may plan against it"));
        remarks.add(new Remark(
                Remark.Kind.NOT_RESTORED,
                "alarms, event subscriptions, AWS Backup plans, RDS Proxy targets, DNS names and export tasks of the"
                        + " original"));
        remarks.add(new Remark(
                Remark.Kind.UNPROTECTED, "the new instance has no backup of its own before its first one has ended"));
        original.filter(now -> Boolean.TRUE.equals(now.multiAZ()))
                .ifPresent(now -> remarks.add(note("the standby is made after the instance is available")));
        return remarks;
    }

    private void requirePostgres(String engine) {
        new Observations(source).requirePostgres(engine);
    }

    private static void put(Map<Attribute, String> known, Attribute attribute, @Nullable Object value) {
        if (value != null && !String.valueOf(value).isEmpty()) {
            known.put(attribute, String.valueOf(value));
        }
    }

    private static OptionalInt gib(@Nullable Integer storage) {
        return storage == null ? OptionalInt.empty() : OptionalInt.of(storage);
    }

    private static Remark note(String text) {
        return new Remark(Remark.Kind.NOTE, text);
    }
}
