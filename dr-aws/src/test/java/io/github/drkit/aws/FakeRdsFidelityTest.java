package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.AddTagsToResourceRequest;
import software.amazon.awssdk.services.rds.model.AdditionalStorageVolume;
import software.amazon.awssdk.services.rds.model.CloudwatchLogsExportConfiguration;
import software.amazon.awssdk.services.rds.model.CopyDbSnapshotRequest;
import software.amazon.awssdk.services.rds.model.CreateDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.CreateDbSnapshotRequest;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBSnapshot;
import software.amazon.awssdk.services.rds.model.DeleteDbInstanceAutomatedBackupRequest;
import software.amazon.awssdk.services.rds.model.DeleteDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.DeleteDbSnapshotRequest;
import software.amazon.awssdk.services.rds.model.DescribeDbInstanceAutomatedBackupsRequest;
import software.amazon.awssdk.services.rds.model.DescribeDbInstancesRequest;
import software.amazon.awssdk.services.rds.model.DescribeDbParameterGroupsRequest;
import software.amazon.awssdk.services.rds.model.DescribeDbSnapshotsRequest;
import software.amazon.awssdk.services.rds.model.DescribeDbSubnetGroupsRequest;
import software.amazon.awssdk.services.rds.model.DescribeEventsRequest;
import software.amazon.awssdk.services.rds.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.rds.model.ModifyAdditionalStorageVolume;
import software.amazon.awssdk.services.rds.model.ModifyDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.ProcessorFeature;
import software.amazon.awssdk.services.rds.model.RebootDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.RemoveTagsFromResourceRequest;
import software.amazon.awssdk.services.rds.model.RestoreDbInstanceFromDbSnapshotRequest;
import software.amazon.awssdk.services.rds.model.RestoreDbInstanceToPointInTimeRequest;
import software.amazon.awssdk.services.rds.model.StartDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.StopDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.TagSpecification;
import software.amazon.awssdk.services.rds.model.VpcSecurityGroupMembership;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * Every member of every request that the fake answers is either understood, with the effect it should have, or refused by
 * name. A member that a newer SDK brings fails this until somebody decided.
 */
class FakeRdsFidelityTest {

    /** Of other engines, of Aurora, of RDS Custom or of Outposts; and what DR Kit has no use for. */
    private static final Set<String> REFUSED = Set.of(
            "AdditionalStorageVolumes",
            "AutomationMode",
            "AwsBackupRecoveryPointArn",
            "CharacterSetName",
            "CopyOptionGroup",
            "CustomIamInstanceProfile",
            "DBClusterIdentifier",
            "DBClusterSnapshotIdentifier",
            "DBSecurityGroups",
            "DBSystemId",
            "DetachFromDBCapacityReservation",
            "DomainAuthSecretArn",
            "DomainDnsIps",
            "DomainFqdn",
            "DomainOu",
            "MasterUserAuthenticationType",
            "MultiTenant",
            "NcharCharacterSetName",
            "ReplicaMode",
            "ResumeFullAutomationModeMinutes",
            "SnapshotAvailabilityZone",
            "SnapshotTarget",
            "TagSpecifications",
            "TargetCustomAvailabilityZone",
            "TdeCredentialArn",
            "TdeCredentialPassword",
            "Timezone");

    /** Refused by some calls only. */
    private static final Set<String> REFUSED_HERE = Set.of(
            "ModifyDBInstance.Engine",
            "RestoreDBInstanceFromDBSnapshot.DBName",
            "RestoreDBInstanceToPointInTime.DBName",
            "StartDBInstance.DBCapacityReservationIdentifier");

