package io.github.drkit.minio.postgres;

import io.github.drkit.Catalog;
import io.github.drkit.Effect;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepOwner;
import io.github.drkit.StepResult;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.cutover.CutOverRequest.AcceptedLoss;
import io.github.drkit.cutover.Loss;
import io.github.drkit.cutover.Loss.TableLoss;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.minio.postgres.Databases.Admission;
import io.github.drkit.minio.postgres.Databases.Found;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.postgres.WriteMark;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts restored databases in the place of live ones on the same server, and back again. The live databases are renamed,
 * never changed and never dropped.
 *
 * <p>Forward: mark the state of the copies, fence (refuse new sessions, end the old ones), rename all in one transaction,
 * open. Back: the new databases are withdrawn under another name, what was written to them is counted exactly, and the old
 * ones return only if that is nothing, or exactly the loss the request accepts and a backup holds.
 *
 * <p>Thread-safe and immutable. The role must own the databases and be allowed to rename them (CREATEDB), and to end other
 * roles' sessions (pg_signal_backend).
 */
public final class PostgresCutOver implements Operation<PostgresCutOverRequest> {

    private static final String FENCE = "fence";
    private static final String SWITCH = "switch";
    private static final String OPEN = "open";
    private static final String WITHDRAW = "withdraw";
    private static final String COUNT = "count-loss";
    private static final String UNFENCE = "open-again";
    private static final String MARK = "mark-";
    private static final String LIVE = "live";
    private static final String FROM = "from";
    private static final String PAIR = "database ";
    private static final String XID = "xid";
    private static final String ROWS = "rows ";
    private static final String DIGEST = "digest";

    /** What a withdrawal accepts: it only counts. */
    private static final String ANY = "any";

    private static final Pattern OIDS = Pattern.compile("(\\d{1,10}) (-1|\\d{1,10})");

    private final PostgresServer server;
    private final Databases databases;
    private final Journal journal;
    private final PointCatalog points;

    private PostgresCutOver(PostgresServer server, Journal journal, PointCatalog points) {
        this.server = server;
        this.databases = new Databases(server);
        this.journal = journal;
        this.points = points;
    }

    /**
     * Cuts over on a server.
     *
     * @param server where live and restored databases are
     * @param journal the one cut-overs run with; a roll back reads there what the cut-over did
     * @param points where a backup made before a lossy roll back is looked up
     * @return the operation
     */
    public static PostgresCutOver of(PostgresServer server, Journal journal, PointCatalog points) {
        return new PostgresCutOver(server, journal, points);
    }

    /**
     * One database that changes hands, known by oid since its name is what changes.
     *
     * @param live the name applications use
     * @param fresh the restored database
     * @param old the database it replaces, or -1 if there was none
     */
    private record Pair(String live, long fresh, long old) {

        String kept(RunId run) {
            return Names.fitted(live + "_before_" + run);
        }

        String withdrawn(RunId run) {
            return Names.fitted(live + "_after_" + run);
        }

        String text() {
            return fresh + " " + old;
        }

        static Pair of(String live, String text) {
            Matcher oids = OIDS.matcher(text);
            if (!oids.matches()) {
                throw new IntegrityException(
                        "DRK-CUT-008",
                        "Cannot exchange database '" + live + "': plan or journal gives '" + text
                                + "' but the object ids of two databases are required",
                        "Was the journal damaged? Compare the databases by hand before one is renamed");
            }
            return new Pair(live, Long.parseLong(oids.group(1)), Long.parseLong(oids.group(2)));
        }
    }

    @Override
    public Plan plan(PostgresCutOverRequest request, PlanContext context) {
        return switch (request.direction()) {
            case FORWARD -> forward(request, context);
            case WITHDRAW -> undo(request, context, List.of());
            case BACK -> undo(request, context, pairsOf(request.undone().orElseThrow()));
        };
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        return switch (precondition.name()) {
            case "system" -> system();
            case "database" -> databases.state(precondition.about());
            case "point" -> points.manifestSha256(RecoveryPointId.of(precondition.about()));
            default -> "not known to this version";
        };
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        if (step.name().startsWith(MARK)) {
            return mark(step, context);
        }
        return switch (step.name()) {
            case FENCE -> fence(step, context);
            case SWITCH -> rename(step, context);
            case OPEN -> open(step);
            case UNFENCE -> openAgain(step, context);
            case WITHDRAW -> withdraw(step, context);
            case COUNT -> count(step);
            default -> throw new IllegalArgumentException("No step of a cut-over is called '" + step.name() + "'");
        };
    }

