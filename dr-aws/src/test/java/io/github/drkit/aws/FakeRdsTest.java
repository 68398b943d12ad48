package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.testkit.rds.AwsCall;
import io.github.drkit.testkit.rds.AwsFault;
import io.github.drkit.testkit.rds.Phase;
import io.github.drkit.testkit.rds.Transition;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBInstanceAutomatedBackup;
import software.amazon.awssdk.services.rds.model.DBSnapshot;
import software.amazon.awssdk.services.rds.model.Event;
import software.amazon.awssdk.services.rds.model.RdsException;
import software.amazon.awssdk.services.rds.model.SourceType;
import software.amazon.awssdk.services.rds.model.VpcSecurityGroupMembership;

/** The fake as the real client sees it: what RDS does, and what only a fake can do. */
class FakeRdsTest extends RdsBehaviour {

    private final FakeAws aws = new FakeAws();
    private final Map<String, RdsClient> clients = new HashMap<>();

    @AfterEach
    void close() {
        clients.values().forEach(RdsClient::close);
        aws.close();
    }

    @Override
    RdsClient rds(String region) {
        return clients.computeIfAbsent(region, aws::rdsClient);
    }

    @Override
    void pass(Duration duration) {
        aws.pass(duration);
    }

    @Override
    String key(String region) {
        return aws.rds.kmsKey(region, "bank");
    }

    // --- statuses ----------------------------------------------------------------------------------------------------

    @Test
    void aRestoreOfTwoHoursPassesInNoTimeThroughTheStatusesOfTheScript() {
        // tag::script
        aws.rds.script(
                Transition.RESTORE,
                Phase.of("creating", Duration.ofMinutes(100)),
                Phase.of("available", Duration.ofSeconds(20)),
                Phase.of("modifying", Duration.ofMinutes(20)));
        // end::script
        create("bank");
        snapshot("bank", "before");
        settle();
        Instant begun = aws.time.now();
        restore("before", "copy", restore -> {});

        List<String> seen = new ArrayList<>();
        pass(Duration.ofSeconds(10));
        for (int polls = 0; polls < 1_000 && !seen.contains("available 3"); polls++) {
            DBInstance copy = instance("copy");
            String status = copy.dbInstanceStatus();
            assertThat(copy.endpoint() == null).isEqualTo(status.equals("creating"));
            long times = seen.stream().filter(other -> other.startsWith(status)).count();
            seen.add(status + " " + (times + 1));
            pass(Duration.ofSeconds(10));
        }

        assertThat(seen).contains("creating 599", "available 2", "modifying 120", "available 3");
        assertThat(seen.indexOf("available 2")).isLessThan(seen.indexOf("modifying 1"));
        assertThat(Duration.between(begun, aws.time.now())).isBetween(Duration.ofHours(2), Duration.ofMinutes(121));
    }

    @Test
    void aRestoreCanEndBadlyOnce() {
        create("bank");
        snapshot("bank", "before");
        settle();
        aws.rds.scriptOnce(
                Transition.RESTORE, Phase.of("creating", Duration.ofMinutes(5)), Phase.last("incompatible-restore"));
        restore("before", "broken", restore -> {});
        restore("before", "whole", restore -> {});
        pass(Duration.ofDays(30));

        assertThat(instance("broken").dbInstanceStatus()).isEqualTo("incompatible-restore");
        assertThat(instance("whole").dbInstanceStatus()).isEqualTo("available");
        refused(
                "InvalidDBInstanceState",
                400,
                () -> rds().deleteDBInstance(
                                delete -> delete.dbInstanceIdentifier("broken").finalDBSnapshotIdentifier("last")));
    }

    @Test
    void somethingNewIsNotFoundAtFirst() {
        request("bank", create -> {});
        refused("DBInstanceNotFound", 404, () -> instance("bank"));
        assertThat(rds().describeDBInstances().dbInstances()).isEmpty();
        assertThat(aws.rds.instances(REGION)).containsExactly("bank");
        refused("DBInstanceAlreadyExists", 400, () -> request("bank", create -> {}));

        pass(Duration.ofSeconds(5));
        assertThat(instance("bank").dbInstanceStatus()).isEqualTo("creating");
        settle();
        snapshot("bank", "before");
        refused("DBSnapshotNotFound", 404, () -> snapshot("before"));
        pass(Duration.ofSeconds(5));
        assertThat(snapshot("before").status()).isEqualTo("creating");
    }

