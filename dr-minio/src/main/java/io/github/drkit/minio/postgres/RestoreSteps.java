package io.github.drkit.minio.postgres;

import io.github.drkit.Outcome;
import io.github.drkit.PlanStep;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.minio.postgres.Databases.Found;
import io.github.drkit.postgres.Baseline;
import io.github.drkit.postgres.BaselineCapture;
import io.github.drkit.postgres.Difference;
import io.github.drkit.postgres.Difference.Kind;
import io.github.drkit.store.IntegrityIoException;
import io.github.drkit.store.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Does the steps of a restore. */
final class RestoreSteps {

    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final String ROLE = "role ";

    private static final String TABLES = """
            SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            ORDER BY 1
            """;

    private final RestoreOptions options;
    private final Observations observations;
    private final PointReader reader;
    private final Databases databases;

    RestoreSteps(RestoreOptions options, Observations observations) {
        this.options = options;
        this.observations = observations;
        this.reader = new PointReader(options.store(), options.identities());
        this.databases = new Databases(options.server());
    }

    StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        if (step.name().equals(Restore.ROLES)) {
            return createRoles(step, context);
        }
        if (step.name().equals(Restore.REMOVE_ROLES)) {
            return removeRoles(context);
        }
        String original = step.parameters().getOrDefault(Restore.DATABASE, "");
        String suffix = ObjectKey.segment(original);
        Copy copy = new Copy(
                original,
                step.parameters().getOrDefault(Restore.NEW, ""),
                suffix,
                "with".equals(step.parameters().get(Restore.OWNERS)));
        if (step.name().equals(Restore.CREATE + suffix)) {
            return create(copy, context);
        }
        if (step.name().equals(Restore.LOAD + suffix)) {
            return load(copy, context);
        }
        if (step.name().equals(Restore.PROPERTIES + suffix)) {
            return properties(copy, context);
        }
        if (step.name().equals(Restore.ANALYZE + suffix)) {
            return analyze(copy, context);
        }
        if (step.name().equals(Restore.COMPARE + suffix)) {
            return compare(copy, context);
        }
        if (step.name().equals(Restore.REMOVE + suffix)) {
            return remove(copy, context);
        }
        throw new IllegalArgumentException("A restore has no step '" + step.name() + "'");
    }

    /** What a step is about. */
    private record Copy(String original, String name, String suffix, boolean owners) {}

    private Manifest manifest(StepContext context) {
        return options.points().load(RecoveryPointId.of(context.plan().subject()));
    }

    private RunDatabase database(Copy copy, StepContext context) {
        return new RunDatabase(databases, context.plan().run(), copy.name());
    }

    /** The oid is recorded where the database was last created: loading again creates it again. */
    private static Map<String, String> made(Copy copy, StepContext context) {
        Map<String, String> facts = new HashMap<>(context.facts(Restore.CREATE + copy.suffix()));
        String again = context.facts(Restore.LOAD + copy.suffix()).get(RunDatabase.OID);
        if (again != null) {
            facts.put(RunDatabase.OID, again);
        }
        return facts;
    }

    private void requireOwn(Copy copy, StepContext context) {
        boolean own = databases
                .find(copy.name())
                .filter(found -> database(copy, context).isOwn(found, made(copy, context)))
                .isPresent();
        if (!own) {
            throw new RequestRefusedException(
                    "DRK-RESTORE-020",
                    "Cannot go on with database '" + copy.name() + "': it is not the one run '"
                            + context.plan().run() + "' made but name, oid and mark must all agree",
                    "Who dropped, renamed or replaced it? It was left alone");
        }
    }

    private StepResult createRoles(PlanStep step, StepContext context) {
        List<String> created = new ArrayList<>();
        for (String role : step.parameters().getOrDefault(Restore.MISSING, "").split("\n")) {
            boolean there = hasRole(role);
            if (!there) {
                // Written down first: after a crash in between a role that is there counts as made by this run, which
                // the plan saw missing.
                context.record(ROLE + role, "created");
                databases.act("create role '" + role + "'", connection -> {
                    Sql.run(connection, Restore.createRole(role));
                    return role;
                });
                created.add(role);
            }
            if (!hasRole(role)) {
                return StepResult.failed("role '" + role + "' was created and is not there [DRK-RESTORE-021]");
            }
        }
        return StepResult.succeeded("created roles " + created + ", unable to log in");
    }

    private boolean hasRole(String role) {
        return databases.ask(
                "look for role '" + role + "'",
                connection -> !Sql.rows(
                                connection,
                                "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = ?",
                                row -> row.getInt(1),
                                role)
                        .isEmpty());
    }

    private StepResult removeRoles(StepContext context) {
        List<String> dropped = new ArrayList<>();
        for (String fact : new TreeSet<>(context.facts(Restore.ROLES).keySet())) {
            if (fact.startsWith(ROLE)) {
                String role = fact.substring(ROLE.length());
                databases.act("drop role '" + role + "'", connection -> {
                    Sql.run(connection, "DROP ROLE IF EXISTS " + Names.quoted(role));
                    return role;
                });
                dropped.add(role);
            }
        }
        return dropped.isEmpty()
                ? StepResult.skipped("this run created no role")
                : StepResult.succeeded("dropped roles " + dropped);
    }

    private StepResult create(Copy copy, StepContext context) throws InterruptedException {
        Manifest.Content dump = Contents.require(manifest(context), Contents.DUMP, copy.original());
        Found made = database(copy, context).create(Locales.clause(dump.attributes()), context);
        requireOwn(copy, context);
        return StepResult.succeeded(
                "database '" + copy.name() + "' is there, empty, oid " + made.oid(),
                Map.of(RunDatabase.OID, String.valueOf(made.oid())));
    }

    private StepResult load(Copy copy, StepContext context) throws InterruptedException {
        RunId run = context.plan().run();
        Manifest manifest = manifest(context);
        Manifest.Content dump = Contents.require(manifest, Contents.DUMP, copy.original());
        Path file = scratchFile(copy, run);
        if (context.attempt() > 1) {
            // Workers of pg_restore -j outlive their parent: their sessions end first, then the database begins anew.
            databases.endSessionsOf(Names.application(run), List.of(copy.name()), context.time());
            requireOwn(copy, context);
            database(copy, context).drop(made(copy, context), context.time());
            database(copy, context).create(Locales.clause(dump.attributes()), context);
        }
        requireOwn(copy, context);
        StepResult loaded = thenRemove(file, () -> load(copy, manifest, dump, file, context));
        if (loaded.outcome() == Outcome.SUCCEEDED) {
            databases.endSessionsOf(Names.application(run), List.of(copy.name()), context.time());
        }
        return loaded;
    }

    private StepResult load(Copy copy, Manifest manifest, Manifest.Content dump, Path file, StepContext context)
            throws InterruptedException {
        try (InputStream plain = reader.open(manifest, dump)) {
            if (options.scratch().isEmpty()) {
                try (ToolRun tool = begin(copy, context, List.of())) {
                    Feed.through(plain, tool, context.progress());
                }
            } else {
                fetch(plain, file, context);
                try (ToolRun tool = begin(copy, context, List.of("--jobs=" + options.jobs(), file.toString()))) {
                    tool.input().close();
                    tool.requireSuccess(context.progress());
                }
            }
        } catch (IntegrityIoException e) {
            return StepResult.damaged(
                    "the dump of '" + copy.original() + "' is damaged: " + e.getMessage() + " [DRK-RESTORE-022]");
        } catch (InterruptedIOException e) {
            throw BackUpSteps.cancelled(e);
        } catch (IOException e) {
            return StepResult.failed("Cannot restore the dump of '" + copy.original() + "' into '" + copy.name() + "': "
                    + e.getMessage() + " [DRK-RESTORE-023]");
        }
        return StepResult.succeeded(
                "restored " + dump.stream().plainBytes() + " bytes of dump into '" + copy.name() + "'");
    }

    private ToolRun begin(Copy copy, StepContext context, List<String> more) throws ToolFailure {
        ClientTool tool = observations.tool("pg_restore", context.time());
        List<String> arguments = new ArrayList<>(LoadCommand.options(copy.owners()));
        arguments.add("--dbname=" + Names.connection(copy.name()));
        arguments.addAll(more);
        Map<String, String> environment = new TreeMap<>(options.server().toolEnvironment());
        environment.put("PGAPPNAME", Names.application(context.plan().run()));
        return ToolRun.begin(tool.name(), tool.path(), arguments, environment, context.time(), PATIENCE);
    }

    private Path scratchFile(Copy copy, RunId run) {
        return options.scratch()
                .orElse(Path.of("unused"))
                .resolve("drkit-" + run + "-" + Names.digest(copy.name()) + ".dump");
    }

    private void fetch(InputStream plain, Path file, StepContext context) throws IOException {
        Files.deleteIfExists(file);
        // Nobody else may read it, and from the first byte on.
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (OutputStream output = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
            byte[] buffer = new byte[128 * 1024];
            for (int count = plain.read(buffer); count >= 0; count = plain.read(buffer)) {
                output.write(buffer, 0, count);
                context.progress().moved(count);
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("Fetching the dump was cancelled");
                }
            }
        }
    }

    /** Whatever becomes of the work, the file goes; what went wrong first is what must be heard, the file besides. */
    private StepResult thenRemove(Path file, Work work) throws InterruptedException {
        StepResult result;
        try {
            result = work.run();
        } catch (RuntimeException | InterruptedException failure) {
            tryRemove(file).ifPresent(failure::addSuppressed);
            throw failure;
        }
        if (result.outcome() == Outcome.SUCCEEDED) {
            remove(file);
            return result;
        }
        Map<String, String> facts = new HashMap<>(result.facts());
        tryRemove(file).ifPresent(left -> facts.put("scratch", left.getMessage()));
        return new StepResult(result.outcome(), result.message(), facts);
    }

    private Optional<RequestRefusedException> tryRemove(Path file) {
        try {
            remove(file);
            return Optional.empty();
        } catch (RequestRefusedException left) {
            return Optional.of(left);
        }
    }

    private void remove(Path file) {
        if (options.scratch().isPresent()) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new RequestRefusedException(
                        "DRK-RESTORE-024",
                        "Cannot remove the decrypted dump '" + file + "': the file system refused but it must not stay",
                        "Remove it by hand",
                        "the file is there",
                        e);
            }
        }
    }

    private StepResult properties(Copy copy, StepContext context) {
        requireOwn(copy, context);
        DatabaseProperties properties = reader.properties(manifest(context), copy.original());
        Set<String> roles = databases.roles();
        List<String> statements = properties.statements(copy.name(), copy.owners() ? roles : Set.of(), copy.owners());
        databases.act("give database '" + copy.name() + "' its properties", connection -> {
            for (String statement : statements) {
                Sql.run(connection, statement);
            }
            return copy;
        });
        return StepResult.succeeded("applied " + statements.size() + " properties");
    }

    /** Table by table, so that it can be cancelled in between and is seen to move. */
    private StepResult analyze(Copy copy, StepContext context) throws InterruptedException {
        requireOwn(copy, context);
        String what = "gather statistics of database '" + copy.name() + "'";
        List<String> tables = Sql.ask(
                options.server(),
                copy.name(),
                what,
                connection -> Sql.rows(connection, TABLES, row -> row.getString(1)));
        boolean whole = Sql.ask(options.server(), copy.name(), what, connection -> {
            for (String table : tables) {
                Sql.run(connection, "ANALYZE " + table);
                context.progress().moved(0);
                if (Thread.currentThread().isInterrupted()) {
                    return false;
                }
            }
            return true;
        });
        if (!whole) {
            throw new InterruptedException("Gathering statistics was cancelled");
        }
        return StepResult.succeeded("analyzed " + tables.size() + " tables");
    }

    private StepResult compare(Copy copy, StepContext context) throws InterruptedException {
        requireOwn(copy, context);
        Baseline expected = reader.baseline(manifest(context), copy.original());
        Baseline actual;
        try (Connection connection = options.server().connect(copy.name())) {
            actual = Baselines.capture(() -> BaselineCapture.of(expected.depth())
                    .progress(context.progress())
                    .capture(connection));
        } catch (SQLException e) {
            return StepResult.failed("the connection to '" + copy.name() + "' did not close: SQLState "
                    + e.getSQLState() + " [DRK-RESTORE-025]");
        }
        List<Difference> differences = expected.differences(actual);
        Set<Kind> wrong = copy.owners()
                ? EnumSet.of(Kind.CONTENT, Kind.STRUCTURE, Kind.OWNERSHIP, Kind.GRANT, Kind.SETTING)
                : EnumSet.of(Kind.CONTENT, Kind.STRUCTURE);
        List<Difference> found = differences.stream()
                .filter(difference -> wrong.contains(difference.kind()))
                .toList();
        if (!found.isEmpty()) {
            return StepResult.damaged(found.size() + " differences between '" + copy.name() + "' and the snapshot of '"
                    + copy.original() + "': "
                    + found.stream().limit(10).map(Difference::sentence).collect(Collectors.joining("; "))
                    + " [DRK-RESTORE-026]");
        }
        return StepResult.succeeded(
                "'" + copy.name() + "' holds what the snapshot of '" + copy.original() + "' held: "
                        + expected.entries().size() + " entries of depth " + expected.depth() + " compared",
                Map.of("compared", String.valueOf(expected.entries().size())));
    }

    private StepResult remove(Copy copy, StepContext context) throws InterruptedException {
        return thenRemove(
                scratchFile(copy, context.plan().run()),
                () -> StepResult.succeeded(database(copy, context).drop(made(copy, context), context.time())));
    }

    private interface Work {
        StepResult run() throws InterruptedException;
    }
}
