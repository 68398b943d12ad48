/**
 * Stores, journals, targets and strategies in memory. They pass the same contracts as the real ones, run on a clock that
 * is passed in, and do what a {@link io.github.drkit.testkit.fake.FaultScript} says: fail, lose an answer, die.
 */
@NullMarked
package io.github.drkit.testkit.fake;

import org.jspecify.annotations.NullMarked;
