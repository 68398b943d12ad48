/**
 * How long a recovery may take and how much may be lost: {@link io.github.drkit.objective.Objectives}.
 */
@NullMarked
package io.github.drkit.objective;

import org.jspecify.annotations.NullMarked;