    private static final Map<String, Object> VALUES = Map.ofEntries(
            Map.entry("AllocatedStorage", 500),
            Map.entry("AvailabilityZone", "eu-central-1b"),
            Map.entry("BackupRetentionPeriod", 9),
            Map.entry("BackupTarget", "outposts"),
            Map.entry("CACertificateIdentifier", "rds-ca-ecc384-g1"),
            Map.entry("DBInstanceClass", "db.m6g.large"),
            Map.entry("DBName", "bank"),
            Map.entry("DBParameterGroupName", "bank-pg"),
            Map.entry("DBPortNumber", 5_555),
            Map.entry("DBSubnetGroupName", "other-subnets"),
            Map.entry("DatabaseInsightsMode", "advanced"),
            Map.entry("Duration", 30),
            Map.entry("EnableCloudwatchLogsExports", List.of("upgrade")),
            Map.entry("Engine", "postgres"),
            Map.entry("EngineLifecycleSupport", "open-source-rds-extended-support-disabled"),
            Map.entry("EngineVersion", "15.14"),
            Map.entry("EventCategories", List.of("backup")),
            Map.entry("Filters", List.of()),
            Map.entry("Iops", 15_000),
            Map.entry("KmsKeyId", "alias/bank"),
            Map.entry("LicenseModel", "other-licence"),
            Map.entry("MasterUserSecretKmsKeyId", "alias/bank"),
            Map.entry("MaxAllocatedStorage", 1_000),
            Map.entry("MaxRecords", 50),
            Map.entry("MonitoringInterval", 0),
            Map.entry("MonitoringRoleArn", "arn:aws:iam::123456789012:role/monitoring"),
            Map.entry("MultiAZ", true),
            Map.entry("NetworkType", "DUAL"),
            Map.entry("NewDBInstanceIdentifier", "renamed"),
            Map.entry("OptionGroupName", "bank-og"),
            Map.entry("PerformanceInsightsKMSKeyId", "alias/aws/rds"),
            Map.entry("PerformanceInsightsRetentionPeriod", 31),
            Map.entry("Port", 5_444),
            Map.entry("PreferredBackupWindow", "01:00-02:00"),
            Map.entry("PreferredMaintenanceWindow", "mon:01:00-mon:02:00"),
            Map.entry("PromotionTier", 3),
            Map.entry("SourceType", "db-instance"),
            Map.entry("StorageThroughput", 900),
            Map.entry("StorageType", "gp2"),
            Map.entry("SnapshotType", "manual"),
            Map.entry("VpcSecurityGroupIds", List.of("sg-bank")));

    /** Where an instance shows what a parameter of another name sets. */
    private static final Map<String, String> SHOWN_AS = Map.of(
            "EnableIAMDatabaseAuthentication", "IAMDatabaseAuthenticationEnabled",
            "EnablePerformanceInsights", "PerformanceInsightsEnabled",
            "EnableCustomerOwnedIp", "CustomerOwnedIpEnabled",
            "EnableCloudwatchLogsExports", "EnabledCloudwatchLogsExports",
            "NewDBInstanceIdentifier", "DBInstanceIdentifier");

    /** What names things, or says how and when: no setting. Behaviour tests are about these. */
    private static final Set<String> NO_SETTING = Set.of(
            "AllowMajorVersionUpgrade",
            "ApplyImmediately",
            "CertificateRotationRestart",
            "DBInstanceIdentifier",
            "DBSnapshotIdentifier",
            "RestoreTime",
            "SourceDBInstanceAutomatedBackupsArn",
            "SourceDBInstanceIdentifier",
            "SourceDbiResourceId",
            "TargetDBInstanceIdentifier",
            "UseLatestRestorableTime");

    // --- requests ----------------------------------------------------------------------------------------------------

    @TestFactory
    Stream<DynamicTest> everySettingOfARequestHasItsEffectOrIsRefused() {
        return Stream.of(
                        new CallShape(
                                "CreateDBInstance",
                                "new",
                                () -> newInstance("new"),
                                (rds, request) -> rds.createDBInstance((CreateDbInstanceRequest) request)),
                        new CallShape(
                                "RestoreDBInstanceFromDBSnapshot",
                                "new",
                                () -> RestoreDbInstanceFromDbSnapshotRequest.builder()
                                        .dbSnapshotIdentifier("before")
                                        .dbInstanceIdentifier("new"),
                                (rds, request) -> rds.restoreDBInstanceFromDBSnapshot(
                                        (RestoreDbInstanceFromDbSnapshotRequest) request)),
                        new CallShape(
                                "RestoreDBInstanceToPointInTime",
                                "new",
                                () -> RestoreDbInstanceToPointInTimeRequest.builder()
                                        .sourceDBInstanceIdentifier("bank")
                                        .targetDBInstanceIdentifier("new")
                                        .useLatestRestorableTime(true),
                                (rds, request) -> rds.restoreDBInstanceToPointInTime(
                                        (RestoreDbInstanceToPointInTimeRequest) request)),
                        new CallShape(
                                "ModifyDBInstance",
                                "bank",
                                () -> ModifyDbInstanceRequest.builder()
                                        .dbInstanceIdentifier("bank")
                                        .applyImmediately(true),
                                (rds, request) -> rds.modifyDBInstance((ModifyDbInstanceRequest) request)))
                .flatMap(call -> call.fields()
                        .map(field -> DynamicTest.dynamicTest(
                                call.action() + "." + field.memberName(), () -> judge(call, field.memberName()))));
    }

