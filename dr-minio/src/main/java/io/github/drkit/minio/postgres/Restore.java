package io.github.drkit.minio.postgres;

import io.github.drkit.Catalog;
import io.github.drkit.Effect;
import io.github.drkit.Estimate;
import io.github.drkit.Plan;
import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Plausibility;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Purpose;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RunId;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.postgres.ServerState;
import io.github.drkit.store.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Plans a restore into new databases. */
final class Restore {

    static final String ROLES = "create-roles";
    static final String CREATE = "create-database-";
    static final String LOAD = "restore-";
    static final String PROPERTIES = "properties-";
    static final String ANALYZE = "analyze-";
    static final String COMPARE = "compare-";
    static final String REMOVE = "remove-database-";
    static final String REMOVE_ROLES = "remove-roles";
    static final String DATABASE = "database";
    static final String NEW = "new";
    static final String MISSING = "missing-roles";
    static final String OWNERS = "owners";

    // Index builds and checks of foreign keys make the slow end; measured on small machines.
    private static final double SLOW = 20e6;
    private static final double FAST = 80e6;
    private static final int TRANSACTION_TIMEOUT = 17;

    private final RestoreOptions options;
    private final Observations observations;
    private final PointReader reader;
    private final Databases databases;

    Restore(RestoreOptions options, Observations observations) {
        this.options = options;
        this.observations = observations;
        this.reader = new PointReader(options.store(), options.identities());
        this.databases = new Databases(options.server());
    }

    /** One database of the point and what it is restored as. */
    private record Copy(Manifest.Content dump, String name, DatabaseProperties properties) {}

    Plan plan(RestoreRequest request, PlanContext context) {
        requirePlace(request.destination());
        List<Remark> remarks = new ArrayList<>();
        Manifest manifest = select(request, remarks, context);
        ServerState server = options.server().observe();
        requireDestination(request.destination(), manifest, server);
        ClientTool tool = observations.tool("pg_restore", context.time());
        requireTool(tool, manifest, server);
        requireRight();
        List<Copy> copies = copies(request, manifest, context.run());
        for (Copy copy : copies) {
            if (databases.find(copy.name()).isPresent()) {
                throw RunDatabase.exists(copy.name());
            }
        }
        Set<String> missing = missingRoles(copies);
        List<Precondition> preconditions = new ArrayList<>();
        preconditions.add(observations.read("manifest", manifest.point().value(), context));
        preconditions.add(observations.system(server));
        preconditions.add(observations.version(server));
        preconditions.add(observations.role(server));
        preconditions.add(observations.read("tool", "pg_restore", context));
        copies.forEach(copy -> preconditions.add(observations.read(destination(copy), copy.name(), context)));
        options.scratch().ifPresent(folder -> preconditions.add(scratch(folder, copies)));
        remark(manifest, copies, missing, context, remarks);
        return new Plan(
                context.run(),
                request.kind(),
                manifest.point().value(),
                request.describe(),
                preconditions,
                steps(request, manifest, copies, missing),
                remarks,
                Optional.of(estimate(copies)));
    }

    private void requirePlace(RestoreDestination destination) {
        if (!destination.place().equals(options.address())) {
            throw new RequestRefusedException(
                    "DRK-RESTORE-003",
                    "Cannot restore to '" + destination.place() + "': this strategy restores to '" + options.address()
                            + "'",
                    "Name that place, or build a strategy for the other server");
        }
    }

