package io.github.drkit.minio.postgres;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.Plausibility;
import io.github.drkit.Progress;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.minio.postgres.DumpArchive.Expectation;
import io.github.drkit.postgres.Baseline;
import io.github.drkit.postgres.BaselineCapture;
import io.github.drkit.postgres.ExportedSnapshot;
import io.github.drkit.postgres.ServedDatabase;
import io.github.drkit.postgres.ServerState;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoreAbilities.Ability;
import io.github.drkit.store.StoredStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Does the steps of a backup. */
final class BackUpSteps {

    // A dump is silent while it reads the catalog and while it waits for locks; the lock timeout ends the latter.
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final String HELD = "snapshots";
    private static final String STREAM = "stream";
    private static final String TIME = "time ";
    private static final String AT = "at";
    private static final String PROPERTIES = "properties-stream";
    private static final String GENERATION = "generation";
    private static final String TOOL = "tool";

    private static final String ATTEMPT = "a";

    /** Begins the name of a fact whose value is the key a stream is written under. */
    static final String WRITING = "writing ";

    private static final String TABLES = """
            SELECT pg_catalog.count(*) FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND c.relpersistence = 'p'
              AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                              WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                                AND d.deptype = 'e')
            """;

    private static final String UNTIL = "until";

    private final DumpOptions options;
    private final Observations observations;

    BackUpSteps(DumpOptions options, Observations observations) {
        this.options = options;
        this.observations = observations;
    }

    StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        String database = step.parameters().getOrDefault(BackUp.DATABASE, "");
        if (!database.isEmpty() && step.name().startsWith(BackUp.DUMP)) {
            return dump(database, context);
        }
        if (!database.isEmpty() && step.name().startsWith(BackUp.BASELINE)) {
            return baseline(database, context);
        }
        return switch (step.name()) {
            case BackUp.PROBE -> probe();
            case BackUp.SNAPSHOTS -> openSnapshots(context);
            case BackUp.STILL_OPEN -> checkSnapshots(context);
            case BackUp.GLOBALS -> globals(context);
            case BackUp.MANIFEST -> writeManifest(context);
            case BackUp.LOCK -> lock(context);
            case BackUp.JUDGE -> judge(context);
            default -> throw new IllegalArgumentException("A backup has no step '" + step.name() + "'");
        };
    }

    private StepResult probe() {
        StoreAbilities abilities = options.store().abilities();
        String findings = String.join("; ", abilities.findings());
        if (!abilities.has(Ability.CONDITIONAL_CREATE)) {
            throw new RequestRefusedException(
                    "DRK-DUMP-003",
                    "Cannot back up to '" + options.store().location()
                            + "': the store was not seen to refuse a second create but a manifest is written once; "
                            + findings,
                    "Use a store with working conditional writes (If-None-Match)");
        }
        return StepResult.succeeded(
                "the store was seen to have " + new TreeSet<>(abilities.shown())
                        + (findings.isEmpty() ? "" : "; " + findings),
                Map.of("abilities", new TreeSet<>(abilities.shown()).toString()));
    }

    private StepResult openSnapshots(StepContext context) throws InterruptedException {
        if (context.attempt() > 1) {
            // A pg_dump of the process that died may still be reading.
            new Databases(options.server())
                    .endSessionsOf(Names.application(context.plan().run()), options.databases(), context.time());
        }
        ServerState server = options.server().observe();
        Snapshots snapshots = new Snapshots(ExportedSnapshot.openAll(options.server(), options.databases()));
        context.keepOpen(HELD, snapshots);
        Map<String, String> facts = new HashMap<>();
        facts.put(GENERATION, String.valueOf(context.attempt()));
        facts.put("server", options.address());
        facts.put("server-version", String.valueOf(server.version()));
        facts.put("system", server.systemIdentifier().orElse(""));
        facts.put("replica", String.valueOf(server.inRecovery()));
        for (ExportedSnapshot snapshot : snapshots.all()) {
            facts.put(TIME + snapshot.database(), snapshot.consistencyTime().toString());
        }
        for (ServedDatabase served : options.server().listAllDatabases()) {
            if (options.databases().contains(served.name())) {
                facts.put("owner " + served.name(), served.owner());
                facts.put("encoding " + served.name(), served.encoding());
                facts.put("collate " + served.name(), served.collate());
                facts.put("ctype " + served.name(), served.ctype());
                facts.put("locale-provider " + served.name(), served.localeProvider());
                facts.put("locale " + served.name(), served.locale());
                facts.put("size-bytes " + served.name(), String.valueOf(served.sizeBytes()));
            }
        }
        return StepResult.succeeded("opened " + snapshots.all().size() + " snapshots", facts);
    }

    private StepResult dump(String database, StepContext context) throws InterruptedException {
        ExportedSnapshot snapshot = context.opened(HELD, Snapshots.class).of(database);
        snapshot.requireAlive();
        ClientTool tool = observations.tool("pg_dump", context.time());
        List<String> arguments = List.of(
                "--format=custom",
                "--compress=0",
                "--no-password",
                "--lock-wait-timeout=" + options.server().lockTimeout().toMillis(),
                "--snapshot=" + snapshot.id());
        Map<String, String> environment = new TreeMap<>(options.server().toolEnvironment(database));
        environment.put("PGAPPNAME", Names.application(context.plan().run()));
        ObjectKey key = key(context, ObjectKey.segment(database) + ".dump");
        Expectation expectation = expectation(snapshot);
        try (ToolRun run = ToolRun.begin(tool.name(), tool.path(), arguments, environment, context.time(), PATIENCE)) {
            run.input().close();
            DumpArchive archive = new DumpArchive(run.output(), expectation);
            StoredStream stored = options.store().write(key, archive, options.encryption(), context.progress());
            if (stored.plainBytes() != archive.count()) {
                return StepResult.failed("the store took " + stored.plainBytes() + " bytes but pg_dump wrote "
                        + archive.count() + " [DRK-DUMP-011]");
            }
            Map<String, String> facts = facts(context, stored);
            facts.put(TOOL, tool.toString());
            run.words().harmless().stream().findFirst().ifPresent(words -> facts.put("warning", words));
            return StepResult.succeeded(
                    "dumped " + stored.plainBytes() + " bytes, stored as " + stored.storedBytes(), facts);
        } catch (IOException e) {
            return failed("Cannot dump database '" + database + "'", "DRK-DUMP-010", e);
        }
    }

    private Expectation expectation(ExportedSnapshot snapshot) {
        long tables = inside(
                snapshot,
                "count the tables of",
                connection ->
                        Sql.rows(connection, TABLES, row -> row.getLong(1)).get(0));
        return tables > 0 ? Expectation.DATA : Expectation.STRUCTURE_ONLY;
    }

    private StepResult baseline(String database, StepContext context) throws InterruptedException {
        ExportedSnapshot snapshot = context.opened(HELD, Snapshots.class).of(database);
        DatabaseProperties properties = inside(snapshot, "read the properties of", DatabaseProperties::read);
        Baseline baseline =
                BaselineCapture.of(options.depth()).progress(context.progress()).capture(snapshot);
        String name = ObjectKey.segment(database);
        try {
            Map<String, String> facts = facts(context, store(key(context, name + ".baseline"), baseline.toJson()));
            facts.put(PROPERTIES, Manifest.describe(store(key(context, name + ".properties"), properties.toJson())));
            return StepResult.succeeded(
                    "captured " + baseline.entries().size() + " facts of depth " + options.depth(), facts);
        } catch (IOException e) {
            throw new IllegalStateException("Reading bytes in memory does not fail", e);
        }
    }

    private StoredStream store(ObjectKey key, byte[] bytes) throws IOException {
        return options.store().write(key, new ByteArrayInputStream(bytes), options.encryption(), Progress.silent());
    }

    /** Asks in the very snapshot that is dumped. */
    private <T> T inside(ExportedSnapshot snapshot, String what, Sql.Conversation<T> conversation) {
        String database = snapshot.database();
        return Sql.ask(options.server(), database, what + " database '" + database + "'", connection -> {
            Sql.run(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            Sql.run(connection, "SET TRANSACTION SNAPSHOT " + Names.literal(snapshot.id()));
            T answer = conversation.with(connection);
            Sql.run(connection, "ROLLBACK");
            return answer;
        });
    }

    private StepResult checkSnapshots(StepContext context) {
        Snapshots snapshots = context.opened(HELD, Snapshots.class);
        String generation = new Facts(context).require(BackUp.SNAPSHOTS, GENERATION);
        for (PlanStep step : context.plan().steps()) {
            if (step.parameters().containsKey(BackUp.DATABASE)
                    && !generation.equals(new Facts(context).require(step.name(), GENERATION))) {
                return StepResult.failed(
                        "step '" + step.name() + "' read other snapshots than those open now" + " [DRK-DUMP-012]");
            }
        }
        snapshots.all().forEach(ExportedSnapshot::requireAlive);
        snapshots.close();
        return StepResult.succeeded("all " + snapshots.all().size() + " snapshots outlived what was read from them");
    }

    private StepResult globals(StepContext context) throws InterruptedException {
        ClientTool tool = observations.tool("pg_dumpall", context.time());
        List<String> arguments = new ArrayList<>(List.of("--globals-only", "--no-password"));
        if (options.globals() == Globals.ROLES) {
            arguments.add("--no-role-passwords");
        }
        Map<String, String> environment =
                new TreeMap<>(options.server().toolEnvironment(options.server().maintenanceDatabase()));
        environment.put("PGAPPNAME", Names.application(context.plan().run()));
        try (ToolRun run = ToolRun.begin(tool.name(), tool.path(), arguments, environment, context.time(), PATIENCE)) {
            run.input().close();
            StoredStream stored = options.store()
                    .write(
                            key(context, "globals.sql"),
                            new ClusterScript(run.output()),
                            options.encryption(),
                            context.progress());
            Map<String, String> facts = facts(context, stored);
            facts.put(AT, context.time().now().toString());
            return StepResult.succeeded("stored roles as " + stored.storedBytes() + " bytes", facts);
        } catch (IOException e) {
            return failed("Cannot dump the roles of " + options.address(), "DRK-DUMP-014", e);
        }
    }

    private StepResult writeManifest(StepContext context) {
        Manifest manifest = manifest(context);
        options.points().commit(manifest, options.key());
        Manifest read = options.points().load(manifest.point());
        if (!read.equals(manifest)) {
            return StepResult.failed(
                    "the manifest of '" + manifest.point() + "' reads back differently" + " [DRK-DUMP-015]");
        }
        return StepResult.succeeded(
                "recovery point '" + manifest.point() + "' exists",
                Map.of("point", manifest.point().value()));
    }

    private StepResult lock(StepContext context) {
        Optional<String> lockless = options.points().lockless();
        if (lockless.isPresent()) {
            return StepResult.skipped("the point is not locked: " + lockless.get());
        }
        Instant until = Instant.parse(context.facts(BackUp.LOCK)
                .getOrDefault(
                        UNTIL,
                        context.time()
                                .now()
                                .plus(options.lock().orElseThrow())
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString()));
        context.record(UNTIL, until.toString());
        List<String> amiss =
                options.points().lock(options.points().pointOf(context.plan().run()), until);
        return amiss.isEmpty()
                ? StepResult.succeeded("locked until " + until)
                : StepResult.failed(
                        "the point exists, but is not locked: " + String.join("; ", amiss) + " [DRK-DUMP-019]");
    }

    /** Made of journal facts only, so that a resumed run writes the same bytes. */
    private Manifest manifest(StepContext context) {
        Facts facts = new Facts(context);
        Plan plan = context.plan();
        List<Manifest.Content> contents = new ArrayList<>();
        Instant earliest = Instant.MAX;
        Instant latest = Instant.MIN;
        for (String database : options.databases()) {
            Instant time = Instant.parse(facts.require(BackUp.SNAPSHOTS, TIME + database));
            earliest = time.isBefore(earliest) ? time : earliest;
            latest = time.isAfter(latest) ? time : latest;
            Map<String, String> about = new TreeMap<>();
            for (String name :
                    List.of("owner", "encoding", "collate", "ctype", "locale-provider", "locale", "size-bytes")) {
                about.put(name, facts.require(BackUp.SNAPSHOTS, name + " " + database));
            }
            about.put(TOOL, facts.require(BackUp.step(BackUp.DUMP, database), TOOL));
            contents.add(new Manifest.Content(
                    database, Contents.DUMP, time, stream(facts, BackUp.step(BackUp.DUMP, database)), about));
            String baseline = BackUp.step(BackUp.BASELINE, database);
            contents.add(new Manifest.Content(database, Contents.BASELINE, time, stream(facts, baseline), Map.of()));
            contents.add(new Manifest.Content(
                    database,
                    Contents.PROPERTIES,
                    time,
                    Manifest.described(facts.require(baseline, PROPERTIES)),
                    Map.of()));
        }
        if (options.globals() != Globals.NONE) {
            contents.add(new Manifest.Content(
                    Contents.GLOBALS,
                    Contents.GLOBALS,
                    Instant.parse(facts.require(BackUp.GLOBALS, AT)),
                    stream(facts, BackUp.GLOBALS),
                    Map.of("passwords", options.globals() == Globals.ROLES_AND_PASSWORDS ? "hashes" : "none")));
        }
        Map<String, String> attributes = new TreeMap<>();
        for (String name : List.of("server", "server-version", "system", "replica")) {
            attributes.put(name, facts.require(BackUp.SNAPSHOTS, name));
        }
        attributes.put(
                "spread-millis",
                String.valueOf(Duration.between(earliest, latest).toMillis()));
        attributes.put("writers-fenced", "no");
        RecoveryPointId point = options.points().pointOf(plan.run());
        return new Manifest(
                point,
                options.id(),
                plan.run(),
                BackUp.FORMAT,
                earliest,
                Optional.ofNullable(plan.request().get("scheduled-for")).map(Instant::parse),
                plan.request().getOrDefault("label", ""),
                contents,
                attributes);
    }

    private StepResult judge(StepContext context) {
        RecoveryPointId id = options.points().pointOf(context.plan().run());
        Optional<RecoveryPoint> found = options.points().list().find(id);
        if (found.isEmpty()) {
            return StepResult.failed("recovery point '" + id + "' was written but is not listed [DRK-DUMP-016]");
        }
        RecoveryPoint point = found.get();
        Map<String, String> facts = Map.of(
                "point", id.value(),
                "consistency-time", point.consistencyTime().toString(),
                "size-bytes", String.valueOf(point.sizeBytes()));
        if (point.proof().level() == Proof.Level.FAILED) {
            return StepResult.failed(
                    "recovery point '" + id + "' is listed damaged: " + point.remarks() + " [DRK-DUMP-017]");
        }
        if (point.plausibility() == Plausibility.SUSPECT) {
            return new StepResult(
                    Outcome.FAILED,
                    "recovery point '" + id + "' exists but is SUSPECT: " + point.remarks() + " [DRK-DUMP-018]",
                    facts);
        }
        return StepResult.succeeded(
                "recovery point '" + id + "' is listed with " + point.sizeBytes() + " bytes, nothing odd", facts);
    }

    private static StoredStream stream(Facts facts, String step) {
        return Manifest.described(facts.require(step, STREAM));
    }

    private static Map<String, String> facts(StepContext context, StoredStream stored) {
        Map<String, String> facts = new HashMap<>();
        facts.put(STREAM, Manifest.describe(stored));
        String generation = context.facts(BackUp.SNAPSHOTS).get(GENERATION);
        if (generation != null) {
            facts.put(GENERATION, generation);
        }
        return facts;
    }

    /**
     * Each attempt writes to a folder of its own, so that no attempt finds the segments of another. The journal hears of
     * the key before anything is written under it: a collector can then ask for what is not listed.
     */
    private ObjectKey key(StepContext context, String file) {
        RecoveryPointId point = options.points().pointOf(context.plan().run());
        ObjectKey key = options.points()
                .place(point)
                .child(ATTEMPT + context.attempt())
                .child(file + (options.encryption().encrypts() ? ".zst.age" : ".zst"));
        context.record(WRITING + file, key.value());
        return key;
    }

    static boolean isOfFirstAttempt(ObjectKey key) {
        return key.value().contains("/" + ATTEMPT + "1/");
    }

    private static StepResult failed(String what, String code, IOException e) throws InterruptedException {
        if (e instanceof InterruptedIOException) {
            throw cancelled(e);
        }
        return StepResult.failed(what + ": " + e.getMessage() + " [" + code + "]");
    }

    static InterruptedException cancelled(IOException e) {
        // The flag is in the exception from here on.
        Thread.interrupted();
        InterruptedException cancelled = new InterruptedException(e.getMessage());
        cancelled.initCause(e);
        return cancelled;
    }
}
