package io.github.drkit.aws;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.RestoredCopy;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.aws.Carrying.Kind;
import io.github.drkit.cutover.Endpoint;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.cutover.Standing;
import io.github.drkit.error.DrException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.postgres.NewestRow;
import io.github.drkit.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBParameterGroupStatus;
import software.amazon.awssdk.services.rds.model.ModifyDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.PendingModifiedValues;
import software.amazon.awssdk.services.rds.model.RestoreDbInstanceFromDbSnapshotRequest;
import software.amazon.awssdk.services.rds.model.RestoreDbInstanceToPointInTimeRequest;
import software.amazon.awssdk.services.rds.model.VpcSecurityGroupMembership;

/** Does the steps of a restore. */
final class RestoreSteps {

    /** An instance touches {@code available} between two works, so that once is not enough. */
    private static final int CONSECUTIVE = 2;

    /** For some seconds after an order the instance still looks as before it; then the order was not taken. */
    private static final int LOOKS_BEFORE_ASKING_AGAIN = 10;

    /** What was ordered so often and is not there is not waited for any longer. */
    private static final int ORDERS = 3;

    private static final String RESOURCE = "resource-id";

    private final RestoreOptions options;

    RestoreSteps(RestoreOptions options) {
        this.options = options;
    }

    StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        Rds rds = options.rds(StepParameters.of(step, "region"));
        String name = StepParameters.of(step, "instance");
        return switch (step.name()) {
            case RestorePlans.RESTORE -> restore(step, rds, name, context);
            case RestorePlans.AWAIT -> await(rds, name, context);
            case RestorePlans.APPLY -> apply(step, rds, name, context);
            case RestorePlans.PARAMETERS -> loadParameters(rds, name, context);
            case RestorePlans.COMPARE -> compare(step, rds, name, context);
            case RestorePlans.LOOK -> lookInside(rds, name, context);
            case RestorePlans.STRIP -> strip(rds, name, context);
            case RestorePlans.DELETE -> delete(rds, name, context);
            default -> throw new IllegalArgumentException("A restore has no step '" + step.name() + "'");
        };
    }

    RestoredCopy open(Plan plan) {
        PlanStep step = plan.find(RestorePlans.RESTORE).orElseThrow();
        String name = StepParameters.of(step, "instance");
        DBInstance instance = options.rds(StepParameters.of(step, "region"))
                .find(name)
                .orElseThrow(() -> new NotFoundException(
                        AwsErrors.MISSING,
                        "Cannot open instance '" + name + "': it is absent but must be available",
                        "Was the plan executed, and the copy not removed?"));
        if (options.connections().isEmpty()) {
            return new RestoredInstance(Optional.empty());
        }
        return new RestoredInstance(Optional.of(server(instance)));
    }

    private StepResult restore(PlanStep step, Rds rds, String name, StepContext context) throws InterruptedException {
        Once<DBInstance> once = new Once<>(
                "instance",
                name,
                () -> rds.find(name),
                instance ->
                        RdsTags.madeBy(context.plan().run(), RdsTags.of(instance.tagList()), instance.dbInstanceArn())
                                ? Optional.empty()
                                : Optional.of("it is not this run's but somebody else's"));
        DBInstance made = once.make(context, options.waiting(rds), () -> order(step, rds, name));
        // Before anything else: only what stands in the journal is ever deleted.
        context.record(RESOURCE, made.dbiResourceId());
        return StepResult.succeeded(
                "instance " + name + " is " + made.dbInstanceStatus(), Map.of(RESOURCE, made.dbiResourceId()));
    }

    private DBInstance order(PlanStep step, Rds rds, String name) {
        Map<Attribute, String> settings = Settings.read(step);
        if (step.parameters().containsKey("snapshot")) {
            RestoreDbInstanceFromDbSnapshotRequest.Builder request = RestoreDbInstanceFromDbSnapshotRequest.builder()
                    .dbInstanceIdentifier(name)
                    .dbSnapshotIdentifier(StepParameters.of(step, "snapshot"));
            settings.forEach((attribute, value) ->
                    attribute.carrying().snapshot().ifPresent(setter -> setter.accept(request, value)));
            return rds.restoreFromSnapshot(request);
        }
        RestoreDbInstanceToPointInTimeRequest.Builder request = RestoreDbInstanceToPointInTimeRequest.builder()
                .targetDBInstanceIdentifier(name)
                .restoreTime(Instant.parse(StepParameters.of(step, "restore-time")));
        if (step.parameters().containsKey("source-instance")) {
            request.sourceDBInstanceIdentifier(StepParameters.of(step, "source-instance"));
        } else {
            request.sourceDbiResourceId(StepParameters.of(step, "source-resource"));
        }
        settings.forEach((attribute, value) ->
                attribute.carrying().pointInTime().ifPresent(setter -> setter.accept(request, value)));
        return rds.restoreToPointInTime(request);
    }

    private StepResult await(Rds rds, String name, StepContext context) throws InterruptedException {
        int[] available = {0};
        boolean[] seen = {false};
        return watch(options.waiting(rds), "instance '" + name + "' to be available", rds, name, context, found -> {
            if (found.isEmpty()) {
                // RDS answers what it was told a moment ago late; what was there and is gone was deleted.
                return seen[0]
                        ? Optional.of(failed(
                                "DRK-RDS-014",
                                "Cannot wait for instance '" + name + "': it is gone but must become available",
                                "Did somebody delete or rename it? Plan again"))
                        : Optional.empty();
            }
            seen[0] = true;
            DBInstance instance = found.get();
            available[0] = InstanceStatus.isReachable(instance) ? available[0] + 1 : 0;
            if (available[0] < CONSECUTIVE) {
                return Optional.empty();
            }
            return Optional.of(StepResult.succeeded(
                    "instance " + name + " is available at "
                            + instance.endpoint().address(),
                    Map.of(
                            "address", instance.endpoint().address(),
                            "port", Attribute.ENDPOINT.of(instance))));
        });
    }

    private StepResult apply(PlanStep step, Rds rds, String name, StepContext context) throws InterruptedException {
        Map<Attribute, String> settings = Settings.read(step);
        int[] looks = {LOOKS_BEFORE_ASKING_AGAIN};
        int[] orders = {0};
        return watch(
                options.waiting(rds), "instance '" + name + "' to take its settings", rds, name, context, found -> {
                    if (found.isEmpty() || !isSettled(found.get())) {
                        looks[0] = 0;
                        return Optional.empty();
                    }
                    List<String> differences = Settings.differences(settings, found.get());
                    if (differences.isEmpty()) {
                        return Optional.of(StepResult.succeeded(settings.size() + " settings were taken"));
                    }
                    looks[0]++;
                    if (looks[0] > LOOKS_BEFORE_ASKING_AGAIN || orders[0] == 0) {
                        if (orders[0] == ORDERS) {
                            return Optional.of(failed(
                                    "DRK-RDS-033",
                                    "Cannot set what the restore call does not take at instance '" + name + "': "
                                            + String.join("; ", differences),
                                    "RDS took the order three times; do its events say why it does not set it? Set it by"
                                            + " hand, or restore with another value in the RecoveryEnvironment"));
                        }
                        orders[0] += modify(rds, name, settings) ? 1 : 0;
                        looks[0] = 0;
                    }
                    return Optional.empty();
                });
    }

    /** Tells whether RDS took the order; a state that passes, or a lost answer, is no reason to give up what may be repeated. */
    private static boolean modify(Rds rds, String name, Map<Attribute, String> settings) {
        ModifyDbInstanceRequest.Builder request =
                ModifyDbInstanceRequest.builder().dbInstanceIdentifier(name).applyImmediately(true);
        settings.forEach(
                (attribute, value) -> attribute.carrying().modify().ifPresent(setter -> setter.accept(request, value)));
        try {
            rds.modify(request);
            return true;
        } catch (OutcomeUnknownException lost) {
            return false;
        } catch (RequestRefusedException refused) {
            if (AwsErrors.is(refused, AwsErrors.STATE)) {
                return false;
            }
            throw refused;
        }
    }

    private StepResult loadParameters(Rds rds, String name, StepContext context) throws InterruptedException {
        int[] settled = {0};
        int[] looks = {LOOKS_BEFORE_ASKING_AGAIN};
        boolean[] rebooted = {false};
        return watch(options.waiting(rds), "the parameters of instance '" + name + "'", rds, name, context, found -> {
            if (found.isEmpty() || !isSettled(found.get())) {
                settled[0] = 0;
                looks[0] = 0;
                return Optional.empty();
            }
            boolean pending = found.get().dbParameterGroups().stream()
                    .map(DBParameterGroupStatus::parameterApplyStatus)
                    .anyMatch("pending-reboot"::equals);
            boolean inSync = found.get().dbParameterGroups().stream()
                    .map(DBParameterGroupStatus::parameterApplyStatus)
                    .allMatch("in-sync"::equals);
            if (inSync) {
                settled[0]++;
                return settled[0] < CONSECUTIVE
                        ? Optional.empty()
                        : Optional.of(StepResult.succeeded(
                                rebooted[0] ? "rebooted; parameters are in sync" : "parameters are in sync"));
            }
            looks[0]++;
            if (pending && (!rebooted[0] || looks[0] > LOOKS_BEFORE_ASKING_AGAIN)) {
                rebooted[0] |= reboot(rds, name);
                looks[0] = 0;
            }
            return Optional.empty();
        });
    }

    private static boolean reboot(Rds rds, String name) {
        try {
            rds.reboot(name);
            return true;
        } catch (OutcomeUnknownException lost) {
            return true; // looked at before it is asked again
        } catch (RequestRefusedException refused) {
            if (AwsErrors.is(refused, AwsErrors.STATE)) {
                return false;
            }
            throw refused;
        }
    }

    private StepResult compare(PlanStep step, Rds rds, String name, StepContext context) throws InterruptedException {
        Map<Attribute, String> settings = Settings.read(step);
        int[] looks = {0};
        return watch(options.waiting(rds), "instance '" + name + "' to be as planned", rds, name, context, found -> {
            List<String> differences = found.isEmpty()
                    ? List.of("it is gone but must be as planned")
                    : Settings.differences(settings, found.get());
            if (!differences.isEmpty()) {
                looks[0]++;
                return looks[0] < LOOKS_BEFORE_ASKING_AGAIN
                        ? Optional.empty()
                        : Optional.of(failed(
                                "DRK-RDS-034",
                                "Cannot accept instance '" + name + "': " + String.join("; ", differences),
                                "Did somebody change or delete it meanwhile? Set by hand what differs before it is used,"
                                        + " or restore again"));
            }
            Map<String, String> facts = derivedDifferences(found.orElseThrow());
            return Optional.of(StepResult.succeeded(
                    settings.size() + " settings are as planned"
                            + (facts.isEmpty()
                                    ? ""
                                    : "; beside them other than the original's now: "
                                            + String.join(", ", facts.keySet())),
                    facts));
        });
    }

    /** Whatever serves the bank one day must not look like something of a run's. */
    private StepResult strip(Rds rds, String name, StepContext context) throws InterruptedException {
        int[] orders = {0};
        int[] looks = {LOOKS_BEFORE_ASKING_AGAIN};
        String what = "instance '" + name + "' to be without DR Kit's tags";
        return watch(options.waiting(rds), what, rds, name, context, found -> {
            if (found.isEmpty()) {
                return Optional.of(failed(
                        "DRK-RDS-014",
                        "Cannot take tags off instance '" + name + "': it is gone but must be there",
                        "Did somebody delete or rename it? Plan again"));
            }
            List<String> ours = RdsTags.ours(RdsTags.of(found.get().tagList()));
            if (ours.isEmpty()) {
                return Optional.of(StepResult.succeeded("instance " + name + " has no tag of DR Kit's"));
            }
            if (++looks[0] <= LOOKS_BEFORE_ASKING_AGAIN) {
                return Optional.empty();
            }
            if (orders[0]++ == ORDERS) {
                return Optional.of(failed(
                        "DRK-RDS-043",
                        "Cannot take tags off instance '" + name + "': it still has " + ours + " but must have none of"
                                + " DR Kit's",
                        "Who puts them there? The instance is as planned otherwise; take them off by hand"));
            }
            looks[0] = 0;
            requestStripping(rds, found.get().dbInstanceArn(), ours);
            return Optional.empty();
        });
    }

    private static void requestStripping(Rds rds, String arn, List<String> tags) {
        try {
            rds.removeTags(arn, tags);
        } catch (OutcomeUnknownException lost) {
            // Looked at before it is asked again.
        }
    }

    /** What came with the backup and is not as the original has it now, such as its version. */
    private Map<String, String> derivedDifferences(DBInstance restored) {
        Map<String, String> facts = new TreeMap<>();
        Optional<DBInstance> original;
        try {
            original = options.source().rds().find(options.source().instance());
        } catch (TargetUnavailableException e) {
            return Map.of("original", "does not answer");
        }
        original.ifPresent(now -> {
            for (Attribute attribute : List.of(
                    Attribute.ENGINE_VERSION,
                    Attribute.ALLOCATED_STORAGE,
                    Attribute.MASTER_USERNAME,
                    Attribute.KMS_KEY_ID,
                    Attribute.STORAGE_ENCRYPTED)) {
                if (attribute.is(Kind.DERIVED) && !attribute.of(now).equals(attribute.of(restored))) {
                    facts.put(attribute.member(), attribute.of(restored) + ", original " + attribute.of(now));
                }
            }
        });
        return facts;
    }

    /**
     * Nothing is under way: it is available, nothing is pending, and its security groups are in force. The status stays
     * {@code available} for some seconds after an order, so that the caller looks at the effect as well.
     */
    private static boolean isSettled(DBInstance instance) {
        PendingModifiedValues pending = instance.pendingModifiedValues();
        return InstanceStatus.isReachable(instance)
                && (pending == null
                        || pending.equals(PendingModifiedValues.builder().build()))
                && instance.vpcSecurityGroups().stream()
                        .map(VpcSecurityGroupMembership::status)
                        .allMatch(status -> status == null || status.equals("active"));
    }

    private StepResult lookInside(Rds rds, String name, StepContext context) throws InterruptedException {
        DBInstance instance = requireOurs(rds, name, context);
        PostgresServer server = server(instance);
        Map<String, String> facts = new TreeMap<>();
        List<String> databases = rds.patiently(() -> RestoredInstance.databases(server));
        if (databases.isEmpty()) {
            return failed(
                    "DRK-RDS-035",
                    "Cannot accept instance '" + name + "': it has no database but some are expected",
                    "Was the original empty when it was backed up? Restore another point");
        }
        facts.put("databases", String.join(",", databases));
        Optional<Instant> newest = Optional.empty();
        for (Map.Entry<String, NewestRow> row : options.newestRows().entrySet()) {
            Optional<Instant> found = rds.patiently(() -> newestRow(server, row.getKey(), row.getValue()));
            facts.put("newest-row-" + row.getKey(), found.map(Instant::toString).orElse("none"));
            newest = Stream.concat(newest.stream(), found.stream()).max(Comparator.naturalOrder());
        }
        newest.ifPresent(time -> facts.put("newest-row", time.toString()));
        return StepResult.succeeded(
                databases.size() + " databases answer"
                        + newest.map(time -> "; the newest row looked for is of " + time)
                                .orElse(""),
                facts);
    }

    private static Optional<Instant> newestRow(PostgresServer server, String database, NewestRow row) {
        try (Connection connection = server.connect(database)) {
            return row.find(connection);
        } catch (SQLException e) {
            throw new TargetUnavailableException(
                    "DRK-RDS-036",
                    "Cannot close the connection to '" + database + "': the server broke it off but it must end",
                    "Try again",
                    e);
        }
    }

    private StepResult delete(Rds rds, String name, StepContext context) throws InterruptedException {
        String resource = context.facts(RestorePlans.RESTORE).get(RESOURCE);
        int[] looks = {LOOKS_BEFORE_ASKING_AGAIN + 1};
        int[] absent = {0};
        return options.waiting(rds)
                .until("instance '" + name + "' to be gone", context, () -> new Seen(rds.find(name)), seen -> {
                    if (seen.instance().isEmpty()) {
                        absent[0]++; // one answer may be from before it was made
                        if (absent[0] < CONSECUTIVE) {
                            return Optional.empty();
                        }
                        return Optional.of(
                                resource == null
                                        ? StepResult.skipped("nothing was made")
                                        : StepResult.succeeded("instance " + name + " is gone"));
                    }
                    absent[0] = 0;
                    DBInstance instance = seen.instance().get();
                    Optional<StepResult> refusal = refusal(instance, name, resource, context);
                    if (refusal.isPresent()) {
                        return refusal;
                    }
                    looks[0]++;
                    boolean going = "deleting".equals(instance.dbInstanceStatus());
                    if (!going && looks[0] > LOOKS_BEFORE_ASKING_AGAIN) {
                        Optional<StepResult> sent = sentTo(instance, name);
                        if (sent.isPresent()) {
                            return sent;
                        }
                        looks[0] = requestDeletion(rds, name) ? 0 : looks[0];
                    }
                    return Optional.empty();
                });
    }

    /** Why the instance is left standing, if it is. */
    private Optional<StepResult> refusal(
            DBInstance instance, String name, @Nullable String resource, StepContext context) {
        String why = "";
        if (!Objects.equals(resource, instance.dbiResourceId())) {
            why = "its resource id is " + instance.dbiResourceId() + " but the journal has " + resource;
        } else if (instance.dbInstanceIdentifier().equals(options.source().instance())
                || !RdsTags.madeBy(context.plan().run(), RdsTags.of(instance.tagList()), instance.dbInstanceArn())) {
            why = "it is not the temporary instance of this run, by its tags, but only that is deleted";
        } else if (Boolean.TRUE.equals(instance.deletionProtection())) {
            why = "somebody protected it from deletion but it was made without";
        }
        return why.isEmpty()
                ? Optional.empty()
                : Optional.of(failed(
                        "DRK-RDS-037",
                        "Cannot delete instance '" + name + "': " + why + "; it stands and is charged for",
                        "See whose it is and that nobody needs it, then delete it by hand"));
    }

    /**
     * Why the instance is left standing because applications are sent to it, or because nobody can tell. One without an
     * address cannot be pointed at.
     */
    private Optional<StepResult> sentTo(DBInstance instance, String name) {
        if (instance.endpoint() == null || instance.endpoint().address() == null) {
            return Optional.empty();
        }
        Endpoint there =
                new Endpoint(instance.endpoint().address(), instance.endpoint().port());
        List<Function<Endpoint, Optional<String>>> questions = new ArrayList<>();
        questions.add(endpoint -> options.serving().test(endpoint.host())
                ? Optional.of("applications are sent to " + endpoint.host() + " but what serves is never deleted")
                : Optional.empty());
        options.switches()
                .forEach(leading -> questions.add(endpoint -> {
                    EndpointSwitch one = leading.apply(endpoint);
                    Standing now = one.observe(Map.of());
                    return now.state() == Standing.State.UNMADE
                            ? Optional.empty()
                            : Optional.of("the switch of " + one.name() + " to " + endpoint + " is " + now
                                    + " but must be UNMADE, since what serves is never deleted");
                }));
        return questions.stream()
                .map(question -> answer(question, there))
                .flatMap(Optional::stream)
                .findFirst()
                .map(why -> failed(
                        "DRK-RDS-042",
                        "Cannot delete instance '" + name + "': " + why + "; it stands and is charged for",
                        "See that no application is led there, then delete it by hand"));
    }

    /** What cannot be told is as good as a reason: an instance too many costs money, one too few the bank. */
    private static Optional<String> answer(Function<Endpoint, Optional<String>> question, Endpoint there) {
        try {
            return question.apply(there);
        } catch (RuntimeException untold) {
            if (untold instanceof TargetUnavailableException cancelled
                    && Thread.currentThread().isInterrupted()) {
                throw cancelled;
            }
            // The words of others may hold a secret; those of a DrException do not.
            return Optional.of("nobody can tell whether applications are sent to " + there + " ("
                    + (untold instanceof DrException known
                            ? known.problem()
                            : untold.getClass().getName())
                    + ") but it must be known");
        }
    }

    private static boolean requestDeletion(Rds rds, String name) {
        try {
            rds.delete(name);
            return true;
        } catch (OutcomeUnknownException lost) {
            return true; // looked at before it is asked again
        } catch (NotFoundException gone) {
            return true;
        } catch (RequestRefusedException refused) {
            if (AwsErrors.is(refused, AwsErrors.STATE)) {
                return false;
            }
            throw refused;
        }
    }

    private DBInstance requireOurs(Rds rds, String name, StepContext context) {
        String resource = context.facts(RestorePlans.RESTORE).get(RESOURCE);
        return rds.find(name)
                .filter(instance -> Objects.equals(instance.dbiResourceId(), resource))
                .orElseThrow(() -> new NotFoundException(
                        AwsErrors.MISSING,
                        "Cannot open instance '" + name + "': the one this run made is gone but must be available",
                        "Did somebody delete or rename it? Plan again"));
    }

    private PostgresServer server(DBInstance instance) {
        if (!InstanceStatus.isReachable(instance)) {
            throw new TargetUnavailableException(
                    "DRK-RDS-036",
                    "Cannot connect to instance '" + instance.dbInstanceIdentifier() + "': it is "
                            + instance.dbInstanceStatus() + " but must be available and have an address",
                    "Wait until it is available");
        }
        return options.connections()
                .orElseThrow()
                .apply(instance.endpoint().address(), instance.endpoint().port());
    }

    /** Decides on what is seen of an instance. */
    @FunctionalInterface
    private interface Judge {
        Optional<StepResult> judge(Optional<DBInstance> found);
    }

    /** Watches the instance this run made, and no other of its name, until it is broken or the judge decides. */
    private static StepResult watch(
            Waiting waiting, String what, Rds rds, String name, StepContext context, Judge judge)
            throws InterruptedException {
        String resource = context.facts(RestorePlans.RESTORE).get(RESOURCE);
        return waiting.until(what, context, () -> new Seen(rds.find(name)), seen -> {
            if (seen.instance().isPresent()) {
                DBInstance instance = seen.instance().get();
                if (!Objects.equals(instance.dbiResourceId(), resource)) {
                    return Optional.of(failed(
                            "DRK-RDS-014",
                            "Cannot wait for " + what + ": it is " + instance.dbiResourceId() + " but must be "
                                    + resource + ", which this run made",
                            "Who replaced it? It was left alone; plan again"));
                }
                if (InstanceStatus.isBroken(String.valueOf(instance.dbInstanceStatus()))) {
                    return Optional.of(failed(
                            "DRK-RDS-014",
                            "Cannot wait for " + what + ": it is " + instance.dbInstanceStatus()
                                    + " but must become available",
                            InstanceStatus.nextStep(instance.dbInstanceStatus())));
                }
            }
            return judge.judge(seen.instance());
        });
    }

    /** What was seen, as a person reads it. */
    private record Seen(Optional<DBInstance> instance) {
        @Override
        public String toString() {
            return instance.map(seen -> "it is " + seen.dbInstanceStatus()).orElse("it was not found");
        }
    }

    /** As the engine says a failure that is thrown; a judge only gives his decision. */
    static StepResult failed(String code, String problem, String hint) {
        return new StepResult(
                Outcome.FAILED, new RequestRefusedException(code, problem, hint).getMessage(), Map.of("code", code));
    }
}
