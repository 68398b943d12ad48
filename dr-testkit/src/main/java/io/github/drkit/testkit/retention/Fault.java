package io.github.drkit.testkit.retention;

/** What goes wrong with backups, and with those who tell of them. */
public enum Fault {
    /** Runs that do not take place, some of them many in a row. */
    MISSED,
    /** Runs that begin up to 36 hours after their firing, and runs that take up to a day. */
    LATE,
    /** Runs that begin before their firing, up to 20 minutes. */
    EARLY,
    /** Second and third runs for one firing. */
    DUPLICATE,
    /** Points that were looked at and found wrong. */
    FAILED,
    /** Points that are odd against their history. */
    SUSPECT,
    /** Points that nobody has looked at, some of them many in a row: the prover is broken. */
    UNPROVEN,
    /** Points dated after the time of the decision. */
    FUTURE_DATED,
    /** Runs whose machine shows a wrong time for a while, by minutes or by years, in both directions. */
    CLOCK_JUMPED,
    /** Fresh, nearly empty, unproven points, many in a short time, with dates of their maker's choice. */
    FLOOD,
    /** As FLOOD, and each with a proof that is believed: the prover's key was stolen. */
    FORGED,
    /** Points somebody made by hand and gave a label. */
    MANUAL,
    /** Points somebody holds. */
    HELD
}
