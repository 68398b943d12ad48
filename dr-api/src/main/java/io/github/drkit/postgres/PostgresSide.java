package io.github.drkit.postgres;

import io.github.drkit.TimeSource;
import io.github.drkit.cutover.Endpoint;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.cutover.Fence;
import io.github.drkit.cutover.Loss;
import io.github.drkit.cutover.Loss.TableLoss;
import io.github.drkit.cutover.NewSide;
import io.github.drkit.error.TargetUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A PostgreSQL server as one side of a {@link io.github.drkit.cutover.CutOver}: its fence, the rows in it that name
 * endpoints, and, as the new side, what is written to it. Needs no superuser: a role that may alter the applications' roles
 * (CREATEROLE), end their sessions (pg_signal_backend) and read all tables (pg_read_all_data, or ownership) is enough, such
 * as the master user of an RDS instance. It must be a role of its own, which no application uses.
 *
 * <p>Immutable and thread-safe.
 */
public final class PostgresSide implements NewSide {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final String XID = "xid ";
    private static final String ROWS = "rows ";

    private final PostgresServer server;
    private final Optional<Marker> marker;
    private final Set<String> roles;
    private final List<Supplier<PostgresCredentials>> probes;

    private PostgresSide(
            PostgresServer server,
            Optional<Marker> marker,
            Set<String> roles,
            List<Supplier<PostgresCredentials>> probes) {
        this.server = server;
        this.marker = marker;
        this.roles = roles;
        this.probes = probes;
    }

    private record Marker(String database, String query) {}

    /**
     * Describes a server as a side.
     *
     * @param server where, with a role of DR Kit's own
     * @return the side; its fence is for every role that may log in and is no superuser
     */
    public static PostgresSide of(PostgresServer server) {
        return new PostgresSide(server, Optional.empty(), Set.of(), List.of());
    }

    /**
     * Makes one value of a table part of {@link #identity()}: what only this copy has. A physical copy has the system
     * identifier of its original, so an RDS instance and what was restored from its snapshot differ by nothing but their
     * address.
     *
     * @param database where to ask
     * @param query SQL that gives one row of one text, the same as long as the copy serves
     * @return a side like this one
     */
    public PostgresSide markedBy(String database, String query) {
        return new PostgresSide(server, Optional.of(new Marker(database, query)), roles, probes);
    }

    /**
     * Fences these roles only, instead of every one that may log in. Whoever else may log in is named by the plan as not
     * kept out.
     *
     * @param roles names, byte for byte; roles that may not log in anyway are left as they are
     * @return a side like this one
     * @throws IllegalArgumentException if none is named
     */
    public PostgresSide roles(Set<String> roles) {
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("Cannot fence no roles: name one at least, or leave it to be found");
        }
        return new PostgresSide(server, marker, Set.copyOf(roles), probes);
    }

    /**
     * Logs in as an application does, to see whether its fence holds. Without it the catalog is believed.
     *
     * @param login what an application logs in with
     * @return a side like this one
     */
    public PostgresSide probedAs(Supplier<PostgresCredentials> login) {
        List<Supplier<PostgresCredentials>> more = new ArrayList<>(probes);
        more.add(login);
        return new PostgresSide(server, marker, roles, List.copyOf(more));
    }

    /**
     * Returns the fence of this side: the login is taken from role after role, CONNECT where a role may not be altered,
     * and their sessions are ended until none is left.
     *
     * @return keeps out new sessions, and ends those that are open
     */
    public Fence fence() {
        return new RoleFence(server, roles, probes);
    }

    /**
     * Returns a switch of the rows by which Fineract finds its tenants' databases, for reading and writing, for reports
     * and read-only. All rows change in one transaction.
     *
     * @param store the database with the table {@code tenant_server_connections}, such as {@code fineract_tenants}
     * @param moves where rows lead now and where they are to lead, such as the old instance to the new one, and its
     *     replica to another
     * @return a switch inside the new side
     * @throws IllegalArgumentException if there is no move
     */
    public EndpointSwitch tenantRows(String store, Map<Endpoint, Endpoint> moves) {
        return new TenantRows(server, store, moves);
    }

    @Override
    public String name() {
        return "PostgreSQL at " + server.address();
    }

    @Override
    public String identity() {
        String system = server.observe().systemIdentifier().orElse("not told to this role");
        return server.address() + ", system " + system
                + marker.map(mark -> ", marked " + value(mark)).orElse("");
    }

    /** Waits until nothing is being written anywhere on the server, in each database once. */
    @Override
    public Map<String, String> position(TimeSource time) throws InterruptedException {
        Map<String, String> position = new TreeMap<>();
        for (String database : databases()) {
            WriteMark mark = quietMark(database, time);
            position.put(XID + Identifiers.quoted(database), String.valueOf(mark.xid()));
            mark.counts().forEach((table, rows) -> position.put(counted(database) + table, String.valueOf(rows)));
        }
        return position;
    }

    @Override
    public Loss writtenSince(Map<String, String> position) {
        List<TableLoss> tables = new ArrayList<>();
        for (String database : databases()) {
            // A database made since has no mark: all its rows were written since.
            long xid = Long.parseLong(position.getOrDefault(XID + Identifiers.quoted(database), "0"));
            Map<String, Long> counts = new TreeMap<>();
            position.forEach((name, value) -> {
                if (name.startsWith(counted(database))) {
                    counts.put(name.substring(counted(database).length()), Long.parseLong(value));
                }
            });
            tables.addAll(new WriteMark(xid, counts).since(server, database));
        }
        position.keySet().stream()
                .filter(name -> name.startsWith(XID))
                .map(name -> name.substring(XID.length()))
                .filter(quoted -> databases().stream().map(Identifiers::quoted).noneMatch(quoted::equals))
                .forEach(dropped -> position.forEach((name, value) -> {
                    if (name.startsWith(ROWS + dropped + ".")) {
                        String table = name.substring((ROWS + dropped + ".").length());
                        tables.add(new TableLoss(dropped, table, 0, Long.parseLong(value)));
                    }
                }));
        return new Loss(tables);
    }

    private WriteMark quietMark(String database, TimeSource time) throws InterruptedException {
        long begin = time.elapsedNanos();
        while (true) {
            Optional<WriteMark> mark = WriteMark.takeIfQuiet(server, database);
            if (mark.isPresent()) {
                return mark.get();
            }
            if (time.elapsedNanos() - begin > PATIENCE.toNanos()) {
                throw new TargetUnavailableException(
                        "DRK-PG-024",
                        "Cannot note where " + name() + " starts: a transaction has been writing for "
                                + PATIENCE.toSeconds() + " s but none may",
                        "Who writes to the new side? Look at pg_stat_activity and pg_prepared_xacts");
            }
            time.sleep(PAUSE);
        }
    }

    private List<String> databases() {
        return server.listDatabases().stream()
                .filter(ServedDatabase::allowsConnections)
                .map(ServedDatabase::name)
                .toList();
    }

    private String value(Marker mark) {
        List<String> values = Queries.ask(
                server,
                mark.database(),
                "read the marker of database '" + mark.database() + "'",
                session -> Queries.texts(session, mark.query()));
        return values.size() == 1 && values.get(0) != null ? values.get(0) : "not by one value";
    }

    private static String counted(String database) {
        return ROWS + Identifiers.quoted(database) + ".";
    }
}
