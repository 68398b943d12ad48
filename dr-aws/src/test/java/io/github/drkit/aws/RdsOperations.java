package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Catalog;
import io.github.drkit.Check;
import io.github.drkit.CheckResult;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanRequest;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RestoredCopy;
import io.github.drkit.StepContext;
import io.github.drkit.TargetId;
import io.github.drkit.aws.Carrying.Kind;
import io.github.drkit.catalog.PointMarks;
import io.github.drkit.catalog.PointVerdicts;
import io.github.drkit.cutover.CutOver;
import io.github.drkit.cutover.CutOverRequest;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.expiry.ExpireRequest;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryEndpoint;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryServer;
import io.github.drkit.testkit.fake.KeyRing;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.CreateDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBSnapshot;
import software.amazon.awssdk.services.rds.model.VpcSecurityGroupMembership;

/**
 * What DR Kit does with RDS, by its own classes and the real client, at every server that claims to be like it. All waiting is
 * on the run's clock.
 */
abstract class RdsOperations {

    static final String HOME = RdsWorld.HOME;
    static final String AWAY = RdsWorld.AWAY;
    static final String BANK = RdsWorld.INSTANCE;
    static final String COPY = "fineract-prod-restored";

    /** Making keys takes longer than the rest. */
    private static final KeyRing KEYS = KeyRing.fresh();

    private RdsBench bench;
    private InMemoryPointStore store;
    private DBInstance original;

    static final String OPTIONS = "fineract-prod-og";

    /** An account with the groups {@link RdsWorld#groups} names, and those options, in both regions, and nothing else. */
    abstract void makeAccount() throws Exception;

    /** The clock of the runs. */
    abstract VirtualTime time();

    /** A client of one region; closed by the subclass. */
    abstract RdsClient rds(String region);

    /** That client, whose answers tell of windows what the server leaves out. */
    RdsClient tellingWindows(RdsClient client) {
        return client;
    }

    /** A new key of KMS. */
    abstract String key(String region) throws Exception;

    @BeforeEach
    void begin() throws Exception {
        makeAccount();
        bench = new RdsBench(time(), () -> {});
        store = InMemoryPointStore.on(time());
        original = create(RdsWorld.asProduction(key(HOME)).optionGroupName(OPTIONS));
    }

    // --- what is there -----------------------------------------------------------------------------------------------

    @Test
    void theWindowIsListedAndEverySnapshotIsAPoint() {
        somebodyTakes("by-a-person");
        time().advance(Duration.ofDays(1));

        Catalog catalog = target().build().list();

        assertThat(catalog.windows()).hasSize(1);
        assertThat(catalog.windows().get(0).latest())
                .isAfter(catalog.windows().get(0).earliest());
        assertThat(catalog.points()).extracting(point -> point.run().value()).contains("automated", "by-hand");
        assertThat(point(catalog, "by-a-person").label()).isEqualTo("by-a-person");
        assertThat(point(catalog, "by-a-person").sizeBytes()).isEqualTo(100L << 30);
        assertThat(point(catalog, "by-a-person").location()).endsWith(":snapshot:by-a-person");
    }

    @Test
    void healthIsJudgedByTheInstancesOwnWords() {
        RdsBackups backups = target().rule(BackupRule.keeping(30)).build().backups();

        assertThat(backups.problems()).extracting(problem -> problem.code()).contains("DRK-RDS-102");
        assertThat(backups.toString()).contains("retention=PT168H").contains("20:00-21:00");
    }

    @Test
    void whatIsNotThereIsSaidAndNotBackedUp() {
        RdsTarget nothing =
                RdsTarget.builder(TargetId.of("bank"), "nothing", region(HOME)).build();

        assertThat(nothing.list().points()).isEmpty();
        assertThat(nothing.list().problems()).extracting(Catalog.Problem::code).contains("DRK-RDS-105");
        assertThatThrownBy(() -> bench.engine().plan(nothing, BackupRequest.manual("x")))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("DRK-RDS-007");
    }

    @Test
    void aStoppedInstanceIsNotBackedUp() {
        rds(HOME).stopDBInstance(stop -> stop.dbInstanceIdentifier(BANK));
        settle();

        assertThatThrownBy(() -> bench.engine().plan(target().build(), BackupRequest.manual("x")))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("DRK-RDS-011");
    }

