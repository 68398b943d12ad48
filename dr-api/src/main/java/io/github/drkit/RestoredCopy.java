package io.github.drkit;

import java.util.Set;
import javax.sql.DataSource;

/** A restored copy as a {@link Check} sees it. Not thread-safe. */
public interface RestoredCopy extends AutoCloseable {

    /**
     * Returns the original names of the databases in it.
     *
     * @return may be empty for a copy that is no database
     */
    Set<String> databases();

    /**
     * Returns connections to the restored copy of a database.
     *
     * @param original its original name
     * @return a source of connections that the check closes
     * @throws io.github.drkit.error.NotFoundException if the copy has no such database
     */
    DataSource database(String original);

    /** Releases what was opened for checking. Removes nothing. */
    @Override
    void close();
}
