package io.github.drkit.aws;

import static io.github.drkit.aws.Carrying.carried;
import static io.github.drkit.aws.Carrying.derived;
import static io.github.drkit.aws.Carrying.flag;
import static io.github.drkit.aws.Carrying.laterFlag;
import static io.github.drkit.aws.Carrying.laterNumber;
import static io.github.drkit.aws.Carrying.laterText;
import static io.github.drkit.aws.Carrying.left;
import static io.github.drkit.aws.Carrying.list;
import static io.github.drkit.aws.Carrying.number;
import static io.github.drkit.aws.Carrying.numberOrLater;
import static io.github.drkit.aws.Carrying.text;

import io.github.drkit.aws.Carrying.Form;
import io.github.drkit.aws.Carrying.Kind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBParameterGroupStatus;
import software.amazon.awssdk.services.rds.model.DomainMembership;
import software.amazon.awssdk.services.rds.model.ModifyDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.OptionGroupMembership;
import software.amazon.awssdk.services.rds.model.ProcessorFeature;
import software.amazon.awssdk.services.rds.model.RestoreDbInstanceFromDbSnapshotRequest;
import software.amazon.awssdk.services.rds.model.RestoreDbInstanceToPointInTimeRequest;
import software.amazon.awssdk.services.rds.model.VpcSecurityGroupMembership;

/**
 * Every member of an RDS instance's description, and what becomes of it when the instance is restored. A test holds this
 * list to the SDK's shape, so that a member RDS adds is decided on before DR Kit is built with it.
 *
 * <p>What the two restore calls and {@code ModifyDBInstance} take is read from the service model; what RDS does when a
 * parameter is left out is from the API reference of {@code RestoreDBInstanceToPointInTime} and
 * {@code RestoreDBInstanceFromDBSnapshot}.
 */
