package io.github.drkit.postgres;

import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanStep;
import io.github.drkit.StepContext;
import io.github.drkit.cutover.Change;
import io.github.drkit.cutover.Endpoint;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.cutover.Standing;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.json.CanonicalJson;
import io.github.drkit.store.Sha256;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rows by which Fineract finds its tenants' databases. They lie in the tenant store, so in the restored copy: until
 * they are changed, a restored bank writes to the old server.
 *
 * <p>All rows change in one transaction or none does. Reads and writes hosts and ports only, never a password.
 */
final class TenantRows implements EndpointSwitch {

    /** A host column and the port column that belongs to it, as Fineract's TenantMapper reads them. */
    private enum Lead {
        SCHEMA("schema_server", "schema_server_port"),
        READ_ONLY("readonly_schema_server", "readonly_schema_server_port");

        private final String host;
        private final String port;

        Lead(String host, String port) {
            this.host = host;
            this.port = port;
        }
    }

    /** Where one row leads by one pair of columns. */
    private record Row(long id, Lead lead, String host, String port) {

        boolean leadsTo(Endpoint endpoint) {
            return isAt(endpoint.host()) && port.strip().equals(String.valueOf(endpoint.port()));
        }

        boolean isAt(String name) {
            return host.strip().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT));
        }

        String text() {
            return id + " " + lead + " " + host + " " + port;
        }
    }

    private static final String TABLE = "tenant_server_connections";
    private static final String ROWS = "rows";

    /** Fineract declares both host columns VARCHAR(100), and RDS allows endpoints that are longer. */
    private static final String LENGTHS = """
            SELECT a.attname, CASE WHEN a.atttypmod > 4 THEN a.atttypmod - 4 ELSE 2147483647 END
            FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = 'tenant_server_connections'::regclass AND a.attnum > 0 AND NOT a.attisdropped
            """;

    private final PostgresServer server;
    private final String store;
    private final Map<Endpoint, Endpoint> moves;

    TenantRows(PostgresServer server, String store, Map<Endpoint, Endpoint> moves) {
        if (moves.isEmpty()) {
            throw new IllegalArgumentException("Cannot switch tenant rows: name one move at least");
        }
        this.server = server;
        this.store = store;
        this.moves = Map.copyOf(moves);
    }

    @Override
    public String name() {
        return "tenant rows of '" + store + "' at " + server.address();
    }

    @Override
    public Place place() {
        return Place.INSIDE_NEW_SIDE;
    }

    @Override
    public Change plan() {
        return Queries.ask(server, store, "read the tenant rows of database '" + store + "'", session -> {
            Map<String, Integer> lengths = lengths(session);
            List<Row> rows = rows(session, lengths, "");
            List<Row> moving = new ArrayList<>();
            List<Remark> remarks = new ArrayList<>();
            for (Row row : rows) {
                Optional<Endpoint> to = destination(row);
                if (to.isPresent()) {
                    requireRoom(row, to.get(), lengths);
                    moving.add(row);
                } else if (isOld(row)) {
                    throw refused(
                            "DRK-TENANT-003",
                            "row " + row.id() + " leads to " + row.host() + ":" + row.port() + " (" + row.lead().host
                                    + ") but every row at an old host must lead to one of " + moves.keySet(),
                            "Name a move for that port too, or correct the row");
                } else if (!isNew(row)) {
                    remarks.add(new Remark(
                            Remark.Kind.NOTE,
                            "tenant connection " + row.id() + " leads to " + row.host() + ":" + row.port() + " ("
                                    + row.lead().host + ") and is left so"));
                }
            }
            if (moving.isEmpty() && rows.stream().noneMatch(this::isNew)) {
                throw refused(
                        "DRK-TENANT-002",
                        "no row leads to one of " + moves.keySet() + " but one at least is required",
                        "Do the rows hold another name of the old host, such as an alias? Then they need no switch, or"
                                + " a move from that name");
            }
            remarks.addAll(mentions(session, lengths));
            remarks.add(new Remark(
                    Remark.Kind.NOTE,
                    "restart every Fineract pod after the switch: each keeps the connection pools it made when it first"
                            + " read a tenant"));
            List<String> commands = new ArrayList<>();
            moves.forEach((from, to) -> {
                for (Lead lead : Lead.values()) {
                    if (lengths.containsKey(lead.host)) {
                        commands.add(update(lead, from, to));
                    }
                }
            });
            commands.sort(null);
            return new Change(
                    moving.size() + " of " + rows.size() + " leads of tenant rows name an old host, "
                            + digest(rows).substring(0, 23),
                    "Lead " + moving.size() + " tenant rows of '" + store + "' from " + moves,
                    Map.of(ROWS, digest(rows)),
                    commands,
                    "the same rows back to what they held",
                    remarks);
        });
    }

    @Override
    public Standing observe(Map<String, String> made) {
        List<Row> rows = Queries.ask(
                server,
                store,
                "read the tenant rows of database '" + store + "'",
                session -> rows(session, lengths(session), ""));
        long old = rows.stream().filter(this::isOld).count();
        long fresh = rows.stream().filter(this::isNew).count();
        String detail = old + " leads of tenant rows name an old host, " + fresh + " a new one";
        List<Row> before = recorded(made);
        if (before.isEmpty()) {
            // Somebody else may have led some there, perhaps by another port.
            boolean named = rows.stream()
                    .anyMatch(row -> !isOld(row)
                            && moves.keySet().stream().noneMatch(row::leadsTo)
                            && moves.values().stream().anyMatch(to -> row.isAt(to.host())));
            return old == 0 && fresh > 0
                    ? Standing.made(detail)
                    : named ? Standing.partly(detail) : Standing.unmade(detail);
        }
        boolean moved = before.stream().allMatch(row -> rows.contains(moved(row)));
        if (moved && old == 0) {
            return Standing.made(detail);
        }
        return rows.containsAll(before) ? Standing.unmade(detail) : Standing.partly(detail);
    }

    @Override
    public void make(PlanStep step, StepContext context) {
        Queries.change(server, store, "switch the tenant rows of database '" + store + "'", session -> {
            session.setAutoCommit(false);
            Map<String, Integer> lengths = lengths(session);
            List<Row> rows = rows(session, lengths, " FOR UPDATE");
            List<Row> moving =
                    rows.stream().filter(row -> destination(row).isPresent()).toList();
            if (moving.isEmpty()) {
                // An earlier attempt was done after all, or there was nothing to do: what is there is looked at anyway.
                return rows;
            }
            if (!digest(rows).equals(step.parameters().get(ROWS))) {
                throw changedMeanwhile();
            }
            context.record(ROWS, json(moving));
            for (Row row : moving) {
                requireRoom(row, moved(row), lengths);
                set(session, moved(row), row);
            }
            long left = rows(session, lengths, "").stream().filter(this::isOld).count();
            if (left > 0) {
                throw changedMeanwhile();
            }
            session.commit();
            return rows;
        });
    }

    @Override
    public void undo(Map<String, String> made, StepContext context) {
        List<Row> before = recorded(made);
        if (before.isEmpty()) {
            return;
        }
        Queries.change(server, store, "switch the tenant rows of database '" + store + "' back", session -> {
            session.setAutoCommit(false);
            List<Row> rows = rows(session, lengths(session), " FOR UPDATE");
            for (Row row : before) {
                if (rows.contains(moved(row))) {
                    set(session, row, moved(row));
                } else if (!rows.contains(row)) {
                    throw changedMeanwhile();
                }
            }
            session.commit();
            return rows;
        });
    }

    /** Fineract appends these to the URL it makes of host and port; a host that stands in them is nobody's to guess at. */
    private List<Remark> mentions(Connection session, Map<String, Integer> columns) throws SQLException {
        List<Remark> remarks = new ArrayList<>();
        for (String column : List.of("schema_connection_parameters", "readonly_schema_connection_parameters")) {
            if (!columns.containsKey(column)) {
                continue;
            }
            for (Map.Entry<Long, String> row : Queries.list(
                    session,
                    "SELECT id, coalesce(" + column + ", '') FROM " + TABLE + " ORDER BY id",
                    row -> Map.entry(row.getLong(1), row.getString(2).toLowerCase(Locale.ROOT)))) {
                moves.keySet().stream()
                        .map(Endpoint::host)
                        .distinct()
                        .sorted()
                        .filter(host -> names(row.getValue(), host.toLowerCase(Locale.ROOT)))
                        .forEach(host -> remarks.add(new Remark(
                                Remark.Kind.NOTE,
                                "tenant connection " + row.getKey() + " also names " + host + " in " + column
                                        + ", which is left so")));
            }
        }
        return remarks;
    }

    /** As a whole host: {@code db.example.org} does not stand in {@code old-db.example.org}. */
    private static boolean names(String parameters, String host) {
        return Pattern.compile("(?<![\\w.-])" + Pattern.quote(host) + "(?![\\w-]|\\.\\w)")
                .matcher(parameters)
                .find();
    }

    private RequestRefusedException changedMeanwhile() {
        return refused(
                "DRK-TENANT-004",
                "the rows were changed by somebody else but must be as planned",
                "Who writes to the tenant store of the copy? Compare the rows and plan again");
    }

    private RequestRefusedException refused(String code, String reason, String hint) {
        return new RequestRefusedException(code, "Cannot switch " + name() + ": " + reason, hint);
    }

    private void requireRoom(Row row, Endpoint to, Map<String, Integer> lengths) {
        requireRoom(row, new Row(row.id(), row.lead(), to.host(), String.valueOf(to.port())), lengths);
    }

    private void requireRoom(Row row, Row to, Map<String, Integer> lengths) {
        int room = lengths.getOrDefault(row.lead().host, 0);
        int length = to.host().codePointCount(0, to.host().length());
        if (length > room) {
            throw refused(
                    "DRK-TENANT-001",
                    "the new host '" + to.host() + "' has " + length + " characters but column " + row.lead().host
                            + " holds " + room,
                    "Restore under a shorter identifier (50 characters at most), or give the host an alias");
        }
    }

    private Optional<Endpoint> destination(Row row) {
        return moves.entrySet().stream()
                .filter(move -> row.leadsTo(move.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private Row moved(Row row) {
        return destination(row)
                .map(to -> new Row(row.id(), row.lead(), to.host(), String.valueOf(to.port())))
                .orElseThrow(this::changedMeanwhile);
    }

    /** At a host that is to be left, whatever the port; a host may be old and new when only the port moves. */
    private boolean isOld(Row row) {
        return !isNew(row) && moves.keySet().stream().anyMatch(from -> row.isAt(from.host()));
    }

    private boolean isNew(Row row) {
        return moves.values().stream().anyMatch(row::leadsTo)
                && moves.keySet().stream().noneMatch(row::leadsTo);
    }

    private static Map<String, Integer> lengths(Connection session) throws SQLException {
        Map<String, Integer> lengths = new HashMap<>();
        Queries.list(session, LENGTHS, row -> Map.entry(row.getString(1), row.getInt(2)))
                .forEach(column -> lengths.put(column.getKey(), column.getValue()));
        return lengths;
    }

    private static List<Row> rows(Connection session, Map<String, Integer> columns, String end) throws SQLException {
        List<Row> rows = new ArrayList<>();
        for (Lead lead : Lead.values()) {
            if (columns.containsKey(lead.host)) {
                rows.addAll(Queries.list(
                        session,
                        "SELECT id, " + lead.host + ", coalesce(" + lead.port + ", '') FROM " + TABLE
                                + " WHERE coalesce(" + lead.host + ", '') <> '' ORDER BY id" + end,
                        row -> new Row(row.getLong(1), lead, row.getString(2), row.getString(3))));
            }
        }
        return rows;
    }

    private static void set(Connection session, Row to, Row from) throws SQLException {
        try (PreparedStatement update = session.prepareStatement("UPDATE " + TABLE + " SET " + to.lead().host + " = ?, "
                + to.lead().port + " = ? WHERE id = ? AND " + to.lead().host + " = ?")) {
            update.setString(1, to.host());
            update.setString(2, to.port());
            update.setLong(3, to.id());
            update.setString(4, from.host());
            update.executeUpdate();
        }
    }

    private static String update(Lead lead, Endpoint from, Endpoint to) {
        return "UPDATE " + TABLE + " SET " + lead.host + " = " + Identifiers.literal(to.host()) + ", " + lead.port
                + " = '" + to.port() + "' WHERE " + lead.host + " = " + Identifiers.literal(from.host()) + " AND "
                + lead.port + " = '" + from.port() + "'";
    }

    private static String digest(List<Row> rows) {
        StringBuilder text = new StringBuilder();
        rows.forEach(row -> text.append(row.text()).append('\n'));
        return "sha256:" + Sha256.hex(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String json(List<Row> rows) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (Row row : rows) {
            list.add(new TreeMap<>(
                    Map.of("id", row.id(), "lead", row.lead().name(), "host", row.host(), "port", row.port())));
        }
        return new String(CanonicalJson.write(Map.of(ROWS, list)), StandardCharsets.UTF_8);
    }

    private static List<Row> recorded(Map<String, String> made) {
        @Nullable String json = made.get(ROWS);
        List<Row> rows = new ArrayList<>();
        if (json != null
                && CanonicalJson.read(json.getBytes(StandardCharsets.UTF_8)).get(ROWS) instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof Map<?, ?> row
                        && row.get("id") instanceof Long id
                        && row.get("lead") instanceof String lead
                        && row.get("host") instanceof String host
                        && row.get("port") instanceof String port) {
                    rows.add(new Row(id, Lead.valueOf(lead), host, port));
                }
            }
        }
        return rows;
    }
}
