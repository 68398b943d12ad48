package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.CreateDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBInstanceAutomatedBackup;
import software.amazon.awssdk.services.rds.model.DBSnapshot;
import software.amazon.awssdk.services.rds.model.DescribeDbInstancesResponse;
import software.amazon.awssdk.services.rds.model.Event;
import software.amazon.awssdk.services.rds.model.Filter;
import software.amazon.awssdk.services.rds.model.RestoreDbInstanceFromDbSnapshotRequest;
import software.amazon.awssdk.services.rds.model.RestoreDbInstanceToPointInTimeRequest;
import software.amazon.awssdk.services.rds.model.SourceType;
import software.amazon.awssdk.services.rds.model.Tag;
import software.amazon.awssdk.services.rds.model.VpcSecurityGroupMembership;

/** What RDS does, as DR Kit knows it; asked of every server that claims to be like it. */
abstract class RdsBehaviour {

    static final String REGION = FakeAws.REGION;
    static final String ELSEWHERE = "eu-west-1";

    /** A client of one region. */
    abstract RdsClient rds(String region);

    /** Lets time pass where the server has a clock of the test's. */
    abstract void pass(Duration duration);

    /** A key of KMS. */
    abstract String key(String region);

    // --- identifiers -------------------------------------------------------------------------------------------------

    @Test
    void identifiersAreKeptInLowerCaseAndFoundInAnyCase() {
        create("Bank-Prod");

        assertThat(instance("BANK-prod").dbInstanceIdentifier()).isEqualTo("bank-prod");
        assertThat(instance("bank-prod").dbInstanceArn()).endsWith(":db:bank-prod");
    }

    @Test
    void anInstanceIsFoundByItsResourceIdAndItsArn() {
        DBInstance bank = create("bank");

        assertThat(instance(bank.dbiResourceId()).dbInstanceIdentifier()).isEqualTo("bank");
        assertThat(instance(bank.dbInstanceArn()).dbInstanceIdentifier()).isEqualTo("bank");
    }

    @Test
    void anIdentifierWithADotOrTwoHyphensIsRefused() {
        create("bank");

        refused("InvalidParameterValue", 400, () -> snapshot("bank", "pre-v1.13.0-upgrade"));
        refused("InvalidParameterValue", 400, () -> snapshot("bank", "pre--upgrade"));
        refused("InvalidParameterValue", 400, () -> request("bank-", create -> {}));
        refused("InvalidParameterValue", 400, () -> request("b".repeat(64), create -> {}));
    }

    @Test
    void whatIsNotThereHasTheCodesOfTheWire() {
        AwsServiceException instance = refused("DBInstanceNotFound", 404, () -> instance("nothing"));
        refused("DBSnapshotNotFound", 404, () -> snapshot("nothing"));
        refused("DBInstanceNotFound", 404, () -> snapshot("nothing", "before"));
        refused(
                "DBInstanceNotFound",
                404,
                () -> rds().deleteDBInstance(
                                delete -> delete.dbInstanceIdentifier("nothing").skipFinalSnapshot(true)));
        refused("DBSnapshotNotFound", 404, () -> restore("nothing", "copy", restore -> {}));

        assertThat(instance.awsErrorDetails().errorMessage()).isEqualTo("DBInstance nothing not found.");
    }

    @Test
    void namesAreTakenOnce() {
        create("bank");
        snapshot("bank", "before");
        settle();

        refused("DBInstanceAlreadyExists", 400, () -> request("BANK", create -> {}));
        refused("DBSnapshotAlreadyExists", 400, () -> snapshot("bank", "BEFORE"));
        refused("DBInstanceAlreadyExists", 400, () -> restore("before", "bank", restore -> {}));
    }

    // --- instances ---------------------------------------------------------------------------------------------------

