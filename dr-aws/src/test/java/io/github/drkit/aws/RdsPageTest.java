package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.BackupRequest;
import io.github.drkit.Catalog;
import io.github.drkit.Check;
import io.github.drkit.CheckResult;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RestoredCopy;
import io.github.drkit.StepContext;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.PointMarks;
import io.github.drkit.catalog.PointVerdicts;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.TrustedKeys;
import io.github.drkit.cutover.CutOver;
import io.github.drkit.cutover.CutOverRequest;
import io.github.drkit.cutover.Endpoint;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.expiry.ExpireRequest;
import io.github.drkit.expiry.Expiry;
import io.github.drkit.journal.Journal;
import io.github.drkit.postgres.NewestRow;
import io.github.drkit.postgres.PostgresSide;
import io.github.drkit.report.RunReport;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.store.PointStore;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryEndpoint;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryServer;
import io.github.drkit.testkit.fake.KeyRing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.VpcSecurityGroupMembership;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** What docs/rds.md shows, run; and its policies, held to the calls that were really made. */
class RdsPageTest {

    private final RdsWorld world = new RdsWorld(VirtualTime.startingAt("2026-11-22T02:00:00Z")).withInstance();
    private final RdsBench bench = new RdsBench(world);
    private final Journal journal = bench.journal;
    private final PointStore store = InMemoryPointStore.on(world.aws.time);
    private final KeyRing keys = KeyRing.fresh();
    private final SigningKey prover = keys.prover();
    private final TrustedKeys trusted = keys.trusted();

    @AfterEach
    void close() {
        world.close();
    }

    private RdsTarget described() {
        RdsClient client = world.rds;
        VirtualTime time = world.aws.time;
        // tag::target
        RdsRegion region = RdsRegion.builder(client).time(time).build();
        RdsTarget bank = RdsTarget.builder(TargetId.of("bank"), "fineract-prod", region)
                .rule(BackupRule.keeping(7))
                .verdicts(PointVerdicts.of(store, TargetId.of("bank"), trusted))
                .build();
        // end::target
        return bank;
    }

    @Test
    void backupsAreLookedAt() {
        world.script().forgetCalls();
        // tag::look
        RdsTarget bank = described();
        Catalog catalog = bank.list();
        RdsBackups backups = bank.backups();
        // end::look

        assertThat(catalog.windows()).hasSize(1);
        assertThat(backups.problems()).isEmpty();
        assertThat(policy("look")).isEqualTo(made());
    }

