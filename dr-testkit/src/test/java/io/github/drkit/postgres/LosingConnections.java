package io.github.drkit.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** Connections on which the answer to one effect is lost: it is done, and then the line is dead. */
final class LosingConnections {

    private final AtomicInteger left = new AtomicInteger();

    /** Loses the answer to the n-th effect from now. */
    void loseAnswer(int number) {
        left.set(number);
    }

    Connection over(Connection right) {
        return (Connection) Proxy.newProxyInstance(
                LosingConnections.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, values) -> {
                    Object answer = call(() -> method.invoke(right, values));
                    if (method.getName().equals("commit")) {
                        effect(right);
                    }
                    if (method.getName().equals("createStatement")) {
                        return over((Statement) answer, right);
                    }
                    return answer;
                });
    }

    private Statement over(Statement right, Connection line) {
        return (Statement) Proxy.newProxyInstance(
                LosingConnections.class.getClassLoader(), new Class<?>[] {Statement.class}, (proxy, method, values) -> {
                    Object answer = call(() -> method.invoke(right, values));
                    boolean changes = values != null
                            && values[0] instanceof String sql
                            && sql.matches("(?s)(ALTER|GRANT|REVOKE) .*");
                    if (changes) {
                        effect(line);
                    }
                    return answer;
                });
    }

    private void effect(Connection line) throws SQLException {
        if (left.getAndDecrement() == 1) {
            line.close();
            throw new SQLException("the test lost this answer", "08006");
        }
    }

    private interface Call {
        Object now() throws IllegalAccessException, InvocationTargetException;
    }

    private static Object call(Call call) throws Throwable {
        try {
            return call.now();
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