    private Manifest select(RestoreRequest request, List<Remark> remarks, PlanContext context) {
        Catalog catalog = options.points().list();
        catalog.problems()
                .forEach(problem -> remarks.add(
                        new Remark(Remark.Kind.NOTE, problem.where() + " is no recovery point: " + problem.reason())));
        if (request.selection() instanceof Selection.Point asked) {
            Manifest manifest = options.points().loadStanding(asked.id());
            catalog.find(asked.id()).ifPresent(point -> requireRestorable(point, request.purpose(), remarks));
            return requireFormat(manifest);
        }
        Instant now = context.time().now();
        List<String> passed = catalog.passedOver(request.selection(), now);
        RecoveryPoint chosen = catalog.choose(request.selection(), now)
                .orElseThrow(() -> new NotFoundException(
                        "DRK-RESTORE-016",
                        "Cannot restore '" + options.source() + "': none of its "
                                + catalog.points().size() + " recovery points fits '" + request.selection()
                                + "' but one must"
                                + (passed.isEmpty() ? "" : "; passed over: " + String.join(", ", passed)),
                        "List the points; is it the right store and prefix?"));
        passed.forEach(why -> remarks.add(new Remark(Remark.Kind.NOTE, "passed over: " + why)));
        requireRestorable(chosen, request.purpose(), remarks);
        return requireFormat(options.points().loadStanding(chosen.id()));
    }

    private static void requireRestorable(RecoveryPoint point, Purpose purpose, List<Remark> remarks) {
        if (point.proof().level() == Proof.Level.FAILED && purpose != Purpose.PROOF) {
            throw new IntegrityException(
                    "DRK-RESTORE-004",
                    "Cannot restore recovery point '" + point.id() + "': it is FAILED " + point.remarks()
                            + " but a FAILED point is restored for a proof only",
                    "Choose another point");
        }
        remarks.add(new Remark(
                Remark.Kind.NOTE,
                "recovery point '" + point.id() + "' of " + point.consistencyTime() + " is "
                        + point.proof().level()
                        + point.proof().at().map(at -> " since " + at).orElse(": nobody has looked at it yet")));
        if (point.plausibility() == Plausibility.SUSPECT) {
            remarks.add(new Remark(Remark.Kind.NOTE, "the point is SUSPECT: " + point.remarks()));
        }
    }

    private static Manifest requireFormat(Manifest manifest) {
        if (!manifest.format().equals(BackUp.FORMAT)) {
            throw new RequestRefusedException(
                    "DRK-RESTORE-005",
                    "Cannot restore recovery point '" + manifest.point() + "': its format is '" + manifest.format()
                            + "' but " + BackUp.FORMAT + " is required",
                    "Use the strategy that restores this format");
        }
        return manifest;
    }

    private void requireDestination(RestoreDestination destination, Manifest manifest, ServerState server) {
        String source = manifest.attributes().getOrDefault("system", "");
        String here = server.systemIdentifier().orElse("");
        if (destination.isolation() == Isolation.ISOLATED && (source.isEmpty() || here.isEmpty())) {
            throw new RequestRefusedException(
                    "DRK-RESTORE-006",
                    "Cannot restore to '" + options.address() + "' as an isolated place: the system identifier of the "
                            + (source.isEmpty() ? "source" : "destination")
                            + " is not known but two different ones must be shown",
                    "Grant EXECUTE on pg_control_system() to the role, or say besideOriginal");
        }
        if (destination.isolation() == Isolation.ISOLATED && source.equals(here)) {
            throw new RequestRefusedException(
                    "DRK-RESTORE-007",
                    "Cannot restore to '" + options.address() + "' as an isolated place: its system identifier " + here
                            + " is the source's but must be another",
                    "Name another server, or say besideOriginal");
        }
        if (server.inRecovery()) {
            throw new RequestRefusedException(
                    "DRK-RESTORE-008",
                    "Cannot restore to '" + options.address() + "': it is a replica but a primary is required",
                    "Name the primary");
        }
        int made = Integer.parseInt(manifest.attributes().getOrDefault("server-version", "0")) / 10_000;
        if (server.majorVersion() < made) {
            throw new RequestRefusedException(
                    "DRK-RESTORE-009",
                    "Cannot restore to '" + options.address() + "': its version is " + server.majorVersion()
                            + " but the databases come from " + made + " and PostgreSQL does not go back",
                    "Name a server of version " + made + " or newer");
        }
    }

