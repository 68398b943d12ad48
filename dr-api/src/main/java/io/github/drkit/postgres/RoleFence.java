package io.github.drkit.postgres;

import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanStep;
import io.github.drkit.StepContext;
import io.github.drkit.TimeSource;
import io.github.drkit.cutover.Change;
import io.github.drkit.cutover.Fence;
import io.github.drkit.cutover.Standing;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Takes the login from roles one by one, CONNECT where a role may not be altered, and ends sessions until none is left.
 * Each effect is recorded before it happens, so that lifting gives back exactly what was taken.
 *
 * <p>A role that may not log in is refused whatever its password, host and pg_hba.conf say, by the server itself, which no
 * session can switch off: that is what makes it a fence and {@code default_transaction_read_only} none.
 */
final class RoleFence implements Fence {

    private static final String ROLE = "role ";
    private static final String CONNECT = "connect ";
    private static final String OWN = "own connect ";
    private static final String EVERYBODY = "";

    /** RDS keeps a superuser of its own on every instance; no customer logs in by it, and nobody can end its sessions. */
    private static final String RDS_ADMIN = "rdsadmin";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(100);

    /**
     * A session that was being admitted while its role lost the login shows itself only when it is complete, which takes
     * milliseconds: looking again after this long finds it.
     */
    private static final Duration QUIET = Duration.ofSeconds(1);

    /**
     * Since PostgreSQL 16 CREATEROLE alters only roles it has ADMIN OPTION on; before, all but superusers and replication
     * roles.
     */
    private static final String ROLES = """
            SELECT r.rolname, r.rolsuper, r.rolcanlogin, r.rolname IN (session_user, current_user),
                   me.rolsuper OR (NOT r.rolsuper AND me.rolcreaterole
                     AND CASE WHEN pg_catalog.current_setting('server_version_num')::int >= 160000
                              THEN pg_catalog.pg_has_role(r.oid, 'MEMBER WITH ADMIN OPTION')
                              ELSE NOT r.rolreplication END)
            FROM pg_catalog.pg_roles r, pg_catalog.pg_roles me
            WHERE me.rolname = current_user
            ORDER BY r.rolname COLLATE "C"
            """;

    /**
     * Who could write: client sessions, and replication sessions in a database, which take SQL too. Physical replication
     * only reads, and has no database. What kind a session is may be hidden from a role without pg_read_all_stats; then it
     * counts.
     */
    private static final String SESSIONS = """
            FROM pg_catalog.pg_stat_activity a
            WHERE coalesce(a.backend_type, 'client backend') IN ('client backend', 'walsender') AND a.datname IS NOT NULL
              AND a.pid <> pg_catalog.pg_backend_pid()
              AND NOT (a.usename = session_user AND a.application_name = ?)
              AND a.usename <> '""" + RDS_ADMIN + "'";

    private static final String PREPARED =
            "SELECT gid || ' of ' || owner || ' in ' || database FROM pg_catalog.pg_prepared_xacts ORDER BY 1";

    private static final String SUBSCRIPTIONS =
            "SELECT subname FROM pg_catalog.pg_subscription WHERE subenabled ORDER BY 1";

    /** What a server runs by itself, and what writes only on behalf of a session or a subscription. */
    private static final String WORKERS = """
            SELECT DISTINCT backend_type FROM pg_catalog.pg_stat_activity
            WHERE backend_type NOT IN ('client backend', 'walsender', 'autovacuum launcher', 'autovacuum worker',
              'background writer', 'checkpointer', 'walwriter', 'walreceiver', 'startup', 'archiver', 'stats collector',
              'logger', 'slotsync worker', 'walsummarizer', 'io worker', 'parallel worker',
              'logical replication launcher') ORDER BY 1
            """;

    private static final String CONNECTS = """
            SELECT d.datname, coalesce(pg_catalog.pg_get_userbyid(nullif(a.grantee, 0)), '')
            FROM pg_catalog.pg_database d,
                 pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
            WHERE a.privilege_type = 'CONNECT' AND d.datallowconn AND NOT d.datistemplate AND d.datname <> 'rdsadmin'
              AND (a.grantee = 0 OR a.grantee = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = ?))
            ORDER BY 1, 2
            """;

    private static final String MAY_CONNECT = """
            SELECT d.datname FROM pg_catalog.pg_database d
            WHERE d.datallowconn AND NOT d.datistemplate AND d.datname <> 'rdsadmin'
              AND pg_catalog.has_database_privilege(?, d.oid, 'CONNECT')
            ORDER BY 1
            """;

