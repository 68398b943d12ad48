package io.github.drkit.aws;

import io.github.drkit.RestoredCopy;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.postgres.ServedDatabase;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;

/** The databases of a restored instance, which keep their names. */
final class RestoredInstance implements RestoredCopy {

    private final Optional<PostgresServer> server;

    RestoredInstance(Optional<PostgresServer> server) {
        this.server = server;
    }

    static List<String> databases(PostgresServer server) {
        return server.listDatabases().stream()
                .filter(ServedDatabase::allowsConnections)
                .map(ServedDatabase::name)
                .toList();
    }

    @Override
    public Set<String> databases() {
        return server.map(there -> new TreeSet<>(databases(there))).orElseGet(TreeSet::new);
    }

    @Override
    public DataSource database(String original) {
        return server.filter(there -> databases(there).contains(original))
                .map(there -> there.dataSource(original))
                .orElseThrow(() -> new NotFoundException(
                        "DRK-RDS-038",
                        "Cannot open the copy of '" + original + "': the restored instance has " + databases(),
                        "Name one of these; without connections in the builder there are none"));
    }

    @Override
    public void close() {
        // Connections belong to those who opened them.
    }
}
