/**
 * The rules of the house as tests over the classes of every module.
 */
@NullMarked
package io.github.drkit.examples.architecture;

import org.jspecify.annotations.NullMarked;