enum Attribute {
    // Carried by both restore calls.
    DB_INSTANCE_CLASS(
            "DBInstanceClass",
            text(
                            DBInstance::dbInstanceClass,
                            RestoreDbInstanceToPointInTimeRequest.Builder::dbInstanceClass,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::dbInstanceClass)
                    .instead("the class the backup was taken from", "--db-instance-class")),
    ENDPOINT(
            "Endpoint",
            number(
                            Attribute::port,
                            RestoreDbInstanceToPointInTimeRequest.Builder::port,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::port)
                    .instead("the port the backup was taken from", "--port")
                    .rule("the port is carried; the address is new")),
    DB_SUBNET_GROUP(
            "DBSubnetGroup",
            text(
                            instance -> instance.dbSubnetGroup() == null
                                    ? null
                                    : instance.dbSubnetGroup().dbSubnetGroupName(),
                            RestoreDbInstanceToPointInTimeRequest.Builder::dbSubnetGroupName,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::dbSubnetGroupName)
                    .instead("the subnet group named default", "--db-subnet-group-name")
                    .rule("always together with the security groups, which must lie in its VPC")),
    VPC_SECURITY_GROUPS(
            "VpcSecurityGroups",
            list(
                            instance -> instance.vpcSecurityGroups().stream()
                                    .map(VpcSecurityGroupMembership::vpcSecurityGroupId)
                                    .toList(),
                            RestoreDbInstanceToPointInTimeRequest.Builder::vpcSecurityGroupIds,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::vpcSecurityGroupIds)
                    .instead("the default security group of the VPC", "--vpc-security-group-ids")),
    DB_PARAMETER_GROUPS(
            "DBParameterGroups",
            text(
                            instance -> instance.dbParameterGroups().stream()
                                    .map(DBParameterGroupStatus::dbParameterGroupName)
                                    .findFirst()
                                    .orElse(null),
                            RestoreDbInstanceToPointInTimeRequest.Builder::dbParameterGroupName,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::dbParameterGroupName)
                    .instead("the engine's default group", "--db-parameter-group-name")),
    OPTION_GROUP_MEMBERSHIPS(
            "OptionGroupMemberships",
            text(
                            instance -> instance.optionGroupMemberships().stream()
                                    .map(OptionGroupMembership::optionGroupName)
                                    .findFirst()
                                    .orElse(null),
                            RestoreDbInstanceToPointInTimeRequest.Builder::optionGroupName,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::optionGroupName)
                    .instead("the engine's default group", "--option-group-name")),
    MULTI_AZ(
            "MultiAZ",
            flag(
                            DBInstance::multiAZ,
                            RestoreDbInstanceToPointInTimeRequest.Builder::multiAZ,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::multiAZ)
                    .instead("false", "--multi-az")),
    PUBLICLY_ACCESSIBLE(
            "PubliclyAccessible",
            flag(
                            DBInstance::publiclyAccessible,
                            RestoreDbInstanceToPointInTimeRequest.Builder::publiclyAccessible,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::publiclyAccessible)
                    .instead("as the subnet group's VPC has it", "--publicly-accessible")),
    DELETION_PROTECTION(
            "DeletionProtection",
            flag(
                            DBInstance::deletionProtection,
                            RestoreDbInstanceToPointInTimeRequest.Builder::deletionProtection,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::deletionProtection)
                    .instead("false", "--deletion-protection")),
    IAM_DATABASE_AUTHENTICATION_ENABLED(
            "IAMDatabaseAuthenticationEnabled",
            flag(
                            DBInstance::iamDatabaseAuthenticationEnabled,
                            RestoreDbInstanceToPointInTimeRequest.Builder::enableIAMDatabaseAuthentication,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::enableIAMDatabaseAuthentication)
                    .instead("false", "--enable-iam-database-authentication")),
    AUTO_MINOR_VERSION_UPGRADE(
            "AutoMinorVersionUpgrade",
            flag(
                            DBInstance::autoMinorVersionUpgrade,
                            RestoreDbInstanceToPointInTimeRequest.Builder::autoMinorVersionUpgrade,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::autoMinorVersionUpgrade)
                    .instead("true", "--auto-minor-version-upgrade")),
    COPY_TAGS_TO_SNAPSHOT(
            "CopyTagsToSnapshot",
            flag(
                            DBInstance::copyTagsToSnapshot,
                            RestoreDbInstanceToPointInTimeRequest.Builder::copyTagsToSnapshot,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::copyTagsToSnapshot)
                    .instead("false", "--copy-tags-to-snapshot")),
    STORAGE_TYPE(
            "StorageType",
            text(
                            DBInstance::storageType,
                            RestoreDbInstanceToPointInTimeRequest.Builder::storageType,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::storageType)
                    .instead("gp3", "--storage-type")),
    IOPS(
            "Iops",
            number(
                            DBInstance::iops,
                            RestoreDbInstanceToPointInTimeRequest.Builder::iops,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::iops)
                    .instead("as in the backup", "--iops")
                    .rule("refused for gp3 below 400 GiB, required for io1 and io2")),
    STORAGE_THROUGHPUT(
            "StorageThroughput",
            number(
                            DBInstance::storageThroughput,
                            RestoreDbInstanceToPointInTimeRequest.Builder::storageThroughput,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::storageThroughput)
                    .instead("the storage type's baseline", "--storage-throughput")
                    .rule("refused for gp3 below 400 GiB")),
    BACKUP_RETENTION_PERIOD(
            "BackupRetentionPeriod",
            number(
                            DBInstance::backupRetentionPeriod,
                            RestoreDbInstanceToPointInTimeRequest.Builder::backupRetentionPeriod,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::backupRetentionPeriod)
                    .instead("not stated by RDS", "--backup-retention-period")),
    PREFERRED_BACKUP_WINDOW(
            "PreferredBackupWindow",
            text(
                            DBInstance::preferredBackupWindow,
                            RestoreDbInstanceToPointInTimeRequest.Builder::preferredBackupWindow,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::preferredBackupWindow)
                    .instead("30 minutes at random", "--preferred-backup-window")),
    ENABLED_CLOUDWATCH_LOGS_EXPORTS(
            "EnabledCloudwatchLogsExports",
            list(
                            DBInstance::enabledCloudwatchLogsExports,
                            RestoreDbInstanceToPointInTimeRequest.Builder::enableCloudwatchLogsExports,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::enableCloudwatchLogsExports)
                    .instead("none", "--enable-cloudwatch-logs-exports")),
    CA_CERTIFICATE_IDENTIFIER(
            "CACertificateIdentifier",
            text(
                            DBInstance::caCertificateIdentifier,
                            RestoreDbInstanceToPointInTimeRequest.Builder::caCertificateIdentifier,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::caCertificateIdentifier)
                    .instead("the account's default authority", "--ca-certificate-identifier")),
    PROCESSOR_FEATURES(
            "ProcessorFeatures",
            carried(
                            Form.PAIRS,
                            instance -> instance.hasProcessorFeatures()
                                    ? RdsTags.write(instance.processorFeatures().stream()
                                            .collect(RdsTags.toMap(ProcessorFeature::name, ProcessorFeature::value)))
                                    : null,
                            (request, value) -> request.processorFeatures(features(value)),
                            (request, value) -> request.processorFeatures(features(value)))
                    .instead("the class's default", "--processor-features")),
    NETWORK_TYPE(
            "NetworkType",
            text(
                            DBInstance::networkType,
                            RestoreDbInstanceToPointInTimeRequest.Builder::networkType,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::networkType)
                    .instead("IPV4", "--network-type")),
    DEDICATED_LOG_VOLUME(
            "DedicatedLogVolume",
            flag(
                            DBInstance::dedicatedLogVolume,
                            RestoreDbInstanceToPointInTimeRequest.Builder::dedicatedLogVolume,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::dedicatedLogVolume)
                    .instead("false", "--dedicated-log-volume")),
    ENGINE_LIFECYCLE_SUPPORT(
            "EngineLifecycleSupport",
            text(
                            DBInstance::engineLifecycleSupport,
                            RestoreDbInstanceToPointInTimeRequest.Builder::engineLifecycleSupport,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::engineLifecycleSupport)
                    .instead("extended support, which is charged for", "--engine-lifecycle-support")),
    LICENSE_MODEL(
            "LicenseModel",
            text(
                            DBInstance::licenseModel,
                            RestoreDbInstanceToPointInTimeRequest.Builder::licenseModel,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::licenseModel)
                    .instead("the model the backup was taken from", "--license-model")),
    CUSTOMER_OWNED_IP_ENABLED(
            "CustomerOwnedIpEnabled",
            flag(
                            DBInstance::customerOwnedIpEnabled,
                            RestoreDbInstanceToPointInTimeRequest.Builder::enableCustomerOwnedIp,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::enableCustomerOwnedIp)
                    .instead("false", "--enable-customer-owned-ip")),
    BACKUP_TARGET(
            "BackupTarget",
            text(
                            DBInstance::backupTarget,
                            RestoreDbInstanceToPointInTimeRequest.Builder::backupTarget,
                            RestoreDbInstanceFromDbSnapshotRequest.Builder::backupTarget)
                    .instead("region", "--backup-target")),
    DOMAIN_MEMBERSHIPS(
            "DomainMemberships",
            carried(
                            Form.PAIRS,
                            instance -> domain(instance.domainMemberships()),
                            (request, value) -> {
                                var domain = RdsTags.read(value);
                                request.domain(domain.get("Domain")).domainIAMRoleName(domain.get("IAMRoleName"));
                            },
                            (request, value) -> {
                                var domain = RdsTags.read(value);
                                request.domain(domain.get("Domain")).domainIAMRoleName(domain.get("IAMRoleName"));
                            })
                    .instead("none", "")),
    TAG_LIST(
            "TagList",
            carried(
                            Form.PAIRS,
                            instance -> instance.hasTagList() ? RdsTags.write(RdsTags.of(instance.tagList())) : null,
                            (request, value) -> request.tags(RdsTags.toList(RdsTags.read(value))),
                            (request, value) -> request.tags(RdsTags.toList(RdsTags.read(value))))
                    .instead("those of the original or of the snapshot", "--tags")
                    .rule("without those of DR Kit and of AWS")),

