/**
 * When something is due: {@link io.github.drkit.schedule.Schedule} is the way in.
 */
@NullMarked
package io.github.drkit.schedule;

import org.jspecify.annotations.NullMarked;
