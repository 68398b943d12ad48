package io.github.drkit.minio.postgres;

import io.github.drkit.RestoredCopy;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.postgres.PostgresServer;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;

/** The databases of a restore, by their original names. */
final class RestoredDatabases implements RestoredCopy {

    private final PostgresServer server;
    private final Map<String, String> names;

    RestoredDatabases(PostgresServer server, Map<String, String> names) {
        this.server = server;
        this.names = Map.copyOf(names);
    }

    @Override
    public Set<String> databases() {
        return new TreeSet<>(names.keySet());
    }

    @Override
    public DataSource database(String original) {
        String name = names.get(original);
        if (name == null) {
            throw new NotFoundException(
                    "DRK-RESTORE-027",
                    "Cannot open the copy of '" + original + "': the restore made copies of " + databases(),
                    "Name one of these");
        }
        return server.dataSource(name);
    }

    @Override
    public void close() {
        // Connections belong to those who opened them.
    }
}
