package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Outcome;
import io.github.drkit.TimeSource;
import io.github.drkit.cutover.Change;
import io.github.drkit.cutover.CutOver;
import io.github.drkit.cutover.CutOverRequest;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.cutover.Fence;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.contract.FenceContract;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryEndpoint;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryServer;
import io.github.drkit.testkit.rds.AwsFault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.RdsClient;

/** The real client against the fake. Whoever is in group sg-app gets in; what is open lives on, as AWS tracks it. */
class RdsSecurityGroupFenceContractTest extends FenceContract {

    private FakeAws aws = new FakeAws();
    private RdsClient client = aws.rdsClient();

    @AfterEach
    void close() {
        client.close();
        aws.close();
    }

    @Override
    protected void makeWorld() {
        close();
        aws = new FakeAws();
        client = aws.rdsClient();
        for (String group : List.of("sg-app", "sg-batch", "sg-isolated")) {
            aws.rds.securityGroup(FakeAws.REGION, group, "vpc-default");
        }
        client.createDBInstance(create -> create.dbInstanceIdentifier("bank")
                .engine("postgres")
                .engineVersion("15.7")
                .dbInstanceClass("db.m6g.large")
                .allocatedStorage(100)
                .masterUsername("bank")
                .masterUserPassword("hunter2-hunter2")
                .vpcSecurityGroupIds("sg-app", "sg-batch"));
        aws.pass(Duration.ofHours(2));
    }

    @Override
    protected Fence fence() {
        return fence("bank");
    }

    private Fence fence(String instance) {
        return RdsSecurityGroupFence.of(
                RdsRegion.builder(client).time(aws.time).build(), instance, Set.of("sg-isolated"));
    }

    @Override
    protected TimeSource time() {
        return aws.time;
    }

    @Override
    protected String world() {
        return groups().toString();
    }

    private List<String> groups() {
        return client
                .describeDBInstances(describe -> describe.dbInstanceIdentifier("bank"))
                .dbInstances()
                .get(0)
                .vpcSecurityGroups()
                .stream()
                .map(group -> group.vpcSecurityGroupId() + " " + group.status())
                .sorted()
                .toList();
    }

    @Override
    protected boolean writesAnew() {
        return groups().stream().anyMatch(group -> group.startsWith("sg-app"));
    }

    @Override
    protected void openSession() {
        throw new AssertionError("a security group ends no session, so nobody asks");
    }

    @Override
    protected boolean writesInSession() {
        throw new AssertionError("a security group ends no session, so nobody asks");
    }

    @Override
    protected boolean slipsIn() {
        client.modifyDBInstance(
                modify -> modify.dbInstanceIdentifier("bank").vpcSecurityGroupIds("sg-isolated", "sg-app"));
        return true;
    }

    @Override
    protected boolean losesAnswer(int number) {
        aws.script.inject(AwsFault.dropAfter("ModifyDBInstance").nth(number));
        return true;
    }

    @Override
    protected Set<String> secrets() {
        return Set.of("hunter2");
    }

    @Test
    void thePlanSaysThatOpenConnectionsLiveOnAndWhoIsStillAdmitted() {
        Change change = fence().plan();

        assertThat(change.before()).isEqualTo("[sg-app, sg-batch]");
        assertThat(change.commands())
                .containsExactly("aws rds modify-db-instance --db-instance-identifier bank --vpc-security-group-ids"
                        + " sg-isolated --apply-immediately");
        assertThat(change.inverse())
                .isEqualTo("aws rds modify-db-instance --db-instance-identifier bank --vpc-security-group-ids sg-app"
                        + " sg-batch --apply-immediately");
        assertThat(change.remarks().stream().map(remark -> remark.text()))
                .containsExactly(
                        "connections that are open outlive a change of security groups; another fence ends them",
                        "whoever [sg-isolated] admit is not kept out; DR Kit's host must be among them");
    }

    @Test
    void anInstanceThatIsNotAvailableIsRefused() {
        aws.rds.show(FakeAws.REGION, "bank", "stopped");

        assertThatThrownBy(fence()::plan)
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot fence security groups of RDS instance 'bank': its status is stopped but available is"
                                + " required\nHint: Wait until it is; a stopped instance is started first [DRK-SGF-001]");
    }

    @Test
    void anInstanceThatIsNotThereIsRefused() {
        assertThatThrownBy(fence("gone")::plan)
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage("Cannot fence security groups of RDS instance 'gone': there is no such instance but one is"
                        + " required\nHint: Is it the right account, region and identifier? [DRK-SGF-004]");
    }

    @Test
    void groupsThatSomebodyElseChangedAreNotOverwritten() {
        slipsIn();

        assertThatThrownBy(() -> fence().undo(Map.of("groups", "sg-app,sg-batch"), null))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot lift security groups of RDS instance 'bank': it is in [sg-app, sg-isolated] but"
                        + " [sg-isolated] is required\n"
                        + "Hint: Who changed its groups? Put it into the right ones by hand [DRK-SGF-002]");
    }

    @Test
    void groupsThatDoNotComeIntoForceAreUnknown() throws Exception {
        InMemoryServer fresh = new InMemoryServer("new", new FaultScript()).admit("app");
        InMemoryJournal journal = new InMemoryJournal();
        CutOver cutOver = CutOver.builder(fresh.newSide(), journal)
                .fenceOld(fence())
                .fenceOld(new InMemoryServer("old", new FaultScript())
                        .admit("app")
                        .fence())
                .fenceNew(fresh.fence())
                .endpoint(new InMemoryEndpoint("secret", "old", new FaultScript())
                        .switchTo("new", EndpointSwitch.Place.OUTSIDE))
                .build();
        // Another clock than the fake's: however long the run waits, nothing happens there.
        DisasterRecovery dr = DisasterRecovery.builder(journal)
                .time(VirtualTime.startingAt("2026-11-22T02:00:00Z"))
                .build();

        RunReport report = dr.execute(dr.plan(cutOver, CutOverRequest.to("copy new")), cutOver);

        assertThat(report.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(report.find("fence-old-1").orElseThrow().message())
                .isEqualTo("Cannot tell what becomes of security groups of RDS instance 'bank': after 30 minutes the"
                        + " instance is available, in [sg-app (removing), sg-batch (removing), sg-isolated (adding)], but"
                        + " its groups must be [sg-isolated], active\n"
                        + "Hint: Look at the instance in the console, then resume the run [DRK-SGF-003]");
    }

    @Test
    void aFenceHasAGroup() {
        assertThatThrownBy(() -> RdsSecurityGroupFence.of(
                        RdsRegion.builder(client).time(aws.time).build(), "bank", Set.of()))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot fence instance 'bank': name one isolating group");
    }
}