    /** Only a database's owner takes CONNECT on it from others; from anybody else REVOKE is a warning and no error. */
    private static final String NOT_OURS =
            MAY_CONNECT.replace("ORDER BY", "AND NOT pg_catalog.pg_has_role(d.datdba, 'USAGE') ORDER BY");

    /** Nobody but a superuser ends a superuser's session. */
    private static final String ENDABLE = """
             AND (NOT (SELECT rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = a.usename)
                  OR (SELECT rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user))""";

    private final PostgresServer server;
    private final Set<String> named;
    private final List<Supplier<PostgresCredentials>> probes;

    /** Fences the roles named, or all if none is. */
    RoleFence(PostgresServer server, Set<String> named, List<Supplier<PostgresCredentials>> probes) {
        this.server = server;
        this.named = named;
        this.probes = probes;
    }

    private record Role(String name, boolean superuser, boolean login, boolean own, boolean alterable) {}

    private record Sessions(Map<String, Long> byRole) {

        long total() {
            return byRole.values().stream().mapToLong(Long::longValue).sum();
        }

        @Override
        public String toString() {
            return byRole.entrySet().stream()
                    .map(role -> role.getValue() + " of " + role.getKey())
                    .collect(Collectors.joining(", "));
        }
    }

    @Override
    public String name() {
        return "roles of PostgreSQL at " + server.address();
    }

    @Override
    public Set<Fence.Sessions> keepsOut() {
        return Set.of(Fence.Sessions.values());
    }

    @Override
    public Change plan() {
        return Queries.ask(server, server.maintenanceDatabase(), "look for whom to fence", session -> {
            List<Role> all = roles(session);
            List<Role> chosen = chosen(all);
            requireNothingElseWrites(session);
            requireOwnDatabases(session, chosen);
            requireOwnRole(session, all);
            requireProbes(session);
            Set<String> admitted = admitted(session, chosen);
            List<String> commands = new ArrayList<>();
            for (Role role : chosen) {
                if (admitted.contains(role.name())) {
                    commands.add(
                            role.alterable()
                                    ? "ALTER ROLE " + Identifiers.quoted(role.name()) + " NOLOGIN"
                                    : "REVOKE CONNECT ON DATABASE ... FROM PUBLIC, " + Identifiers.quoted(role.name()));
                }
            }
            commands.add("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY(...)");
            return new Change(
                    admitted + " may log in",
                    "Take the login from " + admitted.size() + " roles and end their sessions until none is left",
                    Map.of(),
                    commands,
                    "ALTER ROLE ... LOGIN, exactly those it was taken from",
                    remarks(session, all, chosen));
        });
    }

    @Override
    public Standing observe(Map<String, String> made) {
        List<String> ways = new ArrayList<>();
        boolean back = Queries.ask(server, server.maintenanceDatabase(), "look whether the fence holds", session -> {
            List<Role> all = roles(session);
            Set<String> admitted = admitted(session, chosen(all));
            if (!admitted.isEmpty()) {
                ways.add(admitted + " may log in");
            }
            Sessions left = sessions(session);
            if (left.total() > 0) {
                ways.add(left.total() + " sessions are open (" + left + ")");
            }
            List<String> prepared = Queries.texts(session, PREPARED);
            if (!prepared.isEmpty()) {
                ways.add(prepared + " are prepared and may be committed by anybody who may log in");
            }
            List<String> subscriptions = Queries.texts(session, SUBSCRIPTIONS);
            if (!subscriptions.isEmpty()) {
                ways.add("subscriptions " + subscriptions + " write");
            }
            return isBack(session, all, made);
        });
        for (Supplier<PostgresCredentials> probe : probes) {
            PostgresCredentials login = probe.get();
            Optional<String> refusal = server.refusal(login, server.maintenanceDatabase());
            if (refusal.isEmpty()) {
                ways.add("a login as '" + login.user() + "' was admitted");
            } else if (!refusal.get().equals("28000") && !refusal.get().equals("42501")) {
                ways.add("a login as '" + login.user() + "' was refused for another reason (SQLState " + refusal.get()
                        + "), which tells nothing");
            }
        }
        if (ways.isEmpty()) {
            return Standing.made("no role may log in, no session is left and no transaction is prepared");
        }
        String detail = String.join("; ", ways);
        return back ? Standing.unmade(detail) : Standing.partly(detail);
    }

