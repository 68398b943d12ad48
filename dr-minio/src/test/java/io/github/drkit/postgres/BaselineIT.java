package io.github.drkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Progress;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.postgres.Difference.Kind;
import io.github.drkit.testkit.postgres.LocalPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A copy made by pg_dump and pg_restore has no difference; each damage done to such a copy is found and named. */
class BaselineIT {

    private static final AtomicInteger COPIES = new AtomicInteger();

    private static LocalPostgres local;
    private static PostgresServer server;
    private static Baseline original;

    @BeforeAll
    static void beginServer(@TempDir Path folder) throws IOException, InterruptedException {
        local = LocalPostgres.beginOrSkip();
        server = Servers.of(local);
        Servers.sql(
                server,
                "postgres",
                "CREATE DATABASE bank",
                "CREATE DATABASE copy",
                "CREATE ROLE teller",
                "CREATE ROLE auditor");
        Servers.sql(server, "bank", BankSchema.STATEMENTS);
        try (ExportedSnapshot snapshot = ExportedSnapshot.open(server, "bank")) {
            original = BaselineCapture.of(Depth.ROWS).capture(snapshot);
        }
        Path archive = folder.resolve("bank.dump");
        tool(server.toolEnvironment("bank"), "pg_dump", "-Fc", "-f", archive.toString());
        tool(server.toolEnvironment("copy"), "pg_restore", "-e", "-d", "", archive.toString());
    }

    @AfterAll
    static void endServer() {
        if (local != null) {
            local.close();
        }
    }

    @Test
    void aRestoredCopyHasNoDifference() {
        assertThat(original.differences(capture("copy"))).isEmpty();
    }

