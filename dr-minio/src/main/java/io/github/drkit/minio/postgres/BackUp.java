package io.github.drkit.minio.postgres;

import io.github.drkit.BackupRequest;
import io.github.drkit.Catalog;
import io.github.drkit.Effect;
import io.github.drkit.Estimate;
import io.github.drkit.Plan;
import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Precondition;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.postgres.ServedDatabase;
import io.github.drkit.postgres.ServerState;
import io.github.drkit.postgres.UnprotectedDatabases;
import io.github.drkit.status.Unprotected;
import io.github.drkit.store.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Plans a backup. */
final class BackUp {

    static final String FORMAT = "pg-dump/1";
    static final String PROBE = "probe-store";
    static final String SNAPSHOTS = "open-snapshots";
    static final String DUMP = "dump-";
    static final String BASELINE = "baseline-";
    static final String GLOBALS = "globals";
    static final String STILL_OPEN = "check-snapshots";
    static final String MANIFEST = "write-manifest";
    static final String JUDGE = "judge";
    static final String LOCK = "lock-point";
    static final String DATABASE = "database";

    private static final Duration CLOCKS_AGREE = Duration.ofMinutes(5);
    private static final double SLOW = 100e6;
    private static final double FAST = 180e6;

    private final DumpOptions options;
    private final Observations observations;

    BackUp(DumpOptions options, Observations observations) {
        this.options = options;
        this.observations = observations;
    }

    Plan plan(BackupRequest request, PlanContext context) {
        ServerState server = options.server().observe();
        ClientTool dump = observations.tool("pg_dump", context.time());
        requireNotOlder(dump, server);
        if (options.globals() != Globals.NONE) {
            requireNotOlder(observations.tool("pg_dumpall", context.time()), server);
        }
        Map<String, ServedDatabase> served = requireDatabases();
        requireClock(context);
        Catalog catalog = options.points().list();
        RecoveryPointId point = options.points().pointOf(context.run());
        List<Precondition> preconditions = new ArrayList<>();
        preconditions.add(observations.system(server));
        preconditions.add(observations.version(server));
        preconditions.add(observations.role(server));
        preconditions.add(observations.read("tool", "pg_dump", context));
        for (String database : options.databases()) {
            preconditions.add(observations.read("database", database, context));
        }
        preconditions.add(observations.read("point", point.value(), context));
        return new Plan(
                context.run(),
                request.kind(),
                options.id().value(),
                describe(request, point),
                preconditions,
                steps(catalog),
                remarks(server, catalog),
                Optional.of(estimate(served)));
    }

    private Map<String, String> describe(BackupRequest request, RecoveryPointId point) {
        Map<String, String> description = new TreeMap<>(request.describe());
        description.put("databases", String.join(", ", options.databases()));
        description.put("point", point.value());
        description.put("store", options.store().location());
        description.put("globals", options.globals().name());
        description.put("baseline", options.depth().name());
        description.put(
                "encrypted-to",
                options.encryption().encrypts()
                        ? String.join(", ", options.encryption().recipients())
                        : "nobody");
        return description;
    }

    static void requireNotOlder(ClientTool tool, ServerState server) {
        if (tool.major() < server.majorVersion()) {
            throw new RequestRefusedException(
                    "DRK-TOOL-003",
                    "Cannot use " + tool + " with a server of version " + server.majorVersion()
                            + ": the client is older but must be " + server.majorVersion() + " or newer",
                    "Install postgresql-client-" + server.majorVersion() + " and name its folder; found was "
                            + tool.path());
        }
    }

