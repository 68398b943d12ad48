package io.github.drkit.catalog;

import io.github.drkit.TargetId;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.json.JsonFields;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.Sha256;
import java.time.DateTimeException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The manifests of one target, read and judged. A corrupt one is told, and hides no other. */
final class Manifests {

    static final String NEWER = "DRK-POINT-003";

    private final PointStore store;
    private final TargetId target;
    private final TrustedKeys trusted;
    private final Places places;

    Manifests(PointStore store, TargetId target, TrustedKeys trusted, Places places) {
        this.store = store;
        this.target = target;
        this.trusted = trusted;
        this.places = places;
    }

    /** Reads several at a time, by the names of their places. */
    Map<String, ManifestDocument> read(Set<String> points) {
        List<String> names = List.copyOf(points);
        List<ManifestDocument> read = ParallelReads.of(names, store.readsAtOnce(), what(), this::read);
        Map<String, ManifestDocument> documents = new HashMap<>();
        for (int at = 0; at < names.size(); at++) {
            documents.put(names.get(at), read.get(at));
        }
        return documents;
    }

    String what() {
        return "the manifests of '" + target + "'";
    }

    ManifestDocument read(String point) {
        Optional<byte[]> bytes;
        try {
            bytes = store.find(ObjectKey.of(places.of(point) + Places.MANIFEST));
        } catch (IllegalArgumentException | IntegrityException e) {
            // Another hand's, with a name or a size that none of ours has; it must not hide the others.
            return new ManifestDocument(
                    Optional.empty(), "unreadable", false, "DRK-POINT-001", "its manifest is no manifest");
        }
        if (bytes.isEmpty()) {
            return ManifestDocument.MISSING;
        }
        String sha256 = Sha256.hex(bytes.get());
        try {
            SignedDocument document = SignedDocument.read("manifest", bytes.get());
            if (!document.signedByBackup(trusted)) {
                return new ManifestDocument(
                        Optional.empty(),
                        sha256,
                        false,
                        "DRK-POINT-002",
                        "its manifest is not signed by a trusted backup key but only such are believed");
            }
            JsonFields fields = new JsonFields("manifest", document.payload());
            String schema = fields.text("schema");
            if (schema.equals(RemovedPlace.TOMBSTONE)) {
                if (!fields.text("point").equals(point)) {
                    throw new IllegalArgumentException("it is the tombstone of another place");
                }
                return new ManifestDocument(Optional.empty(), sha256, true, "", "");
            }
            if (!schema.equals(ManifestJson.SCHEMA)) {
                return new ManifestDocument(
                        Optional.empty(),
                        sha256,
                        false,
                        NEWER,
                        "its manifest has the format '" + schema + "' but this version reads " + ManifestJson.SCHEMA);
            }
            Manifest manifest = ManifestJson.fromMap(document.payload());
            if (!describes(manifest, point)) {
                throw new IllegalArgumentException("it describes another place");
            }
            return new ManifestDocument(Optional.of(manifest), sha256, false, "", "");
        } catch (IllegalArgumentException | DateTimeException e) {
            return new ManifestDocument(
                    Optional.empty(),
                    sha256,
                    false,
                    "DRK-POINT-001",
                    "its manifest is corrupt (" + e.getMessage() + ") but must be whole");
        }
    }

    /** Whether a manifest is one of this target, of this place, and names only what lies there. */
    boolean describes(Manifest manifest, String point) {
        boolean ownKeys = manifest.contents().stream()
                .flatMap(content -> content.stream().segments().stream())
                .allMatch(segment -> segment.key().value().startsWith(places.of(point)));
        return manifest.point().value().equals(point) && manifest.target().equals(target) && ownKeys;
    }
}
