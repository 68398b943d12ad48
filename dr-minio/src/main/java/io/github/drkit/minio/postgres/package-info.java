/**
 * PostgreSQL databases as a backup target: dumped by {@code pg_dump} out of exported snapshots, stored through a
 * {@link io.github.drkit.store.PointStore}, verified, restored into new databases, proven, and cut over to. Begin with
 * {@link io.github.drkit.minio.postgres.PostgresDumps}.
 */
@NullMarked
package io.github.drkit.minio.postgres;

import org.jspecify.annotations.NullMarked;
