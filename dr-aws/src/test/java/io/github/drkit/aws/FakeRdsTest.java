package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.testkit.rds.AwsFault;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBSnapshot;
import software.amazon.awssdk.services.rds.model.DbInstanceNotFoundException;

/** The fake as the real client sees it. */
class FakeRdsTest {

    private final FakeAws aws = new FakeAws();
    private final RdsClient rds = aws.rdsClient();

    @AfterEach
    void close() {
        rds.close();
        aws.close();
    }

    @Test
    void anInstanceIsSnapshottedRestoredAndDeleted() {
        rds.createDBInstance(create -> create.dbInstanceIdentifier("Bank")
                .engine("postgres")
                .dbInstanceClass("db.t3.medium")
                .allocatedStorage(100)
                .masterUsername("bank")
                .masterUserPassword("first-secret"));
        aws.pass(Duration.ofHours(1));
        assertThat(instance("BANK").dbInstanceIdentifier()).isEqualTo("bank");
        assertThat(instance("bank").dbInstanceStatus()).isEqualTo("available");

        rds.createDBSnapshot(snapshot -> snapshot.dbSnapshotIdentifier("before").dbInstanceIdentifier("bank"));
        aws.pass(Duration.ofHours(1));
        DBSnapshot snapshot = rds.describeDBSnapshots(describe -> describe.dbSnapshotIdentifier("before"))
                .dbSnapshots()
                .get(0);
        assertThat(snapshot.status()).isEqualTo("available");

        rds.restoreDBInstanceFromDBSnapshot(
                restore -> restore.dbInstanceIdentifier("copy").dbSnapshotIdentifier("before"));
        aws.pass(Duration.ofHours(1));
        assertThat(instance("copy").dbInstanceStatus()).isEqualTo("available");

        rds.deleteDBInstance(delete -> delete.dbInstanceIdentifier("copy").skipFinalSnapshot(true));
        aws.pass(Duration.ofHours(1));
        assertThatThrownBy(() -> instance("copy"))
                .isInstanceOf(DbInstanceNotFoundException.class)
                .hasMessageStartingWith("DBInstance copy not found.");
        assertThat(aws.rds.instances(FakeAws.REGION)).containsExactly("bank");
    }

    @Test
    void aDeadProcessSeesNothingAndIsSeenByNobody() {
        aws.script.inject(AwsFault.crashAfter("CreateDBInstance"));

        assertThatThrownBy(() -> rds.createDBInstance(create -> create.dbInstanceIdentifier("bank")
                        .engine("postgres")
                        .dbInstanceClass("db.t3.medium")
                        .allocatedStorage(20)
                        .masterUsername("bank")
                        .masterUserPassword("first-secret")))
                .isExactlyInstanceOf(FakeAws.ProcessDied.class);
        assertThat(aws.rds.instances(FakeAws.REGION)).containsExactly("bank");
        assertThatThrownBy(() -> rds.describeDBInstances()).isExactlyInstanceOf(FakeAws.ProcessDied.class);

        aws.script.revive();
        assertThat(rds.describeDBInstances().dbInstances()).isEmpty();
        aws.pass(Duration.ofMinutes(1));
        assertThat(rds.describeDBInstances().dbInstances()).hasSize(1);
    }

    private DBInstance instance(String id) {
        return rds.describeDBInstances(describe -> describe.dbInstanceIdentifier(id))
                .dbInstances()
                .get(0);
    }
}
