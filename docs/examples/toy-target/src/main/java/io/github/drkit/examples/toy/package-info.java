/**
 * A backup target for the files of a folder, as {@code docs/writing-a-target.md} shows it.
 */
@NullMarked
package io.github.drkit.examples.toy;

import org.jspecify.annotations.NullMarked;
