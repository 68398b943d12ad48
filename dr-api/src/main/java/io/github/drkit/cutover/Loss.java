package io.github.drkit.cutover;

import io.github.drkit.RunId;
import io.github.drkit.store.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/**
 * What was written to the new side, which going back would lose.
 *
 * @param tables only those that were written to, in the order of their names
 */
public record Loss(List<TableLoss> tables) {

    /** Copies and orders the tables, and leaves out those that lose nothing. */
    public Loss {
        tables = tables.stream()
                .filter(table -> table.written() + table.gone() > 0)
                .sorted(Comparator.comparing(TableLoss::database).thenComparing(TableLoss::table))
                .toList();
    }

    /**
     * Counts the rows written, changed or deleted.
     *
     * @return 0 if nothing would be lost
     */
    public long rows() {
        return tables.stream().mapToLong(TableLoss::rows).sum();
    }

    /**
     * Returns the words by which a person accepts exactly this loss after exactly that cut-over.
     *
     * @param cutOver the run that cut over
     * @return {@code sha256:} and 64 hex digits
     */
    public String digest(RunId cutOver) {
        StringBuilder text = new StringBuilder("drkit-loss/1\n").append(cutOver).append('\n');
        tables.forEach(table -> text.append(table.database())
                .append('\0')
                .append(table.table())
                .append('\0')
                .append(table.written())
                .append('\0')
                .append(table.gone())
                .append('\n'));
        return "sha256:" + Sha256.hex(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return tables.isEmpty()
                ? "nothing was written"
                : String.join("; ", tables.stream().map(TableLoss::toString).toList());
    }

    /**
     * What was written to one table. An updated row counts as one written and as one gone.
     *
     * @param database where the table is
     * @param table its name as SQL writes it
     * @param written rows that are there now and were written since
     * @param gone rows of before that are changed or deleted
     */
    public record TableLoss(String database, String table, long written, long gone) {

        /**
         * Counts a changed row once, not twice: the larger of both numbers. Where some rows were inserted and others
         * deleted it is fewer than both together, so {@link #written} and {@link #gone} are what tells the loss.
         *
         * @return how many rows this table loses at least
         */
        public long rows() {
            return Math.max(written, gone);
        }

        @Override
        public String toString() {
            return database + " " + table + ": " + written + " written, " + gone + " changed or deleted";
        }
    }
}
