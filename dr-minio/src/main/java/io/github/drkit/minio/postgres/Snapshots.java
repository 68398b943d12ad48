package io.github.drkit.minio.postgres;

import io.github.drkit.postgres.ExportedSnapshot;
import java.util.List;

/** The open snapshots of a backup, one of each database. */
final class Snapshots implements AutoCloseable {

    private final List<ExportedSnapshot> snapshots;

    Snapshots(List<ExportedSnapshot> snapshots) {
        this.snapshots = List.copyOf(snapshots);
    }

    List<ExportedSnapshot> all() {
        return snapshots;
    }

    ExportedSnapshot of(String database) {
        return snapshots.stream()
                .filter(snapshot -> snapshot.database().equals(database))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No snapshot of '" + database + "' is open"));
    }

    @Override
    public void close() {
        snapshots.forEach(ExportedSnapshot::close);
    }
}
