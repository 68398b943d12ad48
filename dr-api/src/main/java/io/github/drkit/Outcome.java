package io.github.drkit;

/** How a step or a run ended. There is no other answer, and no boolean one. */
public enum Outcome {
    /** The effect was asked for and observed. */
    SUCCEEDED,
    /** The effect is known not to be there, or known to be wrong. */
    FAILED,
    /** Not begun, because something it depends on did not succeed or it was not needed. */
    SKIPPED,
    /** Nobody can tell. Nothing is cleaned up and nothing repeated; resuming the run looks first. */
    UNKNOWN
}
