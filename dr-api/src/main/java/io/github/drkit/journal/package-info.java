/**
 * The append-only record of a run, written before and after every step, in a file or in the store.
 */
@NullMarked
package io.github.drkit.journal;

import org.jspecify.annotations.NullMarked;
