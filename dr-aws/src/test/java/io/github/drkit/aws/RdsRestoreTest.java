package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Capability;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Purpose;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RestoreStrategy;
import io.github.drkit.RestoredCopy;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.postgres.NewestRow;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.rds.AwsFault;
import io.github.drkit.testkit.rds.Phase;
import io.github.drkit.testkit.rds.Transition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.rds.model.DBInstance;

class RdsRestoreTest {

    private static final String COPY = "fineract-prod-restored";

    private final RdsWorld world = new RdsWorld(VirtualTime.startingAt("2026-11-22T02:00:00Z")).withInstance();
    private final RdsBench bench = new RdsBench(world);

    @BeforeEach
    void snapshot() {
        world.rds.createDBSnapshot(
                request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE).dbSnapshotIdentifier("before"));
        world.aws.pass(Duration.ofHours(1));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private RdsRestore snapshots() {
        return RdsRestore.fromSnapshot(world.target().build()).build();
    }

    private RdsRestore instants() {
        return RdsRestore.toPointInTime(world.target().build()).build();
    }

    private static RestoreDestination beside() {
        return new RestoreDestination(RdsWorld.HOME, Map.of(RdsWorld.INSTANCE, COPY), Isolation.BESIDE_ORIGINAL);
    }

    private Plan plan(RestoreStrategy strategy, String selection) {
        return bench.engine().plan(strategy, RestoreRequest.of(Selection.parse(selection), beside()));
    }

    @Test
    void thePlanShowsEachSettingAsItWasAsRdsWouldHaveItAndAsItWillBe() {
        Plan plan = plan(snapshots(), "point:before");

        assertThat(plan.render())
                .contains(
                        "note: DBParameterGroups: original 'fineract-prod-pg', RDS default the engine's default group,"
                                + " restored 'fineract-prod-pg'")
                .contains(
                        "note: VpcSecurityGroups: original 'sg-bank', RDS default the default security group of the VPC,"
                                + " restored 'sg-bank'")
                .contains("note: MultiAZ: original 'true', RDS default false, restored 'true'")
                .contains("note: EngineVersion: original '15.13', restored the version of the backup")
                .contains(
                        "will not come back: alarms, event subscriptions, AWS Backup plans, RDS Proxy targets, DNS names")
                .contains("unprotected: the new instance has no backup of its own before its first one has ended")
                .contains("Terraform does not know the new instance")
                .contains(
                        "$ aws rds restore-db-instance-from-db-snapshot --region eu-central-1 --db-instance-identifier"
                                + " fineract-prod-restored --db-snapshot-identifier before --db-instance-class db.t3.medium --port"
                                + " 5433 --db-subnet-group-name fineract-prod-db --vpc-security-group-ids sg-bank")
                .contains(
                        "$ aws rds modify-db-instance --region eu-central-1 --db-instance-identifier fineract-prod-restored"
                                + " --apply-immediately --max-allocated-storage 500 --preferred-maintenance-window"
                                + " sun:05:00-sun:06:00 --monitoring-interval 60")
                .contains("undo: aws rds delete-db-instance");
        assertThat(RdsBench.step(plan, RestorePlans.RESTORE).parameters())
                .as("a small gp3 volume refuses them")
                .doesNotContainKeys("set.Iops", "set.StorageThroughput");
    }

    @Test
    void aPointInTimeTakesWhatASnapshotDoesNot() {
        Plan plan = plan(instants(), "latest");

        assertThat(RdsBench.step(plan, RestorePlans.RESTORE).parameters())
                .containsEntry("set.MaxAllocatedStorage", "500")
                .containsEntry("source-instance", "fineract-prod");
        assertThat(RdsBench.step(plan, RestorePlans.APPLY).parameters()).doesNotContainKey("set.MaxAllocatedStorage");
        assertThat(plan.subject()).startsWith("bank.at.2026");
        assertThat(plan.remarks())
                .anySatisfy(remark -> assertThat(remark.kind()).isEqualTo(Plan.Remark.Kind.LOST));
    }