    @Test
    void aNewInstanceIsCreatingWithoutAnEndpoint() {
        DBInstance answered = request("bank", create -> {});
        assertThat(answered.dbInstanceStatus()).isEqualTo("creating");
        assertThat(answered.endpoint()).isNull();
        assertThat(answered.latestRestorableTime()).isNull();

        settle();
        DBInstance later = instance("bank");
        assertThat(later.dbInstanceStatus()).isEqualTo("available");
        assertThat(later.endpoint().address()).isNotEmpty();
        assertThat(later.endpoint().port()).isEqualTo(5432);
    }

    @Test
    void aSmallGp3VolumeIsRefusedASpeedOfItsOwn() {
        refused(
                "InvalidParameterCombination",
                400,
                () -> request(
                        "bank",
                        create ->
                                create.storageType("gp3").allocatedStorage(100).iops(12_000)));
        refused(
                "InvalidParameterCombination",
                400,
                () -> request(
                        "bank",
                        create ->
                                create.storageType("gp3").allocatedStorage(100).storageThroughput(500)));
        refused(
                "InvalidParameterCombination",
                400,
                () -> request(
                        "bank",
                        create ->
                                create.storageType("gp3").allocatedStorage(400).iops(3_000)));

        DBInstance small = create("small", create -> create.storageType("gp3").allocatedStorage(100));
        assertThat(small.iops()).isEqualTo(3_000);
        assertThat(small.storageThroughput()).isEqualTo(125);
        DBInstance large = create(
                "large",
                create -> create.storageType("gp3")
                        .allocatedStorage(400)
                        .iops(16_000)
                        .storageThroughput(800));
        assertThat(large.iops()).isEqualTo(16_000);
        assertThat(large.storageThroughput()).isEqualTo(800);
    }

    @Test
    void aProtectedInstanceIsNotDeleted() {
        create("bank", create -> create.deletionProtection(true));

        refused(
                "InvalidParameterCombination",
                400,
                () -> rds().deleteDBInstance(
                                delete -> delete.dbInstanceIdentifier("bank").skipFinalSnapshot(true)));
        rds().modifyDBInstance(modify -> modify.dbInstanceIdentifier("bank").deletionProtection(false));
        settle();
        rds().deleteDBInstance(delete -> delete.dbInstanceIdentifier("bank").skipFinalSnapshot(true));
        settle();
        refused("DBInstanceNotFound", 404, () -> instance("bank"));
    }

    @Test
    void aLastSnapshotIsNamedOrSkippedAndNotBoth() {
        create("bank");

        refused(
                "InvalidParameterCombination",
                400,
                () -> rds().deleteDBInstance(delete -> delete.dbInstanceIdentifier("bank")));
        refused(
                "InvalidParameterCombination",
                400,
                () -> rds().deleteDBInstance(delete -> delete.dbInstanceIdentifier("bank")
                        .skipFinalSnapshot(true)
                        .finalDBSnapshotIdentifier("last")));
        rds().deleteDBInstance(delete -> delete.dbInstanceIdentifier("bank").finalDBSnapshotIdentifier("last"));
        settle();

        assertThat(snapshot("last").snapshotType()).isEqualTo("manual");
        refused("DBInstanceNotFound", 404, () -> instance("bank"));
    }

    @Test
    void aStoppedInstanceIsNotSnapshottedAndStartsAgain() {
        create("bank");
        rds().stopDBInstance(stop -> stop.dbInstanceIdentifier("bank"));
        settle();
        assertThat(instance("bank").dbInstanceStatus()).isEqualTo("stopped");

        refused("InvalidDBInstanceState", 400, () -> snapshot("bank", "before"));
        refused("InvalidDBInstanceState", 400, () -> rds().stopDBInstance(stop -> stop.dbInstanceIdentifier("bank")));
        rds().startDBInstance(start -> start.dbInstanceIdentifier("bank"));
        settle();
        assertThat(instance("bank").dbInstanceStatus()).isEqualTo("available");
    }

