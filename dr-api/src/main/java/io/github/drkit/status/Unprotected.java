package io.github.drkit.status;

/**
 * A finding about what nobody backs up: something that exists and has no target, or something a target lists and that does not
 * exist, so that there is nothing to back up.
 *
 * @param what a component, database or tenant
 * @param why one clause
 * @param kind which of the two
 */
public record Unprotected(String what, String why, Kind kind) {

    /**
     * Says that something exists and that nobody backs it up.
     *
     * @param what a component, database or tenant
     * @param why one clause
     * @return the finding
     */
    public static Unprotected forgotten(String what, String why) {
        return new Unprotected(what, why, Kind.FORGOTTEN);
    }

    /**
     * Says that something is to be backed up and does not exist.
     *
     * @param what a component, database or tenant
     * @param why one clause
     * @return the finding
     */
    public static Unprotected missing(String what, String why) {
        return new Unprotected(what, why, Kind.MISSING);
    }

    /** Returns one sentence, such as {@code nobody backs up database 'x': no target lists it}. */
    @Override
    public String toString() {
        return switch (kind) {
            case FORGOTTEN -> "nobody backs up " + what + ": " + why;
            case MISSING -> what + " is not there to be backed up: " + why;
        };
    }

    /** What was found. */
    public enum Kind {
        /** It exists, and nobody backs it up. */
        FORGOTTEN,
        /** A target lists it, and it does not exist: it was dropped, renamed, or is written wrongly. */
        MISSING
    }
}
