/**
 * Repeating calls that may be repeated: the one place that does. Begin with {@link io.github.drkit.retry.Retries}.
 */
@NullMarked
package io.github.drkit.retry;

import org.jspecify.annotations.NullMarked;