    @Test
    void anInstanceThatIsRebootedComesBack() {
        create("bank");
        assertThat(rds().rebootDBInstance(reboot -> reboot.dbInstanceIdentifier("bank"))
                        .dbInstance()
                        .dbInstanceStatus())
                .isEqualTo("rebooting");
        settle();
        assertThat(instance("bank").dbInstanceStatus()).isEqualTo("available");
    }

    @Test
    void aRenamedInstanceIsNotFoundByItsOldName() {
        DBInstance before = create("bank");
        rds().modifyDBInstance(modify -> modify.dbInstanceIdentifier("bank")
                .newDBInstanceIdentifier("bank-old")
                .applyImmediately(true));
        settle();

        refused("DBInstanceNotFound", 404, () -> instance("bank"));
        DBInstance after = instance("bank-old");
        assertThat(after.dbiResourceId()).isEqualTo(before.dbiResourceId());
        assertThat(after.dbInstanceArn()).endsWith(":db:bank-old");
        assertThat(after.endpoint().address()).isNotEqualTo(before.endpoint().address());
    }

    @Test
    void aModificationWaitsUnlessItIsToBeImmediate() {
        create("bank");
        rds().modifyDBInstance(modify -> modify.dbInstanceIdentifier("bank").dbInstanceClass("db.r5.large"));
        settle();
        assertThat(instance("bank").dbInstanceClass()).isEqualTo("db.t3.medium");
        assertThat(instance("bank").pendingModifiedValues().dbInstanceClass()).isEqualTo("db.r5.large");

        rds().modifyDBInstance(modify -> modify.dbInstanceIdentifier("bank").applyImmediately(true));
        settle();
        assertThat(instance("bank").dbInstanceClass()).isEqualTo("db.r5.large");
        assertThat(instance("bank").pendingModifiedValues().dbInstanceClass()).isNull();
    }

    // --- lists -------------------------------------------------------------------------------------------------------

    @Test
    void listsComeInPagesOf20To100() {
        for (int number = 10; number < 35; number++) {
            String id = "bank-" + number;
            request(id, create -> {});
        }
        settle();

        DescribeDbInstancesResponse first = rds().describeDBInstances(describe -> describe.maxRecords(20));
        assertThat(first.dbInstances()).hasSize(20);
        DescribeDbInstancesResponse second =
                rds().describeDBInstances(describe -> describe.maxRecords(20).marker(first.marker()));
        assertThat(second.marker()).isNull();
        List<String> all = new ArrayList<>();
        first.dbInstances().forEach(instance -> all.add(instance.dbInstanceIdentifier()));
        second.dbInstances().forEach(instance -> all.add(instance.dbInstanceIdentifier()));
        assertThat(all).hasSize(25).doesNotHaveDuplicates();
    }

    @Test
    void aPageOfAnotherSizeIsRefused() {
        refused("InvalidParameterValue", 400, () -> rds().describeDBInstances(describe -> describe.maxRecords(19)));
        refused("InvalidParameterValue", 400, () -> rds().describeDBSnapshots(describe -> describe.maxRecords(101)));
    }

    @Test
    void filtersNarrowAListAndAnUnknownOneIsRefused() {
        DBInstance bank = create("bank");
        create("other");
        snapshot("bank", "before");
        settle();

        assertThat(rds().describeDBInstances(
                                describe -> describe.filters(filter("dbi-resource-id", bank.dbiResourceId())))
                        .dbInstances())
                .extracting(DBInstance::dbInstanceIdentifier)
                .containsExactly("bank");
        assertThat(manual(filter("db-instance-id", "other"))).isEmpty();
        assertThat(manual(filter("dbi-resource-id", bank.dbiResourceId()))).containsExactly("before");
        refused(
                "InvalidParameterValue",
                400,
                () -> rds().describeDBInstances(describe -> describe.filters(filter("colour", "red"))));
    }

    // --- snapshots ---------------------------------------------------------------------------------------------------

