/**
 * The status as Micrometer meters: {@link io.github.drkit.metrics.StatusMetrics}. The only package that needs
 * {@code micrometer-core}, which the host brings.
 */
@NullMarked
package io.github.drkit.metrics;

import org.jspecify.annotations.NullMarked;
