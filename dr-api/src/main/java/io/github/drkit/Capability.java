package io.github.drkit;

/** Something a target or a strategy may be able to do. What is not declared is refused while planning. */
public enum Capability {
    /** Makes a recovery point on request. */
    BACK_UP,
    /** Verifies a recovery point without restoring it. */
    VERIFY,
    /** Collects what crashed runs left behind. */
    COLLECT,
    /** Has recovery windows. */
    WINDOWS,
    /** Restores a recovery point. */
    RESTORE_POINT,
    /** Restores an instant of a recovery window. */
    RESTORE_INSTANT,
    /** Restores into a temporary destination that it removes again, so that points can be PROVEN. */
    PROVE
}
