/**
 * Where bytes lie: {@link io.github.drkit.store.PointStore} is what an adapter implements, and manifests,
 * proofs, journals and leases are written through it.
 */
@NullMarked
package io.github.drkit.store;

import org.jspecify.annotations.NullMarked;
