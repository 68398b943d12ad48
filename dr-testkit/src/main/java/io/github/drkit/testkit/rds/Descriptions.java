package io.github.drkit.testkit.rds;

import io.github.drkit.testkit.rds.RdsState.Endpoint;
import io.github.drkit.testkit.rds.RdsState.Region;
import io.github.drkit.testkit.wire.XmlText;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How things are described in answers. */
final class Descriptions {

    /** RDS gives milliseconds. */
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** Told in a structure of their own, or by another member. */
    private static final Set<Setting> APART = Set.of(
            Setting.OPTION_GROUP,
            Setting.PARAMETER_GROUP,
            Setting.SUBNET_GROUP,
            Setting.PORT,
            Setting.NEW_PORT,
            Setting.DOMAIN,
            Setting.DOMAIN_ROLE);

    private final RdsState state;

    Descriptions(RdsState state) {
        this.state = state;
    }

    void instance(XmlText xml, Instance instance) {
        Region region = state.region(instance.region);
        Settings settings = instance.settings;
        Instant now = state.now();
        xml.put("DBInstanceIdentifier", instance.id)
                .put("DBInstanceStatus", instance.status)
                .put("Engine", instance.engine)
                .put("MasterUsername", settings.user)
                .put("DBInstanceArn", region.instanceArn(instance.id))
                .put("DbiResourceId", instance.resourceId)
                .put("DbInstancePort", 0)
                .put("InstanceCreateTime", time(instance.created))
                .put("StorageEncrypted", settings.encrypted())
                .put("ActivityStreamStatus", "stopped");
        put(xml, "DBName", settings.databaseName);
        put(xml, "KmsKeyId", settings.keyId);
        for (Setting setting : Setting.values()) {
            if (!APART.contains(setting)) {
                put(xml, setting.member(), settings.value(setting));
            }
        }
        if (settings.is(Setting.MULTI_AZ)) {
            xml.put("SecondaryAvailabilityZone", region.name + "b");
        }
        Instant latest = instance.latest(now);
        if (latest != null) {
            xml.put("LatestRestorableTime", time(latest));
        }
        if (instance.restartsAt != null) {
            xml.put("AutomaticRestartTime", time(instance.restartsAt));
        }
        endpoint(xml, instance, region);
        xml.begin("VpcSecurityGroups");
        for (Instance.Membership membership : instance.memberships) {
            xml.begin("VpcSecurityGroupMembership")
                    .put("VpcSecurityGroupId", membership.group())
                    .put("Status", membership.status())
                    .end();
        }
        xml.end();
        xml.begin("DBSecurityGroups").end();
        xml.begin("DBParameterGroups")
                .begin("DBParameterGroup")
                .put("DBParameterGroupName", settings.value(Setting.PARAMETER_GROUP))
                .put("ParameterApplyStatus", instance.groupStatus)
                .end()
                .end();
        xml.begin("OptionGroupMemberships")
                .begin("OptionGroupMembership")
                .put("OptionGroupName", settings.value(Setting.OPTION_GROUP))
                .put("Status", "in-sync")
                .end()
                .end();
        xml.begin("DBSubnetGroup");
        subnetGroup(xml, region, settings.value(Setting.SUBNET_GROUP));
        xml.end();
        strings(xml, "EnabledCloudwatchLogsExports", settings.logs);
        features(xml, settings);
        domains(xml, settings);
        xml.begin("CertificateDetails")
                .put("CAIdentifier", settings.value(Setting.CERTIFICATE))
                .put("ValidTill", "2061-05-25T22:34:57.000Z")
                .end();
        if (!instance.secretArn.isEmpty()) {
            xml.begin("MasterUserSecret")
                    .put("SecretArn", instance.secretArn)
                    .put("SecretStatus", "active")
                    .put("KmsKeyId", instance.secretKeyId)
                    .end();
        }
        xml.begin("ReadReplicaDBInstanceIdentifiers").end();
        tags(xml, instance.tags);
        pending(xml, instance);
    }

