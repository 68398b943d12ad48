package io.github.drkit.postgres;

import io.github.drkit.cutover.Fence;
import io.github.drkit.testkit.contract.FenceContract;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** On a server where one role can only be kept out by CONNECT, because DR Kit's role may not alter it. */
@Timeout(300)
class RoleFenceContractIT extends FenceContract {

    private static @Nullable Side side;

    private LosingConnections losing = new LosingConnections();
    private @Nullable Connection session;

    @BeforeAll
    static void beginServer() throws SQLException {
        side = Side.withABank();
        side.sql(
                "postgres",
                "CREATE ROLE replica LOGIN REPLICATION PASSWORD '" + Side.PASSWORD + "'",
                "ALTER DATABASE postgres OWNER TO " + Side.DRKIT,
                "GRANT INSERT ON ALL TABLES IN SCHEMA public TO PUBLIC");
        side.sql("bank", "GRANT INSERT ON ledger TO replica, batch");
    }

    @AfterAll
    static void endServer() {
        if (side != null) {
            side.close();
        }
    }

    @Override
    protected void makeWorld() throws SQLException {
        losing = new LosingConnections();
        for (String role : new String[] {"app", "batch", "fineract", "replica"}) {
            side.sql("postgres", "ALTER ROLE " + role + " LOGIN");
        }
        side.sql("postgres", "ALTER ROLE retired NOLOGIN");
        for (String database : new String[] {"bank", "fineract_tenants", "postgres"}) {
            side.sql(
                    "postgres",
                    "GRANT CONNECT ON DATABASE " + database + " TO PUBLIC",
                    "REVOKE CONNECT ON DATABASE " + database + " FROM replica",
                    "REVOKE CONNECT ON DATABASE " + database + " FROM " + Side.DRKIT);
        }
        side.sql("bank", "TRUNCATE ledger");
    }

    @Override
    protected Fence fence() {
        PostgresServer server = PostgresServer.builder(side.local.host())
                .port(side.local.port())
                .withoutTls()
                .connector(database -> losing.over(
                        DriverManager.getConnection(side.local.jdbcUrl(database), Side.DRKIT, Side.PASSWORD)))
                .build();
        return PostgresSide.of(server)
                .probedAs(() -> new PostgresCredentials("app", Side.PASSWORD))
                .fence();
    }

    @Override
    protected String world() throws SQLException {
        return side.ask("postgres", "SELECT rolname || ' ' || rolcanlogin FROM pg_roles ORDER BY 1")
                + side.ask(
                                "postgres",
                                "SELECT rolname || ' ' || datname || ' ' || has_database_privilege(r.oid, d.oid, 'CONNECT')"
                                        + " FROM pg_roles r, pg_database d ORDER BY 1")
                        .toString();
    }

    @Override
    protected boolean writesAnew() {
        return writes("app") || writes("batch") || writes("replica");
    }

    private boolean writes(String role) {
        try (Connection fresh = side.open(role, "bank");
                Statement statement = fresh.createStatement()) {
            return statement.executeUpdate("INSERT INTO ledger SELECT count(*) FROM client") == 1;
        } catch (SQLException refused) {
            return false;
        }
    }

    @Override
    protected void openSession() throws SQLException {
        session = side.open("replica", "bank");
    }

    @Override
    protected boolean writesInSession() {
        try (Statement statement = session.createStatement()) {
            return statement.executeUpdate("INSERT INTO ledger VALUES (" + System.nanoTime() + ")") == 1;
        } catch (SQLException ended) {
            return false;
        }
    }

    @Override
    protected boolean slipsIn() throws SQLException {
        side.sql("postgres", "ALTER ROLE batch LOGIN");
        return true;
    }

    @Override
    protected boolean losesAnswer(int number) {
        losing.loseAnswer(number);
        return true;
    }

    @Override
    protected Set<String> secrets() {
        return Set.of(Side.PASSWORD);
    }
}
