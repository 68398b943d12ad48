/** Wrong on purpose. */
@NullMarked
package io.github.drkit.examples.architecture.bad.util;

import org.jspecify.annotations.NullMarked;