    @Test
    void anInstantOutsideTheWindowIsRefusedBeforeAnyOrderWithTheWindowShown() {
        world.script().forgetCalls();

        assertThatThrownBy(() -> plan(instants(), "instant:2020-01-01T00:00:00Z"))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessageStartingWith("Cannot restore 'bank' to 2020-01-01T00:00:00Z: its windows are [2026-11-22T")
                .hasMessageEndingWith(
                        "] but the instant must lie within one\nHint: Choose an instant within, or a snapshot"
                                + " [DRK-RDS-016]");
        assertThat(world.script().calls())
                .extracting(call -> call.action())
                .allMatch(action -> action.startsWith("Describe"));
    }

    @Test
    void anInstantIsCutToTheSecondAndThePlanSaysSo() {
        Instant within = world.target().build().list().windows().get(0).latest().minusMillis(10_500);

        Plan plan = plan(instants(), "instant:" + within);

        assertThat(RdsBench.step(plan, RestorePlans.RESTORE).parameters().get("restore-time"))
                .isEqualTo(within.truncatedTo(ChronoUnit.SECONDS).toString());
        assertThat(RdsBench.remarks(plan)).contains("RDS restores to the second: " + within);
    }

    @Test
    void withoutAutomatedBackupsThereIsNoInstant() {
        world.rds.modifyDBInstance(request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE)
                .backupRetentionPeriod(0)
                .applyImmediately(true));
        world.aws.pass(Duration.ofHours(1));

