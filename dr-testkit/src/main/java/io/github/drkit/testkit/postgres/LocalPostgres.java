package io.github.drkit.testkit.postgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A throw-away PostgreSQL server: a new cluster in a temporary folder, at a free port of 127.0.0.1, with passwords made
 * up anew that are really asked for (SCRAM-SHA-256).
 *
 * <p>There is a superuser and an ordinary role that may log in and nothing else. Nothing survives {@link #close()}: the
 * server is stopped at once and its folder removed. The same happens when this process ends in whatever way, killed
 * included, because the server is watched by a shell that waits for the end of this process. What is written is not
 * flushed to disk, which makes it fast and unfit for data of any worth.
 *
 * <p>Works as root too (see {@code setpriv}): the server then runs as {@code postgres} or {@code nobody}. Thread-safe.
 */
public final class LocalPostgres implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final String SUPERUSER = "postgres";
    private static final String ROLE = "fineract";
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ([0-9]+)([0-9A-Za-z.]*)");
    private static final String READY = "ready";
    private static final int ATTEMPTS = 3;
    // A socket's whole path must fit in 107 bytes of sockaddr_un; ".s.PGSQL.65535.lock" comes on top of the folder.
    private static final int LONGEST_SOCKET_FOLDER = 80;

    // Begins the server, says so, waits for the end of its input (which is the end of the process that began it,
    // however it ends), then stops the server and removes the folder. Signals are ignored, so that Ctrl-C, which goes
    // to every process of the terminal, cannot end the watch before the clean-up.
    private static final String WATCH = """
            trap '' INT HUP TERM
            "$1" start -s -w -t 60 -D "$2" -l "$3" || exit 1
            echo ready
            cat >/dev/null
            "$1" stop -s -w -m immediate -D "$2"
            rm -rf "$4"
            """;

    private final Path folder;
    private final String version;
    private final int major;
    private final int port;
    private final String password;
    private final String rolePassword;
    private final Process watch;

    private LocalPostgres(
            Path folder, String version, int major, int port, String password, String rolePassword, Process watch) {
        this.folder = folder;
        this.version = version;
        this.major = major;
        this.port = port;
        this.password = password;
        this.rolePassword = rolePassword;
        this.watch = watch;
    }

    /**
     * Prepares a server of the given programs.
     *
     * @param binaries the server's programs
     * @return a builder whose {@link Builder#begin()} begins it
     */
    public static Builder builder(PostgresBinaries binaries) {
        return new Builder(binaries);
    }

    /**
     * Finds a server's programs on this machine and begins a server of them.
     *
     * @return the running server, or empty when this machine has no PostgreSQL server
     * @see PostgresBinaries#find()
     */
    public static Optional<LocalPostgres> find() {
        return PostgresBinaries.find().map(binaries -> builder(binaries).begin());
    }

    /**
     * Begins a server for a test, or lets the test be skipped by name when this machine has none.
     *
     * @return the running server; when there is none, this aborts the test, which JUnit reports as skipped
     */
    public static LocalPostgres beginOrSkip() {
        return find().orElseGet(() -> Assumptions.abort("PostgreSQL server: none in DRKIT_POSTGRES_BIN,"
                + " /usr/lib/postgresql, PATH or on the class path; install the package 'postgresql'"));
    }

    /**
     * Returns where the server listens.
     *
     * @return 127.0.0.1
     */
    public String host() {
        return HOST;
    }

    /**
     * Returns the TCP port.
     *
     * @return the port
     */
    public int port() {
        return port;
    }

    /**
     * Returns the address for a JDBC driver, without user and password.
     *
     * @param database the database's name, as it is
     * @return {@code jdbc:postgresql://127.0.0.1:<port>/<database>}
     */
    public String jdbcUrl(String database) {
        String name = URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
        return "jdbc:postgresql://" + HOST + ":" + port + "/" + name;
    }

    /**
     * Returns the name of the superuser.
     *
     * @return {@code postgres}
     */
    public String superuser() {
        return SUPERUSER;
    }

    /**
     * Returns the superuser's password.
     *
     * @return the password
     */
    public String password() {
        return password;
    }

    /**
     * Returns the name of a role that may log in and has no other right.
     *
     * @return {@code fineract}
     */
    public String role() {
        return ROLE;
    }

    /**
     * Returns the password of {@link #role()}.
     *
     * @return the password
     */
    public String rolePassword() {
        return rolePassword;
    }

    /**
     * Returns the server's version.
     *
     * @return {@code 15.18}, say
     */
    public String version() {
        return version;
    }

    /**
     * Returns the server's major version.
     *
     * @return {@code 15}, say
     */
    public int major() {
        return major;
    }

    /**
     * Returns the folder with the Unix socket, for programs that are told a folder as host.
     *
     * @return the folder, or empty when the temporary folder's path is too long for a socket
     */
    public Optional<Path> socketFolder() {
        return socketFolder(folder);
    }

    /**
     * Reads what the server has logged up to now.
     *
     * @return the text; it may name statements that failed
     */
    public String log() {
        return log(folder);
    }

    /**
     * Stops the server at once, cutting its sessions, and removes its folder. A second call does nothing.
     *
     * @throws IllegalStateException if the folder is still there afterwards
     */
    @Override
    public void close() {
        end(watch);
        if (Files.exists(folder)) {
            throw new IllegalStateException("Cannot end PostgreSQL at port " + port + ": folder '" + folder
                    + "' is still there but must be gone");
        }
    }

    /** Names version and port, never a password. */
    @Override
    public String toString() {
        return "LocalPostgres[" + version + ", " + HOST + ":" + port + "]";
    }

    private static Optional<Path> socketFolder(Path folder) {
        Path socket = folder.resolve("socket");
        boolean fits = socket.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET_FOLDER;
        return fits ? Optional.of(socket) : Optional.empty();
    }

    private static String log(Path folder) {
        Path log = folder.resolve("server.log");
        try {
            return Files.exists(log) ? Files.readString(log, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read log '" + log + "'", e);
        }
    }

    private static void end(Process watch) {
        try {
            watch.getOutputStream().close();
            watch.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot end PostgreSQL", e);
        } catch (InterruptedException e) {
            // The watch goes on by itself: its input has ended.
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Cannot wait for the end of PostgreSQL: interrupted", e);
        }
    }

    /** Takes the settings of a server before it begins. Not thread-safe. */
    public static final class Builder {

        private final PostgresBinaries binaries;
        private final Map<String, String> settings = new LinkedHashMap<>();
        private @Nullable LocalPostgres primary;
        private @Nullable Path certificate;
        private @Nullable Path key;

        private Builder(PostgresBinaries binaries) {
            this.binaries = binaries;
            settings.put("fsync", "off");
            settings.put("synchronous_commit", "off");
            settings.put("full_page_writes", "off");
            settings.put("log_timezone", "UTC");
            settings.put("timezone", "UTC");
        }

        /**
         * Sets a parameter of {@code postgresql.conf}.
         *
         * @param name {@code max_connections}, say
         * @param value the value, without quotes
         * @return this
         */
        public Builder setting(String name, String value) {
            if (!name.matches("[a-z_.]+") || value.contains("\n")) {
                throw new IllegalArgumentException("Cannot set parameter '" + name
                        + "': a name has only lower-case letters, dots and underscores, a value only one line");
            }
            settings.put(name, value);
            return this;
        }

        /**
         * Makes the server accept TLS as well. What a client accepts is the client's affair.
         *
         * @param certificate in PEM form
         * @param key its private key, in PEM form and without a password
         * @return this
         */
        public Builder tls(Path certificate, Path key) {
            this.certificate = certificate;
            this.key = key;
            return this;
        }

        /**
         * Makes the server a streaming replica: it begins as a copy of another, follows it, has its roles and passwords,
         * and takes reads only. Where the server's programs have no {@code pg_basebackup} beside them, beginning aborts
         * the test, which JUnit reports as skipped.
         *
         * @param primary the server to follow; close it last
         * @return this
         */
        public Builder replicaOf(LocalPostgres primary) {
            this.primary = primary;
            return this;
        }

        /**
         * Makes a cluster and begins its server. Takes one to four seconds; returns when logins are accepted.
         *
         * @return the running server; close it
         * @throws IllegalStateException if it did not come up, with what it said
         */
        public LocalPostgres begin() {
            try {
                // Not below a test's folder: that is closed to other accounts, and the server may run as one.
                Path folder = Files.createTempDirectory("drkit-postgres-").toRealPath();
                return beginIn(folder);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot begin PostgreSQL of '" + binaries + "'", e);
            }
        }

        private LocalPostgres beginIn(Path folder) throws IOException {
            boolean begun = false;
            try {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
                ServerAccount account = ServerAccount.choose(folder);
                Path bin = binaries.provide(folder.resolve("server"));
                Files.createDirectory(folder.resolve("socket"));
                prepareTls(folder);
                LocalPostgres followed = primary;
                LocalPostgres server =
                        followed == null ? beginNew(bin, account, folder) : beginCopy(bin, account, folder, followed);
                begun = true;
                return server;
            } finally {
                if (!begun) {
                    remove(folder);
                }
            }
        }

        private LocalPostgres beginNew(Path bin, ServerAccount account, Path folder) throws IOException {
            SecureRandom random = new SecureRandom();
            String password = secret(random);
            String rolePassword = secret(random);
            Path passwordFile = Files.writeString(folder.resolve("password"), password + "\n");
            account.own(folder);

            Matcher version = version(bin, account);
            initialize(bin, account, folder, passwordFile);
            Files.delete(passwordFile);
            addRole(bin, account, folder, rolePassword);
            return begin(bin, account, folder, version, password, rolePassword);
        }

        private LocalPostgres beginCopy(Path bin, ServerAccount account, Path folder, LocalPostgres followed)
                throws IOException {
            Path program = bin.resolve("pg_basebackup");
            if (!Files.isExecutable(program)) {
                Assumptions.abort("PostgreSQL replica: no program 'pg_basebackup' in '" + bin
                        + "'; install the package 'postgresql-client'");
            }
            // It stays, because the replica logs in by it for as long as it runs.
            Path passwordFile = readableByOwner(folder.resolve("passwords"));
            Files.writeString(passwordFile, "*:*:*:" + SUPERUSER + ":" + followed.password + "\n");
            account.own(folder);

            Matcher version = version(bin, account);
            require(
                    account,
                    List.of(
                            program.toString(),
                            "--pgdata=" + folder.resolve("data"),
                            "--dbname=host=" + HOST + " port=" + followed.port + " user=" + SUPERUSER + " passfile="
                                    + passwordFile,
                            "--checkpoint=fast",
                            "--write-recovery-conf",
                            "--no-sync"),
                    "",
                    "copy " + followed);
            return begin(bin, account, folder, version, followed.password, followed.rolePassword);
        }

        private void prepareTls(Path folder) throws IOException {
            Path from = certificate;
            Path fromKey = key;
            if (from != null && fromKey != null) {
                Path to = Files.copy(from, folder.resolve("server.crt"));
                // The server refuses a key that others may read.
                Path toKey = readableByOwner(folder.resolve("server.key"));
                Files.write(toKey, Files.readAllBytes(fromKey));
                settings.put("ssl", "on");
                settings.put("ssl_cert_file", to.toString());
                settings.put("ssl_key_file", toKey.toString());
            }
        }

        private static Path readableByOwner(Path file) throws IOException {
            return Files.createFile(
                    file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }

        private static Matcher version(Path bin, ServerAccount account) {
            String said = require(
                    account, List.of(bin.resolve("postgres").toString(), "--version"), "", "ask for its version");
            Matcher version = VERSION.matcher(said);
            if (!version.find()) {
                throw new IllegalStateException("Cannot begin PostgreSQL: its version is '" + said
                        + "' but '(PostgreSQL) <major>.<minor>' is required");
            }
            return version;
        }

        private static void initialize(Path bin, ServerAccount account, Path folder, Path passwordFile) {
            require(
                    account,
                    List.of(
                            bin.resolve("initdb").toString(),
                            "--pgdata=" + folder.resolve("data"),
                            "--username=" + SUPERUSER,
                            "--pwfile=" + passwordFile,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--no-sync"),
                    "",
                    "initialize its cluster");
        }

        // The embedded binaries have no psql, and the password would stand in its arguments: the server itself reads
        // statements from its input in single-user mode.
        private static void addRole(Path bin, ServerAccount account, Path folder, String rolePassword) {
            Programs.Ending ending = Programs.run(
                    account.command(List.of(
                            bin.resolve("postgres").toString(),
                            "--single",
                            "-F",
                            "-D",
                            folder.resolve("data").toString(),
                            "postgres")),
                    "CREATE ROLE " + ROLE + " LOGIN PASSWORD '" + rolePassword + "'\n");
            // Single-user mode goes on after an error and exits with 0. What it says may repeat the statement.
            if (!ending.succeeded()
                    || ending.output().contains("ERROR:")
                    || ending.output().contains("FATAL:")) {
                throw new IllegalStateException(
                        "Cannot add role '" + ROLE + "': " + ending.output().replace(rolePassword, "***"));
            }
        }

        private LocalPostgres begin(
                Path bin, ServerAccount account, Path folder, Matcher version, String password, String rolePassword)
                throws IOException {
            StringBuilder said = new StringBuilder();
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                int port = freePort();
                configure(folder, port);
                Process watch = Programs.prepare(account.command(List.of(
                                "sh",
                                "-c",
                                WATCH,
                                "drkit-postgres-watch",
                                bin.resolve("pg_ctl").toString(),
                                folder.resolve("data").toString(),
                                folder.resolve("server.log").toString(),
                                folder.toString())))
                        .start();
                BufferedReader words =
                        new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8));
                for (String line = words.readLine(); line != null; line = words.readLine()) {
                    if (line.equals(READY)) {
                        return new LocalPostgres(
                                folder,
                                version.group(1) + version.group(2),
                                Integer.parseInt(version.group(1)),
                                port,
                                password,
                                rolePassword,
                                watch);
                    }
                    said.append(line).append(System.lineSeparator());
                }
                end(watch);
            }
            throw new IllegalStateException("Cannot begin PostgreSQL of '" + binaries + "': " + said
                    + log(folder).strip());
        }

        private void configure(Path folder, int port) throws IOException {
            StringBuilder lines = new StringBuilder("\n");
            settings.forEach((name, value) -> lines.append(name)
                    .append(" = '")
                    .append(value.replace("'", "''"))
                    .append("'\n"));
            lines.append("listen_addresses = '").append(HOST).append("'\n");
            lines.append("port = ").append(port).append('\n');
            lines.append("unix_socket_directories = '")
                    .append(socketFolder(folder).map(Path::toString).orElse("").replace("'", "''"))
                    .append("'\n");
            Files.writeString(folder.resolve("data").resolve("postgresql.conf"), lines, StandardOpenOption.APPEND);
        }

        private static int freePort() throws IOException {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
                return socket.getLocalPort();
            }
        }

        private static String secret(SecureRandom random) {
            byte[] drawn = new byte[16];
            random.nextBytes(drawn);
            return HexFormat.of().formatHex(drawn);
        }

        private static String require(ServerAccount account, List<String> program, String input, String purpose) {
            Programs.Ending ending = Programs.run(account.command(program), input);
            if (!ending.succeeded()) {
                throw new IllegalStateException("Cannot " + purpose + ": '" + program.get(0) + "' ended with "
                        + ending.exitCode() + ": " + ending.output());
            }
            return ending.output();
        }

        private static void remove(Path folder) throws IOException {
            if (!Files.exists(folder)) {
                return;
            }
            try (Stream<Path> tree = Files.walk(folder)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
