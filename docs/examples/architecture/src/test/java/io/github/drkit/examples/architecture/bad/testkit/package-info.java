/** Wrong on purpose. */
@NullMarked
package io.github.drkit.examples.architecture.bad.testkit;

import org.jspecify.annotations.NullMarked;