    private Map<String, ServedDatabase> requireDatabases() {
        Map<String, ServedDatabase> served = options.server().listAllDatabases().stream()
                .collect(Collectors.toMap(ServedDatabase::name, Function.identity()));
        for (String name : options.databases()) {
            ServedDatabase database = served.get(name);
            if (database == null) {
                throw new NotFoundException(
                        "DRK-DUMP-001",
                        "Cannot back up database '" + name + "': " + options.address() + " has no such database but "
                                + new TreeMap<>(served).keySet(),
                        "Compare the name with the listing; upper and lower case differ");
            }
            if (!database.allowsConnections()) {
                throw new RequestRefusedException(
                        "DRK-DUMP-002",
                        "Cannot back up database '" + name + "': it takes no connections but pg_dump needs one",
                        "Was it fenced by a cut-over? Then it is not the one in use");
            }
        }
        return served;
    }

    private void requireClock(PlanContext context) {
        Instant there = options.store().now();
        Instant here = context.time().now();
        if (Duration.between(there, here).abs().compareTo(CLOCKS_AGREE) > 0) {
            throw new RequestRefusedException(
                    "DRK-DUMP-004",
                    "Cannot back up to '" + options.store().location() + "': its clock shows " + there
                            + " and this machine's " + here + " but they must agree within five minutes",
                    "Which of the two is wrong? Set it by NTP");
        }
    }

    private List<PlanStep> steps(Catalog catalog) {
        List<PlanStep> steps = new ArrayList<>();
        Map<String, Long> expected = lastSizes(catalog);
        // A step and no precondition: it learns by writing, and planning writes nothing.
        steps.add(PlanStep.named(
                        PROBE,
                        "Try what " + options.store().location() + " really does, and remove what was tried",
                        Effect.NAMED)
                .build());
        steps.add(PlanStep.named(
                        SNAPSHOTS,
                        "Open an exported snapshot of each of " + options.databases()
                                + ", all before the first dump begins",
                        Effect.READ_ONLY)
                .after(PROBE)
                .traits(Trait.VOLATILE)
                .command("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SELECT pg_export_snapshot();")
                .build());
        List<String> read = new ArrayList<>();
        String previous = SNAPSHOTS;
        for (String database : options.databases()) {
            PlanStep.Builder step = PlanStep.named(
                            step(DUMP, database),
                            "Dump database '" + database + "' out of its snapshot into the store",
                            Effect.NAMED)
                    .after(SNAPSHOTS, previous)
                    .parameter(DATABASE, database)
                    .command(dumpCommand(database));
            Long size = expected.get(database);
            if (size != null) {
                step.parameter(PlanStep.EXPECTED_BYTES, size.toString());
            }
            steps.add(step.build());
            previous = step(DUMP, database);
            read.add(previous);
        }
        for (String database : options.databases()) {
            steps.add(PlanStep.named(
                            step(BASELINE, database),
                            "Count and digest what is in the snapshot of '" + database + "', to compare a restore with",
                            Effect.NAMED)
                    .after(SNAPSHOTS)
                    .parameter(DATABASE, database)
                    .build());
            read.add(step(BASELINE, database));
        }
        List<String> parts = new ArrayList<>(List.of(STILL_OPEN));
        steps.add(PlanStep.named(
                        STILL_OPEN,
                        "See that the snapshots outlived everything that was read from them",
                        Effect.READ_ONLY)
                .after(SNAPSHOTS)
                .after(read.toArray(String[]::new))
                .build());
        if (options.globals() != Globals.NONE) {
            steps.add(PlanStep.named(
                            GLOBALS,
                            "Dump roles and memberships"
                                    + (options.globals() == Globals.ROLES ? " without passwords" : " with passwords")
                                    + "; no snapshot covers them",
                            Effect.NAMED)
                    .after(PROBE)
                    .command("pg_dumpall --globals-only --no-password"
                            + (options.globals() == Globals.ROLES ? " --no-role-passwords" : "")
                            + encoding("globals.sql"))
                    .build());
            parts.add(GLOBALS);
        }
        steps.add(PlanStep.named(
                        MANIFEST, "Write the signed manifest, once: from then on the point exists", Effect.CONDITIONAL)
                .after(parts.toArray(String[]::new))
                .changes("point")
                .build());
        options.lock()
                .ifPresent(grace -> steps.add(PlanStep.named(
                                LOCK,
                                "Lock the point for " + grace + " if the store enforces locks, and read that back",
                                Effect.CONDITIONAL)
                        .after(MANIFEST)
                        .build()));
        steps.add(PlanStep.named(JUDGE, "List the point and compare its size with those before it", Effect.READ_ONLY)
                .after(options.lock().isPresent() ? LOCK : MANIFEST)
                .build());
        return steps;
    }

