package io.github.drkit.examples.quickstart;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The bank's own proof that its ledger is whole: per currency, debits equal credits.
 *
 * @param lines one line per currency, by code
 */
record TrialBalance(List<Line> lines) {

    // type_enum: 1 credit, 2 debit, as in Fineract's JournalEntryType.
    private static final String QUERY = """
            SELECT currency_code,
                   coalesce(sum(amount) FILTER (WHERE type_enum = 2), 0),
                   coalesce(sum(amount) FILTER (WHERE type_enum = 1), 0),
                   count(*)
            FROM acc_gl_journal_entry
            GROUP BY currency_code
            ORDER BY currency_code
            """;

    TrialBalance {
        lines = List.copyOf(lines);
    }

    /**
     * Adds up the ledger.
     *
     * @param connection to the tenant's database
     * @return the sums as of this statement
     * @throws SQLException if the ledger cannot be read, or holds an amount that is no number
     */
    static TrialBalance read(Connection connection) throws SQLException {
        List<Line> lines = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            while (row.next()) {
                lines.add(new Line(row.getString(1), row.getBigDecimal(2), row.getBigDecimal(3), row.getLong(4)));
            }
        }
        return new TrialBalance(lines);
    }

    /**
     * Tells whether every currency's debits equal its credits. An empty ledger is not balanced: a bank without entries
     * has lost them.
     */
    boolean balanced() {
        return !lines.isEmpty() && lines.stream().allMatch(Line::balanced);
    }

    /**
     * One currency.
     *
     * @param currency its ISO 4217 code
     * @param debits the sum of all debits
     * @param credits the sum of all credits
     * @param entries how many journal entries were added up
     */
    record Line(String currency, BigDecimal debits, BigDecimal credits, long entries) {

        boolean balanced() {
            return debits.compareTo(credits) == 0;
        }

        @Override
        public String toString() {
            return currency + " debits " + debits.toPlainString() + ", credits " + credits.toPlainString()
                    + ", entries " + entries;
        }
    }
}
