/**
 * What a run came to, computed from its journal alone, and what a recovery of several came to; as JSON and as text.
 */
@NullMarked
package io.github.drkit.report;

import org.jspecify.annotations.NullMarked;