    @Override
    public void make(PlanStep step, StepContext context) throws InterruptedException {
        List<Role> chosen = ask(session -> chosen(roles(session)));
        for (Role role : chosen) {
            if (role.login() && role.alterable()) {
                context.record(ROLE + role.name(), "login");
                change("take the login from role '" + role.name() + "'", session -> {
                    Queries.run(session, "ALTER ROLE " + Identifiers.quoted(role.name()) + " NOLOGIN");
                    return role;
                });
            }
        }
        for (Role role : chosen) {
            if (role.login() && !role.alterable()) {
                disconnect(role.name(), context);
            }
        }
        endSessions(context.time());
    }

    @Override
    public void undo(Map<String, String> made, StepContext context) {
        // Our own right to connect is taken back last, or we could not go on after a crash.
        for (String kind : List.of(ROLE, CONNECT, OWN)) {
            for (Map.Entry<String, String> fact : new TreeMap<>(made).entrySet()) {
                if (fact.getKey().startsWith(kind)) {
                    String sql = inverse(fact.getKey(), fact.getValue());
                    change("give back what the fence took", session -> {
                        Queries.run(session, sql);
                        return sql;
                    });
                }
            }
        }
    }

    private static String inverse(String fact, String value) {
        if (fact.startsWith(ROLE)) {
            return "ALTER ROLE " + Identifiers.quoted(fact.substring(ROLE.length())) + " LOGIN";
        }
        if (fact.startsWith(CONNECT)) {
            return "GRANT CONNECT ON DATABASE " + Identifiers.quoted(value) + " TO "
                    + grantee(fact.substring(CONNECT.length() + value.length() + 1));
        }
        return "REVOKE CONNECT ON DATABASE " + Identifiers.quoted(value) + " FROM CURRENT_USER";
    }

    private static String grantee(String role) {
        return role.equals(EVERYBODY) ? "PUBLIC" : Identifiers.quoted(role);
    }

    /** For a role this one may not alter: nobody gets into any database through what is granted to it or to everybody. */
    private void disconnect(String role, StepContext context) {
        List<Map.Entry<String, String>> grants = ask(
                session -> Queries.list(session, CONNECTS, row -> Map.entry(row.getString(1), row.getString(2)), role));
        for (Map.Entry<String, String> grant : grants) {
            String database = grant.getKey();
            change("take CONNECT on database '" + database + "' from role '" + role + "'", session -> {
                if (grant.getValue().equals(EVERYBODY)) {
                    keepOwn(session, database, context);
                }
                context.record(CONNECT + database + " " + grant.getValue(), database);
                Queries.run(
                        session,
                        "REVOKE CONNECT ON DATABASE " + Identifiers.quoted(database) + " FROM "
                                + grantee(grant.getValue()));
                return grant;
            });
        }
    }

    /** What we may do through PUBLIC only, we must be granted ourselves before PUBLIC loses it. */
    private static void keepOwn(Connection session, String database, StepContext context) throws SQLException {
        boolean ownGrant = Queries.list(
                        session, CONNECTS, row -> row.getString(1) + " " + row.getString(2), owner(session))
                .contains(database + " " + owner(session));
        if (!ownGrant) {
            context.record(OWN + database, database);
            Queries.run(session, "GRANT CONNECT ON DATABASE " + Identifiers.quoted(database) + " TO CURRENT_USER");
        }
    }

    private static String owner(Connection session) throws SQLException {
        return Queries.texts(session, "SELECT current_user").get(0);
    }

    private void endSessions(TimeSource time) throws InterruptedException {
        try (Connection session = server.connect(server.maintenanceDatabase())) {
            endSessions(session, time);
        } catch (SQLException e) {
            throw Queries.unanswered(server, "end the sessions of whom the fence keeps out", e);
        }
    }

