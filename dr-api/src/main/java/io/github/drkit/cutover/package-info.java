/**
 * Cutting over to a restored copy elsewhere, and back: {@link io.github.drkit.cutover.CutOver} composes
 * {@link io.github.drkit.cutover.Fence}, {@link io.github.drkit.cutover.EndpointSwitch} and
 * {@link io.github.drkit.cutover.NewSide}, which adapters implement.
 */
@NullMarked
package io.github.drkit.cutover;

import org.jspecify.annotations.NullMarked;