    @Test
    void aSnapshotIsCreatingWithoutATimeAndThenAvailable() {
        DBInstance bank = create("bank", create -> create.allocatedStorage(100));
        DBSnapshot answered = snapshot("bank", "Before");
        assertThat(answered.status()).isEqualTo("creating");
        assertThat(answered.snapshotCreateTime()).isNull();
        assertThat(answered.percentProgress()).isLessThan(100);

        settle();
        DBSnapshot later = snapshot("before");
        assertThat(later.status()).isEqualTo("available");
        assertThat(later.percentProgress()).isEqualTo(100);
        assertThat(later.snapshotCreateTime()).isNotNull();
        assertThat(later.originalSnapshotCreateTime()).isEqualTo(later.snapshotCreateTime());
        assertThat(later.snapshotDatabaseTime()).isBeforeOrEqualTo(later.snapshotCreateTime());
        assertThat(later.dbiResourceId()).isEqualTo(bank.dbiResourceId());
        assertThat(later.allocatedStorage()).isEqualTo(100);
        assertThat(later.dbSnapshotArn()).endsWith(":snapshot:before");
    }

    @Test
    void aSnapshotIsDeletedOnce() {
        create("bank");
        snapshot("bank", "before");
        settle();
        rds().deleteDBSnapshot(delete -> delete.dbSnapshotIdentifier("before"));

        refused("DBSnapshotNotFound", 404, () -> snapshot("before"));
        refused(
                "DBSnapshotNotFound",
                404,
                () -> rds().deleteDBSnapshot(delete -> delete.dbSnapshotIdentifier("before")));
    }

    @Test
    void aSnapshotHasTheInstancesTagsOnlyWhenTheInstanceSaysSo() {
        create("plain", create -> create.tags(tag("team", "core")));
        create("copying", create -> create.tags(tag("team", "core")).copyTagsToSnapshot(true));
        snapshot("plain", "of-plain");
        snapshot("copying", "of-copying");
        settle();
        rds().createDBSnapshot(create -> create.dbInstanceIdentifier("plain")
                .dbSnapshotIdentifier("named")
                .tags(tag("run", "7")));
        settle();

        assertThat(tags(snapshot("of-plain").tagList())).isEmpty();
        assertThat(tags(snapshot("of-copying").tagList())).isEqualTo(Map.of("team", "core"));
        assertThat(tags(snapshot("named").tagList())).isEqualTo(Map.of("run", "7"));
    }

    @Test
    void automatedSnapshotsAreListedApartAndCannotBeDeleted() {
        create("bank");
        snapshot("bank", "before");
        settle();

        List<DBSnapshot> automated = rds().describeDBSnapshots(
                        describe -> describe.dbInstanceIdentifier("bank").snapshotType("automated"))
                .dbSnapshots();
        assertThat(automated).isNotEmpty();
        String id = automated.get(0).dbSnapshotIdentifier();
        assertThat(id).startsWith("rds:bank-20");
        refused("InvalidDBSnapshotState", 400, () -> rds().deleteDBSnapshot(delete -> delete.dbSnapshotIdentifier(id)));
        assertThat(rds().describeDBSnapshots(describe ->
                                describe.dbInstanceIdentifier("bank").snapshotType("manual"))
                        .dbSnapshots())
                .extracting(DBSnapshot::dbSnapshotIdentifier)
                .containsExactly("before");
    }