    private void requireTool(ClientTool tool, Manifest manifest, ServerState server) {
        Verify.requireReader(manifest, tool);
        if (tool.major() >= TRANSACTION_TIMEOUT && server.majorVersion() < TRANSACTION_TIMEOUT) {
            // It begins with SET transaction_timeout, which older servers refuse; --exit-on-error then ends it.
            throw new RequestRefusedException(
                    "DRK-TOOL-005",
                    "Cannot restore by " + tool + " to a server of version " + server.majorVersion()
                            + ": this client sets what older servers do not know but the restore stops at any error",
                    "Install postgresql-client-" + Math.max(server.majorVersion(), 15) + " and name its folder");
        }
    }

    private void requireRight() {
        boolean may = databases.ask(
                "look whether databases may be created",
                connection -> Sql.rows(
                                connection,
                                "SELECT rolsuper OR rolcreatedb FROM pg_catalog.pg_roles WHERE rolname = current_user",
                                row -> row.getBoolean(1))
                        .get(0));
        if (!may) {
            throw new RequestRefusedException(
                    "DRK-RESTORE-010",
                    "Cannot restore to '" + options.address()
                            + "': this role may not create databases but a restore makes a new one",
                    "ALTER ROLE … CREATEDB");
        }
    }

    private List<Copy> copies(RestoreRequest request, Manifest manifest, RunId run) {
        Map<String, String> renames = request.destination().renames();
        List<Copy> copies = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (String asked : new TreeSet<>(renames.keySet())) {
            Contents.require(manifest, Contents.DUMP, asked);
        }
        for (Manifest.Content dump : Contents.dumps(manifest)) {
            if (renames.isEmpty() || renames.containsKey(dump.name())) {
                String name = request.purpose() == Purpose.PROOF
                        ? Names.fitted("drkit_proof_" + Names.digest(run.value()) + "_" + dump.name())
                        : renames.getOrDefault(dump.name(), Names.fitted(dump.name() + "_" + run.value()));
                if (!name.equals(Names.fitted(name)) || name.isEmpty() || !taken.add(name)) {
                    throw new RequestRefusedException(
                            "DRK-RESTORE-017",
                            "Cannot restore database '" + dump.name() + "' as '" + name
                                    + "': the name is empty, longer than " + Names.LONGEST
                                    + " bytes or given twice but must be one the server keeps whole",
                            "Choose another name");
                }
                copies.add(new Copy(dump, name, reader.properties(manifest, dump.name())));
            }
        }
        return copies;
    }

    private Set<String> missingRoles(List<Copy> copies) {
        Set<String> needed = new TreeSet<>();
        copies.forEach(copy -> needed.addAll(copy.properties().roles()));
        needed.removeAll(databases.roles());
        if (!needed.isEmpty() && options.missingRoles() == MissingRoles.REFUSE) {
            throw new RequestRefusedException(
                    "DRK-RESTORE-018",
                    "Cannot restore to '" + options.address() + "': it lacks the roles " + needed
                            + " but they own or may use what is in the dump",
                    "Create them, or let the strategy create them without login, or restore without owners and rights");
        }
        return needed;
    }

    /** Each has a name of its own, so that creating one does not excuse another from being looked at. */
    private static String destination(Copy copy) {
        return Observations.DESTINATION + ObjectKey.segment(copy.dump().name());
    }

    private static Precondition scratch(java.nio.file.Path folder, List<Copy> copies) {
        long needed = copies.stream()
                .mapToLong(copy -> copy.dump().stream().plainBytes())
                .max()
                .orElse(0);
        String wanted = Scratch.room(needed);
        String actual = Scratch.observe(folder, needed);
        if (!actual.equals(wanted)) {
            throw new RequestRefusedException(
                    "DRK-RESTORE-019",
                    "Cannot restore by way of scratch folder '" + folder + "': there is " + actual + " but " + wanted
                            + " is required",
                    "Free space, name another folder, or restore without scratch by one job");
        }
        return new Precondition("scratch", folder + "?" + needed, wanted);
    }

