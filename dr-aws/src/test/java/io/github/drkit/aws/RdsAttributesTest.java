package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.TargetId;
import io.github.drkit.aws.Carrying.Kind;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.rds.Phase;
import io.github.drkit.testkit.rds.Transition;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.model.CreateDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.ProcessorFeature;

/** Instances whose every carried setting is drawn by chance, restored both ways. The figure rds/attributes. */
@Tag("exhaustive")
class RdsAttributesTest {

    private static final int RESTORES = Integer.getInteger("drkit.attributes", 20);
    private static final int PER_WORLD = 15;
    private static final List<String> LOGS = List.of("postgresql", "upgrade", "iam-db-auth-error");

    @Test
    void nothingThatIsCarriedIsLostWithoutThePlanHavingSaidSo() throws InterruptedException {
        long seed = Long.getLong("drkit.seed", new Random().nextLong());
        Random chance = new Random(seed);
        Map<Attribute, Set<String>> drawn = new EnumMap<>(Attribute.class);
        Map<String, String> lost = new TreeMap<>();
        int restores = 0;
        while (restores < RESTORES) {
            try (RdsWorld world = new RdsWorld(VirtualTime.startingAt("2026-11-22T02:00:00Z"))) {
                RdsBench bench = new RdsBench(world);
                world.aws.rds.script(Transition.RESTORE, Phase.of("creating", Duration.ofMinutes(1)));
                world.aws.rds.script(Transition.MODIFY, Phase.of("modifying", Duration.ofSeconds(40)));
                for (int instance = 0; instance < PER_WORLD && restores < RESTORES; instance++, restores++) {
                    String name = "bank-" + restores;
                    restore(world, bench, chance, name, restores % 2 == 0, drawn)
                            .forEach((member, what) -> lost.put(name + " " + member, what));
                }
            }
        }

        System.out.println("attributes " + restores + " restores, " + drawn.size() + " attributes drawn, " + lost.size()
                + " lost without the plan having said so (seed " + seed + ")");
        assertThat(lost).as("seed %s", seed).isEmpty();
        assertThat(drawn.entrySet().stream()
                        .filter(values -> values.getValue().size() < 2)
                        .map(Map.Entry::getKey))
                .as("attributes that chance never changed, so that nothing was shown of them")
                .isSubsetOf(Attribute.LICENSE_MODEL, Attribute.BACKUP_TARGET, Attribute.CUSTOMER_OWNED_IP_ENABLED);
    }

    private static Map<String, String> restore(
            RdsWorld world,
            RdsBench bench,
            Random chance,
            String name,
            boolean bySnapshot,
            Map<Attribute, Set<String>> drawn)
            throws InterruptedException {
        world.rds.createDBInstance(drawn(world, chance, name));
        world.aws.pass(Duration.ofHours(2));
        world.rds.createDBSnapshot(request -> request.dbInstanceIdentifier(name).dbSnapshotIdentifier("of-" + name));
        world.aws.pass(Duration.ofHours(1));
        RdsTarget target =
                RdsTarget.builder(TargetId.of(name), name, world.region()).build();
        boolean instant = !bySnapshot && !target.list().windows().isEmpty();
        RdsRestore strategy = instant
                ? RdsRestore.toPointInTime(target).build()
                : RdsRestore.fromSnapshot(target).build();
        DBInstance original = world.instance(name);

        Plan plan = bench.engine()
                .plan(
                        strategy,
                        RestoreRequest.of(
                                Selection.latest(),
                                new RestoreDestination(
                                        RdsWorld.HOME, Map.of(name, "copy-of-" + name), Isolation.BESIDE_ORIGINAL)));
        RunReport report = bench.engine().execute(plan, strategy);

        Map<String, String> lost = new TreeMap<>();
        if (report.outcome() != Outcome.SUCCEEDED) {
            return Map.of("run", report.toMarkdown() + plan.render());
        }
        DBInstance restored = world.instance("copy-of-" + name);
        for (Attribute attribute : Attribute.values()) {
            if (!attribute.is(Kind.CARRIED)) {
                continue;
            }
            String before = comparable(attribute, original);
            String after = comparable(attribute, restored);
            drawn.computeIfAbsent(attribute, any -> new TreeSet<>()).add(before);
            boolean said = plan.remarks().stream()
                    .anyMatch(remark -> remark.kind() == Plan.Remark.Kind.NOT_RESTORED
                            && remark.text().startsWith(attribute.member() + " "));
            if (!before.equals(after) && !said) {
                lost.put(attribute.member(), before + " became " + after);
            }
        }
        return lost;
    }

    private static String comparable(Attribute attribute, DBInstance instance) {
        return attribute == Attribute.TAG_LIST
                ? RdsTags.peoples(RdsTags.of(instance.tagList())).toString()
                : attribute.of(instance);
    }

