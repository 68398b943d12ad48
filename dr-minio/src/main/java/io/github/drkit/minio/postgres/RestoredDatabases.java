package io.github.drkit.minio.postgres;

import io.github.drkit.RestoredCopy;
import io.github.drkit.error.DrException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.postgres.PostgresServer;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The databases of a restore, by their original names. */
final class RestoredDatabases implements RestoredCopy {

    private final PostgresServer server;
    private final Map<String, String> names;

    RestoredDatabases(PostgresServer server, Map<String, String> names) {
        this.server = server;
        this.names = Map.copyOf(names);
    }

    @Override
    public Set<String> databases() {
        return new TreeSet<>(names.keySet());
    }

    @Override
    public DataSource database(String original) {
        String name = names.get(original);
        if (name == null) {
            throw new NotFoundException(
                    "DRK-RESTORE-027",
                    "Cannot open the copy of '" + original + "': the restore made copies of " + databases(),
                    "Name one of these");
        }
        return new Connections(server, name);
    }

    @Override
    public void close() {
        // Connections belong to those who opened them.
    }

    /** Opens a connection each time. */
    private record Connections(PostgresServer server, String name) implements DataSource {

        @Override
        public Connection getConnection() throws SQLException {
            try {
                return server.connect(name);
            } catch (DrException e) {
                throw new SQLException(e.getMessage(), e);
            }
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            throw new SQLFeatureNotSupportedException("The copy is opened with the server's own credentials");
        }

        @Override
        public @Nullable PrintWriter getLogWriter() {
            return null;
        }

        @Override
        public void setLogWriter(@Nullable PrintWriter writer) throws SQLException {
            throw new SQLFeatureNotSupportedException("Nothing is logged here");
        }

        @Override
        public void setLoginTimeout(int seconds) throws SQLException {
            throw new SQLFeatureNotSupportedException("The server's connect timeout holds");
        }

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException("Nothing is logged here");
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLException("There is nothing to unwrap");
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