    private Plan forward(PostgresCutOverRequest request, PlanContext context) {
        List<Precondition> preconditions = new ArrayList<>();
        preconditions.add(new Precondition("system", Names.address(server), system()));
        List<PlanStep> steps = new ArrayList<>();
        Map<String, String> moves = new TreeMap<>();
        List<Plan.Remark> remarks = new ArrayList<>();
        List<String> renames = new ArrayList<>();
        for (Map.Entry<String, String> named : new TreeMap<>(request.databases()).entrySet()) {
            String live = named.getKey();
            Found fresh = databases.find(named.getValue()).orElseThrow(() -> missing(named.getValue()));
            Optional<Found> old = databases.find(live);
            Pair pair = new Pair(live, fresh.oid(), old.map(Found::oid).orElse(-1L));
            if (databases.find(pair.kept(context.run())).isPresent()) {
                throw refused(live, "'" + pair.kept(context.run()) + "' exists but the old one is to get that name");
            }
            preconditions.add(new Precondition("database", live, databases.state(live)));
            preconditions.add(new Precondition("database", fresh.name(), databases.state(fresh.name())));
            moves.put(PAIR + live, pair.text());
            steps.add(PlanStep.named(
                            MARK + live,
                            "Note the state of '" + fresh.name() + "', so that what is written later"
                                    + " can be counted",
                            Effect.CONDITIONAL)
                    .parameter(LIVE, live)
                    .parameter(FROM, fresh.name())
                    .build());
            remarks.add(note(
                    Plan.Remark.Kind.NOTE,
                    old.isPresent()
                            ? "'" + live + "' stays as '" + pair.kept(context.run()) + "'; nothing is dropped"
                            : "there is no '" + live + "' to replace; '" + fresh.name() + "' takes the name"));
            old.ifPresent(found -> {
                renames.add(rename(live, pair.kept(context.run())));
                remarks.add(note(
                        Plan.Remark.Kind.LOST,
                        "what is in '" + live + "' and not in '" + fresh.name() + "' is no longer in service"));
            });
            renames.add(rename(fresh.name(), live));
        }
        String[] marks = steps.stream().map(PlanStep::name).toArray(String[]::new);
        steps.add(with(
                        PlanStep.named(
                                        FENCE,
                                        "Refuse new sessions in the old and the new databases, end all there are, see that none"
                                                + " is left",
                                        Effect.CONDITIONAL)
                                .owner(StepOwner.INFRASTRUCTURE)
                                .after(marks)
                                .inverse("ALTER DATABASE ... ALLOW_CONNECTIONS true"),
                        moves)
                .build());
        PlanStep.Builder swap = with(
                PlanStep.named(SWITCH, "Rename all in one transaction", Effect.CONDITIONAL)
                        .owner(StepOwner.INFRASTRUCTURE)
                        .traits(Trait.DESTRUCTIVE)
                        .after(FENCE)
                        .changes("database")
                        .inverse("roll back: the same renames the other way"),
                moves);
        swap.command("psql -d " + Names.shell(server.maintenanceDatabase()) + " -1 -c "
                + Names.shell(String.join("; ", renames)));
        steps.add(swap.build());
        steps.add(with(
                        PlanStep.named(OPEN, "Accept sessions in the new databases", Effect.CONDITIONAL)
                                .owner(StepOwner.INFRASTRUCTURE)
                                .traits(Trait.POINT_OF_NO_RETURN)
                                .after(SWITCH)
                                .inverse("withdraw, count what was written, back it up, roll back"),
                        moves)
                .build());
        steps.add(with(
                        PlanStep.named(
                                        UNFENCE,
                                        "If it could not be switched: accept sessions again where they were accepted",
                                        Effect.CONDITIONAL)
                                .traits(Trait.ON_FAILURE),
                        moves)
                .build());
        return new Plan(
                context.run(),
                request.kind(),
                String.join(", ", new TreeMap<>(request.databases()).keySet()),
                request.describe(),
                preconditions,
                steps,
                remarks,
                Optional.empty());
    }