    @TestFactory
    Stream<DynamicTest> everyMemberOfTheOtherRequestsIsUnderstoodOrRefused() {
        return Stream.<CallShape>of(
                        new CallShape(
                                "CreateDBSnapshot",
                                "",
                                () -> CreateDbSnapshotRequest.builder()
                                        .dbInstanceIdentifier("bank")
                                        .dbSnapshotIdentifier("fresh"),
                                (rds, request) -> rds.createDBSnapshot((CreateDbSnapshotRequest) request)),
                        new CallShape(
                                "CopyDBSnapshot",
                                "",
                                () -> CopyDbSnapshotRequest.builder()
                                        .sourceDBSnapshotIdentifier("before")
                                        .targetDBSnapshotIdentifier("fresh"),
                                (rds, request) -> rds.copyDBSnapshot((CopyDbSnapshotRequest) request)),
                        new CallShape(
                                "DeleteDBSnapshot",
                                "",
                                () -> DeleteDbSnapshotRequest.builder().dbSnapshotIdentifier("before"),
                                (rds, request) -> rds.deleteDBSnapshot((DeleteDbSnapshotRequest) request)),
                        new CallShape(
                                "DeleteDBInstance",
                                "",
                                () -> DeleteDbInstanceRequest.builder()
                                        .dbInstanceIdentifier("bank")
                                        .skipFinalSnapshot(true),
                                (rds, request) -> rds.deleteDBInstance((DeleteDbInstanceRequest) request)),
                        new CallShape(
                                "RebootDBInstance",
                                "",
                                () -> RebootDbInstanceRequest.builder().dbInstanceIdentifier("bank"),
                                (rds, request) -> rds.rebootDBInstance((RebootDbInstanceRequest) request)),
                        new CallShape(
                                "StopDBInstance",
                                "",
                                () -> StopDbInstanceRequest.builder().dbInstanceIdentifier("bank"),
                                (rds, request) -> rds.stopDBInstance((StopDbInstanceRequest) request)),
                        new CallShape(
                                "StartDBInstance",
                                "",
                                () -> StartDbInstanceRequest.builder().dbInstanceIdentifier("bank"),
                                (rds, request) -> rds.startDBInstance((StartDbInstanceRequest) request)),
                        new CallShape(
                                "DescribeDBInstances",
                                "",
                                DescribeDbInstancesRequest::builder,
                                (rds, request) -> rds.describeDBInstances((DescribeDbInstancesRequest) request)),
                        new CallShape(
                                "DescribeDBSnapshots",
                                "",
                                DescribeDbSnapshotsRequest::builder,
                                (rds, request) -> rds.describeDBSnapshots((DescribeDbSnapshotsRequest) request)),
                        new CallShape(
                                "DescribeDBInstanceAutomatedBackups",
                                "",
                                DescribeDbInstanceAutomatedBackupsRequest::builder,
                                (rds, request) -> rds.describeDBInstanceAutomatedBackups(
                                        (DescribeDbInstanceAutomatedBackupsRequest) request)),
                        new CallShape(
                                "DeleteDBInstanceAutomatedBackup",
                                "",
                                DeleteDbInstanceAutomatedBackupRequest::builder,
                                (rds, request) -> rds.deleteDBInstanceAutomatedBackup(
                                        (DeleteDbInstanceAutomatedBackupRequest) request)),
                        new CallShape(
                                "DescribeEvents",
                                "",
                                DescribeEventsRequest::builder,
                                (rds, request) -> rds.describeEvents((DescribeEventsRequest) request)),
                        new CallShape(
                                "DescribeDBSubnetGroups",
                                "",
                                DescribeDbSubnetGroupsRequest::builder,
                                (rds, request) -> rds.describeDBSubnetGroups((DescribeDbSubnetGroupsRequest) request)),
                        new CallShape(
                                "DescribeDBParameterGroups",
                                "",
                                DescribeDbParameterGroupsRequest::builder,
                                (rds, request) ->
                                        rds.describeDBParameterGroups((DescribeDbParameterGroupsRequest) request)),
                        new CallShape(
                                "ListTagsForResource",
                                "",
                                () -> ListTagsForResourceRequest.builder().resourceName(ARN),
                                (rds, request) -> rds.listTagsForResource((ListTagsForResourceRequest) request)),
                        new CallShape(
                                "AddTagsToResource",
                                "",
                                () -> AddTagsToResourceRequest.builder()
                                        .resourceName(ARN)
                                        .tags(RdsBehaviour.tag("a", "b")),
                                (rds, request) -> rds.addTagsToResource((AddTagsToResourceRequest) request)),
                        new CallShape(
                                "RemoveTagsFromResource",
                                "",
                                () -> RemoveTagsFromResourceRequest.builder()
                                        .resourceName(ARN)
                                        .tagKeys("a"),
                                (rds, request) -> rds.removeTagsFromResource((RemoveTagsFromResourceRequest) request)))
                .map(call -> DynamicTest.dynamicTest(
                        call.action(),
                        () -> call.fields().forEach(field -> {
                            try (Bench bench = new Bench()) {
                                String code = bench.send(call, field.memberName());
                                assertThat(code.equals("FakeDoesNotUnderstand"))
                                        .as(field.memberName() + " is refused; the answer was '" + code + "'")
                                        .isEqualTo(refuses(call.action(), field.memberName()));
                                assertThat(code).isNotEqualTo("FakeIsBroken");
                            }
                        })));
    }

