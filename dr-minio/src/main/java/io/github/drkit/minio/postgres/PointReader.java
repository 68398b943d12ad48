package io.github.drkit.minio.postgres;

import io.github.drkit.catalog.Manifest;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.postgres.Baseline;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.IntegrityIoException;
import io.github.drkit.store.PointStore;
import java.io.IOException;
import java.io.InputStream;

/** Reads the parts of a recovery point. */
final class PointReader {

    private final PointStore store;
    private final IdentitySource identities;

    PointReader(PointStore store, IdentitySource identities) {
        this.store = store;
        this.identities = identities;
    }

    /** Opens a content's plain bytes; an identity that does not fit is the caller's error, and is said as such. */
    InputStream open(Manifest manifest, Manifest.Content content) {
        try {
            return store.open(content.stream(), identities);
        } catch (TargetAccessException e) {
            throw new TargetAccessException(
                    "DRK-DUMP-020",
                    "Cannot decrypt the " + content.kind() + " of '" + content.name() + "' in recovery point '"
                            + manifest.point() + "': none of the identities at hand fits but one of the recipients "
                            + content.stream().recipients() + " is required",
                    "Which identity belongs to these recipients? age-keygen -y shows the recipient of an identity",
                    e);
        }
    }

    Baseline baseline(Manifest manifest, String database) {
        return Baseline.fromJson(whole(manifest, Contents.require(manifest, Contents.BASELINE, database)));
    }

    DatabaseProperties properties(Manifest manifest, String database) {
        return DatabaseProperties.fromJson(whole(manifest, Contents.require(manifest, Contents.PROPERTIES, database)));
    }

    private byte[] whole(Manifest manifest, Manifest.Content content) {
        try (InputStream plain = open(manifest, content)) {
            return plain.readAllBytes();
        } catch (IntegrityIoException e) {
            throw new IntegrityException(
                    "DRK-RESTORE-014",
                    "Cannot read the " + content.kind() + " of '" + content.name() + "' in recovery point '"
                            + manifest.point() + "': " + e.getMessage() + " but the bytes written are required",
                    "Verify the point, and use another one",
                    e);
        } catch (IOException e) {
            throw new TargetUnavailableException(
                    "DRK-RESTORE-015",
                    "Cannot read the " + content.kind() + " of '" + content.name() + "' in recovery point '"
                            + manifest.point() + "': the stream broke off but all of it is required",
                    "Is the store reachable? Try again",
                    e);
        }
    }
}