    /** The sizes of the newest point's dumps are the best guess there is. */
    private Map<String, Long> lastSizes(Catalog catalog) {
        Map<String, Long> sizes = new LinkedHashMap<>();
        if (!catalog.points().isEmpty()) {
            RecoveryPoint last = catalog.points().get(catalog.points().size() - 1);
            for (Manifest.Content content : options.points().load(last.id()).contents()) {
                if (content.kind().equals(Contents.DUMP)) {
                    sizes.put(content.name(), content.stream().plainBytes());
                }
            }
        }
        return sizes;
    }

    private String dumpCommand(String database) {
        return "pg_dump --format=custom --compress=0 --no-password --lock-wait-timeout="
                + options.server().lockTimeout().toMillis() + " --snapshot=$SNAPSHOT --dbname="
                + Names.shell(Names.connection(database)) + encoding(ObjectKey.segment(database) + ".dump");
    }

    private String encoding(String file) {
        String recipients = options.encryption().recipients().stream()
                .map(recipient -> " -r " + recipient)
                .collect(Collectors.joining());
        return " | zstd"
                + (options.encryption().encrypts()
                        ? " | age" + recipients + " > " + file + ".zst.age"
                        : " > " + file + ".zst");
    }

    private List<Remark> remarks(ServerState server, Catalog catalog) {
        List<Remark> remarks = new ArrayList<>();
        Set<String> listed = Set.copyOf(options.databases());
        List<Unprotected> unprotected = new ArrayList<>(UnprotectedDatabases.databases(options.server(), listed));
        options.tenantStore()
                .ifPresent(tenants ->
                        unprotected.addAll(UnprotectedDatabases.tenants(options.server(), tenants, listed, Set.of())));
        unprotected.forEach(finding -> remarks.add(new Remark(Remark.Kind.UNPROTECTED, finding.toString())));
        if (options.databases().size() > 1) {
            remarks.add(new Remark(
                    Remark.Kind.NOTE,
                    "PostgreSQL has no snapshot across databases: each is consistent in itself, and the manifest says how"
                            + " far apart they are"));
        }
        if (server.inRecovery()) {
            remarks.add(new Remark(
                    Remark.Kind.NOTE, "the server is a replica: rows of unlogged tables are in no dump of it"));
        }
        if (!options.encryption().encrypts()) {
            remarks.add(new Remark(Remark.Kind.NOTE, "unencrypted: whoever can read the store can read the databases"));
        }
        if (options.globals() == Globals.NONE) {
            remarks.add(new Remark(Remark.Kind.NOT_RESTORED, "roles: globals are switched off"));
        } else if (options.globals() == Globals.ROLES) {
            remarks.add(new Remark(Remark.Kind.NOT_RESTORED, "passwords of roles"));
        }
        catalog.problems()
                .forEach(problem -> remarks.add(
                        new Remark(Remark.Kind.NOTE, problem.where() + " is no recovery point: " + problem.reason())));
        return remarks;
    }

    private Estimate estimate(Map<String, ServedDatabase> served) {
        long bytes = served.values().stream()
                .filter(database -> options.databases().contains(database.name()))
                .mapToLong(database -> Math.max(0, database.sizeBytes()))
                .sum();
        return new Estimate(
                Duration.ofSeconds((long) Math.ceil(bytes / FAST)),
                Duration.ofSeconds((long) Math.ceil(bytes / SLOW) + 10),
                "100 to 180 MB/s of dump, " + bytes / 1_000_000 + " MB on the server's disk");
    }

    static String step(String prefix, String database) {
        return prefix + ObjectKey.segment(database);
    }
}