    // --- snapshots ---------------------------------------------------------------------------------------------------

    @Test
    void aSnapshotHasTheNameAskedForAndTheTagsOfItsRun() throws InterruptedException {
        RunReport report = run(target().build(), BackupRequest.manual("pre-v1.13.0-upgrade"));

        DBSnapshot made = snapshot("fineract-prod-pre-v1-13-0-upgrade");
        assertThat(made.status()).isEqualTo("available");
        assertThat(RdsTags.of(made.tagList()))
                .containsEntry("drkit:made", made.dbSnapshotArn())
                .containsEntry("drkit:run", report.run().value())
                .containsEntry("drkit:target", "bank")
                .containsEntry("drkit:label", "pre-v1.13.0-upgrade");
        RecoveryPoint point = point(target().build().list(), "fineract-prod-pre-v1-13-0-upgrade");
        assertThat(point.run()).isEqualTo(report.run());
        assertThat(point.label()).isEqualTo("pre-v1.13.0-upgrade");
    }

    @Test
    @Tag("exhaustive")
    void aSnapshotIsMadeOnceWhateverEntryOfTheJournalItsProcessDiesAt() throws Exception {
        for (Fault death : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            boolean died = true;
            for (int entry = 1; died; entry++) {
                begin();
                Plan plan = bench.engine().plan(target().build(), BackupRequest.manual("upgrade"));
                bench.faults.at(Call.APPEND, entry, death);

                RunReport report = bench.goOn(plan, () -> target().build(), 5);

                assertThat(report.outcome())
                        .as("%s %d: %s", death, entry, report.toMarkdown())
                        .isEqualTo(Outcome.SUCCEEDED);
                assertThat(manual(HOME)).as("%s %d", death, entry).containsExactly("fineract-prod-upgrade");
                died = bench.faults.count(Call.APPEND) > entry;
            }
        }
    }

    @Test
    void aSnapshotWhoseAnswerIsLostIsFoundByResumingAndNotMadeTwice() throws InterruptedException {
        RdsTarget losing = RdsTarget.builder(TargetId.of("bank"), BANK, region(losing(rds(HOME), "createDBSnapshot")))
                .build();
        Plan plan = bench.engine().plan(losing, BackupRequest.manual("upgrade"));

        RunReport report = bench.goOn(plan, () -> losing, 3);

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(manual(HOME)).containsExactly("fineract-prod-upgrade");
    }