    // Carried by one restore call, or by a Modify afterwards.
    MAX_ALLOCATED_STORAGE(
            "MaxAllocatedStorage",
            numberOrLater(
                            DBInstance::maxAllocatedStorage,
                            RestoreDbInstanceToPointInTimeRequest.Builder::maxAllocatedStorage,
                            ModifyDbInstanceRequest.Builder::maxAllocatedStorage)
                    .instead("none: the volume no longer grows", "--max-allocated-storage")
                    .rule("no parameter of a restore from a snapshot")),
    PREFERRED_MAINTENANCE_WINDOW(
            "PreferredMaintenanceWindow",
            laterText(
                            DBInstance::preferredMaintenanceWindow,
                            ModifyDbInstanceRequest.Builder::preferredMaintenanceWindow)
                    .instead("30 minutes at random", "--preferred-maintenance-window")),
    MONITORING_INTERVAL(
            "MonitoringInterval",
            laterNumber(DBInstance::monitoringInterval, ModifyDbInstanceRequest.Builder::monitoringInterval)
                    .instead("0", "--monitoring-interval")),
    MONITORING_ROLE_ARN(
            "MonitoringRoleArn",
            laterText(DBInstance::monitoringRoleArn, ModifyDbInstanceRequest.Builder::monitoringRoleArn)
                    .instead("none", "--monitoring-role-arn")),
    PERFORMANCE_INSIGHTS_ENABLED(
            "PerformanceInsightsEnabled",
            laterFlag(
                            DBInstance::performanceInsightsEnabled,
                            ModifyDbInstanceRequest.Builder::enablePerformanceInsights)
                    .instead("false", "--enable-performance-insights")),
    PERFORMANCE_INSIGHTS_KMS_KEY_ID(
            "PerformanceInsightsKMSKeyId",
            laterText(
                            DBInstance::performanceInsightsKMSKeyId,
                            ModifyDbInstanceRequest.Builder::performanceInsightsKMSKeyId)
                    .instead("the account's default key", "--performance-insights-kms-key-id")),
    PERFORMANCE_INSIGHTS_RETENTION_PERIOD(
            "PerformanceInsightsRetentionPeriod",
            laterNumber(
                            DBInstance::performanceInsightsRetentionPeriod,
                            ModifyDbInstanceRequest.Builder::performanceInsightsRetentionPeriod)
                    .instead("7", "--performance-insights-retention-period")),
    DATABASE_INSIGHTS_MODE(
            "DatabaseInsightsMode",
            laterText(DBInstance::databaseInsightsModeAsString, (request, value) -> request.databaseInsightsMode(value))
                    .instead("standard", "--database-insights-mode")),

