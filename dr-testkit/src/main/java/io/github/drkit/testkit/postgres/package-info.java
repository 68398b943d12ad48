/**
 * A throw-away PostgreSQL server for tests and examples: {@link io.github.drkit.testkit.postgres.LocalPostgres}.
 */
@NullMarked
package io.github.drkit.testkit.postgres;

import org.jspecify.annotations.NullMarked;
