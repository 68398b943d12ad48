package io.github.drkit.examples.quickstart;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL server and an account on it.
 *
 * @param host name or address
 * @param port TCP port
 * @param user role to log in as
 * @param password its password
 */
public record DatabaseServer(String host, int port, String user, String password) {

    DataSource dataSource(String database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {host});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(database);
        source.setUser(user);
        source.setPassword(password);
        source.setApplicationName("drkit-quickstart");
        return source;
    }

    Connection connect(String database) throws SQLException {
        return dataSource(database).getConnection();
    }

    /** Names server and user, never the password. */
    @Override
    public String toString() {
        return user + "@" + host + ":" + port;
    }
}
