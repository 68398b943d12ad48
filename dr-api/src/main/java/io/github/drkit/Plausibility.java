package io.github.drkit;

/** Whether a recovery point looks like those before it. Stands beside proof: bytes can be intact and still be too few. */
public enum Plausibility {
    /** Nothing odd. */
    OK,
    /**
     * Odd against its history, for instance less than half the median size of the seven points before it. Cleared only
     * by a named person's record, or by the point being PROVEN.
     */
    SUSPECT
}
