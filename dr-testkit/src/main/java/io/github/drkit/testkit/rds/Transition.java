package io.github.drkit.testkit.rds;

/** What a {@link FakeRds} takes time for, for scripts of its statuses. */
public enum Transition {
    /** A new, empty instance. */
    CREATE,
    /** A new instance out of a snapshot or at a point in time. */
    RESTORE,
    /** A change of an instance's settings. */
    MODIFY,
    /** An instance's new name. */
    RENAME,
    /** A reboot. */
    REBOOT,
    /** A start after a stop. */
    START,
    /** A stop. */
    STOP,
    /** The end of an instance. */
    DELETE,
    /** A snapshot, of a caller's or taken daily. */
    SNAPSHOT,
    /** A copy of a snapshot. */
    COPY
}