    @Test
    void aSnapshotIsTaken() throws InterruptedException {
        DisasterRecovery dr = bench.engine();
        RdsTarget bank = described();
        world.script().forgetCalls();
        // tag::snapshot
        Plan plan = dr.plan(bank, BackupRequest.manual("pre-v1.13.0-upgrade"));
        RunReport report = dr.execute(plan, bank);
        // end::snapshot

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.aws.rds.snapshots(RdsWorld.HOME)).contains("fineract-prod-pre-v1-13-0-upgrade");
        assertThat(policy("snapshot")).isEqualTo(made());
    }

    @Test
    void anInstantIsRestored() throws InterruptedException {
        DisasterRecovery dr = bench.engine();
        RdsTarget bank = described();
        Instant before = bank.list().windows().get(0).latest();
        world.script().forgetCalls();
        // tag::restore
        RdsRestore strategy = RdsRestore.toPointInTime(bank).build();
        RestoreDestination beside = new RestoreDestination(
                "eu-central-1", Map.of("fineract-prod", "fineract-prod-2"), Isolation.BESIDE_ORIGINAL);
        Plan plan = dr.plan(strategy, RestoreRequest.of(Selection.instant(before), beside));
        RunReport report = dr.execute(plan, strategy);
        // end::restore

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.settings("fineract-prod-2")).isEqualTo(world.settings("fineract-prod"));
        assertThat(policy("restore"))
                .as("the reboot is needed now and then")
                .isEqualTo(with(
                        made(),
                        "rds:RebootDBInstance",
                        "rds:RestoreDBInstanceFromDBSnapshot",
                        "rds:DescribeDBSnapshots"));
    }

    @Test
    void aSnapshotIsProven() throws InterruptedException {
        DisasterRecovery dr = bench.engine();
        RdsTarget bank = described();
        dr.execute(dr.plan(bank, BackupRequest.manual("pre-v1.13.0-upgrade")), bank);
        StubBank servers = world.bank;
        Check ledger = new Ledger();
        world.script().forgetCalls();
        // tag::prove
        RdsRestore strategy = RdsRestore.fromSnapshot(bank)
                .isolatedBy("sg-isolated")
                .connections((host, port) -> servers.server(host, port))
                .newestRow("fineract_default", new NewestRow("public", "m_loan_transaction", "created_on_utc"))
                .build();
        Operation<RestoreRequest> proof = DisasterRecovery.proving(
                strategy, PointVerdicts.of(store, bank.id(), trusted), prover, List.of(ledger));
        Plan plan = dr.plan(
                proof,
                RestoreRequest.of(
                        Selection.point(RecoveryPointId.of("fineract-prod-pre-v1-13-0-upgrade")),
                        RestoreDestination.isolated("eu-central-1")));
        RunReport report = dr.execute(plan, proof);
        // end::prove

        Set<String> made = made();
        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(report.checks()).hasSize(1);
        assertThat(bank.list()
                        .find(RecoveryPointId.of("fineract-prod-pre-v1-13-0-upgrade"))
                        .orElseThrow()
                        .proof()
                        .level())
                .isEqualTo(Proof.Level.PROVEN);
        assertThat(world.aws.rds.instances(RdsWorld.HOME)).containsExactly("fineract-prod");
        assertThat(policy("prove")).isEqualTo(with(made, "rds:RebootDBInstance"));
    }

    @Test
    void aTemporaryInstanceThatServesIsSpared() throws InterruptedException {
        DisasterRecovery dr = bench.engine();
        RdsTarget bank = described();
        StubBank servers = world.bank;
        PostgresSide serving = PostgresSide.of(servers.server("production.example", 5433));
        Endpoint production = new Endpoint("production.example", 5433);
        SecretsManagerClient secrets = world.aws.secretsClient();
        secrets.createSecret(request -> request.name("fineract-db").secretString("{\"host\":\"production.example\"}"));
        dr.execute(dr.plan(bank, BackupRequest.manual("pre-v1.13.0-upgrade")), bank);
        world.script().forgetCalls();
        // tag::spare
        RdsRestore strategy = RdsRestore.fromSnapshot(bank)
                .isolatedBy("sg-isolated")
                .connections((host, port) -> servers.server(host, port))
                .sparingSwitched(
                        temporary -> SecretsManagerSwitch.of(secrets, "fineract-db", Map.of("host", temporary.host())))
                .sparingSwitched(temporary -> serving.tenantRows("fineract_tenants", Map.of(production, temporary)))
                .build();
        // end::spare
        Operation<RestoreRequest> proof = DisasterRecovery.proving(
                strategy, PointVerdicts.of(store, bank.id(), trusted), prover, List.of(new Ledger()));
        Plan plan = dr.plan(
                proof,
                RestoreRequest.of(
                        Selection.point(RecoveryPointId.of("fineract-prod-pre-v1-13-0-upgrade")),
                        RestoreDestination.isolated("eu-central-1")));

        RunReport report = dr.execute(plan, proof);

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.aws.rds.instances(RdsWorld.HOME)).containsExactly("fineract-prod");
        assertThat(made())
                .as("beside the policy, reading the secret")
                .isEqualTo(with(made("rds:"), "secretsmanager:GetSecretValue"));
        secrets.close();
    }

    private Set<String> made(String service) {
        return made().stream().filter(action -> action.startsWith(service)).collect(Collectors.toSet());
    }

    @Test
    void anInstanceIsFencedAndTheFenceIsLifted() throws InterruptedException {
        FaultScript faults = new FaultScript();
        InMemoryServer old = new InMemoryServer("old", faults).admit("app");
        InMemoryServer fresh = new InMemoryServer("new", faults).admit("app");
        CutOver cutOver = CutOver.builder(fresh.newSide(), journal)
                .fenceOld(RdsSecurityGroupFence.of(world.region(), RdsWorld.INSTANCE, Set.of("sg-isolated")))
                .fenceOld(old.fence())
                .fenceNew(fresh.fence())
                .endpoint(new InMemoryEndpoint("secret", "old", faults).switchTo("new", EndpointSwitch.Place.OUTSIDE))
                .build();
        world.script().forgetCalls();

        RunReport there = bench.run(cutOver, CutOverRequest.to("copy new"));
        List<String> fenced = groups();
        RunReport back = bench.run(cutOver, CutOverRequest.back(there.run()));

        assertThat(there.outcome()).as(there.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(fenced).containsExactly("sg-isolated");
        assertThat(back.outcome()).as(back.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(groups()).containsExactly("sg-bank");
        assertThat(policy("fence")).isEqualTo(made());
    }

    private List<String> groups() {
        return world.instance(RdsWorld.INSTANCE).vpcSecurityGroups().stream()
                .map(VpcSecurityGroupMembership::vpcSecurityGroupId)
                .toList();
    }

    @Test
    void snapshotsAreExpired() throws InterruptedException {
        try (ExpiryBench expiring = new ExpiryBench().days(5)) {
            DisasterRecovery dr = expiring.bench.engine();
            RdsRegion region = expiring.world.region();
            PointStore store = expiring.store;
            TrustedKeys trusted = ExpiryBench.KEYS.trusted();
            SigningKey backupKey = ExpiryBench.KEYS.backup();
            Journal journal = expiring.bench.journal;
            RetentionPolicy policy = ExpiryBench.THREE_DAYS;
            expiring.world.script().forgetCalls();
            // tag::expire
            RdsTarget bank = RdsTarget.builder(TargetId.of("bank"), "fineract-prod", region)
                    .expirable(PointMarks.of(store, TargetId.of("bank"), trusted), backupKey)
                    .build();
            Expiry expiry = bank.expiring(journal);
            Plan plan = dr.plan(expiry, ExpireRequest.of(policy, Duration.ofHours(26)));
            RunReport report = dr.execute(plan, expiry);
            // end::expire

            assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
            assertThat(expiring.manual(RdsWorld.HOME)).hasSize(3);
            assertThat(policy("expire")).isEqualTo(made(expiring.world));
        }
    }

    /** Holds by itself; the ITs ask a real ledger. */
    private static final class Ledger implements Check {
        @Override
        public String name() {
            return "ledger";
        }

        @Override
        public CheckResult check(RestoredCopy copy, StepContext context) {
            return copy.databases().contains("fineract_default")
                    ? new CheckResult(Outcome.SUCCEEDED, "a ledger", "a ledger")
                    : new CheckResult(Outcome.FAILED, "a ledger", "none");
        }
    }

    private TreeSet<String> made() {
        return made(world);
    }

    private static TreeSet<String> made(RdsWorld world) {
        TreeSet<String> made = new TreeSet<>();
        world.script().calls().forEach(call -> made.add(call.iamAction()));
        // Tags given with a call need this permission as well; it is no call of its own.
        if (world.script().calls().stream()
                .anyMatch(call -> call.parameters().keySet().stream().anyMatch(key -> key.startsWith("Tags.")))) {
            made.add("rds:AddTagsToResource");
        }
        return made;
    }

    private static Set<String> with(Set<String> made, String... more) {
        TreeSet<String> all = new TreeSet<>(made);
        all.addAll(List.of(more));
        return all;
    }

    private static Set<String> policy(String operation) {
        try {
            String page = Files.readString(Path.of("..", "docs", "rds.md"));
            int begin = page.indexOf("\"Sid\": \"" + operation + "\"");
            assertThat(begin).as("a policy for %s", operation).isPositive();
            Matcher actions = Pattern.compile("\"((?:rds|cloudwatch):[A-Za-z]+)\"")
                    .matcher(page.substring(begin, page.indexOf("\"Resource\"", begin)));
            return actions.results().map(match -> match.group(1)).collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