    private Plan undo(PostgresCutOverRequest request, PlanContext context, List<Pair> back) {
        RunId cutOver = request.undone().orElseThrow();
        List<Pair> pairs = pairsOf(cutOver);
        // Databases that a withdrawal of its own took out of service are not put back by a roll back that fails.
        boolean inService = false;
        Map<String, String> moves = new TreeMap<>();
        List<Plan.Remark> remarks = new ArrayList<>();
        List<Precondition> preconditions = new ArrayList<>();
        preconditions.add(new Precondition("system", Names.address(server), system()));
        for (Pair pair : pairs) {
            markOf(cutOver, pair.live());
            String now = byOid(pair.fresh()).map(Found::name).orElseThrow(() -> missing(pair.live()));
            inService |= now.equals(pair.live());
            preconditions.add(new Precondition("database", now, databases.state(now)));
            moves.put(PAIR + pair.live(), pair.text());
            if (!back.isEmpty()) {
                if (pair.old() < 0) {
                    throw refused(
                            pair.live(), "the cut-over found no older database but one is required to go back to");
                }
                String kept = byOid(pair.old()).map(Found::name).orElseThrow(() -> missing(pair.kept(cutOver)));
                preconditions.add(new Precondition("database", kept, databases.state(kept)));
            }
            remarks.add(note(
                    Plan.Remark.Kind.LOST,
                    "whatever was written to '" + pair.live() + "' since " + cutOver
                            + " is out of service; it stays as '" + pair.withdrawn(cutOver) + "'"));
        }
        request.accepted().ifPresent(loss -> preconditions.add(backup(loss, cutOver)));
        List<PlanStep> steps = new ArrayList<>();
        steps.add(with(
                        PlanStep.named(
                                        WITHDRAW,
                                        "Take the new databases out of service under another name, so that nobody writes to"
                                                + " them",
                                        Effect.CONDITIONAL)
                                .owner(StepOwner.INFRASTRUCTURE)
                                .traits(Trait.DESTRUCTIVE)
                                .changes("database")
                                .parameter("cut-over", cutOver.value())
                                .inverse("rename them to the names applications use"),
                        moves)
                .build());
        steps.add(with(
                        PlanStep.named(COUNT, "Count what was written since the cut-over", Effect.READ_ONLY)
                                .after(WITHDRAW)
                                .parameter("cut-over", cutOver.value())
                                .parameter(
                                        "accepted",
                                        back.isEmpty()
                                                ? ANY
                                                : request.accepted()
                                                        .map(AcceptedLoss::digest)
                                                        .orElse("")),
                        moves)
                .build());
        if (!back.isEmpty()) {
            steps.add(with(
                            PlanStep.named(SWITCH, "Give the old databases their names back", Effect.CONDITIONAL)
                                    .owner(StepOwner.INFRASTRUCTURE)
                                    .traits(Trait.DESTRUCTIVE)
                                    .after(COUNT)
                                    .parameter("back", "true"),
                            moves)
                    .build());
            steps.add(with(
                            PlanStep.named(OPEN, "Accept sessions in the old databases", Effect.CONDITIONAL)
                                    .owner(StepOwner.INFRASTRUCTURE)
                                    .traits(Trait.POINT_OF_NO_RETURN)
                                    .parameter("back", "true")
                                    .after(SWITCH),
                            moves)
                    .build());
            if (inService) {
                steps.add(with(
                                PlanStep.named(
                                                UNFENCE,
                                                "If the old ones may not return: put the new ones back into service",
                                                Effect.CONDITIONAL)
                                        .traits(Trait.ON_FAILURE)
                                        .parameter("back", "true")
                                        .parameter("cut-over", cutOver.value()),
                                moves)
                        .build());
            }
        }
        return new Plan(
                context.run(),
                request.kind(),
                String.join(", ", pairs.stream().map(Pair::live).toList()),
                request.describe(),
                preconditions,
                steps,
                remarks,
                Optional.empty());
    }