    @Test
    void anEncryptedSnapshotIsCopiedToAnotherRegionWithAKeyOfThatRegion() {
        String there = key(ELSEWHERE);
        create(
                "bank",
                create -> create.storageEncrypted(true).kmsKeyId(key(REGION)).tags(tag("team", "core")));
        snapshot("bank", "before");
        settle();
        DBSnapshot source = snapshot("before");

        DBSnapshot copied = rds(ELSEWHERE)
                .copyDBSnapshot(copy -> copy.sourceDBSnapshotIdentifier(source.dbSnapshotArn())
                        .targetDBSnapshotIdentifier("Far")
                        .sourceRegion(REGION)
                        .kmsKeyId(there))
                .dbSnapshot();
        assertThat(copied.status()).isNotEqualTo("available");
        settle();
        DBSnapshot far = rds(ELSEWHERE)
                .describeDBSnapshots(describe -> describe.dbSnapshotIdentifier("far"))
                .dbSnapshots()
                .get(0);
        assertThat(far.status()).isEqualTo("available");
        assertThat(far.snapshotType()).isEqualTo("manual");
        assertThat(far.kmsKeyId()).isEqualTo(there);
        assertThat(far.sourceRegion()).isEqualTo(REGION);
        assertThat(far.originalSnapshotCreateTime()).isEqualTo(source.originalSnapshotCreateTime());
        assertThat(far.tagList()).isEmpty();
        refused("DBSnapshotNotFound", 404, () -> snapshot("far"));
    }

    @Test
    void anEncryptedSnapshotIsNotCopiedToAnotherRegionWithoutAKey() {
        create("bank", create -> create.storageEncrypted(true).kmsKeyId(key(REGION)));
        snapshot("bank", "before");
        settle();
        String source = snapshot("before").dbSnapshotArn();

        refused(
                "InvalidParameterCombination",
                400,
                () -> rds(ELSEWHERE)
                        .copyDBSnapshot(copy -> copy.sourceDBSnapshotIdentifier(source)
                                .targetDBSnapshotIdentifier("far")
                                .sourceRegion(REGION)));
        refused(
                "KMSKeyNotAccessibleFault",
                400,
                () -> rds(ELSEWHERE)
                        .copyDBSnapshot(copy -> copy.sourceDBSnapshotIdentifier(source)
                                .targetDBSnapshotIdentifier("far")
                                .sourceRegion(REGION)
                                .kmsKeyId(key(REGION))));
    }

    // --- restores ----------------------------------------------------------------------------------------------------

    @Test
    void aRestoreFromASnapshotThatDoesNotSayGetsTheDefaults() {
        carefullySet("bank");
        snapshot("bank", "before");
        settle();

        restore("before", "copy", restore -> {});
        settle();

        DBInstance copy = instance("copy");
        hasDefaults(copy);
        assertThat(tags(copy.tagList())).isEqualTo(Map.of("team", "core"));
        assertThat(copy.dbiResourceId()).isNotEqualTo(instance("bank").dbiResourceId());
    }

    @Test
    void aRestoreToAPointInTimeThatDoesNotSayGetsTheDefaults() {
        carefullySet("bank");
        pass(Duration.ofHours(1));

        toLatest("bank", "copy", restore -> {});
        settle();

        DBInstance copy = instance("copy");
        hasDefaults(copy);
        assertThat(tags(copy.tagList())).isEqualTo(Map.of("team", "core"));
    }

    @Test
    void aRestoreTakesTheSettingsItIsGivenAndOnlyTheTagsItIsGiven() {
        carefullySet("bank");
        snapshot("bank", "before");
        settle();

        restore(
                "before",
                "copy",
                restore -> restore.multiAZ(true)
                        .deletionProtection(true)
                        .enableIAMDatabaseAuthentication(true)
                        .copyTagsToSnapshot(true)
                        .backupRetentionPeriod(14)
                        .preferredBackupWindow("03:00-04:00")
                        .enableCloudwatchLogsExports("postgresql")
                        .autoMinorVersionUpgrade(false)
                        .publiclyAccessible(false)
                        .tags(tag("purpose", "drill")));
        settle();

        DBInstance copy = instance("copy");
        assertThat(copy.multiAZ()).isTrue();
        assertThat(copy.deletionProtection()).isTrue();
        assertThat(copy.iamDatabaseAuthenticationEnabled()).isTrue();
        assertThat(copy.copyTagsToSnapshot()).isTrue();
        assertThat(copy.backupRetentionPeriod()).isEqualTo(14);
        assertThat(copy.preferredBackupWindow()).isEqualTo("03:00-04:00");
        assertThat(copy.enabledCloudwatchLogsExports()).containsExactly("postgresql");
        assertThat(copy.autoMinorVersionUpgrade()).isFalse();
        assertThat(copy.publiclyAccessible()).isFalse();
        assertThat(tags(copy.tagList())).isEqualTo(Map.of("purpose", "drill"));
    }