    // Follows from the backup.
    ENGINE("Engine", derived(DBInstance::engine, "the engine of the backup")),
    ENGINE_VERSION("EngineVersion", derived(DBInstance::engineVersion, "the version of the backup")),
    MASTER_USERNAME(
            "MasterUsername", derived(DBInstance::masterUsername, "as at the moment restored, and so is the password")),
    DB_NAME("DBName", derived(DBInstance::dbName, "as in the backup")),
    ALLOCATED_STORAGE(
            "AllocatedStorage", derived(DBInstance::allocatedStorage, "the size in the backup, which may only grow")),
    STORAGE_ENCRYPTED("StorageEncrypted", derived(DBInstance::storageEncrypted, "as the backup is")),
    STORAGE_ENCRYPTION_TYPE(
            "StorageEncryptionType", derived(DBInstance::storageEncryptionTypeAsString, "as the backup is")),
    KMS_KEY_ID(
            "KmsKeyId",
            derived(DBInstance::kmsKeyId, "the key of the backup; only a copy of a snapshot can have another")),
    CHARACTER_SET_NAME("CharacterSetName", derived(DBInstance::characterSetName, "as in the backup")),
    NCHAR_CHARACTER_SET_NAME("NcharCharacterSetName", derived(DBInstance::ncharCharacterSetName, "as in the backup")),
    TIMEZONE("Timezone", derived(DBInstance::timezone, "as in the backup")),
    MULTI_TENANT("MultiTenant", derived(DBInstance::multiTenant, "as in the backup")),
    DB_SYSTEM_ID("DBSystemId", derived(DBInstance::dbSystemId, "as in the backup")),

