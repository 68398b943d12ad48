package io.github.drkit.aws;

import io.github.drkit.TargetId;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.rds.AwsScript;
import io.github.drkit.testkit.rds.FakeRds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.CreateDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBSnapshot;
import software.amazon.awssdk.services.rds.model.Tag;

/** A bank's instance at the fake, with every setting other than RDS would choose, and our target of it. */
final class RdsWorld implements AutoCloseable {

    static final String INSTANCE = "fineract-prod";
    static final String HOME = FakeAws.REGION;
    static final String AWAY = "us-east-2";

    final FakeAws aws;
    final RdsClient rds;
    final String key;
    final StubBank bank = new StubBank();

    RdsWorld(VirtualTime time) {
        this.aws = new FakeAws(time);
        this.rds = aws.rdsClient();
        this.key = aws.rds.kmsKey(HOME, "bank");
        for (String region : List.of(HOME, AWAY)) {
            groups(aws.rds, region);
        }
    }

    static void groups(FakeRds rds, String region) {
        rds.subnetGroup(region, "fineract-prod-db", "vpc-bank");
        rds.securityGroup(region, "sg-bank", "vpc-bank");
        rds.securityGroup(region, "sg-isolated", "vpc-bank");
        rds.parameterGroup(region, "fineract-prod-pg", "postgres15");
    }

    /** As the platform's Terraform makes it. */
    RdsWorld withInstance() {
        rds.createDBInstance(asProduction().build());
        aws.pass(Duration.ofHours(1));
        return this;
    }

    CreateDbInstanceRequest.Builder asProduction() {
        return asProduction(key);
    }

    static CreateDbInstanceRequest.Builder asProduction(String key) {
        return CreateDbInstanceRequest.builder()
                .dbInstanceIdentifier(INSTANCE)
                .engine("postgres")
                .engineVersion("15.13")
                .dbInstanceClass("db.t3.medium")
                .allocatedStorage(100)
                .maxAllocatedStorage(500)
                .storageType("gp3")
                .storageEncrypted(true)
                .kmsKeyId(key)
                .masterUsername("fineract")
                .masterUserPassword("planted-master-password")
                .dbName("fineract_tenants")
                .dbSubnetGroupName("fineract-prod-db")
                .vpcSecurityGroupIds("sg-bank")
                .dbParameterGroupName("fineract-prod-pg")
                .port(5433)
                .multiAZ(true)
                .deletionProtection(true)
                .publiclyAccessible(false)
                .enableIAMDatabaseAuthentication(true)
                .copyTagsToSnapshot(true)
                .autoMinorVersionUpgrade(false)
                .backupRetentionPeriod(7)
                .preferredBackupWindow("20:00-21:00")
                .preferredMaintenanceWindow("sun:05:00-sun:06:00")
                .enableCloudwatchLogsExports("postgresql", "upgrade")
                .caCertificateIdentifier("rds-ca-rsa4096-g1")
                .monitoringInterval(60)
                .monitoringRoleArn("arn:aws:iam::123456789012:role/rds-monitoring")
                .enablePerformanceInsights(true)
                .performanceInsightsKMSKeyId(key)
                .performanceInsightsRetentionPeriod(31)
                .engineLifecycleSupport("open-source-rds-extended-support-disabled")
                .tags(Tag.builder().key("Environment").value("production").build());
    }

    RdsRegion region() {
        return RdsRegion.builder(rds).time(aws.time).chance(new Random(1)).build();
    }

    RdsRegion away() {
        return RdsRegion.builder(aws.rdsClient(AWAY))
                .time(aws.time)
                .chance(new Random(2))
                .build();
    }

    RdsTarget.Builder target() {
        return RdsTarget.builder(TargetId.of("bank"), INSTANCE, region());
    }

    AwsScript script() {
        return aws.script;
    }

    DBInstance instance(String name) {
        return rds.describeDBInstances(request -> request.dbInstanceIdentifier(name))
                .dbInstances()
                .get(0);
    }

    boolean has(String name) {
        return aws.rds.instances(HOME).contains(name);
    }

    /** Everything that is carried, by name: what the original and a good restore have in common. */
    String settings(String name) {
        if (!has(name)) {
            return "";
        }
        DBInstance instance = instance(name);
        Map<String, String> settings = new TreeMap<>();
        for (Attribute attribute : Attribute.values()) {
            if (attribute.is(Carrying.Kind.CARRIED)) {
                settings.put(attribute.member(), attribute.of(instance));
            }
        }
        settings.put("TagList", RdsTags.peoples(RdsTags.of(instance.tagList())).toString());
        settings.put("password", aws.rds.masterPassword(HOME, name));
        return settings.toString();
    }

    /** All there is, in all regions. */
    String everything() {
        List<String> all = new ArrayList<>();
        for (String region : List.of(HOME, AWAY)) {
            try (RdsClient there = aws.rdsClient(region)) {
                there.describeDBInstances().dbInstances().stream()
                        .map(one -> one.dbInstanceIdentifier() + " " + one.dbInstanceStatus() + " "
                                + one.dbiResourceId() + " " + RdsTags.of(one.tagList()))
                        .forEach(all::add);
                List<DBSnapshot> snapshots =
                        new ArrayList<>(there.describeDBSnapshots().dbSnapshots());
                snapshots.stream()
                        .map(one -> one.dbSnapshotIdentifier() + " " + one.status() + " " + RdsTags.of(one.tagList()))
                        .forEach(all::add);
            }
        }
        return String.join("\n", all);
    }

    @Override
    public void close() {
        rds.close();
        aws.close();
    }
}