    @Test
    void aSmallGp3VolumeIsRestoredWithoutItsReportedSpeed() {
        create("bank", create -> create.storageType("gp3").allocatedStorage(100));
        snapshot("bank", "before");
        settle();

        AwsServiceException refusal = refused(
                "InvalidParameterCombination",
                400,
                () -> restore(
                        "before", "copy", restore -> restore.storageType("gp3").iops(3_000)));
        assertThat(refusal.awsErrorDetails().errorMessage())
                .isEqualTo("You can't specify IOPS or storage throughput for engine postgres and a storage size less"
                        + " than 400.");
        restore("before", "copy", restore -> restore.storageType("gp3"));
        settle();
        assertThat(instance("copy").iops()).isEqualTo(3_000);
    }

    @Test
    void aTimeOutOfTheWindowIsRefused() {
        create("bank");
        pass(Duration.ofHours(1));
        Instant latest = instance("bank").latestRestorableTime();

        refused("InvalidParameterValue", 400, () -> toTime("bank", "copy", latest.plus(Duration.ofMinutes(6))));
        refused("InvalidParameterValue", 400, () -> toTime("bank", "copy", latest.minus(Duration.ofDays(40))));
    }

    @Test
    void aRestoreIsToATimeOrToTheLatestAndNotBoth() {
        create("bank");
        pass(Duration.ofHours(1));
        Instant latest = instance("bank").latestRestorableTime();

        refused(
                "InvalidParameterCombination",
                400,
                () -> rds().restoreDBInstanceToPointInTime(restore ->
                        restore.sourceDBInstanceIdentifier("bank").targetDBInstanceIdentifier("copy")));
        refused(
                "InvalidParameterCombination",
                400,
                () -> toLatest("bank", "copy", restore -> restore.restoreTime(latest)));
        refused(
                "InvalidParameterCombination",
                400,
                () -> rds().restoreDBInstanceToPointInTime(restore ->
                        restore.targetDBInstanceIdentifier("copy").useLatestRestorableTime(true)));
    }

    @Test
    void withoutBackupsThereIsNoTimeToRestoreTo() {
        create("bank", create -> create.backupRetentionPeriod(0));
        pass(Duration.ofHours(1));

        assertThat(instance("bank").latestRestorableTime()).isNull();
        assertThat(backups("bank")).isEmpty();
        refused("PointInTimeRestoreNotEnabled", 400, () -> toLatest("bank", "copy", restore -> {}));
    }

    @Test
    void theWindowIsToldWithTheAutomatedBackup() {
        DBInstance bank = create("bank", create -> create.backupRetentionPeriod(7));
        pass(Duration.ofHours(1));

        DBInstanceAutomatedBackup backup = backups("bank").get(0);
        assertThat(backup.status()).isEqualTo("active");
        assertThat(backup.dbiResourceId()).isEqualTo(bank.dbiResourceId());
        assertThat(backup.backupRetentionPeriod()).isEqualTo(7);
        assertThat(backup.restoreWindow().latestTime())
                .isEqualTo(instance("bank").latestRestorableTime());
        assertThat(backup.restoreWindow().earliestTime())
                .isAfter(bank.instanceCreateTime())
                .isBefore(backup.restoreWindow().latestTime());
    }

    // --- tags and events ---------------------------------------------------------------------------------------------

