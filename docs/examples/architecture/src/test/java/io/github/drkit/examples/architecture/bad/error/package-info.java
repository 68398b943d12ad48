/** Wrong on purpose. */
@NullMarked
package io.github.drkit.examples.architecture.bad.error;

import org.jspecify.annotations.NullMarked;
