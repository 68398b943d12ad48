/**
 * What may be watched while a run goes on. A listener watches and changes nothing.
 */
@NullMarked
package io.github.drkit.event;

import org.jspecify.annotations.NullMarked;