    @Test
    void tagsAreAddedListedAndRemoved() {
        String arn = create("bank", create -> create.tags(tag("team", "core"))).dbInstanceArn();
        rds().addTagsToResource(add -> add.resourceName(arn).tags(tag("run", "7"), tag("team", "other")));
        assertThat(tags(rds().listTagsForResource(list -> list.resourceName(arn))
                        .tagList()))
                .isEqualTo(Map.of("run", "7", "team", "other"));

        rds().removeTagsFromResource(remove -> remove.resourceName(arn).tagKeys("team", "unknown"));
        assertThat(tags(instance("bank").tagList())).isEqualTo(Map.of("run", "7"));
        refused(
                "InvalidParameterValue",
                400,
                () -> rds().addTagsToResource(add -> add.resourceName(arn).tags(tag("aws:owner", "me"))));
        refused(
                "DBInstanceNotFound",
                404,
                () -> rds().listTagsForResource(list -> list.resourceName(arn.replace(":bank", ":nothing"))));
    }

    @Test
    void whatHappensToAnInstanceIsAnEventOfTheLastHour() {
        create("bank");

        List<Event> events = rds().describeEvents(
                        describe -> describe.sourceType(SourceType.DB_INSTANCE).sourceIdentifier("bank"))
                .events();
        // Documentation and service do not agree on capitals.
        assertThat(events)
                .extracting(event -> event.message().toLowerCase(Locale.ROOT))
                .contains("db instance created", "finished db instance backup");
        assertThat(events).allMatch(event -> event.sourceIdentifier().equals("bank"));
        refused(
                "InvalidParameterCombination",
                400,
                () -> rds().describeEvents(describe -> describe.sourceIdentifier("bank")));
    }

    // --- words -------------------------------------------------------------------------------------------------------

    final RdsClient rds() {
        return rds(REGION);
    }

    final void settle() {
        pass(Duration.ofMinutes(30));
    }

    final DBInstance request(String id, Consumer<CreateDbInstanceRequest.Builder> settings) {
        CreateDbInstanceRequest.Builder create = CreateDbInstanceRequest.builder()
                .dbInstanceIdentifier(id)
                .engine("postgres")
                .engineVersion("15.13")
                .dbInstanceClass("db.t3.medium")
                .allocatedStorage(20)
                .masterUsername("bank")
                .masterUserPassword("first-secret");
        settings.accept(create);
        return rds().createDBInstance(create.build()).dbInstance();
    }

    final DBInstance create(String id) {
        return create(id, create -> {});
    }

    final DBInstance create(String id, Consumer<CreateDbInstanceRequest.Builder> settings) {
        request(id, settings);
        settle();
        return instance(id);
    }

    final void carefullySet(String id) {
        create(
                id,
                create -> create.multiAZ(true)
                        .deletionProtection(true)
                        .enableIAMDatabaseAuthentication(true)
                        .copyTagsToSnapshot(true)
                        .backupRetentionPeriod(30)
                        .preferredBackupWindow("03:00-04:00")
                        .preferredMaintenanceWindow("sun:05:00-sun:06:00")
                        .enableCloudwatchLogsExports("postgresql")
                        .autoMinorVersionUpgrade(false)
                        .publiclyAccessible(false)
                        .maxAllocatedStorage(100)
                        .enablePerformanceInsights(true)
                        .monitoringInterval(60)
                        .monitoringRoleArn("arn:aws:iam::123456789012:role/monitoring")
                        .port(5433)
                        .tags(tag("team", "core")));
    }