    private void endSessions(Connection session, TimeSource time) throws SQLException, InterruptedException {
        long begin = time.elapsedNanos();
        long quietSince = begin;
        while (true) {
            Sessions left = sessions(session);
            if (left.total() > 0) {
                Queries.list(
                        session,
                        "SELECT pg_catalog.pg_terminate_backend(a.pid) " + SESSIONS + ofNamed() + ENDABLE,
                        row -> row.getBoolean(1),
                        server.applicationName());
            }
            long now = time.elapsedNanos();
            if (left.total() > 0) {
                quietSince = now;
            } else if (now - quietSince >= QUIET.toNanos()) {
                return;
            }
            if (now - begin > PATIENCE.toNanos()) {
                throw new TargetUnavailableException(
                        "DRK-FENCE-005",
                        "Cannot fence " + name() + ": " + left.total() + " sessions (" + left
                                + ") are left or come back" + " after " + PATIENCE.toSeconds() + " s but none may",
                        "Whose are they? Look at pg_stat_activity; a superuser's session needs a superuser to end it");
            }
            time.sleep(PAUSE);
        }
    }

    private Sessions sessions(Connection session) throws SQLException {
        Map<String, Long> byRole = new TreeMap<>();
        Queries.list(
                        session,
                        "SELECT a.usename, pg_catalog.count(*) " + SESSIONS + ofNamed() + " GROUP BY 1",
                        row -> Map.entry(row.getString(1), row.getLong(2)),
                        server.applicationName())
                .forEach(role -> byRole.put(role.getKey(), role.getValue()));
        return new Sessions(byRole);
    }

    private String ofNamed() {
        return named.isEmpty()
                ? ""
                : named.stream()
                        .sorted()
                        .map(Identifiers::literal)
                        .collect(Collectors.joining(", ", " AND a.usename IN (", ")"));
    }

    private static List<Role> roles(Connection session) throws SQLException {
        return Queries.list(
                session,
                ROLES,
                row -> new Role(
                        row.getString(1), row.getBoolean(2), row.getBoolean(3), row.getBoolean(4), row.getBoolean(5)));
    }

    private List<Role> chosen(List<Role> all) {
        if (named.isEmpty()) {
            return all.stream().filter(role -> !role.superuser() && !role.own()).toList();
        }
        Map<String, Role> known = new TreeMap<>();
        all.forEach(role -> known.put(role.name(), role));
        List<Role> chosen = new ArrayList<>();
        for (String name : new TreeSet<>(named)) {
            Role role = Optional.ofNullable(known.get(name))
                    .orElseThrow(() -> new NotFoundException(
                            "DRK-FENCE-001",
                            "Cannot fence role '" + name + "': PostgreSQL at " + server.address()
                                    + " has no such role but one is required",
                            "Upper and lower case differ; look at pg_roles"));
            if (role.own()) {
                throw refusedOwn(name, "it is the role DR Kit itself uses");
            }
            chosen.add(role);
        }
        return chosen;
    }

    /** Those of the chosen ones that still get in. */
    private static Set<String> admitted(Connection session, List<Role> chosen) throws SQLException {
        Set<String> admitted = new TreeSet<>();
        for (Role role : chosen) {
            if (role.login()
                    && (role.alterable()
                            || !Queries.texts(session, MAY_CONNECT, role.name()).isEmpty())) {
                admitted.add(role.name());
            }
        }
        return admitted;
    }

    /** Whether everything recorded as taken is there again. */
    private static boolean isBack(Connection session, List<Role> all, Map<String, String> made) throws SQLException {
        Set<String> logins = all.stream().filter(Role::login).map(Role::name).collect(Collectors.toSet());
        for (Map.Entry<String, String> fact : made.entrySet()) {
            String name = fact.getKey();
            if (name.startsWith(ROLE) && !logins.contains(name.substring(ROLE.length()))) {
                return false;
            }
            if (name.startsWith(CONNECT)) {
                String role = name.substring(CONNECT.length() + fact.getValue().length() + 1);
                boolean granted = Queries.list(
                                session, CONNECTS, row -> row.getString(1) + " " + row.getString(2), role)
                        .contains(fact.getValue() + " " + role);
                if (!granted) {
                    return false;
                }
            }
        }
        return true;
    }

    private void requireNothingElseWrites(Connection session) throws SQLException {
        List<String> prepared = Queries.texts(session, PREPARED);
        if (!prepared.isEmpty()) {
            throw new RequestRefusedException(
                    "DRK-FENCE-002",
                    "Cannot fence " + name() + ": transactions " + prepared
                            + " are prepared but none may be, since whoever may log in could commit them later",
                    "Let who prepared them say COMMIT PREPARED or ROLLBACK PREPARED; nobody else can decide");
        }
        List<String> subscriptions = Queries.texts(session, SUBSCRIPTIONS);
        if (!subscriptions.isEmpty()) {
            throw new RequestRefusedException(
                    "DRK-FENCE-003",
                    "Cannot fence " + name() + ": subscriptions " + subscriptions
                            + " write without a session but none may",
                    "ALTER SUBSCRIPTION ... DISABLE, and enable it again after a roll back");
        }
    }

