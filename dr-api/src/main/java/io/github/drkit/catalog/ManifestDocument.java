package io.github.drkit.catalog;

import java.util.Optional;

/**
 * What stands in the place of a manifest.
 *
 * @param manifest the manifest, if it is one that is believed
 * @param sha256 the digest of what stands there, {@code unreadable} if it cannot be read, or empty if nothing does
 * @param tombstone whether the point can never exist
 * @param code why there is no manifest
 * @param reason the same in words
 */
record ManifestDocument(Optional<Manifest> manifest, String sha256, boolean tombstone, String code, String reason) {

    static final ManifestDocument MISSING =
            new ManifestDocument(Optional.empty(), "", false, "DRK-POINT-004", "it is missing");

    boolean problematic() {
        return manifest.isEmpty() && !tombstone;
    }
}