    private void endpoint(XmlText xml, Instance instance, Region region) {
        if (!instance.reachable) {
            return;
        }
        Endpoint real = state.endpoints.get(region.name + "/" + instance.id);
        xml.begin("Endpoint")
                .put(
                        "Address",
                        real == null
                                ? instance.id + ".fake0" + RdsState.ACCOUNT + "." + region.name + ".rds.amazonaws.com"
                                : real.host())
                .put("Port", real == null ? instance.settings.value(Setting.PORT) : real.port())
                .put("HostedZoneId", "ZFAKE")
                .end();
    }

    private static void pending(XmlText xml, Instance instance) {
        xml.begin("PendingModifiedValues");
        instance.pending.forEach((setting, value) -> xml.put(
                switch (setting) {
                    case NEW_PORT -> "Port";
                    default -> setting.member();
                },
                value));
        if (instance.passwordPending) {
            xml.put("MasterUserPassword", "****");
        }
        if (!instance.newId.isEmpty()) {
            xml.put("DBInstanceIdentifier", instance.newId);
        }
        if (instance.newFeatures != null) {
            features(xml, instance.newFeatures);
        }
        if (!instance.logsOn.isEmpty() || !instance.logsOff.isEmpty()) {
            xml.begin("PendingCloudwatchLogsExports");
            strings(xml, "LogTypesToEnable", instance.logsOn);
            strings(xml, "LogTypesToDisable", instance.logsOff);
            xml.end();
        }
        xml.end();
    }

    private static void domains(XmlText xml, Settings settings) {
        xml.begin("DomainMemberships");
        if (!settings.value(Setting.DOMAIN).isEmpty()) {
            xml.begin("DomainMembership")
                    .put("Domain", settings.value(Setting.DOMAIN))
                    .put("Status", "joined")
                    .put("FQDN", "corp.example.com");
            put(xml, "IAMRoleName", settings.value(Setting.DOMAIN_ROLE));
            xml.end();
        }
        xml.end();
    }

    private static void features(XmlText xml, Settings settings) {
        features(xml, settings.features);
    }

    private static void features(XmlText xml, Map<String, String> features) {
        xml.begin("ProcessorFeatures");
        features.forEach((name, value) -> xml.begin("ProcessorFeature")
                .put("Name", name)
                .put("Value", value)
                .end());
        xml.end();
    }

    void subnetGroup(XmlText xml, Region region, String name) {
        String vpc = region.subnetGroups.getOrDefault(name, "");
        xml.put("DBSubnetGroupName", name)
                .put("DBSubnetGroupDescription", name)
                .put("VpcId", vpc)
                .put("SubnetGroupStatus", "Complete")
                .put("DBSubnetGroupArn", region.arn("rds", "subgrp:" + name));
        xml.begin("Subnets");
        for (String zone : List.of("a", "b")) {
            xml.begin("Subnet")
                    .put("SubnetIdentifier", "subnet-" + vpc + "-" + zone)
                    .put("SubnetStatus", "Active")
                    .begin("SubnetAvailabilityZone")
                    .put("Name", region.name + zone)
                    .end()
                    .end();
        }
        xml.end();
        strings(xml, "SupportedNetworkTypes", List.of("IPV4"));
    }

    void snapshot(XmlText xml, Snapshot snapshot) {
        Region region = state.region(snapshot.region);
        Settings settings = snapshot.settings;
        xml.put("DBSnapshotIdentifier", snapshot.id)
                .put("DBInstanceIdentifier", snapshot.instanceId)
                .put("DbiResourceId", snapshot.resourceId)
                .put("DBSnapshotArn", region.snapshotArn(snapshot.id))
                .put("SnapshotType", snapshot.type)
                .put("Status", snapshot.status)
                .put("PercentProgress", snapshot.percent(state.now()))
                .put("Engine", snapshot.engine)
                .put("EngineVersion", settings.value(Setting.VERSION))
                .put("MasterUsername", settings.user)
                .put("AllocatedStorage", settings.value(Setting.ALLOCATED))
                .put("StorageType", settings.value(Setting.STORAGE_TYPE))
                .put("Port", settings.value(Setting.PORT))
                .put("AvailabilityZone", settings.value(Setting.ZONE))
                .put("VpcId", region.subnetGroups.getOrDefault(settings.value(Setting.SUBNET_GROUP), "vpc-default"))
                .put("InstanceCreateTime", time(snapshot.instanceCreated))
                .put("LicenseModel", settings.value(Setting.LICENCE))
                .put("OptionGroupName", settings.value(Setting.OPTION_GROUP))
                .put("Encrypted", settings.encrypted())
                .put("IAMDatabaseAuthenticationEnabled", settings.is(Setting.IAM))
                .put("DedicatedLogVolume", settings.is(Setting.LOG_VOLUME))
                .put("SnapshotTarget", "region");
        put(xml, "Iops", settings.value(Setting.IOPS));
        put(xml, "StorageThroughput", settings.value(Setting.THROUGHPUT));
        put(xml, "KmsKeyId", settings.keyId);
        put(xml, "SourceRegion", snapshot.sourceRegion);
        put(xml, "SourceDBSnapshotIdentifier", snapshot.sourceId);
        times(xml, "SnapshotCreateTime", snapshot.created);
        times(xml, "OriginalSnapshotCreateTime", snapshot.originalCreated);
        if (snapshot.created != null) {
            xml.put("SnapshotDatabaseTime", time(snapshot.databaseTime));
        }
        features(xml, settings);
        tags(xml, snapshot.tags);
    }