    @Test
    void aModifiedInstanceStaysAvailableForSomeSeconds() {
        create("bank");
        DBInstance answered = rds().modifyDBInstance(modify ->
                        modify.dbInstanceIdentifier("bank").multiAZ(true).applyImmediately(true))
                .dbInstance();
        assertThat(answered.dbInstanceStatus()).isEqualTo("available");
        assertThat(answered.pendingModifiedValues().multiAZ()).isTrue();
        pass(Duration.ofSeconds(10));
        assertThat(instance("bank").dbInstanceStatus()).isEqualTo("modifying");
        assertThat(instance("bank").multiAZ()).isFalse();
        pass(Duration.ofSeconds(120));
        assertThat(instance("bank").dbInstanceStatus()).isEqualTo("available");
        assertThat(instance("bank").multiAZ()).isTrue();
        assertThat(instance("bank").pendingModifiedValues().multiAZ()).isNull();
    }

    @Test
    void whatWaitsIsDoneInTheMaintenanceWindow() {
        create("bank", create -> create.preferredMaintenanceWindow("wed:05:00-wed:06:00"));
        rds().modifyDBInstance(modify -> modify.dbInstanceIdentifier("bank").allocatedStorage(40));

        // It is Sunday noon.
        pass(Duration.ofHours(60));
        assertThat(instance("bank").allocatedStorage()).isEqualTo(20);
        pass(Duration.ofHours(6));
        assertThat(instance("bank").allocatedStorage()).isEqualTo(40);
        assertThat(instance("bank").pendingModifiedValues().allocatedStorage()).isNull();
    }

    @Test
    void aSnapshotMakesTheInstanceBusyForAWhile() {
        create("bank");
        snapshot("bank", "before");
        assertThat(instance("bank").dbInstanceStatus()).isEqualTo("backing-up");
        refused("InvalidDBInstanceState", 400, () -> snapshot("bank", "other"));
        pass(Duration.ofSeconds(60));
        assertThat(instance("bank").dbInstanceStatus()).isEqualTo("available");
        assertThat(snapshot("before").percentProgress()).isEqualTo(33);
    }

    @Test
    void aStoppedInstanceStartsByItselfAfterSevenDays() {
        create("bank");
        rds().stopDBInstance(stop -> stop.dbInstanceIdentifier("bank"));
        pass(Duration.ofDays(6));
        assertThat(instance("bank").dbInstanceStatus()).isEqualTo("stopped");
        assertThat(instance("bank").automaticRestartTime()).isEqualTo("2026-11-29T12:32:00Z");
        pass(Duration.ofDays(2));
        assertThat(instance("bank").dbInstanceStatus()).isEqualTo("available");
    }

