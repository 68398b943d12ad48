package io.github.drkit.status;

/** How an objective stands, the best first. */
public enum State {
    /** Met, and nothing seen stands against its staying so. */
    MET,
    /** Met as far as was measured, but something stands against it; the sentence beside it says what. */
    AT_RISK,
    /** It cannot be told. */
    UNKNOWN,
    /** Not met. */
    MISSED;

    /**
     * Returns the worse of two.
     *
     * @param other the other one
     * @return the one that stands later in this list
     */
    public State worst(State other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
