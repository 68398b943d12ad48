/**
 * The main job end to end, as a program.
 */
@NullMarked
package io.github.drkit.examples.quickstart;

import org.jspecify.annotations.NullMarked;
