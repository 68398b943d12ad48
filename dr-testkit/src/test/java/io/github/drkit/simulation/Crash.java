package io.github.drkit.simulation;

/** The process of an operator is gone. An Error, so that nothing which catches exceptions survives it. */
final class Crash extends Error {

    private static final long serialVersionUID = 1L;

    Crash() {
        super("this process is dead", null, false, false);
    }
}
