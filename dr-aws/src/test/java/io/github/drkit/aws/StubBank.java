package io.github.drkit.aws;

import io.github.drkit.postgres.PostgresServer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers the few questions a restored copy is asked, where no PostgreSQL is at hand; the ITs ask a real one. */
final class StubBank {

    static final Instant NEWEST = Instant.parse("2026-11-22T01:59:30Z");

    /** How many connections are refused before one is made, as while a host name spreads. */
    final AtomicInteger refusals = new AtomicInteger();

    volatile List<String> databases = List.of("fineract_default", "fineract_tenants", "keycloak");
    /** The newest row by database, where it is not {@link #NEWEST}. */
    final Map<String, Instant> newest = new ConcurrentHashMap<>();

    volatile String connectedTo = "";

    PostgresServer server(String host, int port) {
        connectedTo = host + ":" + port;
        return PostgresServer.builder(host).port(port).connector(this::connect).build();
    }

    private Connection connect(String database) throws SQLException {
        if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new SQLException("connection refused", "08001");
        }
        return proxy(Connection.class, (self, method, arguments) -> switch (method.getName()) {
            case "getAutoCommit" -> true;
            case "prepareStatement" -> statement(PreparedStatement.class, database);
            case "createStatement" -> statement(Statement.class, database);
            default -> null;
        });
    }

    private <S extends Statement> S statement(Class<S> type, String database) {
        return proxy(type, (self, method, arguments) -> {
            if (!method.getName().equals("executeQuery")) {
                return null;
            }
            String sql = arguments == null ? "" : String.valueOf(arguments[0]);
            if (sql.contains("pg_database d")) {
                return rows(databases);
            }
            return rows(List.of(
                    sql.contains("max(") ? newest.getOrDefault(database, NEWEST).toString() : database));
        });
    }

    private static ResultSet rows(List<String> names) {
        Iterator<String> left = names.iterator();
        String[] now = {""};
        return proxy(ResultSet.class, (self, method, arguments) -> switch (method.getName()) {
            case "next" -> {
                boolean more = left.hasNext();
                now[0] = more ? left.next() : "";
                yield more;
            }
            case "getString" -> now[0];
            case "getObject" -> Instant.parse(now[0]).atOffset(ZoneOffset.UTC);
            case "getBoolean" -> (Integer) arguments[0] == 3;
            case "getLong" -> 1L;
            case "getInt" -> 1;
            default -> null;
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers));
    }
}
