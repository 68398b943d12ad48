/**
 * The failures DR Kit reports: one sealed, unchecked family whose members are situations, each with a stable code and a hint.
 */
@NullMarked
package io.github.drkit.error;

import org.jspecify.annotations.NullMarked;
