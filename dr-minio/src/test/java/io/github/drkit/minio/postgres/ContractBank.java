package io.github.drkit.minio.postgres;

import io.github.drkit.TargetId;
import io.github.drkit.TimeSource;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.TrustedKeys;
import io.github.drkit.journal.Journal;
import io.github.drkit.minio.AgeKeys;
import io.github.drkit.minio.S3Credentials;
import io.github.drkit.minio.S3Store;
import io.github.drkit.postgres.PostgresCredentials;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.StoredObject;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.s3.FakeS3;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** The world of the contracts here: a real PostgreSQL with a small bank, and a bucket that keeps versions. */
final class ContractBank implements AutoCloseable {

    static final String BUCKET = "bank";
    static final String DATABASE = "bank";

    private static final TargetId ID = TargetId.of("bank");
    private static final String TEMPLATE = "bank_as_it_was";

    private final LocalPostgres postgres;
    private final FakeS3 server;
    private final S3Store store;
    private final KeyPair backup = keys();
    private final KeyPair prover = keys();
    private final AgeKeys first = AgeKeys.generate();
    private final AgeKeys second = AgeKeys.generate();

    private ContractBank(LocalPostgres postgres, TimeSource time) {
        this.postgres = postgres;
        this.server = FakeS3.begin(time).versionedBucket(BUCKET);
        this.store = S3Store.builder(server.endpoint(), BUCKET)
                .withoutTls()
                .credentials(() -> S3Credentials.of(server.accessKey(), server.secretKey()))
                .time(time)
                .build();
    }

    /** Begins both, or skips the calling test by name where there is no PostgreSQL. */
    static ContractBank beginOrSkip(TimeSource time) throws SQLException {
        ContractBank bank = new ContractBank(LocalPostgres.beginOrSkip(), time);
        bank.sql("postgres", "CREATE DATABASE " + TEMPLATE);
        bank.sql(
                TEMPLATE,
                "CREATE TYPE side AS ENUM ('debit', 'credit', 'unknown')",
                "CREATE TABLE client(id bigserial PRIMARY KEY, name text UNIQUE, photo bytea, about jsonb)",
                "CREATE TABLE entry(id bigserial PRIMARY KEY, client bigint REFERENCES client, amount numeric(19,6), s"
                        + " side)",
                "CREATE VIEW balance AS SELECT client, sum(amount) FROM entry GROUP BY client",
                "INSERT INTO client(name, photo, about) SELECT 'client ' || i, decode(md5(i::text), 'hex'),"
                        + " jsonb_build_object('n', i) FROM generate_series(1, 20) i",
                "INSERT INTO entry(client, amount, s) SELECT 1 + i % 20, i * 0.01, CASE i % 2 WHEN 0 THEN 'debit'::side"
                        + " ELSE 'credit' END FROM generate_series(1, 3000) i",
                "INSERT INTO entry(client, amount, s) VALUES (1, 0, 'unknown')");
        return bank;
    }

    /** Makes the bank and the bucket what they were at the beginning. */
    void renew() throws SQLException {
        renewBank();
        for (StoredObject upload : store.unfinished("").objects()) {
            store.delete(upload);
        }
        for (StoredObject object : store.list("").objects()) {
            store.delete(object);
        }
    }

    void renewBank() throws SQLException {
        drop(DATABASE);
        sql("postgres", "CREATE DATABASE " + DATABASE + " TEMPLATE " + TEMPLATE);
    }

    void drop(String database) throws SQLException {
        sql("postgres", "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
    }

    /** From now on the server itself fails when the last row of the last table is read. */
    void breakLastRow() throws SQLException {
        sql(DATABASE, "DELETE FROM pg_enum WHERE enumlabel = 'unknown'");
    }

    PostgresServer server() {
        return PostgresServer.builder(postgres.host())
                .port(postgres.port())
                .withoutTls()
                .credentials(() -> new PostgresCredentials(postgres.superuser(), postgres.password()))
                .build();
    }

    /** A target that was given no prover and no journal. */
    PostgresDumps.Builder target() {
        return PostgresDumps.builder(ID, server(), store)
                .databases(DATABASE)
                .encryption(Encryption.to(first.recipient(), second.recipient()))
                .keys(SigningKey.of("backup", backup.getPrivate()), trusted());
    }

    PostgresDumps target(Journal journal) {
        return target().verification(SigningKey.of("prover", prover.getPrivate()), identities())
                .collection(journal)
                .build();
    }

    PostgresDumpRestore strategy() {
        return PostgresDumpRestore.builder(ID, server(), store)
                .trusted(trusted())
                .identities(identities())
                .build();
    }

    PointCatalog points() {
        return PointCatalog.of(store, ID, trusted());
    }

    FakeS3 bucket() {
        return server;
    }

    private TrustedKeys trusted() {
        return TrustedKeys.none().withBackup("backup", backup.getPublic()).withProver("prover", prover.getPublic());
    }

    private IdentitySource identities() {
        return () -> List.of(second.identity());
    }

    /** Everything in the bucket, unfinished writes included; a version's name is new with each write. */
    String stored() {
        List<StoredObject> all = new ArrayList<>(store.list("").objects());
        all.addAll(store.unfinished("").objects());
        return String.join("\n", all.stream().map(StoredObject::toString).toList());
    }

    /** Every database and role with its marks and settings, and who is left at work in them. */
    String databases() throws SQLException {
        return ask(
                        "postgres",
                        "SELECT string_agg(concat_ws(' ', oid, datname, datdba, datallowconn, datconnlimit, datacl,"
                                + " shobj_description(oid, 'pg_database')), E'\\n' ORDER BY datname) FROM pg_database")
                + ask("postgres", "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles");
    }

    /** What is in a database; empty if there is none. */
    String content(String database) throws SQLException {
        if (ask("postgres", "SELECT count(*) FROM pg_database WHERE datname = '" + database + "'")
                .equals("0\n")) {
            return "";
        }
        return ask(database, "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM client t")
                + ask(database, "SELECT md5(string_agg(concat(id, client, amount), '|' ORDER BY id)) FROM entry")
                + ask(database, "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM balance t")
                + ask(database, "SELECT last_value || ' ' || is_called FROM entry_id_seq")
                + ask(
                        database,
                        "SELECT string_agg(pg_get_constraintdef(oid), '|' ORDER BY conname) FROM pg_constraint"
                                + " WHERE connamespace = 'public'::regnamespace");
    }

    Set<String> secrets() {
        return Set.of(
                postgres.password(),
                server.secretKey(),
                first.identityText(),
                second.identityText(),
                Base64.getEncoder().encodeToString(backup.getPrivate().getEncoded()),
                Base64.getEncoder().encodeToString(prover.getPrivate().getEncoded()));
    }

    void sql(String database, String... statements) throws SQLException {
        try (Connection connection = server().connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private String ask(String database, String question) throws SQLException {
        try (Connection connection = server().connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(question)) {
            row.next();
            return row.getString(1) + "\n";
        }
    }

    @Override
    public void close() {
        store.close();
        server.close();
        postgres.close();
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
