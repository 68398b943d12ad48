package io.github.drkit.testkit.rds;

import io.github.drkit.testkit.rds.RdsState.Region;
import io.github.drkit.testkit.wire.XmlText;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The two ways to a new instance with data in it. What is not given is not the source's but the default, mostly. */
final class RestoreCalls {

    private final RdsState state;
    private final Descriptions descriptions;
    private final InstanceCalls instances;

    RestoreCalls(RdsState state, Descriptions descriptions, InstanceCalls instances) {
        this.state = state;
        this.descriptions = descriptions;
        this.instances = instances;
    }

    void fromSnapshot(Region region, Form form, XmlText xml) throws AwsRefusal {
        String id = SettingRules.instanceName(form.required("DBInstanceIdentifier"));
        Snapshot snapshot = state.snapshot(region, form.required("DBSnapshotIdentifier"));
        if (!snapshot.available()) {
            throw new AwsRefusal(
                    400, "InvalidDBSnapshotState", "DBSnapshot " + snapshot.id + " is " + snapshot.status + ".");
        }
        Map<String, String> tags = form.tags();
        Source source = new Source(snapshot.engine, snapshot.settings, snapshot.password, snapshot.tags);
        Instance restored = restore(region, form, id, 'S', source, tags);
        state.happened(restored, "restoration", "Restored from snapshot " + snapshot.id);
        xml.begin("DBInstance");
        descriptions.instance(xml, restored);
    }

    void toPointInTime(Region region, Form form, XmlText xml) throws AwsRefusal {
        String id = SettingRules.instanceName(form.required("TargetDBInstanceIdentifier"));
        Instance source = source(region, form);
        boolean latestAsked = form.isSet("UseLatestRestorableTime");
        Instant asked = form.time("RestoreTime");
        if (latestAsked == (asked != null)) {
            throw AwsRefusal.invalidCombination(
                    "Exactly one of RestoreTime and UseLatestRestorableTime must be specified.");
        }
        if (source.retention() == 0) {
            throw new AwsRefusal(
                    400,
                    "PointInTimeRestoreNotEnabled",
                    "Point in time restore is not enabled for instance " + source.id + ".");
        }
        Instant now = state.now();
        Instant earliest = source.earliest(now);
        Instant latest = source.latest(now);
        if (earliest == null || latest == null) {
            throw new AwsRefusal(
                    400, "InvalidRestoreFault", "Instance " + source.id + " has no backup to restore from yet.");
        }
        Instant then = asked == null ? latest : asked;
        if (then.isAfter(latest) || then.isBefore(earliest)) {
            throw AwsRefusal.invalidValue("The specified time " + then + " is not between the earliest restorable time "
                    + earliest + " and the latest restorable time " + latest + ".");
        }
        Map<String, String> tags = form.tags();
        Instance restored = restore(
                region,
                form,
                id,
                'P',
                new Source(source.engine, source.settings, source.passwordAt(then), source.tags),
                tags);
        state.happened(restored, "restoration", "Restored from DB instance " + source.id + " to " + then);
        xml.begin("DBInstance");
        descriptions.instance(xml, restored);
    }

    private record Source(String engine, Settings settings, String password, Map<String, String> tags) {}

    private Instance source(Region region, Form form) throws AwsRefusal {
        String id = form.text("SourceDBInstanceIdentifier");
        String resource = form.text("SourceDbiResourceId");
        String arn = form.text("SourceDBInstanceAutomatedBackupsArn");
        int given = (id == null ? 0 : 1) + (resource == null ? 0 : 1) + (arn == null ? 0 : 1);
        if (given != 1) {
            throw AwsRefusal.invalidCombination("Exactly one of SourceDBInstanceIdentifier, SourceDbiResourceId and"
                    + " SourceDBInstanceAutomatedBackupsArn must be specified.");
        }
        if (id != null) {
            return state.instance(region, id);
        }
        String what = resource == null ? AwsWire.orEmpty(arn) : resource;
        return instances.backedUp(region, arn).stream()
                .filter(backed -> resource == null || backed.resourceId.equals(resource))
                .findFirst()
                .orElseThrow(() -> InstanceCalls.noBackup(what));
    }

    private Instance restore(
            Region region, Form form, String id, char call, Source source, @Nullable Map<String, String> tags)
            throws AwsRefusal {
        String engine = form.text("Engine");
        if (engine != null && !engine.equals(source.engine())) {
            throw AwsRefusal.invalidCombination(
                    "The engine " + engine + " is not compatible with the engine " + source.engine() + ".");
        }
        Map<Setting, String> given = SettingRules.given(form, call);
        Settings settings = new Settings();
        settings.user = source.settings().user;
        settings.databaseName = source.settings().databaseName;
        settings.keyId = source.settings().keyId;
        for (Setting setting : Setting.values()) {
            String otherwise = setting.isKeptByRestore() ? source.settings().value(setting) : setting.standard();
            settings.set(setting, given.getOrDefault(setting, otherwise));
        }
        performance(settings, source.settings(), given);
        int size = given.containsKey(Setting.ALLOCATED) ? source.settings().number(Setting.ALLOCATED) : 0;
        InstanceCalls.Begin begin = instances.begin(region, form, settings, given, size);
        form.isSet("UseDefaultProcessorFeatures");
        form.refuseTheRest();
        Instance restored = instances.add(region, id, source.engine(), settings, begin);
        restored.passwords.put(state.now(), source.password());
        restored.tags = new TreeMap<>(tags == null ? source.tags() : tags);
        instances.start(restored, Transition.RESTORE, "DB instance created", "creation");
        return restored;
    }

    /** Speed is the source's only if the kind of storage is. */
    private static void performance(Settings settings, Settings source, Map<Setting, String> given) {
        String type = settings.value(Setting.STORAGE_TYPE);
        String result = type.isEmpty() ? given.containsKey(Setting.IOPS) ? "io1" : "gp3" : type;
        if (!result.equals(source.value(Setting.STORAGE_TYPE))) {
            Set<Setting> speed = EnumSet.of(Setting.IOPS, Setting.THROUGHPUT);
            speed.removeAll(given.keySet());
            settings.values.keySet().removeAll(speed);
        }
    }
}