        assertThatThrownBy(() -> plan(instants(), "latest"))
                .hasMessage(
                        "Cannot restore 'bank' to a point in time: there are no automated backups in eu-central-1 but some"
                                + " are needed\nHint: Restore a snapshot instead; are automated backups switched on? [DRK-RDS-017]");
    }

    @Test
    void whatCannotBeAskedForIsRefusedWhilePlanning() {
        assertThatThrownBy(() -> plan(instants(), "point:before"))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("DRK-PLAN-002");
        assertThatThrownBy(() -> plan(snapshots(), "point:nobody"))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage(
                        "Cannot restore recovery point 'nobody': 'bank' has no available snapshot of that id in eu-central-1"
                                + " but one is needed\nHint: List the points of the target; a copy is restored in the region it lies"
                                + " in [DRK-RDS-028]");
        assertThatThrownBy(() -> bench.engine()
                        .plan(
                                snapshots(),
                                RestoreRequest.of(Selection.latest(), RestoreDestination.besideOriginal("mars"))))
                .hasMessage(
                        "Cannot restore to 'mars': the target knows [eu-central-1] but the place must be one of them\nHint:"
                                + " Name the region as the place; another one is added by RdsTarget.Builder.copyTo [DRK-RDS-025]");
        assertThatThrownBy(() -> bench.engine()
                        .plan(
                                snapshots(),
                                RestoreRequest.of(
                                        Selection.latest(),
                                        new RestoreDestination(
                                                RdsWorld.HOME, Map.of("keycloak", "k2"), Isolation.BESIDE_ORIGINAL))))
                .hasMessage(
                        "Cannot restore 'bank': the renames are of [keycloak] but exactly one, of instance 'fineract-prod',"
                                + " is understood\nHint: A restored instance has all its databases, under their names"
                                + " [DRK-RDS-032]");
        assertThatThrownBy(() -> bench.engine()
                        .plan(
                                snapshots(),
                                RestoreRequest.of(
                                        Selection.latest(),
                                        new RestoreDestination(
                                                RdsWorld.HOME,
                                                Map.of(RdsWorld.INSTANCE, RdsWorld.INSTANCE),
                                                Isolation.BESIDE_ORIGINAL))))
                .hasMessage(
                        "Cannot restore to instance 'fineract-prod': there is one in eu-central-1 but the name must be free"
                                + "\nHint: Choose another identifier; nothing was changed [DRK-RDS-029]");
    }

    @Test
    void isolationIsShownOrTheRestoreDoesNotBegin() {
        RestoreRequest isolated = RestoreRequest.of(Selection.latest(), RestoreDestination.isolated(RdsWorld.HOME));

        assertThatThrownBy(() -> bench.engine().plan(snapshots(), isolated))
                .hasMessage(
                        "Cannot restore 'bank' in isolation: of the security groups [] none was named but at least one is"
                                + " needed and none may be shared\nHint: Name groups that nothing of production is in, by"
                                + " RdsRestore.Builder.isolatedBy [DRK-RDS-030]");
        assertThatThrownBy(() -> bench.engine()
                        .plan(
                                RdsRestore.fromSnapshot(world.target().build())
                                        .isolatedBy("sg-isolated", "sg-bank")
                                        .build(),
                                isolated))
                .hasMessage(
                        "Cannot restore 'bank' in isolation: of the security groups [sg-isolated, sg-bank] [sg-bank] are the"
                                + " original's but at least one is needed and none may be shared\nHint: Name groups that nothing of"
                                + " production is in, by RdsRestore.Builder.isolatedBy [DRK-RDS-030]");
        Plan plan = bench.engine()
                .plan(
                        RdsRestore.fromSnapshot(world.target().build())
                                .isolatedBy("sg-isolated")
                                .build(),
                        isolated);
        assertThat(RdsBench.step(plan, RestorePlans.RESTORE).parameters())
                .containsEntry("set.VpcSecurityGroups", "sg-isolated")
                .containsEntry("set.PubliclyAccessible", "false");
    }

    @Test
    void aProofNeedsConnectionsAndIsolation() {
        assertThat(snapshots().capabilities().can(Capability.PROVE)).isFalse();
        assertThatThrownBy(() -> RdsRestore.fromSnapshot(world.target().build())
                        .newestRow("fineract_default", new NewestRow("public", "m_loan", "created_on"))
                        .build())
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Cannot build a restore of 'bank': the newest rows of [fineract_default] are to be found but nobody"
                                + " said how to connect");
    }

    @Test
    void aRecoveryEnvironmentDiffersWhereItSaysSo() throws InterruptedException {
        world.aws.rds.subnetGroup(RdsWorld.HOME, "recovery-db", "vpc-recovery");
        world.aws.rds.securityGroup(RdsWorld.HOME, "sg-recovery", "vpc-recovery");
        RecoveryEnvironment environment = RecoveryEnvironment.builder()
                .network("recovery-db", List.of("sg-recovery"))
                .instanceClass("db.t3.large")
                .withoutStandby()
                .withoutDeletionProtection()
                .build();
        RdsRestore strategy = RdsRestore.fromSnapshot(world.target().build())
                .environment(environment)
                .build();

        Plan plan = plan(strategy, "latest");
        RunReport report = bench.engine().execute(plan, strategy);

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(RdsBench.remarks(plan))
                .contains(
                        "DBInstanceClass: original 'db.t3.medium', RDS default the class the backup was taken from, restored"
                                + " 'db.t3.large' (environment)");
        DBInstance restored = world.instance(COPY);
        assertThat(restored.dbInstanceClass()).isEqualTo("db.t3.large");
        assertThat(restored.multiAZ()).isFalse();
        assertThat(restored.deletionProtection()).isFalse();
        assertThat(Attribute.VPC_SECURITY_GROUPS.of(restored)).isEqualTo("sg-recovery");
        assertThat(RdsTags.of(restored.tagList())).containsExactly(Map.entry("Environment", "production"));
    }

    @Test
    void whatServesOneDayWearsNoTagOfOurs() throws InterruptedException {
        RdsRestore strategy = snapshots();
        Plan plan = plan(strategy, "latest");

        RunReport report = bench.engine().execute(plan, strategy);

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(RdsBench.step(plan, RestorePlans.STRIP).commands())
                .containsExactly("aws rds remove-tags-from-resource --region eu-central-1 --resource-name"
                        + " arn:aws:rds:eu-central-1:123456789012:db:fineract-prod-restored --tag-keys drkit:made"
                        + " drkit:run drkit:target");
        assertThat(RdsTags.ours(RdsTags.of(world.instance(COPY).tagList()))).isEmpty();
        assertThat(report.find(RestorePlans.STRIP).orElseThrow().message())
                .isEqualTo("instance fineract-prod-restored has no tag of DR Kit's");
        assertThat(world.script().calls())
                .filteredOn(call -> call.action().equals("RemoveTagsFromResource"))
                .hasSize(1);
    }

    @Test
    void tagsWhoseRemovalNobodyAnsweredAreLookedAtAndTakenOffOnce() throws InterruptedException {
        RdsRestore strategy = snapshots();
        Plan plan = plan(strategy, "latest");
        world.script().inject(AwsFault.dropAfter("RemoveTagsFromResource").nth(1));

        RunReport report = bench.engine().execute(plan, strategy);

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(RdsTags.ours(RdsTags.of(world.instance(COPY).tagList()))).isEmpty();
        assertThat(world.script().calls())
                .filteredOn(call -> call.action().equals("RemoveTagsFromResource"))
                .hasSize(1);
    }

    @Test
    void tagsThatDoNotComeOffFailTheRun() throws InterruptedException {
        RdsRestore strategy = snapshots();
        Plan plan = plan(strategy, "latest");
        world.script()
                .inject(AwsFault.dropBefore("RemoveTagsFromResource").nth(1).always());

        RunReport report = bench.engine().execute(plan, strategy);

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failed(report))
                .isEqualTo(
                        "Cannot take tags off instance 'fineract-prod-restored': it still has [drkit:made, drkit:run,"
                                + " drkit:target] but must have none of DR Kit's\nHint: Who puts them there? The instance is as"
                                + " planned otherwise; take them off by hand [DRK-RDS-043]");
    }

    @Test
    void whenTheOriginalIsGoneTheNetworkMustBeSaid() throws InterruptedException {
        world.rds.modifyDBInstance(request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE)
                .deletionProtection(false)
                .applyImmediately(true));
        world.aws.pass(Duration.ofHours(1));
        world.rds.deleteDBInstance(request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE)
                .skipFinalSnapshot(true)
                .deleteAutomatedBackups(false));
        world.aws.pass(Duration.ofHours(1));

        assertThatThrownBy(() -> plan(snapshots(), "latest"))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot restore: the original is gone and its DBSubnetGroup, VpcSecurityGroups, DBParameterGroups"
                                + " cannot be read but must be known, since RDS would choose its default\nHint: Say network and"
                                + " parameter group in a RecoveryEnvironment [DRK-RDS-022]");
        RecoveryEnvironment said = RecoveryEnvironment.builder()
                .network("fineract-prod-db", List.of("sg-bank"))
                .parameterGroup("fineract-prod-pg")
                .build();
        for (RdsRestore strategy : List.of(
                RdsRestore.fromSnapshot(world.target().build())
                        .environment(said)
                        .build(),
                RdsRestore.toPointInTime(world.target().build())
                        .environment(said)
                        .build())) {
            Plan plan = bench.engine()
                    .plan(
                            strategy,
                            RestoreRequest.of(Selection.latest(), RestoreDestination.besideOriginal(RdsWorld.HOME)));
            RunReport report = bench.engine().execute(plan, strategy);
            assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
            assertThat(RdsBench.remarks(plan)).contains("the original is gone");
        }
    }

    @Test
    void aCopyIsRestoredInItsRegionWhenTheOriginalsDoesNotAnswer() throws InterruptedException {
        String key = world.aws.rds.kmsKey(RdsWorld.AWAY, "away");
        RdsTarget target = world.target().copyTo(world.away(), key).build();
        assertThat(bench.run(target, BackupRequest.manual("far")).outcome()).isEqualTo(Outcome.SUCCEEDED);
        world.script()
                .inject(AwsFault.answer("DescribeDBInstances", 503, "ServiceUnavailable")
                        .about("^fineract-prod$")
                        .always());
        RdsRestore strategy = RdsRestore.fromSnapshot(target)
                .environment(RecoveryEnvironment.builder()
                        .network("fineract-prod-db", List.of("sg-bank"))
                        .parameterGroup("fineract-prod-pg")
                        .build())
                .build();

        Plan plan = bench.engine()
                .plan(
                        strategy,
                        RestoreRequest.of(
                                Selection.point(RecoveryPointId.of("fineract-prod-far.in.us-east-2")),
                                RestoreDestination.besideOriginal(RdsWorld.AWAY)));
        RunReport report = bench.engine().execute(plan, strategy);

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(RdsBench.remarks(plan)).contains("the original's region does not answer");
        assertThat(world.aws.rds.instances(RdsWorld.AWAY)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            failed | Do RDS's events of it say why? Plan again, with another point if it is the backup's fault
            restore-error | Do RDS's events of it say why? Plan again, with another point if it is the backup's fault
            incompatible-restore | Do RDS's events of it say why? Plan again, with another point if it is the backup's fault
            incompatible-network | Do its subnets have free addresses, and are its VPC and security groups still there? Then plan again
            incompatible-parameters | Does its parameter group ask for more than its class has? Change the group or the class, and plan again
            incompatible-option-group | Does its option group fit the engine's version? Then plan again
            insufficient-capacity | Plan again with another instance class or availability zone
            inaccessible-encryption-credentials | Is its KMS key enabled, and may RDS use it? Then plan again
            deleting | Who deletes it? Plan again
            """)
    void aStatusNothingComesAfterEndsTheRunAtOnceAndSaysWhatToDoNext(String status, String hint)
            throws InterruptedException {
        world.aws.rds.script(Transition.RESTORE, Phase.of("creating", Duration.ofMinutes(20)), Phase.last(status));

        RunReport report = bench.run(snapshots(), RestoreRequest.of(Selection.latest(), beside()));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failed(report))
                .isEqualTo("Cannot wait for instance 'fineract-prod-restored' to be available: it is " + status
                        + " but must become available\nHint: " + hint + " [DRK-RDS-014]");
        assertThat(world.has(COPY))
                .as("the instance of a restore that stays is left for a person")
                .isTrue();
    }

    @Test
    void anUnknownStatusAndAFlappingOneAreWorkInProgress() throws InterruptedException {
        world.aws.rds.script(
                Transition.RESTORE,
                Phase.of("creating", Duration.ofMinutes(10)),
                Phase.of("available", Duration.ofSeconds(20)),
                Phase.of("polishing-the-brass", Duration.ofMinutes(40)),
                Phase.of("available", Duration.ofSeconds(5)),
                Phase.of("rebooting", Duration.ofMinutes(5)));

        RunReport report = bench.run(snapshots(), RestoreRequest.of(Selection.latest(), beside()));

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.settings(COPY)).isEqualTo(world.settings(RdsWorld.INSTANCE));
    }

    @Test
    void whatTakesLongerThanTheLimitEndsUnknownAndIsWaitedOnByResuming() throws InterruptedException {
        world.aws.rds.script(Transition.RESTORE, Phase.of("creating", Duration.ofHours(5)));
        RdsRestore impatient = RdsRestore.fromSnapshot(
                        world.target().waitingAtMost(Duration.ofHours(1)).build())
                .build();
        Plan plan = plan(impatient, "latest");

        RunReport report = bench.engine().execute(plan, impatient);

        assertThat(report.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(report.steps())
                .anySatisfy(step -> assertThat(step.message())
                        .isEqualTo(
                                "Cannot wait longer for instance 'fineract-prod-restored' to be available: 60 minutes have"
                                        + " passed (it is creating) but a decision is required\nHint: Resume the run to wait on; a"
                                        + " longer limit can be given to the builder [DRK-RDS-015]"));
        assertThat(bench.engine().resume(plan.run(), snapshots()).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.aws.rds.instances(RdsWorld.HOME)).containsExactly("fineract-prod", COPY);
    }

    @Test
    void aSettingRdsDoesNotTakeFailsTheRun() throws InterruptedException {
        RdsRestore strategy = snapshots();
        Plan plan = plan(strategy, "latest");
        Plan wrong = new Plan(
                plan.run(),
                plan.kind(),
                plan.subject(),
                plan.request(),
                plan.preconditions(),
                plan.steps().stream()
                        .map(step -> step.name().equals(RestorePlans.COMPARE)
                                ? PlanStep.named(step.name(), step.title(), step.effect())
                                        .after(RestorePlans.PARAMETERS)
                                        .parameter("region", RdsWorld.HOME)
                                        .parameter("instance", COPY)
                                        .parameter("set.DBInstanceClass", "db.m5.large")
                                        .build()
                                : step)
                        .toList(),
                plan.remarks(),
                plan.estimate());

        RunReport report = bench.engine().execute(wrong, strategy);

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failed(report))
                .isEqualTo(
                        "Cannot accept instance 'fineract-prod-restored': DBInstanceClass is 'db.t3.medium' but 'db.m5.large'"
                                + " was set\nHint: Did somebody change or delete it meanwhile? Set by hand what differs before"
                                + " it is used, or restore again [DRK-RDS-034]");
    }

    @Test
    void anInstanceThatVanishesWhileItIsWaitedForFailsTheRun() throws InterruptedException {
        RunReport report = meanwhile(RestorePlans.AWAIT, this::deleteCopy);

        assertThat(failed(report))
                .isEqualTo(
                        "Cannot wait for instance 'fineract-prod-restored': it is gone but must become available\nHint:"
                                + " Did somebody delete or rename it? Plan again [DRK-RDS-014]");
    }

    @Test
    void anInstanceThatVanishesBeforeItIsComparedFailsTheRun() throws InterruptedException {
        RunReport report = meanwhile(RestorePlans.COMPARE, this::deleteCopy);

        assertThat(failed(report))
                .isEqualTo(
                        "Cannot accept instance 'fineract-prod-restored': it is gone but must be as planned\nHint: Did"
                                + " somebody change or delete it meanwhile? Set by hand what differs before it is used, or restore"
                                + " again [DRK-RDS-034]");
    }

    @Test
    void anInstanceThatIsReplacedWhileItIsWaitedForIsLeftAlone() throws InterruptedException {
        RunReport report = meanwhile(RestorePlans.AWAIT, () -> {
            deleteCopy();
            world.rds.createDBInstance(
                    world.asProduction().dbInstanceIdentifier(COPY).build());
            world.aws.pass(Duration.ofHours(1));
        });

        String made = report.find(RestorePlans.RESTORE).orElseThrow().facts().get("resource-id");
        String other = world.instance(COPY).dbiResourceId();
        assertThat(other).isNotEqualTo(made);
        assertThat(failed(report))
                .isEqualTo("Cannot wait for instance 'fineract-prod-restored' to be available: it is " + other
                        + " but must be " + made
                        + ", which this run made\nHint: Who replaced it? It was left alone; plan"
                        + " again [DRK-RDS-014]");
    }

    private void deleteCopy() {
        world.aws.rds.script(Transition.DELETE);
        world.rds.deleteDBInstance(request -> request.dbInstanceIdentifier(COPY).skipFinalSnapshot(true));
    }

    /** A restore during which something happens once: when a step begins, or has waited for a while. */
    private RunReport meanwhile(String step, Runnable happens) throws InterruptedException {
        world.rds.modifyDBInstance(
                request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE).deletionProtection(false));
        world.aws.rds.script(
                Transition.RESTORE,
                Phase.of("creating", Duration.ofMinutes(1)),
                Phase.of("configuring-enhanced-monitoring", Duration.ofMinutes(10)));
        AtomicInteger looks = new AtomicInteger(step.equals(RestorePlans.AWAIT) ? 6 : 1);
        DisasterRecovery dr = DisasterRecovery.builder(bench.journal)
                .time(world.aws.time)
                .listener(event -> {
                    boolean inStep = event instanceof RecoveryEvent.StepMoved moved
                                    && moved.step().equals(step)
                            || event instanceof RecoveryEvent.StepBegun begun
                                    && begun.step().equals(step);
                    if (inStep && looks.decrementAndGet() == 0) {
                        happens.run();
                    }
                })
                .build();
        RdsRestore strategy = snapshots();
        RunReport report = dr.execute(plan(strategy, "latest"), strategy);
        assertThat(looks.get()).isLessThanOrEqualTo(0);
        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.FAILED);
        return report;
    }

    @Test
    void aSettingThatRdsTakesAndDropsFailsTheRunAfterThreeOrders() throws InterruptedException {
        RdsRestore strategy = snapshots();
        Plan plan = plan(strategy, "latest");
        Plan wrong = new Plan(
                plan.run(),
                plan.kind(),
                plan.subject(),
                plan.request(),
                plan.preconditions(),
                plan.steps().stream()
                        .map(step -> step.name().equals(RestorePlans.APPLY)
                                ? PlanStep.named(step.name(), step.title(), step.effect())
                                        .after(RestorePlans.AWAIT)
                                        .parameter("region", RdsWorld.HOME)
                                        .parameter("instance", COPY)
                                        .parameter("set.DBInstanceClass", "db.m5.large")
                                        .build()
                                : step)
                        .toList(),
                plan.remarks(),
                plan.estimate());

        RunReport report = bench.engine().execute(wrong, strategy);

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failed(report))
                .isEqualTo(
                        "Cannot set what the restore call does not take at instance 'fineract-prod-restored': DBInstanceClass"
                                + " is 'db.t3.medium' but 'db.m5.large' was set\nHint: RDS took the order three times; do its"
                                + " events say why it does not set it? Set it by hand, or restore with another value in the"
                                + " RecoveryEnvironment [DRK-RDS-033]");
        assertThat(world.script().calls())
                .filteredOn(call -> call.action().equals("ModifyDBInstance"))
                .hasSize(3);
    }

    @Test
    void aCopyThatIsNotAvailableIsNotOpened() throws InterruptedException {
        RdsRestore strategy = RdsRestore.fromSnapshot(world.target().build())
                .connections(world.bank::server)
                .build();
        Plan plan = plan(strategy, "latest");
        assertThatThrownBy(() -> strategy.open(plan))
                .hasMessage(
                        "Cannot open instance 'fineract-prod-restored': it is absent but must be available\nHint: Was the plan"
                                + " executed, and the copy not removed? [DRK-RDS-007]");
        bench.engine().execute(plan, strategy);
        world.aws.rds.show(RdsWorld.HOME, COPY, "stopped");

        assertThatThrownBy(() -> strategy.open(plan))
                .hasMessage(
                        "Cannot connect to instance 'fineract-prod-restored': it is stopped but must be available and have an"
                                + " address\nHint: Wait until it is available [DRK-RDS-036]");
    }

    @Test
    void whatASettingCameToIsSeenAtTheInstanceAndNotInTheAnswer() throws InterruptedException {
        world.script()
                .inject(AwsFault.answer("ModifyDBInstance", 400, "InvalidDBInstanceState")
                        .times(2));

        RunReport report = bench.run(snapshots(), RestoreRequest.of(Selection.latest(), beside()));

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.instance(COPY).monitoringInterval()).isEqualTo(60);
    }

    @Test
    void aCopyWithoutConnectionsHasNoDatabasesAndOneWithThemHasThose() throws InterruptedException {
        RdsRestore strategy = snapshots();
        Plan plan = plan(strategy, "latest");
        bench.engine().execute(plan, strategy);

        try (RestoredCopy copy = strategy.open(plan)) {
            assertThat(copy.databases()).isEmpty();
            assertThatThrownBy(() -> copy.database("fineract_default"))
                    .hasMessage(
                            "Cannot open the copy of 'fineract_default': the restored instance has []\nHint: Name one of"
                                    + " these; without connections in the builder there are none [DRK-RDS-038]");
        }
        RdsRestore connected = RdsRestore.fromSnapshot(world.target().build())
                .connections(world.bank::server)
                .build();
        try (RestoredCopy copy = connected.open(plan)) {
            assertThat(copy.databases()).containsExactly("fineract_default", "fineract_tenants", "keycloak");
            assertThat(copy.database("keycloak")).isNotNull();
        }
        assertThat(world.bank.connectedTo)
                .isEqualTo(world.instance(COPY).endpoint().address() + ":5433");
    }

    @Test
    void whatWasRecoveredIsReadFromTheNewestRow() throws InterruptedException {
        world.bank.refusals.set(3);
        RdsRestore strategy = RdsRestore.fromSnapshot(world.target().build())
                .connections(world.bank::server)
                .newestRow("fineract_default", new NewestRow("public", "m_loan", "created_on"))
                .build();

        RunReport report = bench.run(strategy, RestoreRequest.of(Selection.latest(), beside()));

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(report.steps())
                .filteredOn(step -> step.name().equals(RestorePlans.LOOK))
                .singleElement()
                .satisfies(step -> assertThat(step.facts())
                        .containsEntry("newest-row", StubBank.NEWEST.toString())
                        .containsEntry("databases", "fineract_default,fineract_tenants,keycloak"));
    }

    @Test
    void theNewestOfSeveralRowsIsTheLatestInstantAndNotTheGreatestText() throws InterruptedException {
        world.bank.newest.put("fineract_default", Instant.parse("2026-11-22T01:59:30Z"));
        world.bank.newest.put("fineract_tenants", Instant.parse("2026-11-22T01:59:30.500Z"));
        world.bank.newest.put("keycloak", Instant.parse("2026-11-22T01:59:30.500100Z"));
        RdsRestore.Builder strategy =
                RdsRestore.fromSnapshot(world.target().build()).connections(world.bank::server);
        world.bank.newest.keySet().forEach(database -> strategy.newestRow(database, new NewestRow("a", "b", "c")));

        RunReport report = bench.run(strategy.build(), RestoreRequest.of(Selection.latest(), beside()));

        assertThat(report.find(RestorePlans.LOOK).orElseThrow().message())
                .isEqualTo("3 databases answer; the newest row looked for is of 2026-11-22T01:59:30.500100Z");
        assertThat(report.find(RestorePlans.LOOK).orElseThrow().facts())
                .containsEntry("newest-row", "2026-11-22T01:59:30.500100Z");
    }

    @Test
    void anInstanceWithoutDatabasesIsNoSuccess() throws InterruptedException {
        world.bank.databases = List.of();
        RdsRestore strategy = RdsRestore.fromSnapshot(world.target().build())
                .connections(world.bank::server)
                .build();

        RunReport report = bench.run(strategy, RestoreRequest.of(Selection.latest(), beside()));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failed(report))
                .isEqualTo("Cannot accept instance 'fineract-prod-restored': it has no database but some are expected\n"
                        + "Hint: Was the original empty when it was backed up? Restore another point [DRK-RDS-035]");
    }

    @Test
    void anInterruptedProofIsPlannedAsOneWithItsCleanUp() {
        RdsRestore strategy = RdsRestore.fromSnapshot(world.target().build())
                .isolatedBy("sg-isolated")
                .connections(world.bank::server)
                .build();

        Plan plan = bench.engine()
                .plan(
                        strategy,
                        new RestoreRequest(
                                Selection.latest(), RestoreDestination.isolated(RdsWorld.HOME), Purpose.PROOF));

        assertThat(RdsBench.step(plan, RestorePlans.RESTORE).parameters())
                .containsEntry("set.BackupRetentionPeriod", "0")
                .containsEntry("set.DeletionProtection", "false")
                .containsEntry("set.MultiAZ", "false")
                .doesNotContainKey("set.PreferredBackupWindow");
        assertThat(plan.find(RestorePlans.APPLY)).isEmpty();
        assertThat(RdsBench.step(plan, RestorePlans.RESTORE).parameters().get("instance"))
                .matches("fineract-prod-proof-[0-9a-f]{8}");
    }

    private static String failed(RunReport report) {
        RunReport.Step failed = report.steps().stream()
                .filter(step -> step.outcome() == Outcome.FAILED)
                .findFirst()
                .orElseThrow();
        assertThat(failed.message()).endsWith(" [" + failed.facts().get("code") + "]");
        return failed.message();
    }
}
