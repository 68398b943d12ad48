package io.github.drkit.postgres;

/**
 * One thing in which a restored database differs from its baseline.
 *
 * @param kind what sort of difference, so how far it matters
 * @param object what differs, such as {@code table "public"."m_client", rows}
 * @param expected what the baseline holds, or {@code absent}
 * @param actual what the restored database holds, or {@code absent}
 */
public record Difference(Kind kind, String object, String expected, String actual) {

    /**
     * Says it as a sentence for reports. No value of a setting and no row is in it.
     *
     * @return such as {@code table "public"."m_client", rows: 12 expected, 11 found}
     */
    public String sentence() {
        return object + ": " + expected + " expected, " + actual + " found";
    }

    @Override
    public String toString() {
        return kind + " " + sentence();
    }

    /** How far a difference matters. A copy may be PROVEN only without CONTENT and STRUCTURE. */
    public enum Kind {
        /** Rows, sequences or large objects are not those of the baseline. Never legitimate. */
        CONTENT,
        /** Something is missing, unexpected, invalid or defined differently. Never legitimate. */
        STRUCTURE,
        /** Something belongs to another role; legitimate where the copy was restored without owners. */
        OWNERSHIP,
        /** Somebody may do more or less; legitimate where the copy was restored without grants or roles are missing. */
        GRANT,
        /** A setting of the database differs; {@code pg_restore} brings them only together with {@code --create}. */
        SETTING,
        /**
         * Expected to differ: the version of an extension, publications and subscriptions, a sequence that is ahead,
         * and the wording of a definition when the two servers are of different major versions.
         */
        INFORMATION
    }
}