    @Test
    void aTestCanShowAnyStatus() {
        create("bank");
        aws.rds.show(REGION, "bank", "storage-full");
        pass(Duration.ofDays(1));
        assertThat(instance("bank").dbInstanceStatus()).isEqualTo("storage-full");
        assertThatThrownBy(() -> aws.rds.show(REGION, "nothing", "storage-full"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot look at instance 'nothing': there is none of that name in eu-central-1");
    }

    // --- groups and keys ---------------------------------------------------------------------------------------------

    @Test
    void aSecurityGroupNeedsTheSubnetGroupOfItsVpc() {
        aws.rds.subnetGroup(REGION, "bank-subnets", "vpc-bank").securityGroup(REGION, "sg-bank", "vpc-bank");
        create("bank", create -> create.dbSubnetGroupName("bank-subnets").vpcSecurityGroupIds("sg-bank"));
        snapshot("bank", "before");
        settle();

        assertThat(refused(
                                "InvalidParameterCombination",
                                400,
                                () -> restore("before", "copy", restore -> restore.vpcSecurityGroupIds("sg-bank")))
                        .awsErrorDetails()
                        .errorMessage())
                .isEqualTo("The DB instance and EC2 security group are in different VPCs. The DB instance is in"
                        + " vpc-default and the EC2 security group is in vpc-bank");
        restore("before", "careless", restore -> restore.dbSubnetGroupName("bank-subnets"));
        restore(
                "before",
                "careful",
                restore -> restore.dbSubnetGroupName("bank-subnets").vpcSecurityGroupIds("sg-bank"));
        settle();
        assertThat(groups("careless")).isEqualTo(Map.of("sg-default-vpc-bank", "active"));
        assertThat(groups("careful")).isEqualTo(Map.of("sg-bank", "active"));
    }

    @Test
    void aSecurityGroupThatIsExchangedIsInForceAfterAWhile() {
        aws.rds.securityGroup(REGION, "sg-fence", "vpc-default");
        create("bank");
        rds().modifyDBInstance(modify -> modify.dbInstanceIdentifier("bank").vpcSecurityGroupIds("sg-fence"));

        assertThat(groups("bank")).isEqualTo(Map.of("sg-fence", "adding", "sg-default", "removing"));
        pass(Duration.ofSeconds(30));
        assertThat(groups("bank")).isEqualTo(Map.of("sg-fence", "active"));
    }

    @Test
    void groupsAndKeysThatAreNotThereHaveTheCodesOfTheWire() {
        create("bank");
        snapshot("bank", "before");
        settle();

        refused(
                "DBSubnetGroupNotFoundFault",
                404,
                () -> restore("before", "copy", restore -> restore.dbSubnetGroupName("nothing")));
        refused(
                "DBParameterGroupNotFound",
                404,
                () -> restore("before", "copy", restore -> restore.dbParameterGroupName("nothing")));
        refused(
                "OptionGroupNotFoundFault",
                404,
                () -> restore("before", "copy", restore -> restore.optionGroupName("nothing")));
        refused(
                "InvalidParameterValue",
                400,
                () -> restore("before", "copy", restore -> restore.vpcSecurityGroupIds("sg-nothing")));
        refused(
                "CertificateNotFound",
                404,
                () -> restore("before", "copy", restore -> restore.caCertificateIdentifier("nothing")));
        refused(
                "StorageTypeNotSupported",
                400,
                () -> restore("before", "copy", restore -> restore.storageType("paper")));
        refused(
                "InvalidParameterCombination",
                400,
                () -> restore("before", "copy", restore -> restore.multiAZ(true).availabilityZone(REGION + "a")));
        refused(
                "KMSKeyNotAccessibleFault",
                400,
                () -> request("other", create -> create.storageEncrypted(true).kmsKeyId("alias/nothing")));
        assertThat(aws.rds.instances(REGION)).containsExactly("bank");
    }

    @Test
    void aParameterGroupIsPendingUntilAReboot() {
        aws.rds.parameterGroup(REGION, "bank-pg", "postgres15").parameterGroup(REGION, "old-pg", "postgres14");
        create("bank");
        refused(
                "InvalidParameterCombination",
                400,
                () -> rds().modifyDBInstance(
                                modify -> modify.dbInstanceIdentifier("bank").dbParameterGroupName("old-pg")));
        rds().modifyDBInstance(modify -> modify.dbInstanceIdentifier("bank").dbParameterGroupName("bank-pg"));
        settle();
        assertThat(parameterStatus("bank")).isEqualTo("pending-reboot");
        rds().rebootDBInstance(reboot -> reboot.dbInstanceIdentifier("bank"));
        settle();
        assertThat(parameterStatus("bank")).isEqualTo("in-sync");
    }

    // --- backups -----------------------------------------------------------------------------------------------------

    @Test
    void theLatestRestorableTimeMovesInStepsOfFiveMinutesAndStandsStillWhenStopped() {
        create("bank");
        pass(Duration.ofMinutes(3).plusSeconds(59));
        assertThat(instance("bank").latestRestorableTime()).isEqualTo("2026-11-22T12:30:00Z");
        pass(Duration.ofMinutes(2).plusSeconds(1));
        assertThat(instance("bank").latestRestorableTime()).isEqualTo("2026-11-22T12:35:00Z");
        pass(Duration.ofMinutes(4).plusSeconds(59));
        assertThat(instance("bank").latestRestorableTime()).isEqualTo("2026-11-22T12:35:00Z");

        rds().stopDBInstance(stop -> stop.dbInstanceIdentifier("bank"));
        pass(Duration.ofDays(2));
        assertThat(instance("bank").latestRestorableTime()).isEqualTo("2026-11-22T12:35:00Z");
    }

    @Test
    void automatedSnapshotsAreTakenDailyAndKeptForTheRetention() {
        create("bank", create -> create.backupRetentionPeriod(3).preferredBackupWindow("03:00-03:30"));
        pass(Duration.ofDays(10));

        assertThat(automated())
                .containsExactly("rds:bank-2026-11-30-03-00", "rds:bank-2026-12-01-03-00", "rds:bank-2026-12-02-03-00");
        Instant earliest = backups("bank").get(0).restoreWindow().earliestTime();
        assertThat(earliest).isEqualTo(aws.time.now().minus(Duration.ofDays(3)));
    }

    @Test
    void backupsThatFailOrAreSkippedAreSeenByTheirAbsenceOnly() {
        create("bank", create -> create.backupRetentionPeriod(7).preferredBackupWindow("03:00-03:30"));
        aws.rds.failBackups(REGION, "bank");
        pass(Duration.ofDays(3));

        assertThat(automated()).containsExactly("rds:bank-2026-11-22-12-07");
        assertThat(rds().describeEvents(describe -> describe.duration(2 * 24 * 60))
                        .events())
                .isEmpty();
    }

    @Test
    void retentionZeroDropsAllAutomatedSnapshotsAtOnce() {
        create("bank");
        assertThat(automated()).hasSize(1);
        rds().modifyDBInstance(modify -> modify.dbInstanceIdentifier("bank").backupRetentionPeriod(0));
        assertThat(automated()).isEmpty();
        settle();
        assertThat(instance("bank").latestRestorableTime()).isNull();

        rds().modifyDBInstance(modify -> modify.dbInstanceIdentifier("bank").backupRetentionPeriod(7));
        settle();
        assertThat(automated()).hasSize(1);
        assertThat(instance("bank").latestRestorableTime()).isNotNull();
    }

    @Test
    void aRestoredInstanceHasNoBackupsBeforeItsFirst() {
        create("bank");
        snapshot("bank", "before");
        settle();
        restore("before", "copy", restore -> {});
        pass(Duration.ofMinutes(5));
        assertThat(instance("copy").latestRestorableTime()).isNull();
        assertThat(backups("copy").get(0).status()).isEqualTo("creating");
        assertThat(backups("copy").get(0).restoreWindow()).isNull();
        settle();
        assertThat(backups("copy").get(0).status()).isEqualTo("active");
        assertThat(backups("copy").get(0).restoreWindow().earliestTime())
                .isAfter(instance("copy").instanceCreateTime());
    }

    @Test
    void automatedSnapshotsGoWithTheInstanceAndManualOnesStay() {
        create("bank");
        snapshot("bank", "before");
        settle();
        rds().deleteDBInstance(delete -> delete.dbInstanceIdentifier("bank").skipFinalSnapshot(true));
        settle();

        assertThat(aws.rds.snapshots(REGION)).containsExactly("before");
        assertThat(backups("bank")).isEmpty();
    }

    @Test
    void retainedBackupsRestoreADeletedInstanceUntilTheyExpire() {
        DBInstance bank = create("bank", create -> create.backupRetentionPeriod(7));
        pass(Duration.ofHours(1));
        rds().deleteDBInstance(delete ->
                delete.dbInstanceIdentifier("bank").skipFinalSnapshot(true).deleteAutomatedBackups(false));
        settle();
        create("bank");
        List<DBInstanceAutomatedBackup> both = backups("bank");
        assertThat(both).extracting(DBInstanceAutomatedBackup::status).containsExactly("active", "retained");
        Instant latest = both.get(1).restoreWindow().latestTime();
        assertThat(latest).isEqualTo("2026-11-22T13:25:00Z");

        rds().restoreDBInstanceToPointInTime(restore -> restore.sourceDbiResourceId(bank.dbiResourceId())
                .targetDBInstanceIdentifier("copy")
                .restoreTime(latest));
        settle();
        assertThat(instance("copy").dbInstanceStatus()).isEqualTo("available");
        pass(Duration.ofDays(7));
        assertThat(backups("bank"))
                .extracting(DBInstanceAutomatedBackup::status)
                .containsExactly("active");
        refused(
                "DBInstanceAutomatedBackupNotFound",
                404,
                () -> rds().restoreDBInstanceToPointInTime(restore -> restore.sourceDbiResourceId(bank.dbiResourceId())
                        .targetDBInstanceIdentifier("late")
                        .useLatestRestorableTime(true)));
    }

    @Test
    void aRestoreBringsBackThePasswordOfItsMoment() {
        create("bank");
        snapshot("bank", "before");
        settle();
        Instant then = instance("bank").latestRestorableTime();
        rds().modifyDBInstance(modify -> modify.dbInstanceIdentifier("bank").masterUserPassword("second-secret"));
        settle();
        assertThat(aws.rds.masterPassword(REGION, "bank")).isEqualTo("second-secret");

        restore("before", "of-snapshot", restore -> {});
        toTime("bank", "of-then", then);
        toLatest("bank", "of-now", restore -> {});
        assertThat(aws.rds.masterPassword(REGION, "of-snapshot")).isEqualTo("first-secret");
        assertThat(aws.rds.masterPassword(REGION, "of-then")).isEqualTo("first-secret");
        assertThat(aws.rds.masterPassword(REGION, "of-now")).isEqualTo("second-secret");
    }

    @Test
    void snapshotsOfAwsBackupAreListedOnlyWhenAskedForAndDeletedElsewhere() {
        create("bank");
        String id = aws.rds.awsBackup(REGION, "bank");
        settle();

        assertThat(id).startsWith("awsbackup:");
        assertThat(rds().describeDBSnapshots().dbSnapshots())
                .extracting(DBSnapshot::snapshotType)
                .containsExactly("automated");
        assertThat(rds().describeDBSnapshots(describe -> describe.snapshotType("awsbackup"))
                        .dbSnapshots())
                .extracting(DBSnapshot::dbSnapshotIdentifier)
                .containsExactly(id);
        refused("InvalidDBSnapshotState", 400, () -> rds().deleteDBSnapshot(delete -> delete.dbSnapshotIdentifier(id)));
    }

    @Test
    void aCopyWhoseSourceGoesAwayFails() {
        create("bank");
        snapshot("bank", "before");
        settle();
        rds().copyDBSnapshot(copy -> copy.sourceDBSnapshotIdentifier("before")
                .targetDBSnapshotIdentifier("copy")
                .copyTags(true));
        rds().deleteDBSnapshot(delete -> delete.dbSnapshotIdentifier("before"));
        pass(Duration.ofSeconds(5));
        assertThat(snapshot("copy").status()).isEqualTo("copying");
        refused("InvalidDBSnapshotState", 400, () -> restore("copy", "restored", restore -> {}));
        settle();
        assertThat(snapshot("copy").status()).isEqualTo("failed");
    }

    @Test
    void quotasCountManualSnapshotsAndInstances() {
        create("bank");
        for (int number = 0; number < 100; number++) {
            snapshot("bank", "manual-" + number);
            pass(Duration.ofMinutes(10));
        }
        refused("SnapshotQuotaExceeded", 400, () -> snapshot("bank", "one-more"));
        refused(
                "SnapshotQuotaExceeded",
                400,
                () -> rds().copyDBSnapshot(copy ->
                        copy.sourceDBSnapshotIdentifier("manual-1").targetDBSnapshotIdentifier("one-more")));
        refused(
                "SnapshotQuotaExceeded",
                400,
                () -> rds().deleteDBInstance(
                                delete -> delete.dbInstanceIdentifier("bank").finalDBSnapshotIdentifier("one-more")));
        for (int number = 1; number < 40; number++) {
            String id = "bank-" + number;
            request(id, create -> {});
        }
        refused("InstanceQuotaExceeded", 400, () -> restore("manual-1", "one-more", restore -> {}));
        assertThat(instance("bank").dbInstanceStatus()).isEqualTo("available");
    }

    @Test
    void eventsAreKeptForFourteenDays() {
        create("bank", create -> create.backupRetentionPeriod(0));
        pass(Duration.ofDays(13));
        assertThat(rds().describeEvents(describe -> describe.duration(20_160)).events())
                .extracting(Event::message)
                .containsExactly("DB instance created");
        assertThat(rds().describeEvents().events()).isEmpty();
        pass(Duration.ofDays(2));
        assertThat(rds().describeEvents(
                                describe -> describe.startTime(aws.time.now().minus(Duration.ofDays(20)))
                                        .sourceType(SourceType.DB_INSTANCE))
                        .events())
                .isEmpty();
    }

    // --- a database behind it ----------------------------------------------------------------------------------------

    @Test
    void aServerOfTheTestsIsWhatTheEndpointAnswers() throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            // tag::serve
            aws.rds.serve(REGION, "bank", "127.0.0.1", server.getLocalPort());
            // end::serve
            assertThat(request("bank", create -> {}).endpoint()).isNull();
            settle();
            assertThat(instance("bank").endpoint().address()).isEqualTo("127.0.0.1");
            assertThat(instance("bank").endpoint().port()).isEqualTo(server.getLocalPort());
        }
    }

