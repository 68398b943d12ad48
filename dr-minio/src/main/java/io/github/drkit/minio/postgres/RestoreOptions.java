package io.github.drkit.minio.postgres;

import io.github.drkit.TargetId;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.PointStore;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a restore strategy was built with.
 *
 * @param scratch where a decrypted dump may lie while several jobs restore it; empty to stream
 * @param jobs how many connections restore at once, from scratch
 */
record RestoreOptions(
        TargetId source,
        PostgresServer server,
        PointStore store,
        PointCatalog points,
        IdentitySource identities,
        Optional<Path> scratch,
        int jobs,
        MissingRoles missingRoles,
        ClientTools tools) {

    String address() {
        return Names.address(server);
    }
}
