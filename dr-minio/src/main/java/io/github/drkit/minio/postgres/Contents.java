package io.github.drkit.minio.postgres;

import io.github.drkit.catalog.Manifest;
import io.github.drkit.error.NotFoundException;
import java.util.List;

/** What the parts of a {@code pg-dump/1} point are called. */
final class Contents {

    static final String DUMP = "dump";
    static final String BASELINE = "baseline";
    static final String PROPERTIES = "properties";
    static final String GLOBALS = "globals";

    private Contents() {}

    static List<Manifest.Content> dumps(Manifest manifest) {
        return manifest.contents().stream()
                .filter(content -> content.kind().equals(DUMP))
                .toList();
    }

    static Manifest.Content require(Manifest manifest, String kind, String name) {
        return manifest.contents().stream()
                .filter(content -> content.kind().equals(kind) && content.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NotFoundException(
                        "DRK-RESTORE-002",
                        "Cannot find the " + kind + " of '" + name + "' in recovery point '" + manifest.point()
                                + "': it holds "
                                + manifest.contents().stream()
                                        .map(content -> content.kind() + " of '" + content.name() + "'")
                                        .toList(),
                        "Name one of these, or choose another point"));
    }
}
