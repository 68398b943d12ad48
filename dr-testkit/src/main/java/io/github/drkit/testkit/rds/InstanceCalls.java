package io.github.drkit.testkit.rds;

import io.github.drkit.testkit.rds.Instance.Membership;
import io.github.drkit.testkit.rds.RdsState.Region;
import io.github.drkit.testkit.wire.XmlText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The calls about instances that are there, and creation of empty ones. */
final class InstanceCalls {

    private static final Set<String> FILTERS =
            Set.of("db-instance-id", "dbi-resource-id", "engine", "db-cluster-id", "domain");
    private static final Set<String> MUST_SKIP_SNAPSHOT =
            Set.of("failed", "incompatible-restore", "incompatible-network", "restore-error");

    private final RdsState state;
    private final Descriptions descriptions;

    InstanceCalls(RdsState state, Descriptions descriptions) {
        this.state = state;
        this.descriptions = descriptions;
    }

    void describe(Region region, Form form, XmlText xml) throws AwsRefusal {
        String id = form.text("DBInstanceIdentifier");
        Map<String, List<String>> filters = form.filters(FILTERS);
        List<Instance> found = new ArrayList<>();
        if (id != null) {
            found.add(state.instance(region, id));
        } else {
            region.instances.values().stream()
                    .filter(instance -> !state.now().isBefore(instance.visibleFrom))
                    .forEach(found::add);
        }
        filters.forEach((name, values) ->
                found.removeIf(instance -> values.stream().noneMatch(value -> switch (name) {
                    case "db-instance-id" ->
                        value.toLowerCase(Locale.ROOT).equals(instance.id)
                                || value.equals(region.instanceArn(instance.id));
                    case "dbi-resource-id" -> value.equals(instance.resourceId);
                    case "engine" -> value.equals(instance.engine);
                    case "domain" -> value.equals(instance.settings.value(Setting.DOMAIN));
                    default -> false;
                })));
        Pages.write(xml, form, found, "DBInstances", "DBInstance", descriptions::instance);
    }

    void create(Region region, Form form, XmlText xml) throws AwsRefusal {
        String id = SettingRules.instanceName(form.required("DBInstanceIdentifier"));
        String engine = form.required("Engine");
        if (!engine.equals("postgres")) {
            throw AwsRefusal.notUnderstood("engine " + engine);
        }
        form.required("DBInstanceClass");
        Map<Setting, String> given = SettingRules.given(form, 'C');
        Settings settings = new Settings();
        for (Setting setting : Setting.values()) {
            settings.set(setting, given.getOrDefault(setting, setting.standard()));
        }
        settings.user = form.required("MasterUsername");
        settings.databaseName = AwsWire.orEmpty(form.text("DBName"));
        String key = AwsWire.orEmpty(form.text("KmsKeyId"));
        if (form.isSet("StorageEncrypted") || !key.isEmpty()) {
            settings.keyId = SettingRules.key(region, key);
        }
        Begin begin = begin(region, form, settings, given, 0);
        String password = form.text("MasterUserPassword");
        if (!begin.managed() && password == null) {
            throw new AwsRefusal(400, "MissingParameter", "The request must contain the parameter MasterUserPassword.");
        }
        if (begin.managed() && password != null) {
            throw AwsRefusal.invalidCombination(
                    "You can't specify MasterUserPassword for an instance with ManageMasterUserPassword enabled.");
        }
        Map<String, String> tags = form.tags();
        form.refuseTheRest();
        Instance instance = add(region, id, engine, settings, begin);
        instance.passwords.put(state.now(), password == null ? managedPassword() : password);
        if (tags != null) {
            instance.tags.putAll(tags);
        }
        start(instance, Transition.CREATE, "DB instance created", "creation");
        xml.begin("DBInstance");
        descriptions.instance(xml, instance);
    }

    /** What a new instance needs beside its settings. */
    record Begin(List<String> securityGroups, boolean managed, String secretKeyId) {}

