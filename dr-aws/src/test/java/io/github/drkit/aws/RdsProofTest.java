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
import io.github.drkit.cutover.Endpoint;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryEndpoint;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.KeyRing;
import io.github.drkit.testkit.rds.AwsCall;
import io.github.drkit.testkit.rds.AwsFault;
import io.github.drkit.testkit.rds.Phase;
import io.github.drkit.testkit.rds.Transition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Snapshots proven on temporary instances, which are deleted always, and never more than they. */
class RdsProofTest {

    private static final RecoveryPointId POINT = RecoveryPointId.of("before");

    private static final String STANDS =
            "; it stands and is charged for\nHint: See that no application is led there, then delete it by hand"
                    + " [DRK-RDS-042]";

    private final RdsWorld world = new RdsWorld(VirtualTime.startingAt("2026-11-22T02:00:00Z")).withInstance();
    private final RdsBench bench = new RdsBench(world);
    private final SecretsManagerClient secrets = world.aws.secretsClient();
    private final KeyRing keys = KeyRing.fresh();
    private final PointVerdicts verdicts =
            PointVerdicts.of(InMemoryPointStore.on(world.aws.time), TargetId.of("bank"), keys.trusted());
    private Predicate<String> serving = host -> false;
    private final List<Function<Endpoint, EndpointSwitch>> switches = new ArrayList<>();

