package io.github.drkit.minio.postgres;

import io.github.drkit.postgres.PostgresCredentials;
import io.github.drkit.postgres.PostgresServer;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A server that answers each query as a test says, for what no real one does when it is wanted. */
final class ScriptedServer {

    private final List<String> statements = Collections.synchronizedList(new ArrayList<>());
    private final Set<String> lostOnClose = new HashSet<>();
    private final Script script;

    private ScriptedServer(Script script) {
        this.script = script;
    }

    /** Gives the rows that answer a query, each a list of its columns. */
    @FunctionalInterface
    interface Script {
        List<List<Object>> answer(String sql) throws SQLException;
    }

    static ScriptedServer answering(Script script) {
        return new ScriptedServer(script);
    }

    PostgresServer server() {
        return PostgresServer.builder("bank.example")
                .credentials(() -> new PostgresCredentials("operator", "secret"))
                .connector(this::connect)
                .build();
    }

    /** Loses the connection to a database when it is closed. */
    ScriptedServer losingOnClose(String database) {
        lostOnClose.add(database);
        return this;
    }

    /** All that was executed without wanting rows. */
    List<String> statements() {
        return statements;
    }

    private Connection connect(String database) {
        return proxy(Connection.class, (method, arguments) -> switch (method) {
            case "getAutoCommit" -> true;
            case "prepareStatement" -> statement(database, String.valueOf(arguments[0]));
            case "createStatement" -> statement(database, "");
            case "close" -> {
                if (lostOnClose.contains(database)) {
                    throw new SQLException("gone", "08006");
                }
                yield null;
            }
            default -> null;
        });
    }

    private PreparedStatement statement(String database, String prepared) {
        return proxy(PreparedStatement.class, (method, arguments) -> switch (method) {
            case "executeQuery" -> {
                String sql = arguments == null || arguments.length == 0 ? prepared : String.valueOf(arguments[0]);
                // What DR Kit asks of each session first.
                yield rows(sql.contains("set_config") ? List.of(List.of(database)) : script.answer(sql));
            }
            case "execute" -> {
                statements.add(String.valueOf(arguments[0]));
                yield true;
            }
            default -> null;
        });
    }

    private static ResultSet rows(List<List<Object>> rows) {
        int[] at = {-1};
        return proxy(ResultSet.class, (method, arguments) -> {
            if (method.equals("next")) {
                at[0]++;
                return at[0] < rows.size();
            }
            return method.startsWith("get") ? rows.get(at[0]).get((int) arguments[0] - 1) : null;
        });
    }

    @FunctionalInterface
    private interface Answers {
        Object to(String method, Object[] arguments) throws SQLException;
    }

    private static <T> T proxy(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                ScriptedServer.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    default -> answers.to(method.getName(), arguments);
                }));
    }
}
