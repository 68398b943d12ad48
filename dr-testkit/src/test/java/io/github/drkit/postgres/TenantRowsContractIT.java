package io.github.drkit.postgres;

import io.github.drkit.cutover.Endpoint;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.testkit.contract.EndpointSwitchContract;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** Two tenants, one with a replica to read from and one at another server altogether. */
@Timeout(300)
class TenantRowsContractIT extends EndpointSwitchContract {

    private static @Nullable Side side;

    private LosingConnections losing = new LosingConnections();

    @BeforeAll
    static void beginServer() throws SQLException {
        side = Side.withABank();
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
        side.as(
                "app",
                "fineract_tenants",
                "TRUNCATE tenant_server_connections",
                "INSERT INTO tenant_server_connections VALUES"
                        + " (1, 'Old.example', 'bank', '5432', 'app', 'sealed-1', 'old-ro.example', 'bank', '5433'),"
                        + " (2, 'old.example', 'bank2', '5432', 'app', 'sealed-2', NULL, NULL, NULL),"
                        + " (3, 'elsewhere', 'far', '5432', 'app', 'sealed-3', '', '', '')");
    }

    @Override
    protected EndpointSwitch endpoint() {
        PostgresServer server = PostgresServer.builder(side.local.host())
                .port(side.local.port())
                .withoutTls()
                .connector(database ->
                        losing.over(DriverManager.getConnection(side.local.jdbcUrl(database), "app", Side.PASSWORD)))
                .build();
        return PostgresSide.of(server)
                .tenantRows(
                        "fineract_tenants",
                        Map.of(
                                new Endpoint("old.example", 5432), new Endpoint("new.example", 6432),
                                new Endpoint("old-ro.example", 5433), new Endpoint("new-ro.example", 5433)));
    }

    @Override
    protected String leads() throws SQLException {
        String rows = side.ask(
                        "fineract_tenants",
                        "SELECT string_agg(concat_ws(' ', schema_server, schema_server_port, readonly_schema_server,"
                                + " readonly_schema_server_port), ', ' ORDER BY id) FROM tenant_server_connections"
                                + " WHERE id < 3")
                .get(0);
        return switch (rows) {
            case "Old.example 5432 old-ro.example 5433, old.example 5432" -> "old";
            case "new.example 6432 new-ro.example 5433, new.example 6432" -> "new";
            default -> rows;
        };
    }

    @Override
    protected String beside() throws SQLException {
        return side.ask(
                        "fineract_tenants",
                        "SELECT string_agg((to_jsonb(c) - 'schema_server' - 'schema_server_port'"
                                + " - 'readonly_schema_server' - 'readonly_schema_server_port')::text, ',' ORDER BY id)"
                                + " || string_agg(schema_server, '') FILTER (WHERE id = 3)"
                                + " FROM tenant_server_connections c")
                .get(0);
    }

    @Override
    protected void changeByOther() throws SQLException {
        side.as(
                "app",
                "fineract_tenants",
                "UPDATE tenant_server_connections SET schema_server = 'third.example' WHERE id = 2");
    }

    @Override
    protected boolean losesAnswer(int number) {
        losing.loseAnswer(number);
        return true;
    }

    @Override
    protected Set<String> secrets() {
        return Set.of("sealed-1", "sealed-2", Side.PASSWORD);
    }
}
