package io.github.drkit;

/** How a step is safe although another operator, or a paused copy of this one, may act at the same time. */
public enum Effect {
    /** Changes nothing. */
    READ_ONLY,
    /** The far side refuses it if the state it relies on has moved: a conditional write, a transaction. */
    CONDITIONAL,
    /** What it makes is named in the plan, so that a second create collides instead of doubling. */
    NAMED,
    /** A create-once mark goes first, then waiting, looking again and deleting exactly what was seen. */
    TOMBSTONED
}
