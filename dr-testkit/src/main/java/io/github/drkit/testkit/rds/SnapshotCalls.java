package io.github.drkit.testkit.rds;

import io.github.drkit.testkit.rds.RdsState.Region;
import io.github.drkit.testkit.wire.XmlText;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The calls about snapshots. */
final class SnapshotCalls {

    private static final Set<String> FILTERS =
            Set.of("db-instance-id", "db-snapshot-id", "dbi-resource-id", "snapshot-type", "engine");
    private static final Set<String> TYPES = Set.of("automated", "manual", "shared", "public", "awsbackup");
    private static final int COPIES_AT_ONCE = 20;

    private final RdsState state;
    private final Descriptions descriptions;
    private final InstanceCalls instances;

    SnapshotCalls(RdsState state, Descriptions descriptions, InstanceCalls instances) {
        this.state = state;
        this.descriptions = descriptions;
        this.instances = instances;
    }

    void describe(Region region, Form form, XmlText xml) throws AwsRefusal {
        String id = form.text("DBSnapshotIdentifier");
        String instance = form.text("DBInstanceIdentifier");
        String resource = form.text("DbiResourceId");
        String type = form.text("SnapshotType");
        Map<String, List<String>> filters = form.filters(FILTERS);
        // Nobody shares anything with this account.
        form.isSet("IncludeShared");
        form.isSet("IncludePublic");
        if (type != null && !TYPES.contains(type)) {
            throw AwsRefusal.invalidValue("Invalid snapshot type: " + type);
        }
        List<Snapshot> found = new ArrayList<>();
        if (id != null) {
            found.add(state.snapshot(region, id));
        } else {
            region.snapshots.values().stream()
                    .filter(snapshot -> !state.now().isBefore(snapshot.visibleFrom))
                    .filter(snapshot -> type != null || !snapshot.type.equals("awsbackup"))
                    .forEach(found::add);
        }
        found.removeIf(snapshot -> type != null && !type.equals(snapshot.type)
                || resource != null && !resource.equals(snapshot.resourceId)
                || instance != null && !isOf(region, snapshot, instance));
        filters.forEach((name, values) ->
                found.removeIf(snapshot -> values.stream().noneMatch(value -> switch (name) {
                    case "db-instance-id" -> isOf(region, snapshot, value);
                    case "db-snapshot-id" ->
                        value.toLowerCase(Locale.ROOT).equals(snapshot.id)
                                || value.equals(region.snapshotArn(snapshot.id));
                    case "dbi-resource-id" -> value.equals(snapshot.resourceId);
                    case "snapshot-type" -> value.equals(snapshot.type);
                    default -> value.equals(snapshot.engine);
                })));
        Pages.write(xml, form, found, "DBSnapshots", "DBSnapshot", descriptions::snapshot);
    }

    private static boolean isOf(Region region, Snapshot snapshot, String instance) {
        return instance.toLowerCase(Locale.ROOT).equals(snapshot.instanceId)
                || instance.equals(region.instanceArn(snapshot.instanceId));
    }

    void create(Region region, Form form, XmlText xml) throws AwsRefusal {
        String id = SettingRules.snapshotName(form.required("DBSnapshotIdentifier"));
        Instance instance = state.instance(region, form.required("DBInstanceIdentifier"));
        Map<String, String> tags = form.tags();
        form.refuseTheRest();
        if (!instance.usable()) {
            throw InstanceCalls.notAvailable(instance);
        }
        Snapshot snapshot = instances.manualSnapshot(region, instance, id);
        if (tags != null) {
            snapshot.tags.putAll(tags);
        }
        state.backingUp(instance, Duration.ofSeconds(60));
        xml.begin("DBSnapshot");
        descriptions.snapshot(xml, snapshot);
    }

    void delete(Region region, Form form, XmlText xml) throws AwsRefusal {
        Snapshot snapshot = state.snapshot(region, form.required("DBSnapshotIdentifier"));
        form.refuseTheRest();
        if (!snapshot.type.equals("manual")) {
            throw new AwsRefusal(
                    400, "InvalidDBSnapshotState", "The snapshot " + snapshot.id + " is not of type [manual].");
        }
        if (!snapshot.available() && !snapshot.status.equals("failed")) {
            throw new AwsRefusal(
                    400, "InvalidDBSnapshotState", "DBSnapshot " + snapshot.id + " is " + snapshot.status + ".");
        }
        xml.begin("DBSnapshot");
        descriptions.snapshot(xml, snapshot);
        region.snapshots.remove(snapshot.id);
        snapshot.gone = true;
        state.happened(region, snapshot, "deletion", "Deleted manual snapshot");
    }

