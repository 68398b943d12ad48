package io.github.drkit.minio.postgres;

import io.github.drkit.TargetId;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.journal.Journal;
import io.github.drkit.postgres.Depth;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.PointStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a target was built with.
 *
 * @param prover signs verdicts; empty if this target does not verify
 * @param journal tells which runs have ended; empty if this target does not collect
 * @param lock how long each new point is locked where the store enforces it; empty if it is not asked to
 * @param tenantStore the database that lists Fineract's tenants; empty if there is none to ask
 */
record DumpOptions(
        TargetId id,
        PostgresServer server,
        PointStore store,
        PointCatalog points,
        List<String> databases,
        Encryption encryption,
        SigningKey key,
        Optional<SigningKey> prover,
        IdentitySource identities,
        Optional<Journal> journal,
        Globals globals,
        Depth depth,
        Optional<Duration> lock,
        Optional<String> tenantStore,
        ClientTools tools) {

    String address() {
        return Names.address(server);
    }
}
