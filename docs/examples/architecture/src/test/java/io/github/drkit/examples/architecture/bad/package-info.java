/** Wrong on purpose. */
@NullMarked
package io.github.drkit.examples.architecture.bad;

import org.jspecify.annotations.NullMarked;
