/**
 * Whether what is protected could be recovered now, and within its objectives: {@link io.github.drkit.status.Platform} is
 * the way in.
 */
@NullMarked
package io.github.drkit.status;

import org.jspecify.annotations.NullMarked;