    // --- faults ------------------------------------------------------------------------------------------------------

    @Test
    void aStormOfThrottlingPasses() {
        create("bank");
        // tag::faults
        aws.script.inject(
                AwsFault.throttled("DescribeDBInstances").times(3),
                AwsFault.answer("CreateDBSnapshot", 500, "InternalFailure").nth(2),
                AwsFault.dropAfter("CreateDBSnapshot").about("^lost$"),
                AwsFault.slow("DescribeDBSnapshots", Duration.ofMinutes(1)).always());
        // end::faults
        for (int call = 0; call < 3; call++) {
            assertThat(refused("Throttling", 400, () -> instance("bank"))
                            .awsErrorDetails()
                            .errorMessage())
                    .isEqualTo("Rate exceeded");
        }
        assertThat(instance("bank").dbInstanceStatus()).isEqualTo("available");

        snapshot("bank", "first");
        settle();
        refused("InternalFailure", 500, () -> snapshot("bank", "second"));
        assertThat(aws.rds.snapshots(REGION)).doesNotContain("second");
        assertThatThrownBy(() -> snapshot("bank", "lost")).isInstanceOf(SdkClientException.class);
        assertThat(aws.rds.snapshots(REGION)).contains("lost");

        Instant before = aws.time.now();
        snapshot("first");
        assertThat(aws.time.now()).isEqualTo(before.plus(Duration.ofMinutes(1)));
    }