    // Chosen by RDS, or a state of the moment.
    DB_INSTANCE_IDENTIFIER(
            "DBInstanceIdentifier", derived(DBInstance::dbInstanceIdentifier, "the plan names the new instance")),
    DBI_RESOURCE_ID("DbiResourceId", derived(DBInstance::dbiResourceId, "RDS gives every instance its own")),
    DB_INSTANCE_ARN("DBInstanceArn", derived(DBInstance::dbInstanceArn, "RDS gives every instance its own")),
    DB_INSTANCE_STATUS("DBInstanceStatus", derived(DBInstance::dbInstanceStatus, "a state of the moment")),
    INSTANCE_CREATE_TIME("InstanceCreateTime", derived(DBInstance::instanceCreateTime, "the time of the restore")),
    LATEST_RESTORABLE_TIME(
            "LatestRestorableTime",
            derived(DBInstance::latestRestorableTime, "the new instance has no backup before its own first one")),
    AVAILABILITY_ZONE(
            "AvailabilityZone",
            derived(DBInstance::availabilityZone, "chosen by RDS: the original's zone may be the one that is lost")),
    SECONDARY_AVAILABILITY_ZONE(
            "SecondaryAvailabilityZone", derived(DBInstance::secondaryAvailabilityZone, "chosen by RDS")),
    DB_INSTANCE_PORT("DbInstancePort", derived(DBInstance::dbInstancePort, "the port stands in Endpoint")),
    LISTENER_ENDPOINT("ListenerEndpoint", derived(DBInstance::listenerEndpoint, "not of PostgreSQL")),
    PENDING_MODIFIED_VALUES(
            "PendingModifiedValues", derived(DBInstance::pendingModifiedValues, "a state of the moment")),
    STATUS_INFOS("StatusInfos", derived(instance -> null, "a state of the moment")),
    CERTIFICATE_DETAILS("CertificateDetails", derived(DBInstance::certificateDetails, "RDS issues a new one")),
    ENHANCED_MONITORING_RESOURCE_ARN(
            "EnhancedMonitoringResourceArn",
            derived(DBInstance::enhancedMonitoringResourceArn, "the log stream of the new instance")),
    PERCENT_PROGRESS("PercentProgress", derived(DBInstance::percentProgress, "a state of the moment")),
    AUTOMATIC_RESTART_TIME("AutomaticRestartTime", derived(DBInstance::automaticRestartTime, "a state of the moment")),
    IS_STORAGE_CONFIG_UPGRADE_AVAILABLE(
            "IsStorageConfigUpgradeAvailable",
            derived(DBInstance::isStorageConfigUpgradeAvailable, "a state of the moment")),
    STORAGE_VOLUME_STATUS("StorageVolumeStatus", derived(DBInstance::storageVolumeStatus, "a state of the moment")),
    STORAGE_OPERATION_STATUS(
            "StorageOperationStatus", derived(DBInstance::storageOperationStatus, "a state of the moment")),
    STORAGE_OPERATION_PERCENT_PROGRESS(
            "StorageOperationPercentProgress",
            derived(DBInstance::storageOperationPercentProgress, "a state of the moment")),
    RESUME_FULL_AUTOMATION_MODE_TIME(
            "ResumeFullAutomationModeTime", derived(DBInstance::resumeFullAutomationModeTime, "a state of the moment")),
    UPGRADE_ROLLOUT_ORDER(
            "UpgradeRolloutOrder",
            derived(DBInstance::upgradeRolloutOrderAsString, "set by the organisation's upgrade policy")),

