package io.github.drkit.postgres;

import io.github.drkit.Check;
import io.github.drkit.CheckResult;
import io.github.drkit.Outcome;
import io.github.drkit.RestoredCopy;
import io.github.drkit.StepContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds if the books of a Fineract tenant balance: in {@code acc_gl_journal_entry} the debits ({@code type_enum} 2) equal
 * the credits (1), exactly, per office and currency. A ledger without any entry is UNKNOWN, not balanced. Fineract's
 * tables are looked for where the connection's {@code search_path} leads. Thread-safe; blocks.
 */
public final class LedgerCheck implements Check {

    private static final String BALANCES = """
            SELECT office_id, currency_code, count(*),
                   coalesce(sum(amount) FILTER (WHERE type_enum = 2), 0), coalesce(sum(amount) FILTER (WHERE type_enum = 1), 0),
                   count(*) FILTER (WHERE type_enum IS NULL OR type_enum NOT IN (1, 2) OR amount IS NULL)
            FROM acc_gl_journal_entry GROUP BY office_id, currency_code
            ORDER BY office_id, currency_code
            """;

    private final String database;

    private LedgerCheck(String database) {
        this.database = database;
    }

    /**
     * Returns the check for one tenant.
     *
     * @param database the original name of the tenant's database, such as {@code fineract_default}
     * @return the check
     */
    public static LedgerCheck of(String database) {
        return new LedgerCheck(database);
    }

    @Override
    public String name() {
        return "ledger-" + database;
    }

    @Override
    public CheckResult check(RestoredCopy copy, StepContext context) throws SQLException {
        try (Connection connection = copy.database(database).getConnection()) {
            return check(connection);
        }
    }

    /**
     * Looks at a database directly.
     *
     * @param connection to the tenant's database; stays open
     * @return what was found
     * @throws io.github.drkit.error.NotFoundException if the database has no such table
     */
    public CheckResult check(Connection connection) {
        String expected = "debits equal credits per office and currency";
        long entries = 0;
        int books = 0;
        List<String> wrong = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(BALANCES)) {
            while (row.next()) {
                books++;
                entries += row.getLong(3);
                String book = "office " + row.getString(1) + ", " + row.getString(2);
                if (row.getBigDecimal(4).compareTo(row.getBigDecimal(5)) != 0) {
                    wrong.add(book + ": debits " + row.getBigDecimal(4).toPlainString() + ", credits "
                            + row.getBigDecimal(5).toPlainString());
                }
                if (row.getLong(6) > 0) {
                    wrong.add(book + ": " + row.getLong(6) + " entries are neither debit nor credit");
                }
            }
        } catch (SQLException e) {
            throw PostgresErrors.translate("check the ledger of database '" + database + "'", e);
        }
        if (!wrong.isEmpty()) {
            return new CheckResult(Outcome.FAILED, expected, String.join("; ", wrong));
        }
        if (entries == 0) {
            return new CheckResult(Outcome.UNKNOWN, expected, "the ledger has no entry");
        }
        return new CheckResult(Outcome.SUCCEEDED, expected, books + " books with " + entries + " entries balance");
    }
}