    @Test
    void aRequestThatIsLostDoesNothingAndAnAnswerThatIsCutIsNoAnswer() {
        create("bank");
        aws.script.inject(
                AwsFault.dropBefore("CreateDBSnapshot"),
                AwsFault.cut("CreateDBSnapshot", 40).nth(2));

        assertThatThrownBy(() -> snapshot("bank", "first")).isInstanceOf(SdkClientException.class);
        assertThat(aws.rds.snapshots(REGION)).doesNotContain("first");
        assertThatThrownBy(() -> snapshot("bank", "second")).isInstanceOf(SdkClientException.class);
        assertThat(aws.rds.snapshots(REGION)).contains("second");
        aws.script.inject(AwsFault.answer("*", 503, "ServiceUnavailable").always());
        refused("ServiceUnavailable", 503, () -> instance("bank"));
        aws.script.heal();
        assertThat(instance("bank").dbInstanceIdentifier()).isEqualTo("bank");
    }

    @Test
    void aDeadProcessSeesNothingAndWhatItDidStays() {
        List<String> said = new ArrayList<>();
        // tag::crash
        aws.script.inject(AwsFault.crashAfter("CreateDBInstance")).onCrash(() -> said.add("dead"));
        // end::crash

        assertThatThrownBy(() -> request("bank", create -> {})).isExactlyInstanceOf(FakeAws.ProcessDied.class);
        assertThat(said).containsExactly("dead");
        assertThat(aws.rds.instances(REGION)).containsExactly("bank");
        assertThatThrownBy(() -> rds().describeDBInstances()).isExactlyInstanceOf(FakeAws.ProcessDied.class);

        aws.script.revive();
        settle();
        assertThat(rds().describeDBInstances().dbInstances()).hasSize(1);
        aws.script.inject(AwsFault.crashBefore("CreateDBSnapshot"));
        assertThatThrownBy(() -> snapshot("bank", "before")).isExactlyInstanceOf(FakeAws.ProcessDied.class);
        assertThat(aws.rds.snapshots(REGION)).doesNotContain("before");
    }