    private void requireOwnDatabases(Connection session, List<Role> chosen) throws SQLException {
        for (Role role : chosen) {
            if (role.login() && !role.alterable()) {
                List<String> open = Queries.texts(session, NOT_OURS, role.name());
                if (!open.isEmpty()) {
                    throw new RequestRefusedException(
                            "DRK-FENCE-007",
                            "Cannot fence role '" + role.name()
                                    + "': DR Kit's role may neither alter it nor keep it out" + " of databases " + open
                                    + " but one is required",
                            "Give DR Kit's role ADMIN OPTION on it or make it a member of the databases' owner; or name"
                                    + " the roles to fence without this one");
                }
            }
        }
    }

    /** A role that applications use too cannot be kept out without keeping ourselves out. */
    private void requireOwnRole(Connection session, List<Role> all) throws SQLException {
        for (Role role : all) {
            if (role.own()) {
                long others = sessionsOf(session, role.name());
                if (others > 0) {
                    throw refusedOwn(
                            role.name(),
                            "it is the role DR Kit itself uses, and " + others + " other sessions use it too");
                }
            }
        }
    }

    private long sessionsOf(Connection session, String role) throws SQLException {
        return Queries.list(
                        session,
                        "SELECT pg_catalog.count(*) " + SESSIONS + " AND a.usename = " + Identifiers.literal(role),
                        row -> row.getLong(1),
                        server.applicationName())
                .get(0);
    }

    private static RequestRefusedException refusedOwn(String role, String why) {
        return new RequestRefusedException(
                "DRK-FENCE-004",
                "Cannot fence role '" + role + "': " + why + " but only others can be kept out",
                "Give DR Kit a role of its own, and end what else uses it");
    }

    /** A probe that cannot log in while the fence is open would be taken for a fence that holds. */
    private void requireProbes(Connection session) throws SQLException {
        Set<String> logins =
                roles(session).stream().filter(Role::login).map(Role::name).collect(Collectors.toSet());
        for (Supplier<PostgresCredentials> probe : probes) {
            PostgresCredentials login = probe.get();
            if (logins.contains(login.user())) {
                Optional<String> refusal = server.refusal(login, server.maintenanceDatabase());
                if (refusal.isPresent() && !refusal.get().equals("42501")) {
                    throw new RequestRefusedException(
                            "DRK-FENCE-006",
                            "Cannot probe the fence as '" + login.user() + "': the login is refused already (SQLState "
                                    + refusal.get() + ") but must be admitted as long as the fence is open",
                            "Is the password of today, and may it connect to database '" + server.maintenanceDatabase()
                                    + "'?");
                }
            }
        }
    }

    private List<Remark> remarks(Connection session, List<Role> all, List<Role> chosen) throws SQLException {
        List<Remark> remarks = new ArrayList<>();
        String at = " at " + server.address() + " ";
        for (Role role : all) {
            if (!role.login() || chosen.contains(role)) {
                continue;
            }
            String who = (role.superuser() ? "superuser '" : "role '") + role.name() + "'" + at;
            if (role.own()) {
                remarks.add(note(who + "is DR Kit's own and is not kept out"));
            } else if (!role.name().equals(RDS_ADMIN)) {
                remarks.add(note(who + "is not kept out; an open session of it "
                        + (named.isEmpty() ? "fails the fence" : "is not looked for")));
            }
        }
        for (String worker : Queries.texts(session, WORKERS)) {
            remarks.add(note("background worker '" + worker + "'" + at + "is not kept out"));
        }
        remarks.add(
                note("whoever may alter roles or is a superuser" + at + "can lift the fence; physical replicas go on"
                        + " reading, and one that is promoted is another server"));
        return remarks;
    }

    private static Remark note(String text) {
        return new Remark(Remark.Kind.NOTE, text);
    }

    private <T> T ask(Queries.Talk<T> talk) {
        return Queries.ask(server, server.maintenanceDatabase(), "look for whom to fence", talk);
    }

    private <T> T change(String what, Queries.Talk<T> talk) {
        return Queries.change(server, server.maintenanceDatabase(), what, talk);
    }
}
