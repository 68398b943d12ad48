/** Seeded simulation of several operators over the production classes: who moves next is drawn, call by call. */
@NullMarked
package io.github.drkit.simulation;

import org.jspecify.annotations.NullMarked;
