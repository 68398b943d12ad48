/**
 * What a run came to: values computed from journals alone, as JSON and as text.
 */
@NullMarked
package io.github.drkit.report;

import org.jspecify.annotations.NullMarked;
