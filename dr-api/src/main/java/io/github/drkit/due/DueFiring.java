package io.github.drkit.due;

import io.github.drkit.TargetId;
import java.time.Instant;

/**
 * When a target is due.
 *
 * @param target which
 * @param at the firing, UTC
 */
public record DueFiring(TargetId target, Instant at) {}
