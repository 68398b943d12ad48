package io.github.drkit.cutover;

/**
 * A place where applications find the database, which can be pointed at the other side: a secret, a row, a DNS name.
 * {@link #make} points it at the new side, {@link #undo} at what it named before. Applications that read it once must be
 * restarted; {@link Change#remarks()} says so.
 */
public interface EndpointSwitch extends Reversible {

    /**
     * Declares where the value lies.
     *
     * @return always the same
     */
    Place place();

    /** Where the value of a switch lies. */
    enum Place {
        /**
         * In the restored copy itself, where no application reads it before another switch has led it there. Such
         * switches are made first, and what they write does not count as written by applications.
         */
        INSIDE_NEW_SIDE,
        /** Anywhere else. Once it is made applications may write to the new side. */
        OUTSIDE
    }
}