    private static CreateDbInstanceRequest drawn(RdsWorld world, Random chance, String name) {
        CreateDbInstanceRequest.Builder request = world.asProduction().dbInstanceIdentifier(name);
        request.dbInstanceClass(one(chance, "db.t3.medium", "db.m5.large", "db.r6g.xlarge"))
                .port(5432 + chance.nextInt(10))
                .multiAZ(chance.nextBoolean())
                .deletionProtection(chance.nextBoolean())
                .publiclyAccessible(chance.nextBoolean())
                .enableIAMDatabaseAuthentication(chance.nextBoolean())
                .copyTagsToSnapshot(chance.nextBoolean())
                .autoMinorVersionUpgrade(chance.nextBoolean())
                .dedicatedLogVolume(chance.nextBoolean())
                .backupRetentionPeriod(chance.nextInt(4) == 0 ? 0 : 1 + chance.nextInt(35))
                .preferredBackupWindow(String.format("%02d:00-%02d:30", 10 + chance.nextInt(9), 10 + chance.nextInt(9)))
                .preferredMaintenanceWindow(
                        one(chance, "sun:05:00-sun:06:00", "mon:23:00-tue:01:00", "sat:00:00-sat:00:30"))
                .enableCloudwatchLogsExports(
                        LOGS.stream().filter(log -> chance.nextBoolean()).toList())
                .caCertificateIdentifier(one(chance, "rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"))
                .engineLifecycleSupport(
                        one(chance, "open-source-rds-extended-support", "open-source-rds-extended-support-disabled"))
                .networkType(one(chance, "IPV4", "DUAL"))
                .maxAllocatedStorage(chance.nextBoolean() ? null : 3000);
        String group = one(chance, "default.postgres15", "fineract-prod-pg");
        request.dbParameterGroupName(group);
        world.aws.rds.optionGroup(RdsWorld.HOME, "fineract-options");
        request.optionGroupName(one(chance, "default:postgres-15", "fineract-options"));
        boolean elsewhere = chance.nextBoolean();
        world.aws.rds.subnetGroup(RdsWorld.HOME, "other-db", "vpc-other");
        world.aws.rds.securityGroup(RdsWorld.HOME, "sg-other", "vpc-other");
        request.dbSubnetGroupName(elsewhere ? "other-db" : "fineract-prod-db")
                .vpcSecurityGroupIds(
                        elsewhere
                                ? List.of("sg-other")
                                : chance.nextBoolean() ? List.of("sg-bank") : List.of("sg-bank", "sg-isolated"));
        int monitored = chance.nextInt(3);
        request.monitoringInterval(monitored == 0 ? 0 : monitored == 1 ? 15 : 60)
                .monitoringRoleArn(
                        monitored == 0 ? null : "arn:aws:iam::123456789012:role/monitoring-" + chance.nextInt(3));
        boolean insights = chance.nextBoolean();
        request.enablePerformanceInsights(insights)
                .performanceInsightsKMSKeyId(insights && chance.nextBoolean() ? world.key : null)
                .performanceInsightsRetentionPeriod(
                        insights ? List.of(7, 31, 731).get(chance.nextInt(3)) : null)
                .databaseInsightsMode(insights && chance.nextBoolean() ? "advanced" : "standard");
        if (insights && request.build().databaseInsightsModeAsString().equals("advanced")) {
            request.performanceInsightsRetentionPeriod(465);
        }
        if (chance.nextBoolean()) {
            request.processorFeatures(
                    ProcessorFeature.builder()
                            .name("coreCount")
                            .value(String.valueOf(1 + chance.nextInt(4)))
                            .build(),
                    ProcessorFeature.builder().name("threadsPerCore").value("1").build());
        }
        if (chance.nextInt(3) == 0) {
            request.domain("d-" + chance.nextInt(100)).domainIAMRoleName("rds-directory");
        }
        Map<String, String> tags = new TreeMap<>();
        for (int tag = chance.nextInt(4); tag > 0; tag--) {
            tags.put(
                    one(chance, "Environment", "Owner", "cost:center", "drkit:run", "drkit:made"),
                    "v" + chance.nextInt(9));
        }
        request.tags(RdsTags.toList(tags));
        storage(request, chance);
        return request.build();
    }

    private static void storage(CreateDbInstanceRequest.Builder request, Random chance) {
        switch (chance.nextInt(5)) {
            case 0 -> request.storageType("gp3").allocatedStorage(20 + chance.nextInt(379));
            case 1 -> request.storageType("gp3").allocatedStorage(400 + chance.nextInt(600));
            case 2 ->
                request.storageType("gp3")
                        .allocatedStorage(1000)
                        .iops(12_000 + 1000 * chance.nextInt(9))
                        .storageThroughput(500 + chance.nextInt(100));
            case 3 ->
                request.storageType("io1")
                        .allocatedStorage(100 + chance.nextInt(100))
                        .iops(1000 + chance.nextInt(1000));
            default -> request.storageType("gp2").allocatedStorage(20 + chance.nextInt(1000));
        }
    }

    @SafeVarargs
    private static <T> T one(Random chance, T... of) {
        return of[chance.nextInt(of.length)];
    }
}