    @Test
    void psqlRecomputesTheDigestsByTheWrittenCanon() throws IOException, InterruptedException {
        List<String> expected = original.entries().stream()
                .filter(entry ->
                        entry.facts().containsKey("digest") && entry.kind().equals("table"))
                .map(entry -> entry.object() + "|" + entry.facts().get("rows") + "|"
                        + entry.facts().get("digest"))
                .toList();

        String lines = tool(
                server.toolEnvironment("bank"),
                "psql",
                "-XqAt",
                "-v",
                "ON_ERROR_STOP=1",
                "-f",
                "../docs/pg-row-v1-rows.sql");

        assertThat(expected).hasSizeGreaterThan(10);
        assertThat(lines.lines()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void severalConnectionsSeeTheSameAsOne() {
        try (ExportedSnapshot snapshot = ExportedSnapshot.open(server, "bank")) {
            Baseline parallel = BaselineCapture.of(Depth.ROWS).connections(3).capture(snapshot);

            assertThat(parallel.entries()).isEqualTo(original.entries());
        }
    }

    @Test
    void rowsWrittenAfterTheSnapshotAreNotInTheBaseline() {
        try (ExportedSnapshot snapshot = ExportedSnapshot.open(server, "bank")) {
            Servers.sql(server, "bank", "INSERT INTO audit VALUES (now(), 'late')");
            try {
                Baseline inside = BaselineCapture.of(Depth.ROWS).capture(snapshot);

                assertThat(inside.entries()).isEqualTo(original.entries());
                assertThat(inside.consistencyTime()).isEqualTo(snapshot.consistencyTime());
            } finally {
                Servers.sql(server, "bank", "DELETE FROM audit WHERE what = 'late'");
            }
        }
    }

    @Test
    void sessionSettingsOfTheServerDoNotChangeTheDigest() {
        Servers.sql(server, "postgres", "CREATE DATABASE odd TEMPLATE copy");
        Servers.sql(
                server,
                "odd",
                "ALTER DATABASE odd SET TimeZone = 'Asia/Kathmandu'",
                "ALTER DATABASE odd SET DateStyle = 'German'",
                "ALTER DATABASE odd SET IntervalStyle = 'iso_8601'",
                "ALTER DATABASE odd SET extra_float_digits = -10",
                "ALTER DATABASE odd SET bytea_output = 'escape'",
                "ALTER DATABASE odd SET search_path = core, public",
                "ALTER DATABASE odd SET quote_all_identifiers = on",
                "ALTER DATABASE odd SET standard_conforming_strings = off");

        assertThat(original.differences(capture("odd")))
                .hasSize(8)
                .allSatisfy(difference -> assertThat(difference.kind()).isEqualTo(Kind.SETTING));
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                damage(
                        "a row dropped",
                        Kind.CONTENT,
                        "table \"core\".\"m_client\", rows: 200 expected, 199 found",
                        "DELETE FROM core.m_client WHERE id = 77"),
                damage(
                        "a column nulled",
                        Kind.CONTENT,
                        "table \"core\".\"m_client\", digest:",
                        "UPDATE core.m_client SET mobile_no = NULL WHERE id = 5"),
                damage(
                        "NULL became the empty text",
                        Kind.CONTENT,
                        "table \"core\".\"m_client\", digest:",
                        "UPDATE core.m_client SET external_id = '' WHERE id = 7"),
                damage(
                        "two rows exchanged a value",
                        Kind.CONTENT,
                        "table \"core\".\"m_client\", digest:",
                        "UPDATE core.m_client SET mobile_no = CASE id WHEN 1 THEN '+2' ELSE '+1' END WHERE id IN (1, 2)"),
                damage(
                        "two columns of a row exchanged their values",
                        Kind.CONTENT,
                        "table \"core\".\"m_client\", digest:",
                        "UPDATE core.m_client SET firstname = lastname, lastname = firstname WHERE id = 9"),
                damage(
                        "a pair of equal rows replaced by another pair",
                        Kind.CONTENT,
                        "table \"public\".\"pairs\", digest:",
                        "UPDATE pairs SET x = 3 WHERE x = 1"),
                damage(
                        "the sign of an amount",
                        Kind.CONTENT,
                        "table \"public\".\"ledger\", digest:",
                        "UPDATE ledger SET amount = -amount WHERE id = 3"),
                damage(
                        "two amounts exchanged their signs",
                        Kind.CONTENT,
                        "table \"public\".\"ledger\", digest:",
                        "UPDATE ledger SET amount = -amount WHERE id IN (3, 4)"),
                damage(
                        "the scale of a numeric",
                        Kind.CONTENT,
                        "table \"public\".\"kinds\", digest:",
                        "UPDATE kinds SET free = 1.50 WHERE free = 1.5"),
                damage(
                        "a shifted timestamp",
                        Kind.CONTENT,
                        "table \"public\".\"kinds\", digest:",
                        "UPDATE kinds SET at = at + interval '1 hour'"),
                damage(
                        "a shift a folded 64-bit hash misses",
                        Kind.CONTENT,
                        "table \"public\".\"kinds\", digest:",
                        "UPDATE kinds SET big = (big # 4294967296) # 1"),
                damage(
                        "a microsecond",
                        Kind.CONTENT,
                        "table \"public\".\"kinds\", digest:",
                        "UPDATE kinds SET at = at + interval '1 microsecond'"),
                damage(
                        "the last digit of a float",
                        Kind.CONTENT,
                        "table \"public\".\"kinds\", digest:",
                        "UPDATE kinds SET ratio = 0.1::float8 + 0.2::float8"),
                damage(
                        "a bit of a bytea",
                        Kind.CONTENT,
                        "table \"public\".\"kinds\", digest:",
                        "UPDATE kinds SET bytes = set_bit(bytes, 70, 1 - get_bit(bytes, 70))"),
                damage(
                        "a boolean",
                        Kind.CONTENT,
                        "table \"public\".\"kinds\", digest:",
                        "UPDATE kinds SET yes = NOT yes"),
                damage(
                        "a month instead of thirty days",
                        Kind.CONTENT,
                        "table \"public\".\"kinds\", digest:",
                        "UPDATE kinds SET span = '30 days'"),
                damage(
                        "a JSON document",
                        Kind.CONTENT,
                        "table \"public\".\"kinds\", digest:",
                        "UPDATE kinds SET doc = jsonb_set(doc, '{a}', '1.0')"),
                damage(
                        "a row of a partition",
                        Kind.CONTENT,
                        "table \"public\".\"moves_2024\", rows: 2 expected, 1 found",
                        "DELETE FROM moves WHERE x = 1"),
                damage(
                        "a row the inheritance child lost",
                        Kind.CONTENT,
                        "table \"public\".\"child\", rows:",
                        "DELETE FROM ONLY child"),
                damage(
                        "a row in an empty table",
                        Kind.CONTENT,
                        "table \"core\".\"empty\", rows: 0 expected, 1 found",
                        "INSERT INTO core.empty VALUES (1)"),
                damage(
                        "a row behind row level security",
                        Kind.CONTENT,
                        "table \"public\".\"secured\", rows: 2 expected, 1 found",
                        "DELETE FROM secured WHERE owner = 'hidden'"),
                damage(
                        "a row of a table without columns",
                        Kind.CONTENT,
                        "table \"public\".\"bare\", rows: 2 expected, 1 found",
                        "DELETE FROM bare WHERE ctid = '(0,1)'"),
                damage(
                        "a sequence reset",
                        Kind.CONTENT,
                        "sequence \"public\".\"ledger_id_seq\", position: 50 expected, 1 found",
                        "SELECT setval('ledger_id_seq', 1)"),
                damage(
                        "a sequence not called",
                        Kind.CONTENT,
                        "sequence \"public\".\"ledger_id_seq\", called: true expected, false found",
                        "SELECT setval('ledger_id_seq', 50, false)"),
                damage(
                        "a large object changed",
                        Kind.CONTENT,
                        "large objects (all), digest:",
                        "SELECT lo_put(4711, 3, '\\x00')"),
                damage(
                        "a large object lost",
                        Kind.CONTENT,
                        "large objects (all), number: 2 expected, 1 found",
                        "SELECT lo_unlink(4712)"),
                damage(
                        "two large objects exchanged",
                        Kind.CONTENT,
                        "large objects (all), digest:",
                        "SELECT lo_put(4711, 0, lo_get(4712)), lo_put(4712, 0, '\\x0102030405060708')"),
                damage(
                        "a partition leaf lost",
                        Kind.STRUCTURE,
                        "table \"public\".\"moves_2025\": present expected, absent found",
                        "DROP TABLE moves_2025"),
                damage(
                        "a table dropped",
                        Kind.STRUCTURE,
                        "table \"public\".\"pairs\": present expected, absent found",
                        "DROP TABLE pairs"),
                damage(
                        "a table moved to another schema",
                        Kind.STRUCTURE,
                        "table \"core\".\"pairs\": absent expected, present found",
                        "ALTER TABLE pairs SET SCHEMA core"),
                damage(
                        "a column dropped",
                        Kind.STRUCTURE,
                        "table \"core\".\"m_client\", column \"note\": text expected, absent found",
                        "ALTER TABLE core.m_client DROP COLUMN note"),
                damage(
                        "a column of another type",
                        Kind.STRUCTURE,
                        "table \"public\".\"kinds\", column \"small\": real expected, double precision found",
                        "ALTER TABLE kinds ALTER small TYPE float8"),
                damage(
                        "a column default lost",
                        Kind.STRUCTURE,
                        "table \"public\".\"ledger\", column \"currency\":",
                        "ALTER TABLE ledger ALTER currency DROP DEFAULT"),
                damage(
                        "an index lost",
                        Kind.STRUCTURE,
                        "index \"core\".\"client_mobile\": present expected, absent found",
                        "DROP INDEX core.client_mobile"),
                damage(
                        "an invalid index",
                        Kind.STRUCTURE,
                        "index \"core\".\"client_mobile\", valid: true expected, false found",
                        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'core.client_mobile'::regclass"),
                damage(
                        "a constraint dropped",
                        Kind.STRUCTURE,
                        "constraint \"public\".\"ledger\".\"ledger_side\": present expected, absent found",
                        "ALTER TABLE ledger DROP CONSTRAINT ledger_side"),
                damage(
                        "a constraint not validated",
                        Kind.STRUCTURE,
                        "constraint \"public\".\"ledger\".\"ledger_client\", validated: true expected, false found",
                        "ALTER TABLE ledger DROP CONSTRAINT ledger_client",
                        "ALTER TABLE ledger ADD CONSTRAINT ledger_client FOREIGN KEY (client) REFERENCES core.m_client NOT VALID"),
                damage(
                        "a trigger disabled",
                        Kind.STRUCTURE,
                        "trigger \"public\".\"ledger\".\"touch\", enabled: O expected, D found",
                        "ALTER TABLE ledger DISABLE TRIGGER touch"),
                damage(
                        "a function changed",
                        Kind.STRUCTURE,
                        "function \"public\".\"touched\"(), definition:",
                        "CREATE OR REPLACE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"),
                damage(
                        "a view changed",
                        Kind.STRUCTURE,
                        "view \"public\".\"balances\", definition:",
                        "CREATE OR REPLACE VIEW balances AS SELECT client, sum(amount) AS total FROM ledger WHERE amount > 0 GROUP BY client"),
                damage(
                        "row level security off",
                        Kind.STRUCTURE,
                        "table \"public\".\"secured\", row level security: on, forced expected, off, forced found",
                        "ALTER TABLE secured DISABLE ROW LEVEL SECURITY"),
                damage(
                        "a policy changed",
                        Kind.STRUCTURE,
                        "policy \"public\".\"secured\".\"own\", definition:",
                        "ALTER POLICY own ON secured USING (true)"),
                damage(
                        "an extension lost",
                        Kind.STRUCTURE,
                        "extension \"pgcrypto\": present expected, absent found",
                        "DROP EXTENSION pgcrypto"),
                damage(
                        "a label of an enum",
                        Kind.STRUCTURE,
                        "type \"public\".\"side\", labels:",
                        "ALTER TYPE side ADD VALUE 'neither'"),
                damage(
                        "a comment lost",
                        Kind.STRUCTURE,
                        "count comments, number: 1 expected, 0 found",
                        "COMMENT ON TABLE ledger IS NULL"),
                damage(
                        "an owner changed",
                        Kind.OWNERSHIP,
                        "owner table \"public\".\"pairs\", role: auditor expected,",
                        "ALTER TABLE pairs OWNER TO CURRENT_USER"),
                damage(
                        "a grant lost",
                        Kind.GRANT,
                        "grants table \"public\".\"ledger\", granted: \"teller\"=INSERT, \"teller\"=SELECT expected, \"teller\"=INSERT found",
                        "REVOKE SELECT ON ledger FROM teller"),
                damage(
                        "a grant of a column",
                        Kind.GRANT,
                        "grants column \"core\".\"m_client\".\"mobile_no\", granted: absent expected, \"teller\"=SELECT found",
                        "GRANT SELECT (mobile_no) ON core.m_client TO teller"),
                damage(
                        "default privileges lost",
                        Kind.GRANT,
                        "grants default of role \"postgres\" in schema \"core\" for r, granted:",
                        "ALTER DEFAULT PRIVILEGES IN SCHEMA core REVOKE SELECT ON TABLES FROM auditor"),
                damage(
                        "a setting of the database",
                        Kind.SETTING,
                        "setting for all roles, work_mem: absent expected, sha256 ",
                        "DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''5MB''', current_database()); END$$"),
                damage(
                        "a sequence ahead",
                        Kind.INFORMATION,
                        "sequence \"public\".\"ledger_id_seq\", position: 50 expected, 60 found",
                        "SELECT setval('ledger_id_seq', 60)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void eachDamageIsFoundAndNamed(String name, Kind kind, String sentence, List<String> statements) {
        String copy = "copy" + COPIES.incrementAndGet();
        Servers.sql(server, "postgres", "CREATE DATABASE " + copy + " TEMPLATE copy");
        Servers.sql(server, copy, statements.toArray(String[]::new));

        Baseline damaged = capture(copy);
        List<Difference> differences = original.differences(damaged);

        assertThat(differences).anySatisfy(difference -> {
            assertThat(difference.kind()).isEqualTo(kind);
            assertThat(difference.sentence()).startsWith(sentence);
        });
        assertThat(Baseline.fromJson(original.toJson()).differences(Baseline.fromJson(damaged.toJson())))
                .isEqualTo(differences);
        Servers.sql(server, "postgres", "DROP DATABASE " + copy);
    }

    @Test
    void aRoleThatRowLevelSecurityWouldFoolIsRefused() {
        Servers.sql(server, "bank", "GRANT pg_read_all_data TO " + local.role());
        PostgresServer fooled = Servers.builder(local)
                .credentials(() -> new PostgresCredentials(local.role(), local.rolePassword()))
                .build();

        try (ExportedSnapshot snapshot = ExportedSnapshot.open(fooled, "bank")) {
            assertThatThrownBy(() -> BaselineCapture.of(Depth.COUNTS).capture(snapshot))
                    .isExactlyInstanceOf(TargetAccessException.class)
                    .hasMessage(
                            "Cannot capture the baseline of database 'bank', table \"public\".\"secured\": this role"
                                    + " lacks a right (SQLState 42501) but must read everything the dump holds"
                                    + System.lineSeparator()
                                    + "Hint: Grant pg_read_all_data; where row level security applies, BYPASSRLS or ownership"
                                    + " too [DRK-PG-007]");
        }
    }

    @Test
    void aBaselineIsRefusedWhenTheSnapshotDied() {
        try (ExportedSnapshot snapshot = ExportedSnapshot.open(server, "bank")) {
            Servers.sql(
                    server,
                    "postgres",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'bank'",
                    "SELECT pg_sleep(0.2)");

            assertThatThrownBy(() -> BaselineCapture.of(Depth.ROWS).capture(snapshot))
                    .isExactlyInstanceOf(TargetUnavailableException.class)
                    .hasMessageContaining("[DRK-PG-017]");
        }
    }

    @Test
    void anInterruptCancelsTheQueryAndLeavesNoSession() throws SQLException {
        Servers.sql(server, "postgres", "CREATE DATABASE slow");
        Servers.sql(
                server, "slow", "CREATE TABLE wide AS SELECT repeat(g::text, 1000) t FROM generate_series(1, 60000) g");
        Thread capturing = Thread.currentThread();
        try (ExportedSnapshot snapshot = ExportedSnapshot.open(server, "slow")) {
            Progress interrupting = bytes -> capturing.interrupt();

            assertThatThrownBy(() -> BaselineCapture.of(Depth.ROWS)
                            .progress(interrupting)
                            .capture(snapshot))
                    .isExactlyInstanceOf(TargetUnavailableException.class)
                    .hasMessageStartingWith("Cannot capture the baseline of database 'slow': the thread was interrupted"
                            + " but has to run to the end")
                    .hasMessageContaining("[DRK-PG-018]");
            assertThat(Thread.interrupted()).isTrue();
        }
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_sleep(0.3)");
            // Fails while a session is left.
            statement.execute("DROP DATABASE slow");
        }
    }

    @Test
    void progressAddsUpToTheTables() {
        AtomicLong bytes = new AtomicLong();
        try (ExportedSnapshot snapshot = ExportedSnapshot.open(server, "bank")) {
            BaselineCapture.of(Depth.ROWS).progress(bytes::addAndGet).capture(snapshot);
        }

        assertThat(bytes).hasValueGreaterThan(100_000);
    }

    private static Arguments damage(String name, Kind kind, String sentence, String... statements) {
        return Arguments.of(name, kind, sentence, List.of(statements));
    }

    private static Baseline capture(String database) {
        try (Connection connection = server.connect(database)) {
            return BaselineCapture.of(Depth.ROWS).capture(connection);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static String tool(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(Arrays.asList(command))).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