    /** A backup only helps if it holds what would be lost, and if it can be read. */
    private Precondition backup(AcceptedLoss loss, RunId cutOver) {
        RecoveryPointId id = loss.backup();
        Instant withdrawn = withdrawn(loss, cutOver);
        Catalog catalog = points.list();
        RecoveryPoint point = catalog.find(id)
                .orElseThrow(() -> new NotFoundException(
                        "DRK-CUT-004",
                        "Cannot roll back cut-over '" + cutOver + "': the backup '" + id
                                + "' of what would be lost does not exist but is required",
                        "Withdraw, back the withdrawn databases up, verify the point, and name it here"));
        if (point.consistencyTime().isBefore(withdrawn)) {
            throw new RequestRefusedException(
                    "DRK-CUT-010",
                    "Cannot roll back cut-over '" + cutOver + "': the backup '" + id + "' is of "
                            + point.consistencyTime() + " but must be of " + withdrawn
                            + " or later, when the new databases were withdrawn",
                    "Back the withdrawn databases up now, verify the point, and name it here");
        }
        if (!point.proof().level().reaches(Proof.Level.VERIFIED)) {
            throw new RequestRefusedException(
                    "DRK-CUT-005",
                    "Cannot roll back cut-over '" + cutOver + "': the backup '" + id + "' of what would be lost is "
                            + point.proof().level() + " but VERIFIED is required",
                    "Verify it first");
        }
        return new Precondition("point", id.value(), points.manifestSha256(id));
    }

    /** When the new databases were taken out of service, by the run that counted the very loss that is accepted. */
    private Instant withdrawn(AcceptedLoss loss, RunId cutOver) {
        Optional<Instant> at = Optional.empty();
        String counted = "nothing";
        for (JournalEntry entry : journal.entries(loss.withdrawal())) {
            if (succeeded(entry, WITHDRAW)) {
                at = Optional.of(entry.at());
            } else if (succeeded(entry, COUNT)) {
                counted = entry.facts().getOrDefault(DIGEST, counted);
            }
        }
        if (at.isEmpty() || !counted.equals(loss.digest())) {
            throw new RequestRefusedException(
                    "DRK-CUT-009",
                    "Cannot roll back cut-over '" + cutOver + "': run '" + loss.withdrawal() + "' counted " + counted
                            + " but " + loss.digest() + " is accepted",
                    "Accept the digest that the withdrawal of this cut-over told");
        }
        return at.get();
    }

    private StepResult mark(PlanStep step, StepContext context) throws InterruptedException {
        String from = parameter(step, FROM);
        databases.endSessions(from, context.time());
        WriteMark mark = WriteMark.take(server, from);
        Map<String, String> facts = new TreeMap<>(Map.of(XID, String.valueOf(mark.xid())));
        mark.counts().forEach((table, rows) -> facts.put(ROWS + table, String.valueOf(rows)));
        return StepResult.succeeded(
                mark.counts().values().stream().mapToLong(Long::longValue).sum() + " rows in "
                        + mark.counts().size() + " tables",
                facts);
    }

    private StepResult fence(PlanStep step, StepContext context) throws InterruptedException {
        for (Pair pair : pairs(step)) {
            close(pair.fresh(), context);
            if (pair.old() >= 0) {
                close(pair.old(), context);
            }
        }
        return StepResult.succeeded("no session is left, and none is accepted");
    }

    private void close(long oid, StepContext context) throws InterruptedException {
        String name = byOid(oid).map(Found::name).orElseThrow(() -> missing("oid " + oid));
        databases.allowConnections(name, Admission.CLOSED);
        databases.endSessions(name, context.time());
    }

    /** All renames in one transaction, by oid; what already has its name is left alone, so that it can be repeated. */
    private StepResult rename(PlanStep step, StepContext context) {
        RunId run = context.plan().run();
        boolean back = step.parameters().containsKey("back");
        Map<Long, String> names = new HashMap<>();
        for (Pair pair : pairs(step)) {
            if (back) {
                names.put(pair.old(), pair.live());
            } else {
                names.put(pair.fresh(), pair.live());
                if (pair.old() >= 0) {
                    names.put(pair.old(), pair.kept(run));
                }
            }
        }
        move(names);
        Map<String, String> facts = new TreeMap<>();
        pairs(step).forEach(pair -> facts.put(PAIR + pair.live(), pair.text()));
        return StepResult.succeeded(names.size() + " databases renamed in one transaction", facts);
    }

    /** Renames in an order that never collides: first those that free a name. */
    private void move(Map<Long, String> names) {
        databases.act("rename " + new TreeMap<>(names).values(), connection -> {
            connection.setAutoCommit(false);
            Map<Long, String> left = new TreeMap<>(names);
            left.entrySet().removeIf(entry -> nameOf(connection, entry.getKey()).equals(entry.getValue()));
            while (!left.isEmpty()) {
                boolean moved = false;
                for (Map.Entry<Long, String> entry : Map.copyOf(left).entrySet()) {
                    if (Databases.find(connection, entry.getValue()).isEmpty()) {
                        Sql.run(connection, rename(nameOf(connection, entry.getKey()), entry.getValue()));
                        left.remove(entry.getKey());
                        moved = true;
                    }
                }
                if (!moved) {
                    throw refused(
                            left.values().iterator().next(), "a database of that name is in the way but none may be");
                }
            }
            connection.commit();
            return names;
        });
        names.forEach((oid, name) -> {
            if (databases.find(name).filter(found -> found.oid() == oid).isEmpty()) {
                throw new OutcomeUnknownException(
                        "DRK-CUT-006",
                        "Cannot tell whether database '" + name + "' was renamed: it is not the one that was to get the"
                                + " name",
                        "Resume the run: it looks first");
            }
        });
    }

