package io.github.drkit.cutover;

/**
 * How a {@link Reversible} stands, as far as was observed at the source.
 *
 * @param state the answer
 * @param detail what was seen, one clause without a full stop; no secrets
 */
public record Standing(State state, String detail) {

    /**
     * All of it is made.
     *
     * @param detail what was seen
     * @return the standing
     */
    public static Standing made(String detail) {
        return new Standing(State.MADE, detail);
    }

    /**
     * Some of it is made, or something stands in its place that it did not make.
     *
     * @param detail what was seen
     * @return the standing
     */
    public static Standing partly(String detail) {
        return new Standing(State.PARTLY, detail);
    }

    /**
     * Nothing of it is made; what was recorded is as it was before.
     *
     * @param detail what was seen
     * @return the standing
     */
    public static Standing unmade(String detail) {
        return new Standing(State.UNMADE, detail);
    }

    @Override
    public String toString() {
        return state + " (" + detail + ")";
    }

    /** The answer. */
    public enum State {
        /** Nothing of it is made. */
        UNMADE,
        /** Neither one nor the other. */
        PARTLY,
        /** All of it is made. */
        MADE
    }
}
