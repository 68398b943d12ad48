package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Check;
import io.github.drkit.CheckResult;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RestoredCopy;
import io.github.drkit.StepContext;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.PointVerdicts;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.KeyRing;
import io.github.drkit.testkit.rds.Phase;
import io.github.drkit.testkit.rds.Transition;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots proven on temporary instances, which are deleted always, and never more than they. */
class RdsProofTest {

    private static final RecoveryPointId POINT = RecoveryPointId.of("before");

    private final RdsWorld world = new RdsWorld(VirtualTime.startingAt("2026-11-22T02:00:00Z")).withInstance();
    private final RdsBench bench = new RdsBench(world);
    private final KeyRing keys = KeyRing.fresh();
    private final PointVerdicts verdicts =
            PointVerdicts.of(InMemoryPointStore.on(world.aws.time), TargetId.of("bank"), keys.trusted());
    private Predicate<String> serving = host -> false;

    @BeforeEach
    void snapshot() {
        world.rds.createDBSnapshot(
                request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE).dbSnapshotIdentifier("before"));
        world.aws.pass(Duration.ofHours(1));
        world.aws.rds.script(Transition.RESTORE, Phase.of("creating", Duration.ofMinutes(1)));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private RunReport prove(Consumer<String> meanwhile, Outcome checked) throws InterruptedException {
        DisasterRecovery dr = bench.engine();
        Check check = new Check() {
            @Override
            public String name() {
                return "books";
            }

            @Override
            public CheckResult check(RestoredCopy copy, StepContext context) {
                meanwhile.accept(context.plan()
                        .find(RestorePlans.RESTORE)
                        .orElseThrow()
                        .parameters()
                        .get("instance"));
                return new CheckResult(checked, "balanced", checked == Outcome.SUCCEEDED ? "balanced" : "not");
            }
        };
        Operation<RestoreRequest> proof = dr.proving(
                RdsRestore.fromSnapshot(world.target().build())
                        .isolatedBy("sg-isolated")
                        .connections(world.bank::server)
                        .sparing(host -> serving.test(host))
                        .build(),
                verdicts,
                keys.prover(),
                List.of(check));
        Plan plan =
                dr.plan(proof, RestoreRequest.of(Selection.point(POINT), RestoreDestination.isolated(RdsWorld.HOME)));
        return dr.execute(plan, proof);
    }

    private Proof proof() {
        return world.target()
                .verdicts(verdicts)
                .build()
                .list()
                .find(POINT)
                .orElseThrow()
                .proof();
    }

    private List<String> instances() {
        return world.aws.rds.instances(RdsWorld.HOME);
    }

    @Test
    void aPointWhoseChecksHoldIsProvenByTheProversName() throws InterruptedException {
        RunReport report = prove(
                name -> assertThat(Attribute.VPC_SECURITY_GROUPS.of(world.instance(name)))
                        .isEqualTo("sg-isolated"),
                Outcome.SUCCEEDED);

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(proof().level()).isEqualTo(Proof.Level.PROVEN);
        assertThat(proof().by()).isEqualTo("test-prover");
        assertThat(instances()).containsExactly(RdsWorld.INSTANCE);
    }

    @Test
    void aPointWhoseChecksFailIsFailedAndItsInstanceGoneAllTheSame() throws InterruptedException {
        RunReport report = prove(name -> {}, Outcome.FAILED);

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(proof().level()).isEqualTo(Proof.Level.FAILED);
        assertThat(instances()).containsExactly(RdsWorld.INSTANCE);
    }

    @Test
    void aFailedPointIsNotRestored() throws InterruptedException {
        prove(name -> {}, Outcome.FAILED);
        RdsRestore strategy = RdsRestore.fromSnapshot(
                        world.target().verdicts(verdicts).build())
                .build();

        assertThatThrownBy(() -> bench.engine()
                        .plan(
                                strategy,
                                RestoreRequest.of(
                                        Selection.point(POINT), RestoreDestination.besideOriginal(RdsWorld.HOME))))
                .hasMessage(
                        "Cannot restore recovery point 'before': it is FAILED but must not be\nHint: Choose another point, or"
                                + " another instant [DRK-RDS-031]");
    }

    @Test
    void aRestoreThatBreaksSaysNothingOfThePointAndLeavesNoInstance() throws InterruptedException {
        world.aws.rds.script(
                Transition.RESTORE, Phase.of("creating", Duration.ofMinutes(1)), Phase.last("incompatible-network"));

        RunReport report = prove(name -> {}, Outcome.SUCCEEDED);

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(proof().level()).isEqualTo(Proof.Level.UNPROVEN);
        assertThat(instances()).containsExactly(RdsWorld.INSTANCE);
    }

    @Test
    void anotherInstanceThatTookTheNameIsLeftStanding() throws InterruptedException {
        RunReport report = prove(
                name -> {
                    world.rds.deleteDBInstance(
                            request -> request.dbInstanceIdentifier(name).skipFinalSnapshot(true));
                    world.aws.pass(Duration.ofHours(1));
                    world.rds.createDBInstance(world.asProduction()
                            .dbInstanceIdentifier(name)
                            .deletionProtection(false)
                            .tags(RdsTags.toList(RdsTags.made(
                                    "arn:aws:rds:eu-central-1:123456789012:db:" + name,
                                    bench.journal.runs().get(0),
                                    TargetId.of("bank"))))
                            .build());
                    world.aws.pass(Duration.ofHours(1));
                },
                Outcome.SUCCEEDED);

        assertThat(left(report)).contains("its resource id is db-").contains(" but the journal has db-");
        assertThat(instances()).hasSize(2);
    }

    @Test
    void anInstanceWhoseTagsAreGoneIsLeftStanding() throws InterruptedException {
        RunReport report = prove(
                name -> world.rds.removeTagsFromResource(
                        request -> request.resourceName(world.instance(name).dbInstanceArn())
                                .tagKeys("drkit:made")),
                Outcome.SUCCEEDED);

        assertThat(left(report))
                .endsWith(
                        "it is not the temporary instance of this run, by its tags, but only that is deleted; it stands and is"
                                + " charged for");
        assertThat(instances()).hasSize(2);
    }

    @Test
    void anInstanceThatSomebodyProtectedIsLeftStanding() throws InterruptedException {
        RunReport report = prove(
                name -> {
                    world.rds.modifyDBInstance(request -> request.dbInstanceIdentifier(name)
                            .deletionProtection(true)
                            .applyImmediately(true));
                    world.aws.pass(Duration.ofHours(1));
                },
                Outcome.SUCCEEDED);

        assertThat(left(report))
                .endsWith("somebody protected it from deletion but it was made without; it stands and is charged for");
        assertThat(instances()).hasSize(2);
    }

    @Test
    void whatApplicationsAreSentToIsLeftStanding() throws InterruptedException {
        serving = host -> host.startsWith("fineract-prod-proof-");

        RunReport report = prove(name -> {}, Outcome.SUCCEEDED);

        assertThat(left(report))
                .contains("applications are sent to fineract-prod-proof-")
                .contains("what serves is never deleted");
        assertThat(instances()).hasSize(2);
    }

    private static String left(RunReport report) {
        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.FAILED);
        RunReport.Step delete = report.steps().stream()
                .filter(step -> step.name().equals(RestorePlans.DELETE))
                .findFirst()
                .orElseThrow();
        assertThat(delete.facts()).containsEntry("code", "DRK-RDS-037");
        return delete.message();
    }
}