    private StepResult open(PlanStep step) {
        for (Pair pair : pairs(step)) {
            databases.allowConnections(pair.live(), Admission.OPEN);
            if (databases.find(pair.live()).filter(Found::open).isEmpty()) {
                return StepResult.failed("'" + pair.live() + "' still refuses sessions");
            }
        }
        return StepResult.succeeded("sessions are accepted");
    }

    private StepResult openAgain(PlanStep step, StepContext context) {
        if (context.outcome(SWITCH).filter(Outcome.SUCCEEDED::equals).isPresent()) {
            return StepResult.skipped("the switch was made; only opening failed, and what is fenced stays fenced");
        }
        if (step.parameters().containsKey("back")) {
            Map<Long, String> names = new HashMap<>();
            pairs(step).forEach(pair -> names.put(pair.fresh(), pair.live()));
            move(names);
        }
        for (Pair pair : pairs(step)) {
            byOid(pair.fresh()).ifPresent(found -> databases.allowConnections(found.name(), Admission.OPEN));
            if (!step.parameters().containsKey("back")) {
                byOid(pair.old()).ifPresent(found -> databases.allowConnections(found.name(), Admission.OPEN));
            }
        }
        return StepResult.succeeded("as before: sessions are accepted where they were");
    }

    private StepResult withdraw(PlanStep step, StepContext context) throws InterruptedException {
        RunId cutOver = RunId.of(parameter(step, "cut-over"));
        Map<Long, String> names = new HashMap<>();
        // The journal may be another one than when it was planned: what cannot be counted is not taken out of service.
        pairs(step).forEach(pair -> markOf(cutOver, pair.live()));
        for (Pair pair : pairs(step)) {
            close(pair.fresh(), context);
            names.put(pair.fresh(), pair.withdrawn(cutOver));
        }
        move(names);
        for (Pair pair : pairs(step)) {
            // Reachable again, so that it can be counted and backed up, under a name no application uses.
            databases.allowConnections(pair.withdrawn(cutOver), Admission.OPEN);
        }
        Map<String, String> facts = new TreeMap<>();
        pairs(step).forEach(pair -> facts.put("withdrawn " + pair.live(), pair.withdrawn(cutOver)));
        return StepResult.succeeded("out of service as " + names.values(), facts);
    }

    private StepResult count(PlanStep step) {
        RunId cutOver = RunId.of(parameter(step, "cut-over"));
        Map<String, String> facts = new TreeMap<>();
        List<TableLoss> tables = new ArrayList<>();
        for (Pair pair : pairs(step)) {
            for (TableLoss table : markOf(cutOver, pair.live()).since(server, pair.withdrawn(cutOver))) {
                tables.add(new TableLoss(pair.live(), table.table(), table.written(), table.gone()));
            }
        }
        Loss loss = new Loss(tables);
        long rows = loss.rows();
        facts.put("rows", String.valueOf(rows));
        String digest = loss.digest(cutOver);
        facts.put(DIGEST, digest);
        String message = rows + " rows would be lost (" + loss + "), " + digest;
        String accepted = parameter(step, "accepted");
        if (accepted.equals(ANY) || accepted.equals(digest) || loss.tables().isEmpty()) {
            return StepResult.succeeded(message, facts);
        }
        return new StepResult(
                Outcome.FAILED,
                message + ", but " + (accepted.isEmpty() ? "no loss is accepted" : "the request accepts " + accepted)
                        + ". Withdraw, back the withdrawn databases up, then accept exactly what the withdrawal counted",
                facts);
    }

    private List<Pair> pairs(PlanStep step) {
        List<Pair> pairs = new ArrayList<>();
        new TreeMap<>(step.parameters()).forEach((name, value) -> {
            if (name.startsWith(PAIR)) {
                pairs.add(Pair.of(name.substring(PAIR.length()), value));
            }
        });
        return pairs;
    }