    void copy(Region region, Form form, XmlText xml) throws AwsRefusal {
        String asked = form.required("SourceDBSnapshotIdentifier");
        String id = SettingRules.snapshotName(form.required("TargetDBSnapshotIdentifier"));
        String key = form.text("KmsKeyId");
        String presigned = form.text("PreSignedUrl");
        Map<String, String> given = form.tags();
        boolean copiesTags = form.isSet("CopyTags");
        String options = form.text("OptionGroupName");
        form.refuseTheRest();
        if (options != null && !options.startsWith("default:") && !region.optionGroups.containsKey(options)) {
            throw new AwsRefusal(
                    404, "OptionGroupNotFoundFault", "Specified OptionGroupName: " + options + " not found.");
        }
        Region from = asked.startsWith("arn:") ? state.region(regionOf(asked)) : region;
        Snapshot source = state.snapshot(from, asked);
        boolean far = from != region;
        if (!source.available()) {
            throw new AwsRefusal(
                    400, "InvalidDBSnapshotState", "DBSnapshot " + source.id + " is " + source.status + ".");
        }
        Settings settings = source.settings.copy();
        settings.keyId = keyOfCopy(region, source, far, key, presigned);
        instances.refuseSnapshot(region, id);
        refuseCopies(region);
        Snapshot copy = new Snapshot(
                region.name,
                id,
                "manual",
                source.instanceId,
                source.resourceId,
                source.engine,
                settings,
                source.password,
                source.instanceCreated,
                state.now(),
                source.databaseTime);
        copy.originalCreated = source.originalCreated;
        copy.sourceId = from.snapshotArn(source.id);
        copy.sourceRegion = far ? from.name : "";
        if (copiesTags) {
            copy.tags.putAll(source.tags);
        }
        if (given != null) {
            copy.tags.putAll(given);
        }
        state.happened(region, copy, "creation", "Started copy of snapshot " + source.id + " from " + from.name);
        state.add(region, copy, Transition.COPY, () -> {
            if (source.gone) {
                // A copy needs its source to the end.
                copy.status = "failed";
                copy.created = null;
                state.happened(region, copy, "notification", "Cancelled copy of snapshot " + source.id);
            } else {
                state.happened(region, copy, "creation", "Finished copy of snapshot " + source.id);
            }
        });
        xml.begin("DBSnapshot");
        descriptions.snapshot(xml, copy);
    }

    private static String keyOfCopy(
            Region region, Snapshot source, boolean far, @Nullable String key, @Nullable String presigned)
            throws AwsRefusal {
        if (far && source.settings.encrypted()) {
            if (key == null) {
                throw AwsRefusal.invalidCombination(
                        "KmsKeyId of this region is required to copy an encrypted snapshot of another region.");
            }
            if (presigned == null
                    || !AwsWire.orEmpty(URI.create(presigned).getQuery()).contains("CopyDBSnapshot")) {
                throw AwsRefusal.invalidCombination(
                        "PreSignedUrl is required to copy an encrypted snapshot of another region.");
            }
        }
        return key == null ? source.settings.keyId : SettingRules.key(region, key);
    }

    private static void refuseCopies(Region region) throws AwsRefusal {
        long copying = region.snapshots.values().stream()
                .filter(snapshot -> snapshot.status.equals("copying"))
                .count();
        if (copying >= COPIES_AT_ONCE) {
            throw new AwsRefusal(
                    400, "SnapshotQuotaExceeded", "You have exceeded your quota for copies at once in this region.");
        }
    }

    private static String regionOf(String arn) throws AwsRefusal {
        String[] parts = arn.split(":");
        if (parts.length < 7) {
            throw AwsRefusal.invalidValue("Invalid snapshot identifier: " + arn);
        }
        return parts[3];
    }
}
