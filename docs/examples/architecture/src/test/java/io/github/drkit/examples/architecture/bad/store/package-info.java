/** Wrong on purpose. */
@NullMarked
package io.github.drkit.examples.architecture.bad.store;

import org.jspecify.annotations.NullMarked;