    // --- answers -----------------------------------------------------------------------------------------------------

    /** Members of an instance that only other engines, Aurora, RDS Custom, replicas or running operations have. */
    @Test
    void everyMemberOfAnInstanceIsAnsweredOrNamedHere() {
        try (Bench bench = new Bench()) {
            bench.setEverything();
            assertThat(unanswered(bench.instance("bank")))
                    .containsExactlyInAnyOrder(
                            "ActivityStreamEngineNativeAuditFieldsIncluded",
                            "ActivityStreamKinesisStreamName",
                            "ActivityStreamKmsKeyId",
                            "ActivityStreamMode",
                            "ActivityStreamPolicyStatus",
                            "AdditionalStorageVolumes",
                            "AssociatedRoles",
                            "AutomaticRestartTime", // of a stopped instance
                            "AutomationMode",
                            "AwsBackupRecoveryPointArn",
                            "CharacterSetName",
                            "CustomIamInstanceProfile",
                            "DBClusterIdentifier",
                            "DBInstanceAutomatedBackupsReplications",
                            "DBSystemId",
                            "EnhancedMonitoringResourceArn",
                            "IsStorageConfigUpgradeAvailable",
                            "ListenerEndpoint",
                            "MultiTenant",
                            "NcharCharacterSetName",
                            "PercentProgress",
                            "ReadReplicaDBClusterIdentifiers",
                            "ReadReplicaSourceDBClusterIdentifier",
                            "ReadReplicaSourceDBInstanceIdentifier",
                            "ReplicaMode",
                            "ResumeFullAutomationModeTime",
                            "StatusInfos",
                            "StorageEncryptionType",
                            "StorageOperationPercentProgress",
                            "StorageOperationStatus",
                            "StorageVolumeStatus",
                            "TdeCredentialArn",
                            "Timezone",
                            "UpgradeRolloutOrder");
        }
    }

