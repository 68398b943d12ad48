package io.github.drkit.minio.postgres;

import io.github.drkit.BackupRequest;
import io.github.drkit.Operation;
import io.github.drkit.Plan;
import io.github.drkit.PlanRequest;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.TrustedKeys;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.journal.FileJournal;
import io.github.drkit.journal.Journal;
import io.github.drkit.postgres.PostgresCredentials;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.report.RunReport;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.PointStore;
import io.github.drkit.testkit.postgres.LocalPostgres;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A server, a store in a folder, keys and an engine: what the tests here put a target on. */
final class Bench {

    static final TargetId BANK = TargetId.of("bank");

    private final LocalPostgres postgres;
    private final KeyPair backup = keys();
    private final KeyPair prover = keys();
    private final PointStore store;
    private final Journal journal;
    private final DisasterRecovery engine;

    Bench(LocalPostgres postgres, Path folder) {
        this(postgres, folder, new FolderPointStore(folder.resolve("store")));
        folder.resolve("store").toFile().mkdirs();
    }

    Bench(LocalPostgres postgres, Path folder, PointStore store) {
        this.postgres = postgres;
        this.store = store;
        this.journal = FileJournal.in(folder.resolve("journal"));
        this.engine = DisasterRecovery.builder(journal).build();
    }

    PostgresServer server() {
        return server(postgres, postgres.superuser(), postgres.password());
    }

    static PostgresServer server(LocalPostgres postgres, String user, String password) {
        return server(postgres, user, password, 2);
    }

    static PostgresServer server(LocalPostgres postgres, String user, String password, int lockSeconds) {
        return PostgresServer.builder(postgres.host())
                .port(postgres.port())
                .credentials(() -> new PostgresCredentials(user, password))
                .withoutTls()
                .lockTimeout(Duration.ofSeconds(lockSeconds))
                .build();
    }

    PostgresDumps.Builder target(PostgresServer server, String... databases) {
        return PostgresDumps.builder(BANK, server, store)
                .databases(databases)
                .encryption(Encryption.unencrypted())
                .keys(SigningKey.of("backup", backup.getPrivate()), trusted())
                .verification(SigningKey.of("prover", prover.getPrivate()), IdentitySource.none())
                .collection(journal);
    }

    PostgresDumps target(String... databases) {
        return target(server(), databases).build();
    }

    SigningKey prover() {
        return SigningKey.of("prover", prover.getPrivate());
    }

    TrustedKeys trusted() {
        return TrustedKeys.none().withBackup("backup", backup.getPublic()).withProver("prover", prover.getPublic());
    }

    PublicKey backupKey() {
        return backup.getPublic();
    }

    PointCatalog points() {
        return PointCatalog.of(store, BANK, trusted());
    }

    PointStore store() {
        return store;
    }

    Journal journal() {
        return journal;
    }

    DisasterRecovery engine() {
        return engine;
    }

    <R extends PlanRequest> RunReport run(Operation<R> operation, R request) throws InterruptedException {
        Plan plan = engine.plan(operation, request);
        return engine.execute(plan, operation);
    }

    Plan plan(String... databases) {
        return engine.plan(target(databases), BackupRequest.manual("test"));
    }

    RecoveryPointId backUp(PostgresDumps target) throws InterruptedException {
        RunReport report = run(target, BackupRequest.manual("test"));
        if (report.outcome() != io.github.drkit.Outcome.SUCCEEDED) {
            throw new AssertionError(said(report));
        }
        return points().pointOf(report.run());
    }

    static String said(RunReport report) {
        List<String> lines = new ArrayList<>();
        report.steps().forEach(step -> lines.add(step.name() + " " + step.outcome() + ": " + step.message()));
        return String.join("\n", lines);
    }

    void sql(String database, String... statements) throws SQLException {
        try (Connection connection = server().connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    String ask(String database, String question) throws SQLException {
        try (Connection connection = server().connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(question)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    /** A small database with what a bank's database has: keys, sequences, money, documents, indexes, a view. */
    void bank(String name) throws SQLException {
        sql("postgres", "CREATE DATABASE " + Names.quoted(name));
        sql(
                name,
                "CREATE TABLE office(id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE)",
                "CREATE TABLE client(id bigserial PRIMARY KEY, office_id bigint NOT NULL REFERENCES office,"
                        + " name text, document jsonb, photo bytea)",
                "CREATE TABLE entry(id bigserial PRIMARY KEY, client_id bigint REFERENCES client,"
                        + " amount numeric(19,6) NOT NULL, type_enum int NOT NULL, at timestamptz DEFAULT now())",
                "CREATE TABLE empty_one(id int)",
                "CREATE INDEX entry_client ON entry(client_id) WHERE type_enum = 1",
                "CREATE VIEW balance AS SELECT client_id, sum(amount) AS total FROM entry GROUP BY client_id",
                "INSERT INTO office(name) SELECT 'office ' || i FROM generate_series(1, 10) i",
                "INSERT INTO client(office_id, name, document, photo) SELECT 1 + i % 10, 'client ' || i,"
                        + " jsonb_build_object('n', i), decode(md5(i::text), 'hex') FROM generate_series(1, 500) i",
                "INSERT INTO entry(client_id, amount, type_enum) SELECT 1 + i % 500, i * 0.01, 1 + i % 2"
                        + " FROM generate_series(1, 20000) i");
    }

    void drop(String name) throws SQLException {
        sql("postgres", "DROP DATABASE IF EXISTS " + Names.quoted(name) + " WITH (FORCE)");
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