    /** Reads and checks what creation and restores have in common. */
    Begin begin(Region region, Form form, Settings settings, Map<Setting, String> given, int grown) throws AwsRefusal {
        SettingRules.complete(region, settings, given, grown);
        List<String> groups = SettingRules.securityGroups(
                region, form.list("VpcSecurityGroupIds", "VpcSecurityGroupId"), settings.value(Setting.SUBNET_GROUP));
        List<String> logs = form.list("EnableCloudwatchLogsExports", "member");
        settings.logs = List.of();
        checkLogs(logs);
        if (logs != null) {
            settings.logs(logs, List.of());
        }
        Map<String, String> features = SettingRules.features(form);
        if (features != null) {
            settings.features.putAll(features);
        }
        boolean managed = form.isSet("ManageMasterUserPassword");
        String key = AwsWire.orEmpty(form.text("MasterUserSecretKmsKeyId"));
        return new Begin(groups, managed, managed ? SettingRules.key(region, key) : "");
    }

    private static void checkLogs(@Nullable List<String> types) throws AwsRefusal {
        for (String type : types == null ? List.<String>of() : types) {
            if (!Set.of("postgresql", "upgrade", "iam-db-auth-error").contains(type)) {
                throw AwsRefusal.invalidCombination(
                        "You cannot use the log types '" + type + "' with engine version postgres.");
            }
        }
    }

    Instance add(Region region, String id, String engine, Settings settings, Begin begin) throws AwsRefusal {
        if (region.instances.containsKey(id)) {
            throw new AwsRefusal(400, "DBInstanceAlreadyExists", "DB instance already exists");
        }
        if (region.instances.size() >= state.instanceQuota) {
            throw new AwsRefusal(
                    400, "InstanceQuotaExceeded", "You have exceeded your quota for DB instances in this region.");
        }
        Instance instance = new Instance(region.name, id, state.newResourceId(), engine, settings, state.now());
        instance.visibleFrom = state.now().plus(state.hidden);
        begin.securityGroups().forEach(group -> instance.memberships.add(new Membership(group, "active")));
        settings.securityGroups = begin.securityGroups();
        if (begin.managed()) {
            manage(region, instance, begin.secretKeyId());
        }
        region.instances.put(id, instance);
        return instance;
    }

    private void manage(Region region, Instance instance, String key) {
        instance.secretArn = region.arn("secretsmanager", "secret:rds!" + instance.resourceId + "-fake");
        instance.secretKeyId = key;
    }

    private String managedPassword() {
        return "managed-" + state.nextNumber();
    }

    /** Begins the life of a new instance. */
    void start(Instance instance, Transition transition, String message, String category) {
        state.pass(
                instance,
                transition,
                status -> {
                    instance.reachable |= !status.equals("creating");
                },
                () -> {
                    instance.reachable = true;
                    state.firstBackup(instance);
                });
        state.happened(instance, category, message);
        state.scheduleBackups(instance);
    }

    void reboot(Region region, Form form, XmlText xml) throws AwsRefusal {
        Instance instance = state.instance(region, form.required("DBInstanceIdentifier"));
        boolean failover = form.isSet("ForceFailover");
        form.refuseTheRest();
        if (!instance.usable() && !instance.status.equals("incompatible-parameters")) {
            throw notAvailable(instance);
        }
        if (failover && !instance.settings.is(Setting.MULTI_AZ)) {
            throw AwsRefusal.invalidCombination("Cannot failover a Single-AZ instance");
        }
        state.pass(instance, Transition.REBOOT, status -> {}, () -> {
            instance.groupStatus = "in-sync";
            state.happened(instance, "availability", "DB instance restarted");
        });
        state.happened(instance, "availability", "DB instance shutdown");
        xml.begin("DBInstance");
        descriptions.instance(xml, instance);
    }

    void stop(Region region, Form form, XmlText xml) throws AwsRefusal {
        Instance instance = state.instance(region, form.required("DBInstanceIdentifier"));
        String snapshot = form.text("DBSnapshotIdentifier");
        form.refuseTheRest();
        if (!instance.usable()) {
            throw notAvailable(instance);
        }
        if (snapshot != null) {
            manualSnapshot(region, instance, SettingRules.snapshotName(snapshot));
        }
        state.passTo(instance, Transition.STOP, status -> {}, () -> {
            instance.show("stopped", state.now());
            Instant restart = state.now().plus(Duration.ofDays(7));
            instance.restartsAt = restart;
            int turn = instance.turn;
            state.timeline.at(restart, () -> {
                if (instance.turn == turn && !instance.gone) {
                    begin(instance);
                }
            });
            state.happened(instance, "notification", "DB instance stopped");
        });
        xml.begin("DBInstance");
        descriptions.instance(xml, instance);
    }

