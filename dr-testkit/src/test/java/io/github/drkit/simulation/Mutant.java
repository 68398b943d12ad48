package io.github.drkit.simulation;

/** What is wrong on purpose, so that the simulation can be seen to find it. */
enum Mutant {
    /** Nothing is: the production classes on a store that keeps its word. */
    NONE,
    /** A lease is a time in one object, compared by each holder's own clock; nobody is fenced. */
    TIME_ONLY_LEASE,
    /** A manifest takes its place whatever stands there, a tombstone too. */
    NO_TOKEN_BEFORE_THE_MANIFEST,
    /** Whatever is created once is looked for first and then written, in two calls. */
    CHECK_THEN_ACT,
    /** No tombstone is ever written. */
    NO_TOMBSTONE,
    /** Who takes a lease over keeps nobody from committing. */
    NO_FENCE_ON_TAKEOVER,
    /** Expiry deletes upon what it saw before it marked and waited. */
    EXPIRY_DOES_NOT_LOOK_AGAIN,
    /** Of several answers to a mark the last counts. */
    ANSWERS_ARE_OVERWRITTEN,
    /** A backup does not ask, under its lease, whether its firing has a point by now. */
    FIRING_NOT_ASKED_UNDER_THE_LEASE
}
