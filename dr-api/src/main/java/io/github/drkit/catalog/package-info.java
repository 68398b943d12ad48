/**
 * What lies in a store for one target: manifests, the verdicts beside them, the keys that sign both, and what a crash
 * left. {@link io.github.drkit.catalog.PointCatalog} is the way in.
 */
@NullMarked
package io.github.drkit.catalog;

import org.jspecify.annotations.NullMarked;
