/** Wrong on purpose. */
@NullMarked
package io.github.drkit.examples.architecture.bad.aws;

import org.jspecify.annotations.NullMarked;
