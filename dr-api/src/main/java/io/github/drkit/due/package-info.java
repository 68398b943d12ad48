/**
 * What is due now, and doing it: {@link io.github.drkit.due.DueRuns} is called by the host's own scheduler.
 */
@NullMarked
package io.github.drkit.due;

import org.jspecify.annotations.NullMarked;
