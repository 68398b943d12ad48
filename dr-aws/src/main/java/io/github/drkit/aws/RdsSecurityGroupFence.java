package io.github.drkit.aws;

import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanStep;
import io.github.drkit.StepContext;
import io.github.drkit.cutover.Change;
import io.github.drkit.cutover.Fence;
import io.github.drkit.cutover.Standing;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.ModifyDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.VpcSecurityGroupMembership;

/**
 * Puts an RDS instance into security groups that admit nobody but DR Kit. Keeps out new connections only: AWS tracks open
 * ones and lets them go on under the groups they were opened under, so it goes with a fence that ends sessions, such as
 * {@code PostgresSide.fence()}.
 *
 * <p>Immutable and thread-safe.
 */
public final class RdsSecurityGroupFence implements Fence {

    private static final String GROUPS = "groups";
    private static final String ACTIVE = "active";
    private static final String AVAILABLE = "available";

    /** A change of groups takes seconds to minutes; an instance that is being modified otherwise makes it wait. */
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private static final Duration EVERY = Duration.ofSeconds(10);

    private final Rds rds;
    private final String instance;
    private final Set<String> isolating;

    private RdsSecurityGroupFence(Rds rds, String instance, Set<String> isolating) {
        this.rds = rds;
        this.instance = instance;
        this.isolating = isolating;
    }

    /**
     * Describes the fence of an instance.
     *
     * @param region where it is
     * @param instance its identifier
     * @param isolating ids of security groups of its VPC that admit DR Kit's host and no application
     * @return the fence
     * @throws IllegalArgumentException if no group is given
     */
    public static RdsSecurityGroupFence of(RdsRegion region, String instance, Set<String> isolating) {
        if (isolating.isEmpty()) {
            throw new IllegalArgumentException("Cannot fence instance '" + instance + "': name one isolating group");
        }
        return new RdsSecurityGroupFence(region.rds(), instance, Set.copyOf(isolating));
    }

    @Override
    public String name() {
        return "security groups of RDS instance '" + instance + "'";
    }

    @Override
    public Set<Sessions> keepsOut() {
        return Set.of(Sessions.NEW_SESSIONS);
    }

    @Override
    public Change plan() {
        DBInstance found = require();
        if (!AVAILABLE.equals(found.dbInstanceStatus())) {
            throw new RequestRefusedException(
                    "DRK-SGF-001",
                    "Cannot fence " + name() + ": its status is " + found.dbInstanceStatus() + " but " + AVAILABLE
                            + " is required",
                    "Wait until it is; a stopped instance is started first");
        }
        Set<String> groups = groups(found);
        return new Change(
                groups + "",
                "Put '" + instance + "' into " + new TreeSet<>(isolating) + " instead of " + groups,
                Map.of(),
                List.of(command(isolating)),
                command(groups),
                List.of(
                        new Remark(
                                Remark.Kind.NOTE,
                                "connections that are open outlive a change of security groups; another fence ends them"),
                        new Remark(
                                Remark.Kind.NOTE,
                                "whoever " + new TreeSet<>(isolating) + " admit is not kept out; DR Kit's host must be"
                                        + " among them")));
    }

    @Override
    public Standing observe(Map<String, String> made) {
        DBInstance found = require();
        Set<String> groups = groups(found);
        String detail = "the instance is in " + memberships(found);
        if (groups.equals(isolating)) {
            return settled(found) ? Standing.made(detail) : Standing.partly(detail);
        }
        boolean back = recorded(made).map(groups::equals).orElse(true) && settled(found);
        return back ? Standing.unmade(detail) : Standing.partly(detail);
    }

    @Override
    public void make(PlanStep step, StepContext context) throws InterruptedException {
        Set<String> now = groups(require());
        if (!now.equals(isolating)) {
            if (recorded(context.facts(step.name())).isEmpty()) {
                context.record(GROUPS, String.join(",", now));
            }
            change(isolating, context);
        }
        awaitGroups(isolating, context);
    }

    @Override
    public void undo(Map<String, String> made, StepContext context) throws InterruptedException {
        Optional<Set<String>> before = recorded(made);
        if (before.isEmpty()) {
            return;
        }
        Set<String> now = groups(require());
        if (!now.equals(before.get())) {
            if (!now.equals(isolating)) {
                throw new RequestRefusedException(
                        "DRK-SGF-002",
                        "Cannot lift " + name() + ": it is in " + now + " but " + new TreeSet<>(isolating)
                                + " is required",
                        "Who changed its groups? Put it into the right ones by hand");
            }
            change(before.get(), context);
        }
        awaitGroups(before.get(), context);
    }

    /** An instance that is being modified, by an earlier attempt of ours in most cases, takes no other order. */
    private void change(Set<String> groups, StepContext context) throws InterruptedException {
        await(found -> true, "its status", AVAILABLE, context);
        rds.modify(ModifyDbInstanceRequest.builder()
                .dbInstanceIdentifier(instance)
                .vpcSecurityGroupIds(new TreeSet<>(groups))
                .applyImmediately(true));
    }

    private void awaitGroups(Set<String> groups, StepContext context) throws InterruptedException {
        await(
                found -> groups(found).equals(groups) && settled(found),
                "its groups",
                new TreeSet<>(groups) + ", active",
                context);
    }

    private void await(Predicate<DBInstance> wanted, String what, String required, StepContext context)
            throws InterruptedException {
        long begin = context.time().elapsedNanos();
        while (true) {
            DBInstance now = require();
            if (AVAILABLE.equals(now.dbInstanceStatus()) && wanted.test(now)) {
                return;
            }
            if (context.time().elapsedNanos() - begin > LIMIT.toNanos()) {
                throw new OutcomeUnknownException(
                        "DRK-SGF-003",
                        "Cannot tell what becomes of " + name() + ": after " + LIMIT.toMinutes()
                                + " minutes the instance is " + now.dbInstanceStatus() + ", in " + memberships(now)
                                + ", but " + what + " must be " + required,
                        "Look at the instance in the console, then resume the run");
            }
            context.time().sleep(rds.spread(EVERY));
        }
    }

    private DBInstance require() {
        return rds.find(instance)
                .orElseThrow(() -> new NotFoundException(
                        "DRK-SGF-004",
                        "Cannot fence " + name() + ": there is no such instance but one is required",
                        "Is it the right account, region and identifier?"));
    }

    private static Set<String> groups(DBInstance found) {
        Set<String> groups = new TreeSet<>();
        found.vpcSecurityGroups().stream()
                .filter(group -> !"removing".equals(group.status()))
                .map(VpcSecurityGroupMembership::vpcSecurityGroupId)
                .forEach(groups::add);
        return groups;
    }

    /** Whether every group is in force, and none that is to go is still there. */
    private static boolean settled(DBInstance found) {
        return found.vpcSecurityGroups().stream().allMatch(group -> ACTIVE.equals(group.status()));
    }

    private static List<String> memberships(DBInstance found) {
        return found.vpcSecurityGroups().stream()
                .map(group -> group.vpcSecurityGroupId() + " (" + group.status() + ")")
                .sorted()
                .toList();
    }

    private static Optional<Set<String>> recorded(Map<String, String> made) {
        return Optional.ofNullable(made.get(GROUPS)).map(groups -> new TreeSet<>(List.of(groups.split(",", -1))));
    }

    private String command(Set<String> groups) {
        return "aws rds modify-db-instance --db-instance-identifier " + instance + " --vpc-security-group-ids "
                + String.join(" ", new TreeSet<>(groups)) + " --apply-immediately";
    }
}
