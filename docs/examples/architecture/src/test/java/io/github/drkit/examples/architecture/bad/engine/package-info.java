/** Wrong on purpose. */
@NullMarked
package io.github.drkit.examples.architecture.bad.engine;

import org.jspecify.annotations.NullMarked;
