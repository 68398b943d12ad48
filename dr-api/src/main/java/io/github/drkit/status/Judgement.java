package io.github.drkit.status;

/**
 * How an objective stands, and why.
 *
 * @param state how
 * @param why one sentence without a full stop
 * @param decidedBy the component that decides; of a component's own judgement its name
 */
public record Judgement(State state, String why, String decidedBy) {

    @Override
    public String toString() {
        return state + ": " + why;
    }
}
