package io.github.drkit.cutover;

import java.util.Set;

/**
 * Keeps everybody from writing to one side. {@link #make} engages it and returns when no session it is to end is left,
 * {@link #undo} lifts it.
 *
 * <p>A read-only mode is no fence: every session may switch it off for itself
 * ({@code SET default_transaction_read_only = off}), so it keeps nobody out. What is one keeps out new sessions, ends
 * those that are open, or does both; a {@link CutOver} requires that the fences of a side do both between them.
 */
public interface Fence extends Reversible {

    /**
     * Declares whom it keeps out, once it is engaged. {@link Change#remarks()} says who can write all the same.
     *
     * @return always the same; empty for what only asks to be left alone, which is refused as a fence
     */
    Set<Sessions> keepsOut();

    /** Whom a fence keeps out. */
    enum Sessions {
        /** Who is not connected yet. A security group does this, and leaves open connections alone. */
        NEW_SESSIONS,
        /** Who was connected before. */
        OPEN_SESSIONS
    }
}