    // Stays behind.
    MASTER_USER_SECRET(
            "MasterUserSecret",
            left(
                    instance -> instance.masterUserSecret() == null
                            ? null
                            : instance.masterUserSecret().secretArn(),
                    "belongs to the original; aws rds modify-db-instance --manage-master-user-password makes a new one,"
                            + " and a new password")),
    ASSOCIATED_ROLES(
            "AssociatedRoles",
            left(
                    instance -> instance.associatedRoles().stream()
                            .map(role -> role.featureName() + "=" + role.roleArn())
                            .toList(),
                    "add each by aws rds add-role-to-db-instance")),
    READ_REPLICA_DB_INSTANCE_IDENTIFIERS(
            "ReadReplicaDBInstanceIdentifiers",
            left(DBInstance::readReplicaDBInstanceIdentifiers, "replicas follow the original; make new ones")),
    READ_REPLICA_DB_CLUSTER_IDENTIFIERS(
            "ReadReplicaDBClusterIdentifiers",
            left(DBInstance::readReplicaDBClusterIdentifiers, "replicas follow the original; make new ones")),
    READ_REPLICA_SOURCE_DB_INSTANCE_IDENTIFIER(
            "ReadReplicaSourceDBInstanceIdentifier",
            left(
                    DBInstance::readReplicaSourceDBInstanceIdentifier,
                    "the new instance is nobody's replica and takes writes")),
    READ_REPLICA_SOURCE_DB_CLUSTER_IDENTIFIER(
            "ReadReplicaSourceDBClusterIdentifier",
            left(
                    DBInstance::readReplicaSourceDBClusterIdentifier,
                    "the new instance is nobody's replica and takes writes")),
    REPLICA_MODE("ReplicaMode", left(DBInstance::replicaModeAsString, "the new instance is nobody's replica")),
    DB_INSTANCE_AUTOMATED_BACKUPS_REPLICATIONS(
            "DBInstanceAutomatedBackupsReplications",
            left(
                    instance -> instance.dbInstanceAutomatedBackupsReplications().stream()
                            .map(replication -> replication.dbInstanceAutomatedBackupsArn())
                            .toList(),
                    "begin again by aws rds start-db-instance-automated-backups-replication")),
    AWS_BACKUP_RECOVERY_POINT_ARN(
            "AwsBackupRecoveryPointArn",
            left(
                    DBInstance::awsBackupRecoveryPointArn,
                    "AWS Backup chooses its resources; does its plan name the new one?")),
    ACTIVITY_STREAM_STATUS(
            "ActivityStreamStatus",
            left(
                    instance -> "stopped".equals(instance.activityStreamStatusAsString())
                            ? null
                            : instance.activityStreamStatusAsString(),
                    "begin again by aws rds start-activity-stream")),
    ACTIVITY_STREAM_KMS_KEY_ID(
            "ActivityStreamKmsKeyId", left(DBInstance::activityStreamKmsKeyId, "see ActivityStreamStatus")),
    ACTIVITY_STREAM_KINESIS_STREAM_NAME(
            "ActivityStreamKinesisStreamName",
            left(DBInstance::activityStreamKinesisStreamName, "see ActivityStreamStatus")),
    ACTIVITY_STREAM_MODE(
            "ActivityStreamMode", left(DBInstance::activityStreamModeAsString, "see ActivityStreamStatus")),
    ACTIVITY_STREAM_ENGINE_NATIVE_AUDIT_FIELDS_INCLUDED(
            "ActivityStreamEngineNativeAuditFieldsIncluded",
            left(DBInstance::activityStreamEngineNativeAuditFieldsIncluded, "see ActivityStreamStatus")),
    ACTIVITY_STREAM_POLICY_STATUS(
            "ActivityStreamPolicyStatus",
            left(
                    instance -> "unlocked".equals(instance.activityStreamPolicyStatusAsString())
                            ? null
                            : instance.activityStreamPolicyStatusAsString(),
                    "see ActivityStreamStatus")),
    DB_SECURITY_GROUPS(
            "DBSecurityGroups",
            left(
                    instance -> instance.dbSecurityGroups().stream()
                            .map(group -> group.dbSecurityGroupName())
                            .toList(),
                    "groups of EC2-Classic, which is no more")),
    DB_CLUSTER_IDENTIFIER(
            "DBClusterIdentifier", left(DBInstance::dbClusterIdentifier, "members of clusters are not restored here")),
    PROMOTION_TIER("PromotionTier", left(DBInstance::promotionTier, "means something in clusters only")),
    TDE_CREDENTIAL_ARN("TdeCredentialArn", left(DBInstance::tdeCredentialArn, "not of PostgreSQL")),
    ADDITIONAL_STORAGE_VOLUMES(
            "AdditionalStorageVolumes",
            left(
                    instance -> instance.additionalStorageVolumes().stream()
                            .map(volume -> volume.volumeName())
                            .toList(),
                    "not of PostgreSQL")),
    AUTOMATION_MODE(
            "AutomationMode",
            left(
                    instance ->
                            "full".equals(instance.automationModeAsString()) ? null : instance.automationModeAsString(),
                    "RDS Custom only, which knows no PostgreSQL")),
    CUSTOM_IAM_INSTANCE_PROFILE(
            "CustomIamInstanceProfile",
            left(DBInstance::customIamInstanceProfile, "RDS Custom only, which knows no PostgreSQL")),
    DB_CAPACITY_RESERVATION_IDENTIFIER(
            "DBCapacityReservationIdentifier",
            left(DBInstance::dbCapacityReservationIdentifier, "reserved capacity stays with the original"));

    private final String member;
    private final Carrying carrying;

    Attribute(String member, Carrying carrying) {
        this.member = member;
        this.carrying = carrying;
    }

    /** The member's name in the service model. */
    String member() {
        return member;
    }

    Carrying carrying() {
        return carrying;
    }

    boolean is(Kind kind) {
        return carrying.kind() == kind;
    }

    /** Its value as text, empty if there is none. */
    String of(DBInstance instance) {
        return carrying.read().apply(instance);
    }

    private static @Nullable Object port(DBInstance instance) {
        return instance.endpoint() == null ? null : instance.endpoint().port();
    }

    private static @Nullable Object domain(List<DomainMembership> memberships) {
        return memberships.stream()
                .filter(membership -> membership.domain() != null && membership.iamRoleName() != null)
                .findFirst()
                .map(membership -> (Object)
                        RdsTags.write(Map.of("Domain", membership.domain(), "IAMRoleName", membership.iamRoleName())))
                .orElse(null);
    }

    private static List<ProcessorFeature> features(String value) {
        return RdsTags.read(value).entrySet().stream()
                .map(feature -> ProcessorFeature.builder()
                        .name(feature.getKey())
                        .value(feature.getValue())
                        .build())
                .toList();
    }
}
