package io.github.drkit.catalog;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import java.time.Instant;

/**
 * What an expiry last said about a recovery point. It is said where the point lies, once, so that of all who answer a mark
 * one is heard.
 *
 * @param point which
 * @param run the run that said it
 * @param at when, UTC, by the clock of the place the point lies in
 * @param state what was said
 * @param detail why, one sentence, or empty
 * @param token what the place needs to answer this very mark and no later one
 */
public record ExpiryMark(RecoveryPointId point, RunId run, Instant at, State state, String detail, String token) {

    /** What was said. */
    public enum State {
        /** The point is whole and about to go; whoever needs it answers the mark, or places a hold. */
        GOING,
        /** A mark was answered: the point stays, and is as whole as it was. */
        KEPT,
        /** A mark was answered: the point is no more, whatever of it is still there. This is for ever. */
        GONE
    }
}
