package io.github.drkit.retention;

/** What becomes of a recovery point. Only DROP ever deletes. */
public enum Fate {
    /** Stays because the policy needs it. */
    KEEP,
    /** May go. */
    DROP,
    /** Stays although it does not count, and nothing goes because of it. */
    SKIP,
    /** Stays because a named person said so. */
    HOLD
}
