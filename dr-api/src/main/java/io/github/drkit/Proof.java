package io.github.drkit;

import java.time.Instant;
import java.util.Optional;

/**
 * How far a recovery point is proven, since when and by whom.
 *
 * @param level how far
 * @param at when it was seen, UTC; empty if nobody looked yet
 * @param by who looked: the name in the prover's key, or empty if nobody did
 */
public record Proof(Level level, Optional<Instant> at, String by) {

    /**
     * Returns the proof of a point nobody has looked at.
     *
     * @return UNPROVEN, by nobody
     */
    public static Proof none() {
        return new Proof(Level.UNPROVEN, Optional.empty(), "");
    }

    /** How far, in rising order; FAILED stands below all. */
    public enum Level {
        /** Looked at and found wrong. Never restored, never counted. */
        FAILED,
        /** Nobody looked. */
        UNPROVEN,
        /** The stored bytes were read again and are those that were written, but could not be decoded where it was done. Never counts as VERIFIED. */
        STORED,
        /** Decoded to the end and checked. */
        VERIFIED,
        /** Restored and compared. */
        PROVEN;

        /**
         * Tells whether this level is enough where another is asked for.
         *
         * @param required the level asked for
         * @return true if this is that level or above
         */
        public boolean reaches(Level required) {
            return compareTo(required) >= 0;
        }
    }
}