    @Test
    void aSnapshotOfAnotherHandUnderThePlannedNameIsNotTakenForOurs() throws InterruptedException {
        Plan plan = bench.engine().plan(target().build(), BackupRequest.manual("upgrade"));
        // After the plan was looked at once more, and before the order.
        bench.faults.at(Call.APPEND, 3, Fault.CRASH_AFTER);
        try {
            bench.engine().execute(plan, target().build());
        } catch (Error died) {
            bench.faults.revive();
        }
        somebodyTakes("fineract-prod-upgrade");

        RunReport report = bench.engine().resume(plan.run(), target().build());

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.FAILED);
        assertThat(report.toMarkdown()).contains("DRK-RDS-013");
        assertThat(RdsTags.of(snapshot("fineract-prod-upgrade").tagList())).doesNotContainKey("drkit:made");
    }

    @Test
    void aSnapshotIsCopiedToTheOtherRegionWithThatRegionsKey() throws Exception {
        String away = key(AWAY);

        RunReport report = run(copying(away), BackupRequest.manual("upgrade"));

        DBSnapshot copy = snapshots(AWAY).get(0);
        assertThat(copy.kmsKeyId()).isEqualTo(away);
        assertThat(copy.encrypted()).isTrue();
        assertThat(RdsTags.madeIt(RdsTags.of(copy.tagList()), copy.dbSnapshotArn()))
                .isTrue();
        assertThat(copying(away).list().points())
                .filteredOn(point -> point.run().equals(report.run()))
                .extracting(point -> point.id().value())
                .containsExactlyInAnyOrder("fineract-prod-upgrade", "fineract-prod-upgrade.in.us-east-2");
    }

    // --- restores ----------------------------------------------------------------------------------------------------

    @Test
    void aRestoreFromASnapshotHasEverySettingOfTheOriginal() throws InterruptedException {
        somebodyTakes("before");

        run(fromSnapshot(target().build()), restore("point:before"));

        assertThat(settings(instance(COPY))).isEqualTo(settings(original));
        assertThat(instance(COPY).dbInstanceArn()).isNotEqualTo(original.dbInstanceArn());
    }

    @Test
    void aRestoreToAPointInTimeHasEverySettingOfTheOriginal() throws InterruptedException {
        time().advance(Duration.ofDays(1));

        run(RdsRestore.toPointInTime(withWindows()).build(), restore("latest"));

        assertThat(settings(instance(COPY))).isEqualTo(settings(original));
    }

    @Test
    void aRestoreWearsPeoplesTagsAndNoneOfOurs() throws InterruptedException {
        run(target().build(), BackupRequest.manual("upgrade"));

        run(fromSnapshot(target().build()), restore("point:fineract-prod-upgrade"));

        DBInstance copy = instance(COPY);
        assertThat(RdsTags.of(copy.tagList())).containsExactly(Map.entry("Environment", "production"));
    }

    @Test
    void anInstanceWithTheDefaultOptionsOfItsEngineIsRestoredWithThem() throws Exception {
        DBInstance plain = create(RdsWorld.asProduction(key(HOME)).dbInstanceIdentifier("plain"));
        RdsTarget target =
                RdsTarget.builder(TargetId.of("bank"), "plain", region(HOME)).build();
        run(target, BackupRequest.manual("upgrade"));

        run(
                fromSnapshot(target),
                RestoreRequest.of(
                        Selection.parse("point:plain-upgrade"),
                        new RestoreDestination(HOME, Map.of("plain", COPY), Isolation.BESIDE_ORIGINAL)));

        assertThat(settings(instance(COPY))).isEqualTo(settings(plain));
    }

    @Test
    void aRestoreThatIsToDifferDiffersThereOnly() throws InterruptedException {
        somebodyTakes("before");
        RdsRestore smaller = RdsRestore.fromSnapshot(target().build())
                .environment(RecoveryEnvironment.builder()
                        .instanceClass("db.t3.large")
                        .network("fineract-prod-db", List.of("sg-isolated"))
                        .build())
                .build();

        run(smaller, restore("point:before"));

        Map<String, String> expected = settings(original);
        expected.put("DBInstanceClass", "db.t3.large");
        expected.put("VpcSecurityGroups", "sg-isolated");
        assertThat(settings(instance(COPY))).isEqualTo(expected);
    }

    @Test
    void aRestoredInstanceHasAResourceIdOfItsOwn() throws InterruptedException {
        somebodyTakes("before");

        run(fromSnapshot(target().build()), restore("point:before"));

        assertThat(instance(COPY).dbiResourceId())
                .as("what is deleted is told by it")
                .isNotEqualTo(original.dbiResourceId());
    }

    @Test
    void aRestoreWithoutStandbyAndProtectionHasNone() throws InterruptedException {
        somebodyTakes("before");
        RdsRestore bare = RdsRestore.fromSnapshot(target().build())
                .environment(RecoveryEnvironment.builder()
                        .withoutStandby()
                        .withoutDeletionProtection()
                        .build())
                .build();

        run(bare, restore("point:before"));

        assertThat(instance(COPY).multiAZ()).isFalse();
        assertThat(instance(COPY).deletionProtection()).isFalse();
    }

    @Test
    void anInstantOutsideTheWindowIsRefusedBeforeAnyOrder() {
        time().advance(Duration.ofDays(1));
        Instant tomorrow = time().now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);

        assertThatThrownBy(() -> bench.engine()
                        .plan(
                                RdsRestore.toPointInTime(withWindows()).build(),
                                RestoreRequest.of(Selection.instant(tomorrow), beside(HOME))))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("DRK-RDS-016");
        assertThat(instances(HOME)).containsExactly(BANK);
    }

    @Test
    @Tag("exhaustive")
    void aRestoreMakesOneInstanceWhateverEntryOfTheJournalItsProcessDiesAt() throws Exception {
        for (Fault death : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            boolean died = true;
            for (int entry = 1; died; entry++) {
                begin();
                somebodyTakes("before");
                Plan plan = bench.engine().plan(fromSnapshot(target().build()), restore("point:before"));
                bench.faults.at(Call.APPEND, entry, death);

                RunReport report = bench.goOn(plan, () -> fromSnapshot(target().build()), 5);

                assertThat(report.outcome())
                        .as("%s %d: %s", death, entry, report.toMarkdown())
                        .isEqualTo(Outcome.SUCCEEDED);
                assertThat(instances(HOME)).as("%s %d", death, entry).containsExactlyInAnyOrder(BANK, COPY);
                died = bench.faults.count(Call.APPEND) > entry;
            }
        }
    }

    @Test
    void aRestoreWhoseAnswerIsLostIsFoundByResumingAndNotMadeTwice() throws InterruptedException {
        somebodyTakes("before");
        RdsTarget losing = RdsTarget.builder(
                        TargetId.of("bank"), BANK, region(losing(rds(HOME), "restoreDBInstanceFromDBSnapshot")))
                .build();
        Plan plan = bench.engine().plan(fromSnapshot(losing), restore("point:before"));

        RunReport report = bench.goOn(plan, () -> fromSnapshot(losing), 3);

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(instances(HOME)).containsExactlyInAnyOrder(BANK, COPY);
    }

    @Test
    void aCopiedSnapshotIsRestoredInItsRegion() throws Exception {
        RdsTarget copying = copying(key(AWAY));
        run(copying, BackupRequest.manual("upgrade"));
        RdsRestore there = RdsRestore.fromSnapshot(copying)
                .environment(RecoveryEnvironment.builder()
                        .network("fineract-prod-db", List.of("sg-bank"))
                        .parameterGroup("fineract-prod-pg")
                        .optionGroup(OPTIONS)
                        .build())
                .build();

        run(there, RestoreRequest.of(Selection.parse("point:fineract-prod-upgrade.in.us-east-2"), beside(AWAY)));

        assertThat(instances(AWAY)).containsExactly(COPY);
        assertThat(instances(HOME)).containsExactly(BANK);
    }

    // --- proofs ------------------------------------------------------------------------------------------------------

    @Test
    void theTemporaryInstanceOfAProofIsDeleted() throws InterruptedException {
        makePlain();
        run(target().build(), BackupRequest.manual("upgrade"));

        RunReport report = prove();

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(instances(HOME)).containsExactly(BANK);
        assertThat(proof().level()).isEqualTo(Proof.Level.PROVEN);
    }

    @Test
    void theTemporaryInstanceOfAProtectedOriginalIsDeletedToo() throws InterruptedException {
        run(target().build(), BackupRequest.manual("upgrade"));

        RunReport report = prove();

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(instances(HOME)).containsExactly(BANK);
    }

    @Test
    void aTemporaryInstanceThatASwitchLeadsToIsLeftStanding() throws InterruptedException {
        makePlain();
        run(target().build(), BackupRequest.manual("upgrade"));

        RunReport report = prove(builder ->
                builder.sparingSwitched(there -> new InMemoryEndpoint("bank's address", there.host(), new FaultScript())
                        .switchTo(there.host(), EndpointSwitch.Place.OUTSIDE)));

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.FAILED);
        assertThat(report.find(RestorePlans.DELETE).orElseThrow().facts()).containsEntry("code", "DRK-RDS-042");
        assertThat(instances(HOME)).hasSize(2);
    }

    // --- expiry ------------------------------------------------------------------------------------------------------

    @Test
    void whatThePolicyDoesNotNeedIsDeletedAndNothingElse() throws InterruptedException {
        Instant now = time().now().truncatedTo(ChronoUnit.HOURS);
        for (int i = 0; i < 4; i++) {
            run(target().build(), BackupRequest.scheduledFor(now));
        }
        List<String> made = manual(HOME);
        run(target().build(), BackupRequest.manual("upgrade"));
        somebodyTakes("before-the-audit");
        somebodyTakes("foreign", RdsTags.of(snapshot(made.get(0)).tagList()));
        String held = snapshot(made.get(1)).dbSnapshotArn();
        rds(HOME)
                .addTagsToResource(add -> add.resourceName(held).tags(RdsTags.toList(Map.of(RdsTags.HOLD, "case 42"))));
        List<String> automated = automated();
        time().advance(Duration.ofDays(3));

        RdsTarget target = target().expirable(PointMarks.of(store, TargetId.of("bank"), KEYS.trusted()), KEYS.backup())
                .build();
        run(target.expiring(bench.journal), ExpireRequest.of(ExpiryBench.THREE_DAYS, Duration.ofDays(7)));

        List<String> left = manual(HOME);
        assertThat(left)
                .contains("before-the-audit", "foreign", "fineract-prod-upgrade", made.get(1))
                .hasSize(4 + 2);
        assertThat(left)
                .as("the first owns the day, the newest is the last that counts")
                .contains(made.get(0), made.get(3));
        assertThat(automated()).containsAll(automated);
    }

    // --- fence -------------------------------------------------------------------------------------------------------

    @Test
    void anInstanceIsFencedByItsSecurityGroupsAndTheFenceIsLifted() throws InterruptedException {
        FaultScript faults = new FaultScript();
        InMemoryServer old = new InMemoryServer("old", faults).admit("app");
        InMemoryServer fresh = new InMemoryServer("new", faults).admit("app");
        CutOver cutOver = CutOver.builder(fresh.newSide(), bench.journal)
                .fenceOld(RdsSecurityGroupFence.of(region(HOME), BANK, Set.of("sg-isolated")))
                .fenceOld(old.fence())
                .fenceNew(fresh.fence())
                .endpoint(new InMemoryEndpoint("secret", "old", faults).switchTo("new", EndpointSwitch.Place.OUTSIDE))
                .build();

        RunReport there = run(cutOver, CutOverRequest.to("copy new"));
        List<String> fenced = groups();
        run(cutOver, CutOverRequest.back(there.run()));

        assertThat(fenced).containsExactly("sg-isolated");
        assertThat(groups()).containsExactly("sg-bank");
    }

    // --- what the tests need -----------------------------------------------------------------------------------------

    final DBInstance create(CreateDbInstanceRequest.Builder request) {
        DBInstance made = rds(HOME).createDBInstance(request.build()).dbInstance();
        settle();
        return instance(made.dbInstanceIdentifier());
    }

    final void settle() {
        time().advance(Duration.ofHours(1));
    }

    /** Without what a proof leaves out, so that a server that cannot switch it off agrees. */
    private void makePlain() {
        rds(HOME)
                .modifyDBInstance(modify -> modify.dbInstanceIdentifier(BANK)
                        .deletionProtection(false)
                        .multiAZ(false)
                        .copyTagsToSnapshot(false)
                        .backupRetentionPeriod(0)
                        .applyImmediately(true));
        settle();
    }

    final RdsRegion region(String region) {
        return region(rds(region));
    }

    private RdsRegion region(RdsClient client) {
        return RdsRegion.builder(client).time(time()).chance(new Random(1)).build();
    }

    final RdsTarget.Builder target() {
        return RdsTarget.builder(TargetId.of("bank"), BANK, region(HOME));
    }

    private RdsTarget withWindows() {
        return RdsTarget.builder(TargetId.of("bank"), BANK, region(tellingWindows(rds(HOME))))
                .build();
    }

    private RdsTarget copying(String key) {
        return target().copyTo(region(AWAY), key).build();
    }

    private static RdsRestore fromSnapshot(RdsTarget target) {
        return RdsRestore.fromSnapshot(target).build();
    }

    private static RestoreDestination beside(String region) {
        return new RestoreDestination(region, Map.of(BANK, COPY), Isolation.BESIDE_ORIGINAL);
    }

    private static RestoreRequest restore(String selection) {
        return RestoreRequest.of(Selection.parse(selection), beside(HOME));
    }

    private <R extends PlanRequest> RunReport run(Operation<R> operation, R request) throws InterruptedException {
        RunReport report = bench.run(operation, request);
        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        return report;
    }

    private RunReport prove() throws InterruptedException {
        return prove(builder -> builder);
    }

    private RunReport prove(UnaryOperator<RdsRestore.Builder> more) throws InterruptedException {
        RdsRestore.Builder strategy = RdsRestore.fromSnapshot(target().build())
                .isolatedBy("sg-isolated")
                .connections(new StubBank()::server);
        DisasterRecovery dr = bench.engine();
        Operation<RestoreRequest> proof = DisasterRecovery.proving(
                more.apply(strategy).build(), verdicts(), KEYS.prover(), List.of(new Isolated()));
        return dr.execute(
                dr.plan(
                        proof,
                        RestoreRequest.of(
                                Selection.point(RecoveryPointId.of("fineract-prod-upgrade")),
                                RestoreDestination.isolated(HOME))),
                proof);
    }

    /** Holds if the copy is in the isolated group only. */
    private final class Isolated implements Check {
        @Override
        public String name() {
            return "isolated";
        }

        @Override
        public CheckResult check(RestoredCopy copy, StepContext context) {
            String name = StepParameters.of(RdsBench.step(context.plan(), RestorePlans.RESTORE), "instance");
            String groups = Attribute.VPC_SECURITY_GROUPS.of(instance(name));
            return new CheckResult(
                    groups.equals("sg-isolated") ? Outcome.SUCCEEDED : Outcome.FAILED, "sg-isolated", groups);
        }
    }

    private PointVerdicts verdicts() {
        return PointVerdicts.of(store, TargetId.of("bank"), KEYS.trusted());
    }

    private Proof proof() {
        return point(target().verdicts(verdicts()).build().list(), "fineract-prod-upgrade")
                .proof();
    }

    private static RecoveryPoint point(Catalog catalog, String id) {
        return catalog.find(RecoveryPointId.of(id)).orElseThrow();
    }

    private void somebodyTakes(String name) {
        somebodyTakes(name, Map.of());
    }

    private void somebodyTakes(String name, Map<String, String> tags) {
        rds(HOME)
                .createDBSnapshot(create -> create.dbInstanceIdentifier(BANK)
                        .dbSnapshotIdentifier(name)
                        .tags(RdsTags.toList(tags)));
        settle();
    }

    private DBInstance instance(String name) {
        return rds(HOME)
                .describeDBInstances(describe -> describe.dbInstanceIdentifier(name))
                .dbInstances()
                .get(0);
    }

    private List<String> instances(String region) {
        return rds(region).describeDBInstances().dbInstances().stream()
                .map(DBInstance::dbInstanceIdentifier)
                .toList();
    }

    private DBSnapshot snapshot(String name) {
        return snapshots(HOME).stream()
                .filter(one -> one.dbSnapshotIdentifier().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<DBSnapshot> snapshots(String region) {
        return rds(region)
                .describeDBSnapshots(describe -> describe.snapshotType("manual"))
                .dbSnapshots();
    }

    private List<String> manual(String region) {
        return snapshots(region).stream()
                .map(DBSnapshot::dbSnapshotIdentifier)
                .sorted()
                .toList();
    }

    private List<String> automated() {
        return rds(HOME).describeDBSnapshots(describe -> describe.snapshotType("automated")).dbSnapshots().stream()
                .map(DBSnapshot::dbSnapshotIdentifier)
                .toList();
    }

    private List<String> groups() {
        return instance(BANK).vpcSecurityGroups().stream()
                .map(VpcSecurityGroupMembership::vpcSecurityGroupId)
                .toList();
    }

    /** Everything that is carried, and people's tags, by name. */
    private static Map<String, String> settings(DBInstance instance) {
        Map<String, String> settings = new TreeMap<>();
        for (Attribute attribute : Attribute.values()) {
            if (attribute.is(Kind.CARRIED)) {
                settings.put(attribute.member(), attribute.of(instance));
            }
        }
        settings.put("TagList", RdsTags.peoples(RdsTags.of(instance.tagList())).toString());
        return settings;
    }

    /** Loses the answer to the first of an order, after the server has carried it out. */
    private static RdsClient losing(RdsClient client, String order) {
        AtomicBoolean lost = new AtomicBoolean();
        return answering(client, (call, answer) -> {
            if (call.equals(order) && lost.compareAndSet(false, true)) {
                throw SdkClientException.create("the answer was lost");
            }
            return answer;
        });
    }

    /** That client, with what is made of each call's answer. */
    static RdsClient answering(RdsClient client, Rewriting made) {
        return (RdsClient) Proxy.newProxyInstance(
                RdsClient.class.getClassLoader(), new Class<?>[] {RdsClient.class}, (self, method, arguments) -> {
                    try {
                        return made.of(method.getName(), method.invoke(client, arguments));
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    /** Makes another answer of a call's. */
    @FunctionalInterface
    interface Rewriting {
        Object of(String call, Object answer);
    }
}
