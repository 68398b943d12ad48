package io.github.drkit.postgres;

import io.github.drkit.error.RequestRefusedException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server: where it is, how to log in, and what it says about itself. Versions 12 to 18.
 *
 * <p>Connections are made through {@link DriverManager} and the {@code jdbc:postgresql:} driver on the class path, or
 * by a function the caller gives. Credentials are asked for anew for each connection and each tool, because they rotate.
 * TLS is verified against the host's name unless {@link Builder#withoutTls()} says otherwise. Database names are data:
 * {@code a=b} or {@code postgres://x} name a database and nothing else.
 *
 * <p>Immutable and thread-safe if the suppliers given are. Every method that asks the server blocks, at most the connect
 * timeout while connecting.
 */
public final class PostgresServer {

    /** Where Debian, Red Hat, SUSE and Alpine keep the authorities the system trusts. */
    private static final List<Path> SYSTEM_AUTHORITIES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/ca-bundle.pem"),
            Path.of("/etc/ssl/cert.pem"));

    private static final String DATABASES = """
            SELECT d.datname, pg_catalog.pg_get_userbyid(d.datdba), d.datallowconn,
                   CASE WHEN pg_catalog.has_database_privilege(d.oid, 'CONNECT')
                          OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
                        THEN pg_catalog.pg_database_size(d.oid) ELSE -1 END,
                   pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype,
                   CASE pg_catalog.to_jsonb(d) ->> 'datlocprovider'
                        WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
                   coalesce(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale', ''),
                   d.datconnlimit, d.datistemplate
            FROM pg_catalog.pg_database d
            WHERE d.datconnlimit <> -2
            ORDER BY d.datname COLLATE "C"
            """;

    private final String host;
    private final int port;
    private final @Nullable Supplier<PostgresCredentials> credentials;
    private final boolean plaintext;
    private final @Nullable Path authorities;
    private final String applicationName;
    private final Duration connectTimeout;
    private final Duration lockTimeout;
    private final String maintenanceDatabase;
    private final @Nullable Connector connector;

    private PostgresServer(Builder builder) {
        this.host = builder.host;
        this.port = builder.port;
        this.credentials = builder.credentials;
        this.plaintext = builder.plaintext;
        this.authorities = builder.authorities;
        this.applicationName = builder.applicationName;
        this.connectTimeout = builder.connectTimeout;
        this.lockTimeout = builder.lockTimeout;
        this.maintenanceDatabase = builder.maintenanceDatabase;
        this.connector = builder.connector;
    }

    /**
     * Begins the description of a server.
     *
     * @param host name or address, as the server's certificate names it; one host, no list
     * @return a builder
     * @throws IllegalArgumentException if the host is blank, a socket folder or a list
     */
    public static Builder builder(String host) {
        return new Builder(host);
    }

    /**
     * Returns the host.
     *
     * @return name or address
     */
    public String host() {
        return host;
    }

    /**
     * Returns the port.
     *
     * @return the TCP port
     */
    public int port() {
        return port;
    }

    /**
     * Returns how long a statement of ours waits for a lock; give it to {@code pg_dump --lock-wait-timeout} as well.
     *
     * @return the lock timeout
     */
    public Duration lockTimeout() {
        return lockTimeout;
    }

    /**
     * Opens a session in a database. The session's {@code lock_timeout} and {@code application_name} are set, and that it
     * is in the database named is checked, because a caller's function may ignore the name. Blocks. The caller closes it.
     *
     * @param database the name, byte for byte
     * @return an open connection in auto-commit mode
     * @throws io.github.drkit.error.NotFoundException if there is no such database; look at {@link #listDatabases()}
     * @throws io.github.drkit.error.TargetAccessException if password, role or certificate was refused; change it
     * @throws io.github.drkit.error.TargetUnavailableException if the server was not reached, try again later; or if the
     *     thread was interrupted, which stays so
     * @throws RequestRefusedException if no driver is on the class path, or the function went to another database
     */
    public Connection connect(String database) {
        String what = "connect to database '" + database + "' at " + address();
        try {
            Connection connection = connector == null ? throughDriver(database) : connector.connect(database);
            try {
                prepare(connection, database, what);
                return connection;
            } catch (SQLException | RuntimeException e) {
                closeAfter(connection, e);
                throw e;
            }
        } catch (SQLException e) {
            // The driver keeps the flag and fails with a state that says nothing.
            if (Thread.currentThread().isInterrupted()) {
                throw PostgresErrors.interrupted(what, e);
            }
            throw connector == null && !plaintext
                    ? PostgresErrors.translateTls(what, e)
                    : PostgresErrors.translate(what, e);
        }
    }

    /**
     * Returns the environment with which {@code pg_dump}, {@code pg_restore} and {@code psql} reach this server, without
     * a database. Holds the password: hand it to {@link ProcessBuilder#environment()} after every inherited variable that
     * begins with {@code PG} was removed from there, and to nothing else.
     *
     * @return {@code PGHOST}, {@code PGPORT}, {@code PGUSER}, {@code PGPASSWORD}, {@code PGSSLMODE}, {@code PGSSLROOTCERT},
     *     {@code PGCONNECT_TIMEOUT}, {@code PGAPPNAME}, sorted by name; a variable that does not apply is absent
     * @throws RequestRefusedException if the server was built without credentials
     */
    public Map<String, String> toolEnvironment() {
        PostgresCredentials login = login("build the tool environment for server '" + address() + "'");
        Map<String, String> environment = new TreeMap<>();
        environment.put("PGHOST", host);
        environment.put("PGPORT", Integer.toString(port));
        environment.put("PGUSER", login.user());
        if (!login.password().isEmpty()) {
            environment.put("PGPASSWORD", login.password());
        }
        environment.put("PGSSLMODE", plaintext ? "disable" : "verify-full");
        if (!plaintext) {
            environment.put("PGSSLROOTCERT", toolAuthorities());
        }
        environment.put("PGCONNECT_TIMEOUT", Long.toString(connectTimeout.toSeconds()));
        environment.put("PGAPPNAME", applicationName);
        return environment;
    }

    /**
     * Returns {@link #toolEnvironment()} with {@code PGDATABASE}. There libpq takes the name as it is; as an argument or
     * after {@code -d} it reads a name that holds {@code =} or begins with {@code postgres://} as connection settings.
     *
     * @param database the name, byte for byte
     * @return the environment
     * @throws RequestRefusedException if the server was built without credentials
     */
    public Map<String, String> toolEnvironment(String database) {
        Map<String, String> environment = toolEnvironment();
        environment.put("PGDATABASE", database);
        return environment;
    }

    /**
     * Asks the server about itself. Blocks.
     *
     * @return version, system identifier, primary or replica
     */
    public ServerState observe() {
        String what = "observe server '" + address() + "'";
        try (Connection connection = connect(maintenanceDatabase);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_catalog.current_setting('server_version_num')::int,"
                        + " pg_catalog.pg_is_in_recovery()")) {
            row.next();
            return new ServerState(row.getInt(1), systemIdentifier(connection), row.getBoolean(2));
        } catch (SQLException e) {
            throw PostgresErrors.translate(what, e);
        }
    }

    /**
     * Returns a source of sessions in a database, for code that takes one. Each is opened as {@link #connect} opens it;
     * whoever asked for it closes it. Nothing is pooled.
     *
     * @param database the name, byte for byte
     * @return the source; its {@code getConnection} throws {@link SQLException} with our failure as its cause
     */
    public DataSource dataSource(String database) {
        return new ServerConnections(this, database);
    }

    /**
     * Lists the databases somebody could want back: without templates and without {@code rdsadmin}, which RDS keeps for
     * itself and nobody can dump. Blocks.
     *
     * @return sorted by the bytes of their names
     */
    public List<ServedDatabase> listDatabases() {
        return listAllDatabases().stream()
                .filter(database -> !database.template() && !database.name().equals("rdsadmin"))
                .toList();
    }

    /**
     * Lists every database, templates included, without those a failed {@code DROP DATABASE} left invalid. Blocks.
     *
     * @return sorted by the bytes of their names
     */
    public List<ServedDatabase> listAllDatabases() {
        try (Connection connection = connect(maintenanceDatabase);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(DATABASES)) {
            List<ServedDatabase> databases = new ArrayList<>();
            while (row.next()) {
                databases.add(new ServedDatabase(
                        row.getString(1),
                        row.getString(2),
                        row.getBoolean(3),
                        row.getLong(4),
                        row.getString(5),
                        row.getString(6),
                        row.getString(7),
                        row.getString(8),
                        row.getString(9),
                        row.getInt(10),
                        row.getBoolean(11)));
            }
            return List.copyOf(databases);
        } catch (SQLException e) {
            throw PostgresErrors.translate("list the databases of server '" + address() + "'", e);
        }
    }

    /**
     * Describes the server for plans and logs; no user, no password.
     *
     * @return such as {@code PostgreSQL at db.example:5432, TLS verified against the system's authorities}
     */
    public String describe() {
        String trust = authorities == null ? "the system's authorities" : authorities.toString();
        return "PostgreSQL at " + address() + (plaintext ? ", PLAINTEXT" : ", TLS verified against " + trust);
    }

    @Override
    public String toString() {
        return describe();
    }

    String applicationName() {
        return applicationName;
    }

    String address() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /**
     * Returns the database in which the server itself is asked, and from which others are created, renamed and dropped.
     *
     * @return its name
     */
    public String maintenanceDatabase() {
        return maintenanceDatabase;
    }

    private void prepare(Connection connection, String database, String what) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.setAutoCommit(true);
        }
        try (PreparedStatement statement = connection.prepareStatement("SELECT pg_catalog.current_database(),"
                + " pg_catalog.set_config('lock_timeout', ?, false),"
                + " pg_catalog.set_config('application_name', ?, false)")) {
            statement.setString(1, Long.toString(lockTimeout.toMillis()));
            statement.setString(2, applicationName);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                String actual = row.getString(1);
                if (!database.equals(actual)) {
                    throw new RequestRefusedException(
                            "DRK-PG-015",
                            "Cannot " + what + ": the session is in database '" + actual + "' but '" + database
                                    + "' is required",
                            "The connect function has to open the database it is given");
                }
            }
        }
    }

    /**
     * Logs in as somebody else, to see whether that is admitted; past a connect function, which knows one login only.
     *
     * @return the SQLState of the refusal, or empty if the session was opened; it is closed again
     */
    Optional<String> refusal(PostgresCredentials login, String database) {
        try {
            throughDriver(database, login).close();
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of(e.getSQLState() == null ? "" : e.getSQLState());
        }
    }

    private Connection throughDriver(String database) throws SQLException {
        return throughDriver(database, login("connect to database '" + database + "' at " + address()));
    }

    private Connection throughDriver(String database, PostgresCredentials login) throws SQLException {
        String url = "jdbc:postgresql://" + address() + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8);
        Driver driver = driver(url);
        Properties properties = new Properties();
        properties.setProperty("user", login.user());
        if (!login.password().isEmpty()) {
            properties.setProperty("password", login.password());
        }
        if (plaintext) {
            properties.setProperty("sslmode", "disable");
        } else {
            properties.setProperty("sslmode", "verify-full");
            if (authorities == null) {
                // Without it pgjdbc looks for ~/.postgresql/root.crt; this factory uses the JVM's trust store.
                properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
            } else {
                properties.setProperty("sslrootcert", authorities.toString());
            }
        }
        properties.setProperty("ApplicationName", applicationName);
        properties.setProperty("connectTimeout", Long.toString(connectTimeout.toSeconds()));
        properties.setProperty("loginTimeout", Long.toString(connectTimeout.toSeconds()));
        properties.setProperty("tcpKeepAlive", "true");
        Connection connection = driver.connect(url, properties);
        if (connection == null) {
            throw missingDriver();
        }
        return connection;
    }

    private Driver driver(String url) {
        try {
            return DriverManager.getDriver(url);
        } catch (SQLException e) {
            // DriverManager has one reason only: no registered driver accepts the URL.
            RequestRefusedException refused = missingDriver();
            refused.addSuppressed(e);
            throw refused;
        }
    }

    private RequestRefusedException missingDriver() {
        return new RequestRefusedException(
                "DRK-PG-001",
                "Cannot connect to server '" + address()
                        + "': no JDBC driver accepts jdbc:postgresql: but one is required",
                "Put org.postgresql:postgresql on the class path, or give the builder a connect function");
    }

    private PostgresCredentials login(String what) {
        if (credentials == null) {
            throw new RequestRefusedException(
                    "DRK-PG-016",
                    "Cannot " + what + ": no credentials were given but they are required",
                    "Give the builder credentials; a connect function serves this process only, not pg_dump");
        }
        return credentials.get();
    }

    /** {@code system} is understood from libpq 16 on only, so a bundle on disk is named where there is one. */
    private String toolAuthorities() {
        if (authorities != null) {
            return authorities.toString();
        }
        return SYSTEM_AUTHORITIES.stream()
                .filter(Files::isReadable)
                .findFirst()
                .map(Path::toString)
                .orElse("system");
    }

    private static String systemIdentifier(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT system_identifier::text FROM pg_catalog.pg_control_system()")) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            if ("42501".equals(e.getSQLState())) {
                return "";
            }
            throw e;
        }
    }

    private static void closeAfter(Connection connection, Exception failure) {
        try {
            connection.close();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    /** Opens connections where the caller owns driver, pool or proxy. */
    @FunctionalInterface
    public interface Connector {

        /**
         * Opens a connection nobody else uses. Called from several threads at once.
         *
         * @param database the database to open, byte for byte
         * @return the connection; DR Kit closes it
         * @throws SQLException as the driver reports it
         */
        Connection connect(String database) throws SQLException;
    }

    /** Describes a server, option by option. Not thread-safe. */
    public static final class Builder {

        private final String host;
        private int port = 5432;
        private @Nullable Supplier<PostgresCredentials> credentials;
        private boolean plaintext;
        private @Nullable Path authorities;
        private String applicationName = "dr-kit";
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration lockTimeout = Duration.ofSeconds(30);
        private String maintenanceDatabase = "postgres";
        private @Nullable Connector connector;

        private Builder(String host) {
            if (host.isBlank() || host.startsWith("/") || host.indexOf(',') >= 0 || host.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(
                        "Cannot accept host '" + host + "': one host name or address is required");
            }
            this.host = host;
        }

        /**
         * Sets the port; 5432 unless set.
         *
         * @param port 1 to 65535
         * @return this builder
         */
        public Builder port(int port) {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("Cannot accept port " + port + ": 1 to 65535 is required");
            }
            this.port = port;
            return this;
        }

        /**
         * Sets who logs in. Asked anew for each connection and each tool.
         *
         * @param credentials gives the credentials of the moment; may block, may be called from several threads
         * @return this builder
         */
        public Builder credentials(Supplier<PostgresCredentials> credentials) {
            this.credentials = credentials;
            return this;
        }

        /**
         * Trusts the certificate authorities of a file, such as the RDS bundle, instead of the machine's. The host name is
         * checked in any case. Ends {@link #withoutTls()}.
         *
         * @param pem one or more certificates in PEM form; not read here but at each connection, so that a new bundle is
         *     used at once
         * @return this builder
         */
        public Builder certificateAuthorities(Path pem) {
            this.authorities = pem.toAbsolutePath();
            this.plaintext = false;
            return this;
        }

        /**
         * Switches TLS off. Passwords and rows then cross the network readable; for a server on this machine only. Ends
         * {@link #certificateAuthorities}.
         *
         * @return this builder
         */
        public Builder withoutTls() {
            this.plaintext = true;
            this.authorities = null;
            return this;
        }

        /**
         * Sets what {@code pg_stat_activity} shows; {@code dr-kit} unless set.
         *
         * @param applicationName at most 63 bytes are kept by the server
         * @return this builder
         */
        public Builder applicationName(String applicationName) {
            this.applicationName = applicationName;
            return this;
        }

        /**
         * Sets how long connecting and logging in may take; 10 seconds unless set.
         *
         * @param connectTimeout at least 2 seconds, the least libpq honours; whole seconds count
         * @return this builder
         */
        public Builder connectTimeout(Duration connectTimeout) {
            if (connectTimeout.toSeconds() < 2) {
                throw new IllegalArgumentException(
                        "Cannot accept connect timeout " + connectTimeout + ": at least 2 seconds is required");
            }
            this.connectTimeout = connectTimeout;
            return this;
        }

        /**
         * Sets how long a statement waits for a lock; 30 seconds unless set, so that a migration is not queued behind us
         * for ever.
         *
         * @param lockTimeout at least 1 millisecond
         * @return this builder
         */
        public Builder lockTimeout(Duration lockTimeout) {
            if (lockTimeout.toMillis() < 1 || lockTimeout.toMillis() > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "Cannot accept lock timeout " + lockTimeout + ": 1 millisecond to 24 days is required");
            }
            this.lockTimeout = lockTimeout;
            return this;
        }

        /**
         * Sets the database in which the server itself is asked; {@code postgres} unless set.
         *
         * @param maintenanceDatabase a database this role may connect to
         * @return this builder
         */
        public Builder maintenanceDatabase(String maintenanceDatabase) {
            this.maintenanceDatabase = maintenanceDatabase;
            return this;
        }

        /**
         * Sets how this process connects, instead of {@link DriverManager}. TLS, timeout and credentials of those
         * connections are then the function's affair; the tools still use the builder's.
         *
         * @param connector opens a connection to a named database
         * @return this builder
         */
        public Builder connector(Connector connector) {
            this.connector = connector;
            return this;
        }

        /**
         * Returns the server.
         *
         * @return an immutable description; nothing was connected
         * @throws IllegalStateException if neither credentials nor a connect function were given
         */
        public PostgresServer build() {
            if (credentials == null && connector == null) {
                throw new IllegalStateException(
                        "Cannot build server '" + host + "': credentials or a connect function is required");
            }
            return new PostgresServer(this);
        }
    }
}