    void start(Region region, Form form, XmlText xml) throws AwsRefusal {
        Instance instance = state.instance(region, form.required("DBInstanceIdentifier"));
        form.refuseTheRest();
        if (!instance.status.equals("stopped")) {
            throw new AwsRefusal(
                    400, "InvalidDBInstanceState", "Instance " + instance.id + " is not in stopped state.");
        }
        begin(instance);
        xml.begin("DBInstance");
        descriptions.instance(xml, instance);
    }

    private void begin(Instance instance) {
        instance.restartsAt = null;
        state.pass(instance, Transition.START, status -> {}, () -> {
            instance.groupStatus = "in-sync";
            state.happened(instance, "notification", "DB instance started");
        });
    }

    void delete(Region region, Form form, XmlText xml) throws AwsRefusal {
        Instance instance = state.instance(region, form.required("DBInstanceIdentifier"));
        boolean skip = form.isSet("SkipFinalSnapshot");
        String last = form.text("FinalDBSnapshotIdentifier");
        Boolean drops = form.flag("DeleteAutomatedBackups");
        form.refuseTheRest();
        if (instance.settings.is(Setting.PROTECTION)) {
            throw AwsRefusal.invalidCombination(
                    "Cannot delete protected DB Instance, please disable deletion protection and try again.");
        }
        if (skip && last != null) {
            throw AwsRefusal.invalidCombination(
                    "FinalDBSnapshotIdentifier can not be specified when deleting a DB instance with"
                            + " SkipFinalSnapshot.");
        }
        if (!skip && last == null) {
            throw AwsRefusal.invalidCombination(
                    "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.");
        }
        if (instance.status.equals("deleting") || instance.status.equals("creating")) {
            throw new AwsRefusal(
                    400,
                    "InvalidDBInstanceState",
                    "Instance " + instance.id + " is currently " + instance.status + ".");
        }
        if (!skip && (MUST_SKIP_SNAPSHOT.contains(instance.status) || instance.status.equals("stopped"))) {
            throw notAvailable(instance);
        }
        if (last != null) {
            manualSnapshot(region, instance, SettingRules.snapshotName(last));
        }
        state.passTo(instance, Transition.DELETE, status -> {}, () -> remove(region, instance, drops == null || drops));
        xml.begin("DBInstance");
        descriptions.instance(xml, instance);
    }

    private void remove(Region region, Instance instance, boolean dropsBackups) {
        Instant now = state.now();
        instance.show("deleting", now);
        instance.gone = true;
        region.instances.remove(instance.id);
        state.happened(instance, "deletion", "DB instance deleted");
        if (dropsBackups || instance.retention() == 0) {
            state.dropAutomated(region, instance);
            return;
        }
        region.retained.put(instance.resourceId, instance);
        state.timeline.after(Duration.ofDays(instance.retention()), () -> {
            region.retained.remove(instance.resourceId);
            state.dropAutomated(region, instance);
        });
    }

    /** A snapshot with a name of a caller's. */
    Snapshot manualSnapshot(Region region, Instance instance, String id) throws AwsRefusal {
        refuseSnapshot(region, id);
        Snapshot snapshot = Snapshot.of(instance, id, "manual", state.now());
        if (instance.settings.is(Setting.COPY_TAGS)) {
            snapshot.tags.putAll(instance.tags);
        }
        state.happened(region, snapshot, "creation", "Creating manual snapshot");
        state.add(
                region,
                snapshot,
                Transition.SNAPSHOT,
                () -> state.happened(region, snapshot, "creation", "Manual snapshot created"));
        return snapshot;
    }

