/** The programs that the scripts in docs/figures measure. */
@NullMarked
package io.github.drkit.examples.figures;

import org.jspecify.annotations.NullMarked;