    /** Of all that was set only what lies in the data comes back by itself. */
    final void hasDefaults(DBInstance copy) {
        assertThat(copy.multiAZ()).as("Multi-AZ").isFalse();
        assertThat(copy.deletionProtection()).as("deletion protection").isFalse();
        assertThat(copy.iamDatabaseAuthenticationEnabled()).as("IAM").isFalse();
        assertThat(copy.copyTagsToSnapshot()).as("copying of tags").isFalse();
        assertThat(copy.backupRetentionPeriod()).as("retention").isEqualTo(1);
        assertThat(copy.preferredBackupWindow()).as("backup window").isNotEqualTo("03:00-04:00");
        assertThat(copy.preferredMaintenanceWindow()).as("maintenance window").isNotEqualTo("sun:05:00-sun:06:00");
        assertThat(copy.enabledCloudwatchLogsExports()).as("logs").isEmpty();
        assertThat(copy.autoMinorVersionUpgrade()).as("minor upgrades").isTrue();
        assertThat(copy.maxAllocatedStorage()).as("autoscaling").isNull();
        assertThat(copy.performanceInsightsEnabled()).as("insights").isFalse();
        assertThat(copy.monitoringInterval()).as("monitoring").isZero();
        assertThat(copy.dbParameterGroups().get(0).dbParameterGroupName()).isEqualTo("default.postgres15");
        assertThat(copy.dbSubnetGroup().dbSubnetGroupName()).isEqualTo("default");
        assertThat(copy.vpcSecurityGroups())
                .extracting(VpcSecurityGroupMembership::status)
                .containsExactly("active");
        assertThat(copy.endpoint().port()).as("port").isEqualTo(5433);
        assertThat(copy.dbInstanceClass()).as("class").isEqualTo("db.t3.medium");
        assertThat(copy.allocatedStorage()).as("storage").isEqualTo(20);
        assertThat(copy.masterUsername()).as("user").isEqualTo("bank");
    }

    final DBInstance instance(String id) {
        return rds().describeDBInstances(describe -> describe.dbInstanceIdentifier(id))
                .dbInstances()
                .get(0);
    }

    final DBSnapshot snapshot(String id) {
        return rds().describeDBSnapshots(describe -> describe.dbSnapshotIdentifier(id))
                .dbSnapshots()
                .get(0);
    }

    final DBSnapshot snapshot(String instance, String id) {
        return rds().createDBSnapshot(
                        create -> create.dbInstanceIdentifier(instance).dbSnapshotIdentifier(id))
                .dbSnapshot();
    }

    final void restore(String snapshot, String id, Consumer<RestoreDbInstanceFromDbSnapshotRequest.Builder> settings) {
        rds().restoreDBInstanceFromDBSnapshot(settings.andThen(
                restore -> restore.dbSnapshotIdentifier(snapshot).dbInstanceIdentifier(id)));
    }

    final void toLatest(String source, String id, Consumer<RestoreDbInstanceToPointInTimeRequest.Builder> settings) {
        rds().restoreDBInstanceToPointInTime(settings.andThen(restore -> restore.sourceDBInstanceIdentifier(source)
                .targetDBInstanceIdentifier(id)
                .useLatestRestorableTime(true)));
    }

    final void toTime(String source, String id, Instant time) {
        rds().restoreDBInstanceToPointInTime(restore -> restore.sourceDBInstanceIdentifier(source)
                .targetDBInstanceIdentifier(id)
                .restoreTime(time));
    }

    final List<DBInstanceAutomatedBackup> backups(String instance) {
        return rds().describeDBInstanceAutomatedBackups(describe -> describe.dbInstanceIdentifier(instance))
                .dbInstanceAutomatedBackups();
    }

    final List<String> manual(Filter filter) {
        return rds()
                .describeDBSnapshots(describe -> describe.snapshotType("manual").filters(filter))
                .dbSnapshots()
                .stream()
                .map(DBSnapshot::dbSnapshotIdentifier)
                .toList();
    }

    static Filter filter(String name, String value) {
        return Filter.builder().name(name).values(value).build();
    }

    static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    static Map<String, String> tags(List<Tag> list) {
        Map<String, String> tags = new TreeMap<>();
        list.forEach(tag -> tags.put(tag.key(), tag.value()));
        return tags;
    }

    /** Runs what is to be refused by the service and gives its error. */
    static AwsServiceException refused(String code, int status, Runnable call) {
        AwsServiceException[] caught = new AwsServiceException[1];
        assertThatThrownBy(call::run).isInstanceOfSatisfying(AwsServiceException.class, error -> {
            assertThat(error.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(error.statusCode()).isEqualTo(status);
            caught[0] = error;
        });
        return caught[0];
    }
}