    /** Says no to one more manual snapshot when its name is taken or the quota is used up. */
    void refuseSnapshot(Region region, String id) throws AwsRefusal {
        if (region.snapshots.containsKey(id)) {
            throw new AwsRefusal(
                    400,
                    "DBSnapshotAlreadyExists",
                    "Cannot create the snapshot because a snapshot with the identifier " + id + " already exists.");
        }
        if (region.manualSnapshots() >= state.snapshotQuota) {
            throw new AwsRefusal(
                    400, "SnapshotQuotaExceeded", "You have exceeded your quota for manual snapshots in this region.");
        }
    }

    static AwsRefusal notAvailable(Instance instance) {
        return new AwsRefusal(
                400,
                "InvalidDBInstanceState",
                "Database instance is not in available state: " + instance.id + " is " + instance.status + ".");
    }

    void modify(Region region, Form form, XmlText xml) throws AwsRefusal {
        Instance instance = state.instance(region, form.required("DBInstanceIdentifier"));
        if (!instance.usable()
                && !Set.of("storage-full", "incompatible-parameters").contains(instance.status)) {
            throw notAvailable(instance);
        }
        new Modification(state, region, instance, form).begin();
        xml.begin("DBInstance");
        descriptions.instance(xml, instance);
    }

    void automatedBackups(Region region, Form form, XmlText xml) throws AwsRefusal {
        String resource = form.text("DbiResourceId");
        String id = form.text("DBInstanceIdentifier");
        String arn = form.text("DBInstanceAutomatedBackupsArn");
        Map<String, List<String>> filters =
                new TreeMap<>(form.filters(Set.of("status", "db-instance-id", "dbi-resource-id")));
        List<Instance> found = backedUp(region, arn);
        if (resource != null) {
            filters.put("dbi-resource-id", List.of(resource));
        }
        if (id != null) {
            filters.put("db-instance-id", List.of(id));
        }
        filters.forEach((name, values) ->
                found.removeIf(instance -> values.stream().noneMatch(value -> switch (name) {
                    case "status" ->
                        value.equals(
                                instance.gone
                                        ? "retained"
                                        : instance.earliest(state.now()) == null ? "creating" : "active");
                    case "db-instance-id" -> value.toLowerCase(Locale.ROOT).equals(instance.id);
                    default -> value.equals(instance.resourceId);
                })));
        if (found.isEmpty() && (resource != null || arn != null)) {
            throw noBackup(resource == null ? AwsWire.orEmpty(arn) : resource);
        }
        Pages.write(
                xml,
                form,
                found,
                "DBInstanceAutomatedBackups",
                "DBInstanceAutomatedBackup",
                descriptions::automatedBackup);
    }

    void deleteAutomatedBackup(Region region, Form form, XmlText xml) throws AwsRefusal {
        String resource = form.text("DbiResourceId");
        String arn = form.text("DBInstanceAutomatedBackupsArn");
        form.refuseTheRest();
        Instance instance = backedUp(region, arn).stream()
                .filter(backed -> resource == null || backed.resourceId.equals(resource))
                .findFirst()
                .orElseThrow(() -> noBackup(resource == null ? AwsWire.orEmpty(arn) : resource));
        if (!instance.gone) {
            throw new AwsRefusal(
                    400,
                    "InvalidDBInstanceAutomatedBackupState",
                    "The automated backup of an instance that exists cannot be deleted.");
        }
        xml.begin("DBInstanceAutomatedBackup");
        descriptions.automatedBackup(xml, instance);
        region.retained.remove(instance.resourceId);
        state.dropAutomated(region, instance);
    }

    /** All instances with backups, the deleted ones last. */
    List<Instance> backedUp(Region region, @Nullable String arn) {
        List<Instance> found = new ArrayList<>();
        region.instances.values().stream()
                .filter(instance -> instance.retention() > 0)
                .forEach(found::add);
        found.addAll(region.retained.values());
        found.removeIf(instance ->
                arn != null && !arn.equals(region.arn("rds", "auto-backup:" + Descriptions.backupId(instance))));
        return found;
    }

    static AwsRefusal noBackup(String what) {
        return new AwsRefusal(
                404, "DBInstanceAutomatedBackupNotFound", "DB instance automated backup " + what + " not found.");
    }
}
