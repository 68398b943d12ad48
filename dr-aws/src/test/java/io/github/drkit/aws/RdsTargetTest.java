package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Catalog;
import io.github.drkit.CollectRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.PlanStaleException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.rds.AwsFault;
import io.github.drkit.testkit.rds.Phase;
import io.github.drkit.testkit.rds.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBSnapshot;
import software.amazon.awssdk.services.rds.model.Tag;

class RdsTargetTest {

    private final RdsWorld world = new RdsWorld(VirtualTime.startingAt("2026-11-22T02:00:00Z")).withInstance();
    private final RdsBench bench = new RdsBench(world);

    @AfterEach
    void close() {
        world.close();
    }

    private RdsTarget target() {
        return world.target().build();
    }

    private void pass(Duration duration) {
        world.aws.pass(duration);
    }

    @Test
    void automatedBackupsAreAWindowAndEverySnapshotIsAPoint() {
        String awsBackup = world.aws.rds.awsBackup(RdsWorld.HOME, RdsWorld.INSTANCE);
        pass(Duration.ofMinutes(30));
        world.rds.createDBSnapshot(
                request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE).dbSnapshotIdentifier("by-a-person"));
        pass(Duration.ofDays(2));

        Catalog catalog = target().list();

        assertThat(catalog.windows()).hasSize(1);
        assertThat(catalog.windows().get(0).latest())
                .isAfter(world.aws.time.now().minus(Duration.ofMinutes(6)));
        assertThat(catalog.problems()).isEmpty();
        assertThat(catalog.points())
                .extracting(point -> point.run().value())
                .contains("automated", "awsbackup", "by-hand");
        RecoveryPoint person = point(catalog, "by-a-person");
        assertThat(person.label()).as("what a person made is manual and kept").isEqualTo("by-a-person");
        assertThat(person.sizeBytes()).isEqualTo(100L << 30);
        assertThat(person.location()).isEqualTo("arn:aws:rds:eu-central-1:123456789012:snapshot:by-a-person");
        assertThat(point(catalog, awsBackup.replace(':', '.')).remarks())
                .contains("expired by AWS Backup, not by DR Kit");
    }

    @Test
    void theSnapshotPeopleAskForIsMadeAndTheNameTranslated() throws InterruptedException {
        RdsTarget target = world.target()
                .snapshotNames("{instance}-pre-{label}", "{instance}-{run}")
                .build();
        Plan plan = bench.engine().plan(target, BackupRequest.manual("v1.13.0-upgrade"));

        RunReport report = bench.engine().execute(plan, target);

        assertThat(RdsBench.remarks(plan))
                .contains("the snapshot is called fineract-prod-pre-v1-13-0-upgrade, since RDS refuses"
                        + " 'fineract-prod-pre-v1.13.0-upgrade'")
                .contains("covers every database of the instance, at one instant");
        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        DBSnapshot made = snapshot("fineract-prod-pre-v1-13-0-upgrade");
        assertThat(RdsTags.of(made.tagList()))
                .containsEntry("drkit:made", made.dbSnapshotArn())
                .containsEntry("drkit:run", plan.run().value())
                .containsEntry("drkit:target", "bank")
                .containsEntry("drkit:label", "v1.13.0-upgrade");
        assertThat(plan.render())
                .contains("$ aws rds create-db-snapshot --region eu-central-1 --db-instance-identifier fineract-prod"
                        + " --db-snapshot-identifier fineract-prod-pre-v1-13-0-upgrade --tags");
    }

    @Test
    void aNameThatIsTakenGetsAnEndOfItsOwn() throws InterruptedException {
        assertThat(bench.run(target(), BackupRequest.manual("twice")).outcome()).isEqualTo(Outcome.SUCCEEDED);
        pass(Duration.ofHours(1));

        Plan plan = bench.engine().plan(target(), BackupRequest.manual("twice"));

        assertThat(RdsBench.remarks(plan))
                .containsPattern("the snapshot is called fineract-prod-twice-[0-9a-f]{8}, since there is one called"
                        + " fineract-prod-twice");
        assertThat(bench.engine().execute(plan, target()).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(target().list().points())
                .filteredOn(point -> point.label().equals("twice"))
                .hasSize(2);
    }

    @Test
    void aCopyLiesInTheOtherRegionUnderItsKeyAndIsListed() throws InterruptedException {
        String key = world.aws.rds.kmsKey(RdsWorld.AWAY, "away");
        RdsTarget target = world.target().copyTo(world.away(), key).build();
        Plan plan = bench.engine().plan(target, BackupRequest.scheduledFor(Instant.parse("2026-11-22T03:00:00Z")));

        RunReport report = bench.engine().execute(plan, target);

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        List<RecoveryPoint> points = target.list().points().stream()
                .filter(point -> point.run().equals(plan.run()))
                .toList();
        assertThat(points).hasSize(2).allSatisfy(point -> {
            assertThat(point.scheduledFor()).contains(Instant.parse("2026-11-22T03:00:00Z"));
            assertThat(point.label()).isEmpty();
        });
        assertThat(points)
                .extracting(point -> point.id().value().endsWith(".in.us-east-2"))
                .containsExactlyInAnyOrder(true, false);
        assertThat(points)
                .extracting(RecoveryPoint::consistencyTime)
                .containsOnly(points.get(0).consistencyTime());
        assertThat(points).anySatisfy(point -> assertThat(point.remarks()).contains("encrypted with " + key));
    }

    @Test
    void anEncryptedInstanceIsNotCopiedWithoutAKey() {
        assertThatThrownBy(() ->
                        bench.engine().plan(world.target().copyTo(world.away()).build(), BackupRequest.manual("x")))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot copy snapshots of 'fineract-prod' to us-east-2: no key of that region was given but they"
                                + " are encrypted\nHint: Give the builder a KMS key of us-east-2 [DRK-RDS-020]");
        assertThatThrownBy(() -> world.target().copyTo(world.region()).build())
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Cannot build target 'bank': the regions are [eu-central-1, eu-central-1] but each must stand"
                                + " once");
    }

    @Test
    void aRegionThatIsNoneOfTheTargetsIsNotCopiedTo() throws InterruptedException {
        RdsTarget with = world.target()
                .copyTo(world.away(), world.aws.rds.kmsKey(RdsWorld.AWAY, "away"))
                .build();
        Plan plan = bench.engine().plan(with, BackupRequest.manual("x"));
        bench.faults.at(FaultScript.Call.APPEND, 4, FaultScript.Fault.CRASH_BEFORE);

        RunReport report = bench.goOn(
                plan,
                new Supplier<RdsTarget>() {
                    private int asked;

                    @Override
                    public RdsTarget get() {
                        return asked++ == 0 ? with : target();
                    }
                },
                2);

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.steps())
                .anySatisfy(step -> assertThat(step.message())
                        .isEqualTo("Cannot copy to region 'us-east-2': this target copies to [] but the plan names it\n"
                                + "Hint: Give the builder the region the plan was made with [DRK-RDS-021]"));
    }

    @Test
    void aStoppedInstanceIsRefusedAndOneThatIsBusyIsWaitedFor() throws InterruptedException {
        world.aws.rds.show(RdsWorld.HOME, RdsWorld.INSTANCE, "stopped");
        assertThatThrownBy(() -> bench.engine().plan(target(), BackupRequest.manual("x")))
                .hasMessage("Cannot back up instance 'fineract-prod': it is stopped but RDS takes snapshots only of an"
                        + " available one\nHint: Start or mend the instance; what was backed up before can still be restored"
                        + " [DRK-RDS-011]");

        world.aws.rds.show(RdsWorld.HOME, RdsWorld.INSTANCE, "available");
        world.rds.rebootDBInstance(request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE));
        Plan plan = bench.engine().plan(target(), BackupRequest.manual("x"));
        assertThat(RdsBench.remarks(plan))
                .contains("the instance is rebooting: the snapshot waits until it is available");
        assertThat(bench.engine().execute(plan, target()).outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void aLabelThatDoesNotFitIntoATagIsRefused() {
        assertThatThrownBy(() -> bench.engine().plan(target(), BackupRequest.manual("(".repeat(100))))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot back up instance 'fineract-prod': the label takes 300 characters as a tag but RDS keeps"
                                + " 256\nHint: Use a shorter label, or one of letters and digits [DRK-RDS-012]");
    }

    @Test
    void quotaAndTakenNamesEndTheRunWithTheirCodes() throws InterruptedException {
        world.script().inject(AwsFault.answer("CreateDBSnapshot", 400, "SnapshotQuotaExceeded"));
        assertThat(message(bench.run(target(), BackupRequest.manual("full"))))
                .isEqualTo(
                        "Cannot create snapshot 'fineract-prod-full': AWS answered SnapshotQuotaExceeded but there must be"
                                + " room for one more\nHint: Delete what is not needed or ask AWS to raise the quota; for capacity,"
                                + " another instance class [DRK-RDS-004]");

        Plan plan = bench.engine().plan(target(), BackupRequest.manual("taken"));
        world.script().inject(AwsFault.answer("CreateDBSnapshot", 400, "DBSnapshotAlreadyExists"));
        RunReport report = bench.engine().execute(plan, target());
        assertThat(report.outcome()).as("nobody shows what has the name").isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aSnapshotOfAnotherHandUnderThePlannedNameIsNeverTakenForOurs() throws InterruptedException {
        Plan plan = bench.engine().plan(target(), BackupRequest.manual("race"));
        bench.faults.at(FaultScript.Call.APPEND, 3, FaultScript.Fault.CRASH_AFTER);
        try {
            bench.engine().execute(plan, target());
        } catch (AssertionError e) {
            throw e;
        } catch (Error died) {
            bench.faults.revive();
        }
        world.rds.createDBSnapshot(request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE)
                .dbSnapshotIdentifier("fineract-prod-race")
                .tags(RdsTags.toList(RdsTags.made(
                        "arn:aws:rds:eu-central-1:123456789012:db:fineract-prod", plan.run(), TargetId.of("bank")))));
        pass(Duration.ofHours(1));

        RunReport report = bench.engine().resume(plan.run(), target());

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.FAILED);
        assertThat(message(report))
                .isEqualTo(
                        "Cannot make snapshot 'fineract-prod-race': there is one but it is not this run's but somebody"
                                + " else's\nHint: Plan again: the plan chooses another name [DRK-RDS-013]");
        assertThat(world.aws.rds.snapshots(RdsWorld.HOME)).contains("fineract-prod-race");
    }

    @Test
    void aSnapshotThatIsReplacedWhileItIsWaitedForIsNotTakenForOurs() throws InterruptedException {
        Plan plan = bench.engine().plan(target(), BackupRequest.manual("race"));
        DisasterRecovery dr = DisasterRecovery.builder(bench.journal)
                .time(world.aws.time)
                .listener(event -> {
                    if (event instanceof RecoveryEvent.StepBegun begun
                            && begun.step().equals(SnapshotBackup.AWAIT)) {
                        pass(Duration.ofHours(1));
                        world.rds.deleteDBSnapshot(request -> request.dbSnapshotIdentifier("fineract-prod-race"));
                        pass(Duration.ofHours(1));
                        world.rds.createDBSnapshot(request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE)
                                .dbSnapshotIdentifier("fineract-prod-race"));
                        pass(Duration.ofHours(1));
                    }
                })
                .build();

        RunReport report = dr.execute(plan, target());

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.FAILED);
        assertThat(message(report))
                .isEqualTo(
                        "Cannot wait for snapshot 'fineract-prod-race': it is not this run's but somebody else's\nHint:"
                                + " Plan again: the plan chooses another name [DRK-RDS-013]");
        assertThat(world.aws.rds.snapshots(RdsWorld.HOME)).contains("fineract-prod-race");
    }

    @Test
    void anInstanceThatWasReplacedIsNotBackedUpForTheOther() throws InterruptedException {
        Plan plan = bench.engine().plan(target(), BackupRequest.manual("replaced"));
        bench.faults.at(FaultScript.Call.APPEND, 3, FaultScript.Fault.CRASH_AFTER);
        try {
            bench.engine().execute(plan, target());
        } catch (AssertionError e) {
            throw e;
        } catch (Error died) {
            bench.faults.revive();
        }
        world.rds.modifyDBInstance(request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE)
                .newDBInstanceIdentifier("fineract-old")
                .applyImmediately(true));
        pass(Duration.ofHours(1));
        world.rds.createDBInstance(world.asProduction().build());
        pass(Duration.ofHours(1));

        assertThatThrownBy(() -> bench.engine().resume(plan.run(), target()))
                .isExactlyInstanceOf(PlanStaleException.class)
                .hasMessageContaining("instance 'fineract-prod' is db-");
        assertThat(world.aws.rds.snapshots(RdsWorld.HOME)).doesNotContain("fineract-prod-replaced");
    }

    @Test
    void anInstanceThatIsReplacedWhileTheRunBeginsIsNotBackedUp() throws InterruptedException {
        Plan plan = bench.engine().plan(target(), BackupRequest.manual("replaced"));
        DisasterRecovery dr = DisasterRecovery.builder(bench.journal)
                .time(world.aws.time)
                .listener(event -> {
                    if (event instanceof RecoveryEvent.StepBegun begun
                            && begun.step().equals(SnapshotBackup.CREATE)) {
                        world.rds.modifyDBInstance(request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE)
                                .newDBInstanceIdentifier("fineract-old")
                                .applyImmediately(true));
                        pass(Duration.ofHours(1));
                    }
                })
                .build();

        RunReport report = dr.execute(plan, target());

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(message(report))
                .startsWith("Cannot back up instance 'fineract-prod': it is absent but the plan is for db-")
                .endsWith("\nHint: Was the instance replaced or renamed? Plan again [DRK-RDS-009]");
        assertThat(world.aws.rds.snapshots(RdsWorld.HOME)).doesNotContain("fineract-prod-replaced");
    }

    @Test
    void aSnapshotThatFailsIsNoPointAndNamed() throws InterruptedException {
        world.aws.rds.script(Transition.SNAPSHOT, Phase.of("creating", Duration.ofMinutes(3)), Phase.last("failed"));

        RunReport report = bench.run(target(), BackupRequest.manual("fails"));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(message(report))
                .isEqualTo(
                        "Cannot wait for snapshot 'fineract-prod-fails': it is failed but must become available; it counts"
                                + " against the quota until it is deleted\nHint: Do RDS's events say why? See that it is"
                                + " deleted, and plan again [DRK-RDS-014]");
        assertThat(target().list().problems())
                .contains(
                        new Catalog.Problem(
                                "arn:aws:rds:eu-central-1:123456789012:snapshot:fineract-prod-fails",
                                "DRK-RDS-107",
                                "the snapshot is failed but must be available; it counts against the quota until it is deleted"));
    }

    @Test
    void anotherEngineAndAMissingInstanceAreRefused() {
        assertThatThrownBy(() -> bench.engine()
                        .plan(
                                RdsTarget.builder(TargetId.of("bank"), "nobody", world.region())
                                        .build(),
                                BackupRequest.manual("x")))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage(
                        "Cannot back up instance 'nobody': there is none in eu-central-1 but it must exist\nHint: Is it the"
                                + " right account, region and name? After a rename the target has the new name [DRK-RDS-007]");
        assertThatThrownBy(() -> new Observations(target().options()).requirePostgres("aurora-postgresql"))
                .hasMessage(
                        "Cannot use instance 'fineract-prod': its engine is aurora-postgresql but postgres is required\n"
                                + "Hint: Members of Aurora clusters are backed up with their cluster [DRK-RDS-010]");
        assertThatThrownBy(() ->
                        target().plan(CollectRequest.ofEndedRuns(), new PlanContext(RunId.of("x"), world.aws.time)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessageStartingWith("Cannot collect target 'bank': it declares [")
                .hasMessageEndingWith("] but this needs another ability\nHint: A snapshot is proven by restoring it:"
                        + " DisasterRecovery.proving with an RdsRestore [DRK-RDS-023]");
    }

    @Test
    void healthIsWhatIsAbsent() {
        assertThat(codes()).as("a new instance with its first snapshot").isEmpty();

        world.aws.rds.failBackups(RdsWorld.HOME, RdsWorld.INSTANCE);
        pass(Duration.ofDays(3));
        assertThat(target().backups().problems())
                .extracting(Catalog.Problem::code)
                .contains("DRK-RDS-103");

        assertThat(world.target().rule(BackupRule.keeping(30)).build().backups().problems())
                .extracting(Catalog.Problem::reason)
                .contains("automated backups are kept 7 days but 30 are required");

        world.aws.rds.show(RdsWorld.HOME, RdsWorld.INSTANCE, "storage-full");
        assertThat(codes()).contains("DRK-RDS-105");
    }

    @Test
    void theStateOfBackupsIsAValueAPersonCanRead() {
        RdsBackups backups = target().backups();

        assertThat(backups.instance()).isEqualTo("fineract-prod");
        assertThat(backups.status()).isEqualTo("available");
        assertThat(backups.retention()).isEqualTo(Duration.ofDays(7));
        assertThat(backups.backupWindow()).isEqualTo("20:00-21:00");
        assertThat(backups.earliest()).isPresent();
        assertThat(backups.latest()).isPresent();
        assertThat(backups.newestSnapshot()).isPresent();
        assertThat(backups.events()).isNotEmpty();
        assertThat(backups.metrics()).as("nobody gave a CloudWatch client").isEmpty();
        assertThat(backups.render())
                .startsWith(
                        "instance fineract-prod is available\nautomated backups are kept 7 days, taken within 20:00-21:00"
                                + " UTC\nrestorable 2026-11-22T");
    }

    @Test
    void whatIsLeftOfAnInstanceThatIsGoneIsStillListed() {
        world.rds.createDBSnapshot(
                request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE).dbSnapshotIdentifier("the-last"));
        pass(Duration.ofHours(1));
        world.rds.modifyDBInstance(request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE)
                .deletionProtection(false)
                .applyImmediately(true));
        pass(Duration.ofHours(1));
        world.rds.deleteDBInstance(request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE)
                .skipFinalSnapshot(true)
                .deleteAutomatedBackups(false));
        pass(Duration.ofHours(1));

        Catalog catalog = target().list();

        assertThat(catalog.points()).extracting(point -> point.id().value()).contains("the-last");
        assertThat(catalog.windows()).as("the backup RDS retains").hasSize(1);
        assertThat(catalog.problems())
                .extracting(Catalog.Problem::reason)
                .containsExactly("the instance is absent, so that nothing is backed up but it must be available");
    }

    @Test
    void aCopiedTagMakesNothingOurs() {
        world.rds.createDBSnapshot(request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE)
                .dbSnapshotIdentifier("copied-tags")
                .tags(
                        Tag.builder()
                                .key("drkit:made")
                                .value("arn:aws:rds:eu-central-1:123456789012:snapshot:other")
                                .build(),
                        Tag.builder().key("drkit:run").value("some-run").build(),
                        Tag.builder()
                                .key("drkit:scheduled-for")
                                .value("2026-11-22T03:00:00Z")
                                .build()));
        pass(Duration.ofHours(1));

        RecoveryPoint point = point(target().list(), "copied-tags");

        assertThat(point.run().value()).isEqualTo("by-hand");
        assertThat(point.scheduledFor()).isEmpty();
        assertThat(point.label()).isEqualTo("copied-tags");
    }

    @Test
    void tagsSomebodySpoiltHideNoPoint() {
        String arn = "arn:aws:rds:eu-central-1:123456789012:snapshot:spoilt";
        world.rds.createDBSnapshot(request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE)
                .dbSnapshotIdentifier("spoilt")
                .tags(RdsTags.toList(
                        Map.of("drkit:made", arn, "drkit:run", "NOT A RUN", "drkit:scheduled-for", "yesterday"))));
        pass(Duration.ofHours(1));

        RecoveryPoint point = point(target().list(), "spoilt");

        assertThat(point.run().value()).isEqualTo("by-hand");
        assertThat(point.scheduledFor()).isEmpty();
    }

    private List<String> codes() {
        return target().list().problems().stream().map(Catalog.Problem::code).toList();
    }

    private static String message(RunReport report) {
        return report.steps().stream()
                .filter(step -> step.outcome() == Outcome.FAILED)
                .findFirst()
                .orElseThrow()
                .message();
    }

    private static RecoveryPoint point(Catalog catalog, String id) {
        return catalog.points().stream()
                .filter(point -> point.id().value().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private DBSnapshot snapshot(String id) {
        RdsClient client = world.rds;
        return client.describeDBSnapshots(request -> request.dbSnapshotIdentifier(id))
                .dbSnapshots()
                .get(0);
    }
}
