/**
 * PostgreSQL as DR Kit sees it, over {@code java.sql} alone: the server and its databases, exported snapshots, what a
 * database holds (the baseline, canon {@code pg-row-v1}), and ready-made checks. Begin with
 * {@link io.github.drkit.postgres.PostgresServer}.
 */
@NullMarked
package io.github.drkit.postgres;

import org.jspecify.annotations.NullMarked;