    /** What the cut-over did, from its journal. */
    private List<Pair> pairsOf(RunId cutOver) {
        List<Pair> pairs = new ArrayList<>();
        for (JournalEntry entry : journal.entries(cutOver)) {
            if (succeeded(entry, SWITCH)) {
                new TreeMap<>(entry.facts()).forEach((name, value) -> {
                    if (name.startsWith(PAIR)) {
                        pairs.add(Pair.of(name.substring(PAIR.length()), value));
                    }
                });
            }
        }
        if (pairs.isEmpty()) {
            throw new NotFoundException(
                    "DRK-CUT-003",
                    "Cannot undo cut-over '" + cutOver + "': the journal has no switch of that run that succeeded but"
                            + " one is required",
                    "Is it the journal the cut-over ran with, and the run that cut over?");
        }
        return pairs;
    }

    /** The state noted before the switch; without it nobody can count what going back would lose. */
    private WriteMark markOf(RunId cutOver, String live) {
        Map<String, String> facts = new HashMap<>();
        for (JournalEntry entry : journal.entries(cutOver)) {
            if (succeeded(entry, MARK + live)) {
                facts.putAll(entry.facts());
            }
        }
        Map<String, Long> counts = new TreeMap<>();
        try {
            facts.forEach((name, value) -> {
                if (name.startsWith(ROWS)) {
                    counts.put(name.substring(ROWS.length()), Long.parseLong(value));
                }
            });
            return new WriteMark(Long.parseLong(facts.getOrDefault(XID, "")), counts);
        } catch (NumberFormatException e) {
            throw new NotFoundException(
                    "DRK-CUT-007",
                    "Cannot undo cut-over '" + cutOver + "': the journal has its switch but not the state of '" + live
                            + "' before it, which is required to count what would be lost",
                    "Is it the whole journal the cut-over ran with? If that is lost, compare the databases by hand before"
                            + " one is renamed",
                    e);
        }
    }

    private static boolean succeeded(JournalEntry entry, String step) {
        return entry.kind() == JournalEntry.Kind.STEP_ENDED
                && entry.step().equals(step)
                && entry.outcome().filter(Outcome.SUCCEEDED::equals).isPresent();
    }

    private Optional<Found> byOid(long oid) {
        return databases.ask("look for database " + oid, connection -> {
            Optional<String> name = findName(connection, oid);
            return name.isEmpty() ? Optional.empty() : Databases.find(connection, name.get());
        });
    }

    private static Optional<String> findName(Connection connection, long oid) throws SQLException {
        return Sql.rows(
                        connection,
                        "SELECT datname FROM pg_catalog.pg_database WHERE oid = ?::oid",
                        row -> row.getString(1),
                        String.valueOf(oid))
                .stream()
                .findFirst();
    }

    private static String nameOf(Connection connection, long oid) {
        try {
            return findName(connection, oid).orElseThrow(() -> missing("oid " + oid));
        } catch (SQLException e) {
            throw new OutcomeUnknownException(
                    "DRK-CUT-006",
                    "Cannot tell how database " + oid + " is called: the server did not say (SQLState "
                            + e.getSQLState() + ")",
                    "Resume the run: it looks first",
                    e);
        }
    }

    private String system() {
        return server.observe().systemIdentifier().orElse("not told to this role");
    }

    private static PlanStep.Builder with(PlanStep.Builder step, Map<String, String> moves) {
        moves.forEach(step::parameter);
        return step;
    }

    private static String rename(String from, String to) {
        return "ALTER DATABASE " + Names.quoted(from) + " RENAME TO " + Names.quoted(to);
    }

    private static String parameter(PlanStep step, String name) {
        return Optional.ofNullable(step.parameters().get(name))
                .orElseThrow(() -> new IllegalArgumentException("Step '" + step.name() + "' has no " + name));
    }

    private static Plan.Remark note(Plan.Remark.Kind kind, String text) {
        return new Plan.Remark(kind, text);
    }

    private static NotFoundException missing(String name) {
        return new NotFoundException(
                "DRK-CUT-001",
                "Cannot cut over database '" + name + "': it does not exist but it must",
                "Was it restored under another name?");
    }

    private static RequestRefusedException refused(String live, String reason) {
        return new RequestRefusedException(
                "DRK-CUT-002", "Cannot cut over database '" + live + "': " + reason, "See the databases of the server");
    }
}