    /** What is known of the backups of an instance that is, or was. Nothing about its groups. */
    void automatedBackup(XmlText xml, Instance instance) {
        Region region = state.region(instance.region);
        Settings settings = instance.settings;
        Instant now = state.now();
        Instant earliest = instance.earliest(now);
        Instant latest = instance.latest(now);
        xml.put("DBInstanceArn", region.instanceArn(instance.id))
                .put("DbiResourceId", instance.resourceId)
                .put("DBInstanceAutomatedBackupsArn", region.arn("rds", "auto-backup:" + backupId(instance)))
                .put("Region", region.name)
                .put("DBInstanceIdentifier", instance.id)
                .put("Status", instance.gone ? "retained" : earliest == null ? "creating" : "active")
                .put("AllocatedStorage", settings.value(Setting.ALLOCATED))
                .put("StorageType", settings.value(Setting.STORAGE_TYPE))
                .put("Port", settings.value(Setting.PORT))
                .put("AvailabilityZone", settings.value(Setting.ZONE))
                .put("VpcId", region.subnetGroups.getOrDefault(settings.value(Setting.SUBNET_GROUP), "vpc-default"))
                .put("InstanceCreateTime", time(instance.created))
                .put("MasterUsername", settings.user)
                .put("Engine", instance.engine)
                .put("EngineVersion", settings.value(Setting.VERSION))
                .put("LicenseModel", settings.value(Setting.LICENCE))
                .put("OptionGroupName", "default:postgres-" + settings.major())
                .put("Encrypted", settings.encrypted())
                .put("IAMDatabaseAuthenticationEnabled", settings.is(Setting.IAM))
                .put("BackupRetentionPeriod", instance.retention())
                .put("PreferredBackupWindow", settings.value(Setting.BACKUP_WINDOW))
                .put("BackupTarget", settings.value(Setting.BACKUP_TARGET))
                .put("DedicatedLogVolume", settings.is(Setting.LOG_VOLUME));
        put(xml, "Iops", settings.value(Setting.IOPS));
        put(xml, "StorageThroughput", settings.value(Setting.THROUGHPUT));
        put(xml, "KmsKeyId", settings.keyId);
        if (earliest != null && latest != null) {
            xml.begin("RestoreWindow")
                    .put("EarliestTime", time(earliest))
                    .put("LatestTime", time(latest))
                    .end();
        }
        tags(xml, instance.tags);
    }

    static String backupId(Instance instance) {
        return "ab-" + instance.resourceId.toLowerCase(Locale.ROOT).replace("db-", "");
    }

    static void tags(XmlText xml, Map<String, String> tags) {
        xml.begin("TagList");
        tags.forEach((key, value) ->
                xml.begin("Tag").put("Key", key).put("Value", value).end());
        xml.end();
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }

    private static void times(XmlText xml, String name, @Nullable Instant instant) {
        if (instant != null) {
            xml.put(name, time(instant));
        }
    }

    private static void strings(XmlText xml, String name, List<String> values) {
        xml.begin(name);
        values.forEach(value -> xml.put("member", value));
        xml.end();
    }

    private static void put(XmlText xml, String name, String value) {
        if (!value.isEmpty()) {
            xml.put(name, value);
        }
    }
}
