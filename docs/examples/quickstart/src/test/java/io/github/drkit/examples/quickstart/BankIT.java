package io.github.drkit.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.postgres.PostgresBinaries;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class BankIT {

    private static final ByteSize SMALL = ByteSize.parse("40MB");
    private static final long SEED = 42;

    // At least how many, and the query that counts them.
    private static final String SHAPE = """
            25 | SELECT count(*) FROM pg_tables WHERE schemaname = 'public'
            15 | SELECT count(*) FROM pg_constraint WHERE contype = 'f'
            3  | SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0
            20 | SELECT count(*) FROM pg_attribute WHERE attidentity <> ''
            1  | SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND relkind = 'r' WHERE attgenerated <> '' AND attnum > 0
            2  | SELECT count(*) FROM pg_sequences WHERE sequencename IN ('batch_job_seq', 'account_number_seq') AND last_value > 1000
            2  | SELECT count(*) FROM pg_index WHERE indisunique AND indpred IS NOT NULL
            1  | SELECT count(*) FROM pg_index WHERE indexprs IS NOT NULL
            10 | SELECT count(*) FROM information_schema.columns WHERE numeric_precision = 19 AND numeric_scale = 6
            1  | SELECT count(*) FROM pg_views WHERE schemaname = 'public'
            1  | SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'
            1  | SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal
            2  | SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind = 'r'
            2  | SELECT count(*) FROM pg_largeobject_metadata
            1  | SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase AND datname = current_database()
            3  | SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = 'fineract_report'
            1  | SELECT count(*) FROM pg_shdescription d JOIN pg_database b ON b.oid = d.objoid AND datname = current_database()
            1  | SELECT count(*) FROM "Extra Client Details" WHERE score = 'NaN' AND seen = 'infinity'
            1  | SELECT count(*) FROM m_client WHERE middlename = '' AND office_id > 0
            1  | SELECT count(*) FROM m_client WHERE middlename IS NULL
            1  | SELECT count(*) FROM m_client WHERE display_name ~ '[^\\x01-\\x7f]'
            1  | SELECT count(*) FROM m_note WHERE strpos(note, E'\\n\\\\.\\n') > 0
            """;

    private LocalPostgres server;

    @BeforeAll
    void beginServer() {
        server = LocalPostgres.beginOrSkip();
    }

    @AfterEach
    void dropTheBank() throws SQLException {
        for (String database : Bank.DATABASES) {
            ask(administrator(server), "postgres", "DROP DATABASE IF EXISTS " + database);
        }
        ask(administrator(server), "postgres", "DROP ROLE IF EXISTS fineract_report");
    }

    @AfterAll
    void endServer() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void isAboutAsLargeAsAsked() {
        ByteSize wanted = ByteSize.parse("100MB");

        Bank bank = Bank.create(administrator(server), owner(server), wanted, SEED);

        assertThat(bank.sizes()).containsOnlyKeys(Bank.DATABASES);
        assertThat(bank.size().bytes()).isCloseTo(wanted.bytes(), Percentage.withPercentage(10));
    }

    @Test
    void hasWhatARealOneHas() throws SQLException {
        Bank.create(administrator(server), owner(server), SMALL, SEED);

        SoftAssertions softly = new SoftAssertions();
        for (String line : SHAPE.split("\n")) {
            String[] parts = line.split("\\|", 2);
            softly.assertThat(Integer.parseInt(
                            ask(owner(server), Bank.LEDGER, parts[1]).get(0)))
                    .as(parts[1])
                    .isGreaterThanOrEqualTo(Integer.parseInt(parts[0].strip()));
        }
        softly.assertAll();
    }

    @Test
    void balancesUntilOneAmountIsChanged() throws SQLException {
        Bank.create(administrator(server), owner(server), SMALL, SEED);
        try (Connection connection = owner(server).connect(Bank.LEDGER);
                Statement statement = connection.createStatement()) {
            TrialBalance whole = TrialBalance.read(connection);
            statement.execute("UPDATE acc_gl_journal_entry SET amount = amount + 0.000001"
                    + " WHERE id = (SELECT max(id) FROM acc_gl_journal_entry WHERE currency_code = 'KES')");
            TrialBalance changed = TrialBalance.read(connection);
            statement.execute("TRUNCATE acc_gl_journal_entry");
            TrialBalance empty = TrialBalance.read(connection);

            assertThat(whole.lines())
                    .extracting(TrialBalance.Line::currency)
                    .containsExactly("EUR", "JPY", "KES", "KWD", "USD");
            assertThat(whole.lines()).allMatch(line -> line.debits().signum() > 0 && line.entries() > 100);
            assertThat(whole.balanced()).isTrue();
            assertThat(changed.balanced()).isFalse();
            assertThat(changed.lines())
                    .filteredOn(line -> !line.balanced())
                    .extracting(TrialBalance.Line::currency)
                    .containsExactly("KES");
            assertThat(empty.balanced()).isFalse();
        }
    }

    @Test
    void hasTheSameRowsForOneSeedOnAnotherMajorVersion() throws SQLException {
        try (LocalPostgres other =
                LocalPostgres.builder(PostgresBinaries.embedded().orElseThrow()).begin()) {
            Bank.create(administrator(server), owner(server), SMALL, SEED);
            Bank.create(administrator(other), owner(other), SMALL, SEED);

            for (String database : List.of(Bank.LEDGER, Bank.IDENTITY)) {
                assertThat(digests(owner(other), database)).isEqualTo(digests(owner(server), database));
            }
        }
    }

    @Test
    void hasOtherRowsForAnotherSeed() throws SQLException {
        Bank.create(administrator(server), owner(server), SMALL, SEED);
        List<String> first = digests(owner(server), Bank.LEDGER);
        for (String database : Bank.DATABASES) {
            ask(administrator(server), "postgres", "DROP DATABASE " + database);
        }
        Bank.create(administrator(server), owner(server), SMALL, SEED + 1);

        List<String> second = digests(owner(server), Bank.LEDGER);
        assertThat(second).hasSameSizeAs(first);
        second.retainAll(first);
        assertThat(second)
                .extracting(line -> line.substring(0, line.indexOf(' ')))
                .contains("m_currency", "databasechangelog")
                .doesNotContain("m_client", "m_loan", "acc_gl_journal_entry", "m_image");
    }

    @Test
    void goesOnNumberingWhereItsRowsEnd() throws SQLException {
        Bank.create(administrator(server), owner(server), SMALL, SEED);

        assertThat(ask(
                        owner(server),
                        Bank.LEDGER,
                        "WITH before AS (SELECT max(id) AS last FROM m_note), new AS"
                                + " (INSERT INTO m_note (note_type_enum) VALUES (100) RETURNING id)"
                                + " SELECT id - last FROM before, new"))
                .containsExactly("1");
    }

    @Test
    void neverReplacesADatabase() throws SQLException {
        ask(administrator(server), "postgres", "CREATE DATABASE keycloak");
        List<String> before = everything();

        assertThatThrownBy(() -> Bank.create(administrator(server), owner(server), SMALL, SEED))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot create bank: database 'keycloak' is already there but must not be"
                        + System.lineSeparator()
                        + "Hint: Is this the right server? The quickstart never replaces a database; name an empty server"
                        + " [DRK-QUICK-005]");
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void leavesNothingBehindWhenItCannotBeCreated() throws SQLException {
        List<String> before = everything();
        DatabaseServer stranger = new DatabaseServer(server.host(), server.port(), server.role(), "planted-password");

        assertThatThrownBy(() -> Bank.create(administrator(server), stranger, SMALL, SEED))
                .isExactlyInstanceOf(TargetAccessException.class)
                .hasMessageStartingWith("Cannot create bank on 'postgres@127.0.0.1:" + server.port() + "'")
                .hasMessageContaining("(SQLSTATE 28P01)")
                .hasMessageNotContaining("planted-password");
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void isMadeOfAsManyClientsAsTheSizeNeeds() {
        assertThat(Bank.clients(ByteSize.parse("1KB"))).isEqualTo(100);
        assertThat(Bank.clients(ByteSize.parse("2GB")))
                .isCloseTo(10 * Bank.clients(ByteSize.parse("224MB")), within(200));
        assertThat(Bank.clients(ByteSize.parse("999999TB"))).isEqualTo(100_000_000);
    }

    private List<String> everything() throws SQLException {
        return ask(
                administrator(server),
                "postgres",
                "SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles ORDER BY 1");
    }

    // Large objects get their ids from the server, so the column that names them is left out.
    private static List<String> digests(DatabaseServer login, String database) throws SQLException {
        List<String> lines = new ArrayList<>();
        for (String table : ask(
                login,
                database,
                "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")) {
            lines.add(table + " "
                    + ask(
                                    login,
                                    database,
                                    "SELECT count(*) || ' ' || coalesce(sum(hashtextextended((to_jsonb(t) - 'content_oid')::text,"
                                            + " 0)::numeric), 0) FROM "
                                            + table + " t")
                            .get(0));
        }
        return lines;
    }

    private static List<String> ask(DatabaseServer login, String database, String sql) throws SQLException {
        List<String> answers = new ArrayList<>();
        try (Connection connection = login.connect(database);
                Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                try (ResultSet row = statement.getResultSet()) {
                    while (row.next()) {
                        answers.add(row.getString(1));
                    }
                }
            }
        }
        return answers;
    }

    private static DatabaseServer administrator(LocalPostgres server) {
        return new DatabaseServer(server.host(), server.port(), server.superuser(), server.password());
    }

    private static DatabaseServer owner(LocalPostgres server) {
        return new DatabaseServer(server.host(), server.port(), server.role(), server.rolePassword());
    }
}