    // --- who asks for what -------------------------------------------------------------------------------------------

    @Test
    void aWrongAccessKeyIsRefused() {
        try (RdsClient stranger = aws.rdsClientWithKey("AKIASTRANGER")) {
            assertThatThrownBy(stranger::describeDBInstances).isInstanceOfSatisfying(RdsException.class, error -> {
                assertThat(error.awsErrorDetails().errorCode()).isEqualTo("InvalidClientTokenId");
                assertThat(error.statusCode()).isEqualTo(403);
            });
        }
    }

    @Test
    void regionsAreApart() {
        create("bank");

        assertThat(rds(ELSEWHERE).describeDBInstances().dbInstances()).isEmpty();
        assertThat(instance("bank").dbInstanceArn()).isEqualTo("arn:aws:rds:eu-central-1:123456789012:db:bank");
    }

    @Test
    void callsAreRecordedAsPoliciesNameThemWithoutPasswords() {
        create("bank");

        // tag::calls
        AwsCall call = aws.script.calls().get(0);
        assertThat(call.iamAction()).isEqualTo("rds:CreateDBInstance");
        assertThat(call.region()).isEqualTo("eu-central-1");
        assertThat(call.parameters()).containsEntry("MasterUserPassword", "***");
        // end::calls
        assertThat(call.status()).isEqualTo(200);
        assertThat(aws.script.calls().toString()).doesNotContain("first-secret");
        assertThat(aws.script.calls().get(1).iamAction()).isEqualTo("rds:DescribeDBInstances");
    }

    @Test
    void whatTheFakeDoesNotUnderstandItSays() {
        assertThat(refused("FakeDoesNotUnderstand", 501, () -> rds().describeAccountAttributes())
                        .awsErrorDetails()
                        .errorMessage())
                .isEqualTo("This fake does not understand action DescribeAccountAttributes");
        assertThat(refused(
                                "FakeDoesNotUnderstand",
                                501,
                                () -> request("bank", create -> create.timezone("Europe/Berlin")))
                        .awsErrorDetails()
                        .errorMessage())
                .isEqualTo("This fake does not understand parameter Timezone of CreateDBInstance");
        assertThat(aws.rds.instances(REGION)).isEmpty();
    }

    private List<String> automated() {
        return aws.rds.snapshots(REGION).stream()
                .filter(id -> id.startsWith("rds:"))
                .toList();
    }

    private String parameterStatus(String id) {
        return instance(id).dbParameterGroups().get(0).parameterApplyStatus();
    }

    private Map<String, String> groups(String id) {
        Map<String, String> groups = new HashMap<>();
        for (VpcSecurityGroupMembership membership : instance(id).vpcSecurityGroups()) {
            groups.put(membership.vpcSecurityGroupId(), membership.status());
        }
        return groups;
    }
}
