package io.github.drkit.testkit.rds;

import io.github.drkit.TimeSource;
import io.github.drkit.testkit.rds.AwsWire.Credential;
import io.github.drkit.testkit.rds.RdsState.Region;
import io.github.drkit.testkit.wire.HttpWire.Reply;
import io.github.drkit.testkit.wire.HttpWire.Request;
import io.github.drkit.testkit.wire.XmlText;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Amazon RDS for PostgreSQL in this process, for the real client of the AWS SDK. Statuses pass on the caller's clock by a
 * script, so that a restore of two hours takes no time; settings a restore leaves out are the defaults of RDS, not the
 * source's; errors have the codes of the real service. There is no database behind an instance unless a test
 * {@linkplain #serve puts one there}.
 *
 * <p>It demands a Signature Version 4 with a known access key and does not verify the signature. Regions are told apart by
 * what a request is signed for. A parameter it does not know is refused with 501 {@code FakeDoesNotUnderstand}, never
 * ignored. What it does, and where it is not like the real service, is on the page {@code docs/rds-fake.md}.
 *
 * <p>Thread-safe.
 */
public final class FakeRds implements AutoCloseable {

    private static final String NAMESPACE = "http://rds.amazonaws.com/doc/2014-10-31/";

    private final RdsState state;
    private final InstanceCalls instances;
    private final SnapshotCalls snapshots;
    private final RestoreCalls restores;
    private final OtherCalls others;
    private final AwsWire wire;

    private FakeRds(TimeSource time, AwsScript script) {
        this.state = new RdsState(time);
        Descriptions descriptions = new Descriptions(state);
        this.instances = new InstanceCalls(state, descriptions);
        this.snapshots = new SnapshotCalls(state, descriptions, instances);
        this.restores = new RestoreCalls(state, descriptions, instances);
        this.others = new OtherCalls(state, descriptions);
        this.wire = new AwsWire("fake-rds", time, script, new Query());
    }

    /**
     * Begins an account without instances.
     *
     * @param time its clock
     * @return the running fake; close it to free the port
     */
    public static FakeRds begin(TimeSource time) {
        return begin(time, new AwsScript());
    }

    /**
     * Begins an account without instances that fails, dies and records together with others.
     *
     * @param time its clock
     * @param script what is to go wrong
     * @return the running fake; close it to free the port
     */
    public static FakeRds begin(TimeSource time, AwsScript script) {
        return new FakeRds(time, script);
    }

    /**
     * Returns where it answers, for all regions.
     *
     * @return an {@code http} address with port
     */
    public URI endpoint() {
        return wire.endpoint();
    }

    /**
     * Returns what is to go wrong and what was asked, and the access key.
     *
     * @return the script, for good
     */
    public AwsScript script() {
        return wire.script();
    }

    /**
     * Says which statuses something passes through from now on, before it is {@code available} (or gone, or stopped).
     *
     * @param transition what
     * @param phases the statuses in their order; none for at once
     * @return this
     */
    public FakeRds script(Transition transition, Phase... phases) {
        synchronized (state) {
            state.script(transition, phases);
            return this;
        }
    }

    /**
     * Says which statuses the next one passes through; several calls are for several in a row.
     *
     * @param transition what
     * @param phases the statuses in their order
     * @return this
     */
    public FakeRds scriptOnce(Transition transition, Phase... phases) {
        synchronized (state) {
            state.scriptOnce(transition, phases);
            return this;
        }
    }

    /**
     * Says how long something new is not found yet, as on a service that is eventually consistent.
     *
     * @param duration how long after the call that made it; 5 s unless set
     * @return this
     */
    public FakeRds hidesNewFor(Duration duration) {
        synchronized (state) {
            state.hidden = duration;
            return this;
        }
    }

    /**
     * Adds a security group of a VPC, as EC2 would.
     *
     * @param region the region's name
     * @param group its id, such as {@code sg-bank}
     * @param vpc its VPC; {@code vpc-default} is the one of the default subnet group and of {@code sg-default}
     * @return this
     */
    public FakeRds securityGroup(String region, String group, String vpc) {
        synchronized (state) {
            state.region(region).securityGroups.put(group, vpc);
            return this;
        }
    }

    /**
     * Adds a subnet group, and the default security group of its VPC, called {@code sg-default-} and the VPC.
     *
     * @param region the region's name
     * @param group its name
     * @param vpc its VPC
     * @return this
     */
    public FakeRds subnetGroup(String region, String group, String vpc) {
        synchronized (state) {
            Region found = state.region(region);
            found.subnetGroups.put(group, vpc);
            found.securityGroups.putIfAbsent("sg-default-" + vpc, vpc);
            return this;
        }
    }

    /**
     * Adds a parameter group.
     *
     * @param region the region's name
     * @param group its name
     * @param family such as {@code postgres15}
     * @return this
     */
    public FakeRds parameterGroup(String region, String group, String family) {
        synchronized (state) {
            state.region(region).parameterGroups.put(group, family);
            return this;
        }
    }

    /**
     * Adds an option group.
     *
     * @param region the region's name
     * @param group its name
     * @return this
     */
    public FakeRds optionGroup(String region, String group) {
        synchronized (state) {
            state.region(region).optionGroups.put(group, "postgres");
            return this;
        }
    }

    /**
     * Adds a key of KMS.
     *
     * @param region the region's name
     * @param alias its alias without {@code alias/}
     * @return its ARN
     */
    public String kmsKey(String region, String alias) {
        synchronized (state) {
            Region found = state.region(region);
            String arn = found.arn("kms", "key/" + alias);
            found.keys.put("alias/" + alias, arn);
            return arn;
        }
    }

    /**
     * Puts a real server behind an instance's name: it is what {@code Endpoint} answers once the instance has one. It may
     * be said before there is an instance of that name, as for the temporary one a plan names. A restore carries the
     * port, and DR Kit compares it: give the instance that is backed up the port its copy will be served at.
     *
     * @param region the region's name
     * @param instance the instance's identifier
     * @param host the server's host
     * @param port the server's port
     * @return this
     */
    public FakeRds serve(String region, String instance, String host, int port) {
        synchronized (state) {
            state.endpoints.put(region + "/" + instance, new RdsState.Endpoint(host, port));
            return this;
        }
    }

    /**
     * Shows a status from now on, as when something happened to the instance, until a call changes it.
     *
     * @param region the region's name
     * @param instance the instance's identifier
     * @param status as RDS spells it, such as {@code storage-full}
     * @throws IllegalArgumentException if there is no such instance
     */
    public void show(String region, String instance, String status) {
        synchronized (state) {
            Instance found = find(region, instance);
            found.turn++;
            found.show(status, state.now());
        }
    }

    /**
     * Lets the daily backups of an instance fail from now on. As with RDS nothing says so.
     *
     * @param region the region's name
     * @param instance the instance's identifier
     * @throws IllegalArgumentException if there is no such instance
     */
    public void failBackups(String region, String instance) {
        synchronized (state) {
            find(region, instance).backupsFail = true;
        }
    }

    /**
     * Lets AWS Backup take a snapshot of an instance.
     *
     * @param region the region's name
     * @param instance the instance's identifier
     * @return the snapshot's identifier, beginning with {@code awsbackup:}
     * @throws IllegalArgumentException if there is no such instance
     */
    public String awsBackup(String region, String instance) {
        synchronized (state) {
            Instance found = find(region, instance);
            String id = "awsbackup:job-" + state.nextNumber();
            Snapshot snapshot = Snapshot.of(found, id, "awsbackup", state.now());
            state.add(state.region(region), snapshot, Transition.SNAPSHOT, () -> {});
            return id;
        }
    }

    /**
     * Returns the master password an instance has now, to see whose moment a restore brought back.
     *
     * @param region the region's name
     * @param instance the instance's identifier
     * @return the password
     * @throws IllegalArgumentException if there is no such instance
     */
    public String masterPassword(String region, String instance) {
        synchronized (state) {
            return find(region, instance).password();
        }
    }

    /**
     * Returns the instances there are, those that cannot be found yet included.
     *
     * @param region the region's name
     * @return their identifiers in order
     */
    public List<String> instances(String region) {
        synchronized (state) {
            state.timeline.settle();
            return List.copyOf(state.region(region).instances.keySet());
        }
    }

    /**
     * Returns the snapshots there are of all kinds, those that cannot be found yet included.
     *
     * @param region the region's name
     * @return their identifiers in order
     */
    public List<String> snapshots(String region) {
        synchronized (state) {
            state.timeline.settle();
            return List.copyOf(state.region(region).snapshots.keySet());
        }
    }

    /** Drops all connections and frees the port. A second call does nothing. */
    @Override
    public void close() {
        wire.close();
    }

    /** Names the endpoint, never the secret. */
    @Override
    public String toString() {
        return "FakeRds[" + endpoint() + "]";
    }

    private Instance find(String region, String id) {
        state.timeline.settle();
        Instance found = state.findInstance(state.region(region), id);
        if (found == null) {
            throw new IllegalArgumentException(
                    "Cannot look at instance '" + id + "': there is none of that name in " + region);
        }
        return found;
    }

    /** The Query protocol: forms in, XML out. */
    private final class Query implements AwsWire.Protocol {

        private static final Set<String> VERSIONS = Set.of("2014-10-31");

        @Override
        public Asked read(Request request, byte[] body, Credential credential) throws AwsRefusal {
            Map<String, String> form = Form.parse(body);
            String action = form.getOrDefault("Action", "");
            if (action.isEmpty()) {
                throw new AwsRefusal(400, "MissingAction", "The request must contain the parameter Action");
            }
            if (!VERSIONS.contains(form.getOrDefault("Version", ""))) {
                throw AwsRefusal.notUnderstood("version " + form.get("Version") + " of " + action);
            }
            Map<String, String> parameters = new TreeMap<>(form);
            parameters.keySet().removeAll(Set.of("Action", "Version"));
            return new Asked("rds", credential.region(), credential.accessKey(), action, parameters, form);
        }

        @Override
        public Reply run(Asked asked) throws AwsRefusal {
            XmlText xml =
                    XmlText.document(asked.action() + "Response", NAMESPACE).begin(asked.action() + "Result");
            Form form = new Form(asked.action(), asked.parameters());
            synchronized (state) {
                state.timeline.settle();
                Region region = state.region(asked.region());
                switch (asked.action()) {
                    case "DescribeDBInstances" -> instances.describe(region, form, xml);
                    case "CreateDBInstance" -> instances.create(region, form, xml);
                    case "ModifyDBInstance" -> instances.modify(region, form, xml);
                    case "RebootDBInstance" -> instances.reboot(region, form, xml);
                    case "StopDBInstance" -> instances.stop(region, form, xml);
                    case "StartDBInstance" -> instances.start(region, form, xml);
                    case "DeleteDBInstance" -> instances.delete(region, form, xml);
                    case "DescribeDBInstanceAutomatedBackups" -> instances.automatedBackups(region, form, xml);
                    case "DeleteDBInstanceAutomatedBackup" -> instances.deleteAutomatedBackup(region, form, xml);
                    case "RestoreDBInstanceFromDBSnapshot" -> restores.fromSnapshot(region, form, xml);
                    case "RestoreDBInstanceToPointInTime" -> restores.toPointInTime(region, form, xml);
                    case "DescribeDBSnapshots" -> snapshots.describe(region, form, xml);
                    case "CreateDBSnapshot" -> snapshots.create(region, form, xml);
                    case "CopyDBSnapshot" -> snapshots.copy(region, form, xml);
                    case "DeleteDBSnapshot" -> snapshots.delete(region, form, xml);
                    case "ListTagsForResource" -> others.listTags(region, form, xml);
                    case "AddTagsToResource" -> others.addTags(region, form);
                    case "RemoveTagsFromResource" -> others.removeTags(region, form);
                    case "DescribeEvents" -> others.events(region, form, xml);
                    case "DescribeDBSubnetGroups" -> others.describeSubnetGroups(region, form, xml);
                    case "DescribeDBParameterGroups" -> others.describeParameterGroups(region, form, xml);
                    default -> throw AwsRefusal.notUnderstood("action " + asked.action());
                }
            }
            return xml(200, xml);
        }

        @Override
        public Reply refusal(AwsRefusal refusal, String requestId) {
            XmlText xml = XmlText.document("ErrorResponse", NAMESPACE)
                    .begin("Error")
                    .put("Type", refusal.status() < 500 ? "Sender" : "Receiver")
                    .put("Code", refusal.code())
                    .put("Message", refusal.text())
                    .end()
                    .put("RequestId", requestId);
            return xml(refusal.status(), xml);
        }

        @Override
        public AwsRefusal wrongKey() {
            return new AwsRefusal(
                    403, "InvalidClientTokenId", "The security token included in the request is invalid.");
        }

        private static Reply xml(int status, XmlText xml) {
            return Reply.of(status, Map.of("Content-Type", "text/xml"), xml.body());
        }
    }
}
