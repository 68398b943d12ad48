/**
 * Which recovery points are kept and which may go, decided as a value and explained point by point; nothing here touches
 * a store. {@link io.github.drkit.retention.RetentionPolicy#decide} is the way in. The rules stand in
 * {@code docs/retention.md}.
 */
@NullMarked
package io.github.drkit.retention;

import org.jspecify.annotations.NullMarked;