    private void remark(
            Manifest manifest, List<Copy> copies, Set<String> missing, PlanContext context, List<Remark> remarks) {
        Instant now = context.time().now();
        for (Copy copy : copies) {
            Duration lost = Duration.between(copy.dump().consistencyTime(), now);
            remarks.add(new Remark(
                    Remark.Kind.LOST,
                    "what was written to '" + copy.dump().name() + "' after "
                            + copy.dump().consistencyTime() + ", by now " + lost.toMinutes() + " minutes"));
        }
        List<String> selected = copies.stream().map(copy -> copy.dump().name()).toList();
        List<String> left = Contents.dumps(manifest).stream()
                .map(Manifest.Content::name)
                .filter(name -> !selected.contains(name))
                .toList();
        if (!left.isEmpty()) {
            remarks.add(new Remark(Remark.Kind.NOT_RESTORED, "the other databases of the point: " + left));
        }
        remarks.add(new Remark(Remark.Kind.NOT_RESTORED, "subscriptions and publications: a copy must not replicate"));
        remarks.add(new Remark(Remark.Kind.NOT_RESTORED, "passwords, attributes and memberships of roles"));
        remarks.add(new Remark(Remark.Kind.NOT_RESTORED, "tablespaces: everything goes to the default one"));
        remarks.add(new Remark(
                Remark.Kind.NOT_RESTORED, "planner statistics, which ANALYZE gathers anew, and usage statistics"));
        if (!missing.isEmpty() && options.missingRoles() == MissingRoles.WITHOUT_OWNERS_AND_RIGHTS) {
            remarks.add(new Remark(
                    Remark.Kind.NOT_RESTORED, "owners and rights, since the roles " + missing + " are missing"));
        }
        options.scratch()
                .ifPresent(folder -> remarks.add(new Remark(
                        Remark.Kind.NOTE, "each dump lies decrypted in '" + folder + "' while it is restored")));
        manifest.attributes().forEach((name, value) -> {
            if (name.equals("spread-millis") && copies.size() > 1) {
                remarks.add(
                        new Remark(Remark.Kind.NOTE, "the databases are " + value + " ms apart, not of one instant"));
            }
        });
    }

    private static Estimate estimate(List<Copy> copies) {
        long bytes = copies.stream()
                .mapToLong(copy -> copy.dump().stream().plainBytes())
                .sum();
        return new Estimate(
                Duration.ofSeconds((long) Math.ceil(bytes / FAST)),
                Duration.ofSeconds((long) Math.ceil(bytes / SLOW) + 10),
                "20 to 80 MB/s of dump with its indexes, " + bytes / 1_000_000 + " MB");
    }