    @BeforeEach
    void snapshot() {
        world.rds.createDBSnapshot(
                request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE).dbSnapshotIdentifier("before"));
        world.aws.pass(Duration.ofHours(1));
        world.aws.rds.script(Transition.RESTORE, Phase.of("creating", Duration.ofMinutes(1)));
    }

    @AfterEach
    void close() {
        secrets.close();
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
        RdsRestore.Builder strategy = RdsRestore.fromSnapshot(
                        world.target().verdicts(verdicts).build())
                .isolatedBy("sg-isolated")
                .connections(world.bank::server)
                .sparing(host -> serving.test(host));
        switches.forEach(strategy::sparingSwitched);
        Operation<RestoreRequest> proof =
                DisasterRecovery.proving(strategy.build(), verdicts, keys.prover(), List.of(check));
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
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessage(
                        "Cannot restore recovery point 'before': it is FAILED but a FAILED point is restored for a proof"
                                + " only\nHint: Choose another point, or another instant [DRK-RDS-031]");
        assertThat(bench.engine()
                        .plan(
                                strategy,
                                RestoreRequest.of(Selection.latest(), RestoreDestination.besideOriginal(RdsWorld.HOME)))
                        .render())
                .contains("note: passed over: 'before' is FAILED: ");
    }

    @Test
    void aFailedPointIsClearedByAProofThatHolds() throws InterruptedException {
        prove(name -> {}, Outcome.FAILED);

        assertThat(prove(name -> {}, Outcome.SUCCEEDED).outcome()).isEqualTo(Outcome.SUCCEEDED);

        assertThat(proof().level()).isEqualTo(Proof.Level.PROVEN);
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
                                + " charged for\nHint: See whose it is and that nobody needs it, then delete it by hand"
                                + " [DRK-RDS-037]");
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
                .endsWith("somebody protected it from deletion but it was made without; it stands and is charged for\n"
                        + "Hint: See whose it is and that nobody needs it, then delete it by hand [DRK-RDS-037]");
        assertThat(instances()).hasSize(2);
    }

    @Test
    void whatApplicationsAreSentToIsLeftStanding() throws InterruptedException {
        serving = host -> host.startsWith("fineract-prod-proof-");

        RunReport report = prove(name -> {}, Outcome.SUCCEEDED);

        assertThat(spared(report))
                .isEqualTo("Cannot delete instance '" + temporary() + "': applications are sent to "
                        + address(temporary()).host() + " but what serves is never deleted" + STANDS);
    }

    @Test
    void whatASwitchLeadsToIsLeftStanding() throws InterruptedException {
        FaultScript faults = new FaultScript();
        InMemoryEndpoint elsewhere = new InMemoryEndpoint("keycloak's address", "original", faults);
        InMemoryEndpoint endpoint = new InMemoryEndpoint("bank's address", "original", faults);
        sparing(elsewhere);
        sparing(endpoint);

        RunReport report = prove(name -> endpoint.set(address(name).toString()), Outcome.SUCCEEDED);

        String there = address(temporary()).toString();
        assertThat(spared(report))
                .isEqualTo("Cannot delete instance '" + temporary() + "': the switch of bank's address to " + there
                        + " is MADE (it names '" + there + "') but must be UNMADE, since what serves is never deleted"
                        + STANDS);
    }

    @Test
    void aSwitchThatLeadsElsewhereLetsItBeDeleted() throws InterruptedException {
        sparing(new InMemoryEndpoint("bank's address", "original", new FaultScript()));

        RunReport report = prove(name -> {}, Outcome.SUCCEEDED);

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(instances()).containsExactly(RdsWorld.INSTANCE);
    }

    @ParameterizedTest
    @Tag("exhaustive")
    @EnumSource(names = {"FAIL", "LOSE_ANSWER"})
    void aSwitchWhoseStateCannotBeToldSparesIt(Fault fault) throws InterruptedException {
        FaultScript faults = new FaultScript().at(Call.LOOK, 1, fault);
        sparing(new InMemoryEndpoint("bank's address", "original", faults));

        RunReport report = prove(name -> {}, Outcome.SUCCEEDED);

        assertThat(spared(report))
                .startsWith("Cannot delete instance '" + temporary()
                        + "': nobody can tell whether applications are sent to " + address(temporary())
                        + " (Cannot look at endpoint 'bank's address': ")
                .endsWith(") but it must be known" + STANDS);
        assertThat(faults.count(Call.LOOK)).isEqualTo(1);
    }

    @Tag("exhaustive")
    @Test
    void aSwitchThatCannotBeMadeUpSparesItAndNobodysWordsAreRepeated() throws InterruptedException {
        switches.add(endpoint -> {
            throw new IllegalStateException("planted-password");
        });

        RunReport report = prove(name -> {}, Outcome.SUCCEEDED);

        assertThat(spared(report)).endsWith(" (java.lang.IllegalStateException) but it must be known" + STANDS);
        assertThat(report.toJson()).doesNotContain("planted-password");
    }

    @Tag("exhaustive")
    @Test
    void aQuestionThatThrowsSparesIt() throws InterruptedException {
        serving = host -> {
            throw new UncheckedIOException(new IOException("no name server"));
        };

        RunReport report = prove(name -> {}, Outcome.SUCCEEDED);

        assertThat(spared(report)).endsWith(" (java.io.UncheckedIOException) but it must be known" + STANDS);
    }

    @Tag("exhaustive")
    @Test
    void whatASecretNamesIsLeftStanding() throws InterruptedException {
        withSecret("{\"host\":\"original\",\"password\":\"planted-password\",\"port\":5432}");

        RunReport report = prove(
                name -> putSecret(
                        "{\"host\":\"" + address(name).host() + "\",\"password\":\"planted-password\",\"port\":5432}"),
                Outcome.SUCCEEDED);

        assertThat(spared(report))
                .contains("the switch of secret 'fineract-db' to " + address(temporary()) + " is MADE (version ")
                .endsWith(" is current and names the new side) but must be UNMADE, since what serves is never deleted"
                        + STANDS);
        assertThat(report.toJson()).doesNotContain("planted-password");
    }

    @Test
    void whatASecretNamesInOneOfItsKeysIsLeftStanding() throws InterruptedException {
        withSecret("{\"host\":\"original\",\"jdbc-url\":\"jdbc:postgresql://original:5433/bank\"}");

        RunReport report = prove(
                name -> putSecret("{\"host\":\"original\",\"jdbc-url\":\"jdbc:postgresql://"
                        + address(name).host().toUpperCase(Locale.ROOT) + ":5433/bank\"}"),
                Outcome.SUCCEEDED);

        assertThat(spared(report))
                .contains(" is PARTLY (version ")
                .contains(" is current and names the new side in [jdbc-url] but not in all of [host])");
    }

    @Test
    void whatNoSecretNamesIsDeletedAfterOneQuestion() throws InterruptedException {
        withSecret("{\"host\":\"original\",\"port\":5433}");
        world.script().forgetCalls();

        RunReport report = prove(name -> {}, Outcome.SUCCEEDED);

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(instances()).containsExactly(RdsWorld.INSTANCE);
        assertThat(world.script().calls().stream().map(AwsCall::iamAction))
                .containsOnlyOnce("secretsmanager:GetSecretValue", "rds:DeleteDBInstance");
    }

    @Tag("exhaustive")
    @Test
    void aSecretThatCannotBeReadSparesIt() throws InterruptedException {
        withSecret("{\"host\":\"original\"}");
        world.script()
                .inject(AwsFault.answer("GetSecretValue", 500, "InternalServiceError")
                        .always());

        RunReport report = prove(name -> {}, Outcome.SUCCEEDED);

        assertThat(spared(report))
                .contains("nobody can tell whether applications are sent to " + address(temporary())
                        + " (Cannot read secret 'fineract-db': ");
    }

    @Tag("exhaustive")
    @Test
    void aRunCancelledWhileASwitchIsAskedDeletesNothingAndIsNotAtItsEnd() throws InterruptedException {
        withSecret("{\"host\":\"original\"}");
        world.script().inject(AwsFault.throttled("GetSecretValue").always());
        switches.add(0, endpoint -> {
            Thread.currentThread().interrupt();
            return new InMemoryEndpoint("bank's address", "original", new FaultScript())
                    .switchTo("copy", EndpointSwitch.Place.OUTSIDE);
        });

        RunReport report = prove(name -> {}, Outcome.SUCCEEDED);

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.UNKNOWN);
        assertThat(instances()).hasSize(2);
    }

    private void sparing(InMemoryEndpoint endpoint) {
        switches.add(there -> endpoint.switchTo(there.toString(), EndpointSwitch.Place.OUTSIDE));
    }

    private void withSecret(String value) {
        secrets.createSecret(request -> request.name("fineract-db").secretString(value));
        switches.add(
                there -> SecretsManagerSwitch.of(secrets, "fineract-db", Map.of("host", there.host()), world.aws.time));
    }

    private void putSecret(String value) {
        secrets.putSecretValue(request -> request.secretId("fineract-db").secretString(value));
    }

    private Endpoint address(String name) {
        DBInstance instance = world.instance(name);
        return new Endpoint(instance.endpoint().address(), instance.endpoint().port());
    }

    private String temporary() {
        return instances().stream()
                .filter(name -> !name.equals(RdsWorld.INSTANCE))
                .findFirst()
                .orElseThrow();
    }

    /** It stands, all the same it is told, and the point is proven. */
    private String spared(RunReport report) {
        assertThat(instances()).hasSize(2);
        assertThat(proof().level()).isEqualTo(Proof.Level.PROVEN);
        return left(report, "DRK-RDS-042");
    }

    private static String left(RunReport report) {
        return left(report, "DRK-RDS-037");
    }

    private static String left(RunReport report, String code) {
        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.FAILED);
        RunReport.Step delete = report.steps().stream()
                .filter(step -> step.name().equals(RestorePlans.DELETE))
                .findFirst()
                .orElseThrow();
        assertThat(delete.facts()).containsEntry("code", code);
        return delete.message();
    }
}