    @Test
    void everyMemberOfASnapshotIsAnsweredOrNamedHere() {
        try (Bench bench = new Bench()) {
            bench.setEverything();
            bench.rds.createDBSnapshot(
                    create -> create.dbInstanceIdentifier("bank").dbSnapshotIdentifier("all"));
            bench.aws.pass(Duration.ofHours(1));
            DBSnapshot snapshot = bench.rds
                    .describeDBSnapshots(describe -> describe.dbSnapshotIdentifier("all"))
                    .dbSnapshots()
                    .get(0);
            assertThat(unanswered(snapshot))
                    .containsExactlyInAnyOrder(
                            "AdditionalStorageVolumes",
                            "BackupRetentionPeriod",
                            "DBSystemId",
                            "FullSnapshotSizeInBytes",
                            "MultiTenant",
                            "PreferredBackupWindow",
                            "SnapshotAvailabilityZone",
                            "SourceDBSnapshotIdentifier", // of a copy
                            "SourceRegion", // of a copy from elsewhere
                            "StorageEncryptionType",
                            "TdeCredentialArn",
                            "Timezone");
        }
    }

    private static Set<String> unanswered(SdkPojo answer) {
        return answer.sdkFields().stream()
                .filter(field -> {
                    Object value = field.getValueOrDefault(answer);
                    return value == null || value instanceof SdkAutoConstructList<?>;
                })
                .map(SdkField::memberName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    // --- one member --------------------------------------------------------------------------------------------------

    private static final String ARN = "arn:aws:rds:eu-central-1:123456789012:db:bank";

    private record CallShape(
            String action, String instance, Supplier<SdkPojo> minimal, BiConsumer<RdsClient, Object> send) {

        Stream<SdkField<?>> fields() {
            return minimal.get().sdkFields().stream()
                    .filter(field -> !field.memberName().equals("PreSignedUrl"));
        }
    }

    private static boolean refuses(String action, String member) {
        return REFUSED.contains(member) || REFUSED_HERE.contains(action + "." + member);
    }

    private static void judge(CallShape call, String member) {
        try (Bench bench = new Bench()) {
            String code = bench.send(call, member);

            if (refuses(call.action(), member)) {
                assertThat(code).as("the answer to " + member).isEqualTo("FakeDoesNotUnderstand");
                assertThat(bench.refusal).contains(member);
                return;
            }
            assertThat(code).as("the answer to " + member).isEmpty();
            if (NO_SETTING.contains(member)) {
                return;
            }
            bench.aws.pass(Duration.ofHours(2));
            bench.check(call, member);
        }
    }

    private static CreateDbInstanceRequest.Builder newInstance(String id) {
        return CreateDbInstanceRequest.builder()
                .dbInstanceIdentifier(id)
                .engine("postgres")
                .dbInstanceClass("db.t3.medium")
                .allocatedStorage(400)
                .masterUsername("bank")
                .masterUserPassword("first-secret");
    }

    /** An account with one instance and one snapshot. */
    private static final class Bench implements AutoCloseable {

        final FakeAws aws = new FakeAws();
        final RdsClient rds = aws.rdsClient();
        String refusal = "";

        Bench() {
            aws.rds
                    .parameterGroup(FakeAws.REGION, "bank-pg", "postgres15")
                    .optionGroup(FakeAws.REGION, "bank-og")
                    .subnetGroup(FakeAws.REGION, "other-subnets", "vpc-default")
                    .securityGroup(FakeAws.REGION, "sg-bank", "vpc-default")
                    .kmsKey(FakeAws.REGION, "bank");
            rds.createDBInstance(newInstance("bank").multiAZ(true).build());
            aws.pass(Duration.ofHours(1));
            rds.createDBSnapshot(create -> create.dbInstanceIdentifier("bank").dbSnapshotIdentifier("before"));
            aws.pass(Duration.ofHours(1));
        }

        /** Sends the smallest request and one member more, and gives the error's code. */
        String send(CallShape call, String member) {
            SdkPojo request = call.minimal().get();
            Map<String, SdkField<?>> fields = new TreeMap<>();
            request.sdkFields().forEach(field -> fields.put(field.memberName(), field));
            fill(request, member);
            for (Map.Entry<String, Object> more :
                    together(call.action(), member).entrySet()) {
                fields.get(more.getKey()).set(request, more.getValue());
            }
            try {
                call.send().accept(rds, built(request));
                return "";
            } catch (AwsServiceException e) {
                refusal = e.awsErrorDetails().errorMessage();
                return e.awsErrorDetails().errorCode();
            }
        }

        /** What a member needs beside it, or must not have. */
        private static Map<String, Object> together(String action, String member) {
            Map<String, Object> more = new LinkedHashMap<>();
            switch (member) {
                case "ManageMasterUserPassword", "MasterUserSecretKmsKeyId" -> {
                    more.put("ManageMasterUserPassword", true);
                    if (action.equals("CreateDBInstance")) {
                        more.put("MasterUserPassword", null);
                    }
                }
                case "PerformanceInsightsKMSKeyId", "PerformanceInsightsRetentionPeriod" ->
                    more.put("EnablePerformanceInsights", true);
                case "MonitoringInterval" ->
                    more.putAll(Map.of("MonitoringInterval", 60, "MonitoringRoleArn", VALUES.get("MonitoringRoleArn")));
                case "Iops" -> more.put("StorageType", "io2");
                case "StorageThroughput" -> more.put("StorageType", "gp3");
                case "DomainIAMRoleName" -> more.put("Domain", "d-1");
                case "SourceDbiResourceId", "SourceDBInstanceAutomatedBackupsArn" ->
                    more.put("SourceDBInstanceIdentifier", null);
                case "RestoreTime" -> more.put("UseLatestRestorableTime", null);
                case "RotateMasterUserPassword" -> more.put("ManageMasterUserPassword", true);
                default -> {}
            }
            return more;
        }

        private Object value(SdkField<?> field, boolean modifies) {
            String name = field.memberName();
            if (VALUES.containsKey(name)) {
                return VALUES.get(name);
            }
            return switch (name) {
                case "SourceDbiResourceId" -> instance("bank").dbiResourceId();
                case "SourceDBInstanceAutomatedBackupsArn" ->
                    rds.describeDBInstanceAutomatedBackups()
                            .dbInstanceAutomatedBackups()
                            .get(0)
                            .dbInstanceAutomatedBackupsArn();
                case "RestoreTime" -> instance("bank").latestRestorableTime();
                case "SourceRegion" -> FakeAws.REGION;
                case "CloudwatchLogsExportConfiguration" ->
                    CloudwatchLogsExportConfiguration.builder()
                            .enableLogTypes("upgrade")
                            .build();
                case "Tags" -> List.of(RdsBehaviour.tag("team", "other"));
                case "ProcessorFeatures" ->
                    List.of(ProcessorFeature.builder()
                            .name("coreCount")
                            .value("2")
                            .build());
                case "AdditionalStorageVolumes" ->
                    List.of(
                            modifies
                                    ? ModifyAdditionalStorageVolume.builder()
                                            .volumeName("v")
                                            .build()
                                    : AdditionalStorageVolume.builder()
                                            .volumeName("v")
                                            .build());
                case "TagSpecifications" ->
                    List.of(TagSpecification.builder()
                            .resourceType("auto-backup")
                            .build());
                case "VpcSecurityGroupIds", "DBSecurityGroups", "DomainDnsIps", "TagKeys" -> List.of("x");
                default -> scalar(field);
            };
        }

        private static Object scalar(SdkField<?> field) {
            return switch (field.marshallingType().toString()) {
                case "Boolean" -> true;
                case "Integer" -> 42;
                case "Instant" -> Instant.parse("2026-11-22T13:00:00Z");
                default -> "x";
            };
        }

        DBInstance instance(String id) {
            return rds.describeDBInstances(describe -> describe.dbInstanceIdentifier(id))
                    .dbInstances()
                    .get(0);
        }

        /** Whether what was asked for is what the instance shows. */
        void check(CallShape call, String member) {
            String id = member.equals("NewDBInstanceIdentifier") ? "renamed" : call.instance();
            DBInstance seen = instance(id);
            switch (member) {
                case "Port", "DBPortNumber" ->
                    assertThat(seen.endpoint().port()).isEqualTo(VALUES.get(member));
                case "DBParameterGroupName" ->
                    assertThat(seen.dbParameterGroups().get(0).dbParameterGroupName())
                            .isEqualTo("bank-pg");
                case "OptionGroupName" ->
                    assertThat(seen.optionGroupMemberships().get(0).optionGroupName())
                            .isEqualTo("bank-og");
                case "DBSubnetGroupName" ->
                    assertThat(seen.dbSubnetGroup().dbSubnetGroupName()).isEqualTo("other-subnets");
                case "VpcSecurityGroupIds" ->
                    assertThat(seen.vpcSecurityGroups())
                            .extracting(VpcSecurityGroupMembership::vpcSecurityGroupId)
                            .containsExactly("sg-bank");
                case "Tags" -> assertThat(RdsBehaviour.tags(seen.tagList())).isEqualTo(Map.of("team", "other"));
                case "KmsKeyId" -> assertThat(seen.kmsKeyId()).endsWith(":key/bank");
                case "Domain" ->
                    assertThat(seen.domainMemberships().get(0).domain()).isEqualTo("x");
                case "DomainIAMRoleName" ->
                    assertThat(seen.domainMemberships().get(0).iamRoleName()).isEqualTo("x");
                case "DisableDomain" -> assertThat(seen.domainMemberships()).isEmpty();
                case "MasterUserPassword" ->
                    assertThat(aws.rds.masterPassword(FakeAws.REGION, id))
                            .isEqualTo(call.action().equals("ModifyDBInstance") ? "x" : "first-secret");
                case "ManageMasterUserPassword", "MasterUserSecretKmsKeyId" ->
                    assertThat(seen.masterUserSecret().secretArn()).contains(":secret:rds!");
                case "RotateMasterUserPassword" ->
                    assertThat(aws.rds.masterPassword(FakeAws.REGION, id)).startsWith("managed-");
                case "CloudwatchLogsExportConfiguration" ->
                    assertThat(seen.enabledCloudwatchLogsExports()).containsExactly("upgrade");
                case "UseDefaultProcessorFeatures" ->
                    assertThat(seen.processorFeatures()).isEmpty();
                case "PerformanceInsightsKMSKeyId" ->
                    assertThat(seen.performanceInsightsKMSKeyId()).endsWith(":key/aws-rds");
                case "MonitoringInterval" ->
                    assertThat(seen.monitoringInterval()).isEqualTo(60);
                default -> {
                    SdkPojo request = call.minimal().get();
                    fill(request, member);
                    assertThat(shown(seen, SHOWN_AS.getOrDefault(member, member)))
                            .as(member)
                            .isEqualTo(shown(built(request), member));
                }
            }
        }

        /** A field is set at the builder and read at what it builds. */
        private static SdkPojo built(SdkPojo builder) {
            return (SdkPojo) ((Buildable) builder).build();
        }

        private void fill(SdkPojo request, String member) {
            SdkField<?> field = field(request, member);
            Object present = field.getValueOrDefault(built(request));
            if (present == null || present instanceof Collection<?> list && list.isEmpty()) {
                field.set(request, value(field, request instanceof ModifyDbInstanceRequest.Builder));
            }
        }

        private static Object shown(SdkPojo pojo, String member) {
            return field(pojo, member).getValueOrDefault(pojo);
        }

        private static SdkField<?> field(SdkPojo pojo, String member) {
            return pojo.sdkFields().stream()
                    .filter(field -> field.memberName().equals(member))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no member " + member));
        }

        void setEverything() {
            rds.deleteDBInstance(delete ->
                    delete.dbInstanceIdentifier("bank").skipFinalSnapshot(true).deleteAutomatedBackups(true));
            aws.pass(Duration.ofHours(1));
            rds.createDBInstance(newInstance("bank")
                    .multiAZ(true)
                    .dbName("bank")
                    .kmsKeyId("alias/bank")
                    .masterUserPassword(null)
                    .manageMasterUserPassword(true)
                    .maxAllocatedStorage(1_000)
                    .promotionTier(1)
                    .enablePerformanceInsights(true)
                    .monitoringInterval(60)
                    .monitoringRoleArn("arn:aws:iam::123456789012:role/monitoring")
                    .dbCapacityReservationIdentifier("reserved")
                    .build());
            aws.pass(Duration.ofHours(1));
        }

        @Override
        public void close() {
            rds.close();
            aws.close();
        }
    }
}