    private List<PlanStep> steps(RestoreRequest request, Manifest manifest, List<Copy> copies, Set<String> missing) {
        boolean proof = request.purpose() == Purpose.PROOF;
        boolean creates = !missing.isEmpty() && options.missingRoles() == MissingRoles.CREATE_WITHOUT_LOGIN;
        boolean owners = missing.isEmpty() || creates;
        List<PlanStep> steps = new ArrayList<>();
        List<PlanStep> last = new ArrayList<>();
        if (creates) {
            PlanStep.Builder step = PlanStep.named(
                            ROLES, "Create the missing roles " + missing + ", unable to log in", Effect.NAMED)
                    .parameter(MISSING, String.join("\n", missing))
                    .inverse("Drop those this run created");
            missing.forEach(role -> step.command(createRole(role) + ";"));
            steps.add(step.build());
        }
        for (Copy copy : copies) {
            String suffix = ObjectKey.segment(copy.dump().name());
            String database = copy.dump().name();
            String previous = steps.isEmpty() ? "" : steps.get(steps.size() - 1).name();
            String create = "CREATE DATABASE " + Names.quoted(copy.name()) + " TEMPLATE template0 "
                    + Locales.clause(copy.dump().attributes());
            PlanStep.Builder first = PlanStep.named(
                            CREATE + suffix,
                            "Create database '" + copy.name() + "', empty, as '" + database + "' was",
                            Effect.NAMED)
                    .parameter(DATABASE, database)
                    .parameter(NEW, copy.name())
                    .changes(destination(copy))
                    .command(create + ";")
                    .inverse("Drop database '" + copy.name() + "'");
            if (!previous.isEmpty()) {
                first.after(previous);
            }
            steps.add(first.build());
            steps.add(PlanStep.named(
                            LOAD + suffix,
                            "Restore the dump of '" + database + "' into it"
                                    + options.scratch()
                                            .map(folder -> ", by " + options.jobs() + " jobs from '" + folder + "'")
                                            .orElse(", as a stream"),
                            Effect.NAMED)
                    .parameter(DATABASE, database)
                    .parameter(NEW, copy.name())
                    .parameter(OWNERS, owners ? "with" : "without")
                    .parameter(
                            PlanStep.EXPECTED_BYTES,
                            String.valueOf(copy.dump().stream().plainBytes()))
                    .after(CREATE + suffix)
                    .changes("scratch")
                    .command(ShellLines.plain(copy.dump().stream()) + " | pg_restore "
                            + String.join(" ", LoadCommand.options(owners)) + " --dbname="
                            + Names.shell(Names.connection(copy.name())))
                    .build());
            steps.add(PlanStep.named(
                            PROPERTIES + suffix,
                            owners
                                    ? "Give it the owner, rights and settings of '" + database + "'"
                                    : "Give it the settings of '" + database + "'",
                            Effect.NAMED)
                    .parameter(DATABASE, database)
                    .parameter(NEW, copy.name())
                    .parameter(OWNERS, owners ? "with" : "without")
                    .after(LOAD + suffix)
                    .build());
            steps.add(PlanStep.named(ANALYZE + suffix, "Gather planner statistics", Effect.NAMED)
                    .parameter(DATABASE, database)
                    .parameter(NEW, copy.name())
                    .after(PROPERTIES + suffix)
                    .command("ANALYZE;")
                    .build());
            steps.add(PlanStep.named(
                            COMPARE + suffix,
                            "Compare it, table by table, with what was in the snapshot of '" + database + "'",
                            Effect.READ_ONLY)
                    .parameter(DATABASE, database)
                    .parameter(NEW, copy.name())
                    .parameter(OWNERS, owners ? "with" : "without")
                    .after(ANALYZE + suffix)
                    .build());
            last.add(PlanStep.named(
                            REMOVE + suffix,
                            "Drop '" + copy.name() + "' if name, oid and mark say that this run made it",
                            Effect.NAMED)
                    .traits(Trait.DESTRUCTIVE, proof ? Trait.CLEAN_UP : Trait.ON_FAILURE)
                    .parameter(DATABASE, database)
                    .parameter(NEW, copy.name())
                    .changes(destination(copy))
                    .command("DROP DATABASE " + Names.quoted(copy.name()) + ";")
                    .build());
        }
        if (creates) {
            last.add(PlanStep.named(REMOVE_ROLES, "Drop the roles this run created", Effect.NAMED)
                    .traits(Trait.DESTRUCTIVE, proof ? Trait.CLEAN_UP : Trait.ON_FAILURE)
                    .after(last.stream().map(PlanStep::name).toArray(String[]::new))
                    .build());
        }
        steps.addAll(last);
        return steps;
    }

    static String createRole(String role) {
        return "CREATE ROLE " + Names.quoted(role) + " NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION";
    }

    static Map<String, String> renamed(Plan plan) {
        Map<String, String> names = new TreeMap<>();
        plan.steps().stream()
                .filter(step ->
                        step.name().startsWith(CREATE) && step.parameters().containsKey(NEW))
                .forEach(step -> names.put(
                        step.parameters().getOrDefault(DATABASE, ""),
                        step.parameters().getOrDefault(NEW, "")));
        return names;
    }
}
