package io.github.drkit.cutover;

import io.github.drkit.PlanStep;
import io.github.drkit.StepContext;
import java.util.Map;

/**
 * A change of the outside world that has an exact inverse: what {@link Fence} and {@link EndpointSwitch} have in common.
 * Implementations are immutable and thread-safe; their methods block, and interruption cancels.
 *
 * <p>Whether it was made is never told by {@link #make} itself: {@link CutOver} asks {@link #observe} afterwards.
 */
public interface Reversible {

    /**
     * Returns what plans, journals and reports call it.
     *
     * @return always the same, unlike any other of the same {@link CutOver}; no secret
     */
    String name();

    /**
     * Says what making it would do here and now. Reads only, and refuses here whatever can be known to fail.
     *
     * @return the change
     * @throws io.github.drkit.error.DrException if it cannot be made; change what the message names
     */
    Change plan();

    /**
     * Looks at the source whether it is made. Reads only.
     *
     * @param made what {@link #make} recorded; empty if it was never begun
     * @return how it stands
     * @throws io.github.drkit.error.DrException if it cannot be looked at; try again later
     */
    Standing observe(Map<String, String> made);

    /**
     * Makes it. Before each effect it records, by {@link StepContext#record}, what undoing that effect needs, and nothing
     * before there is an effect to undo. Repeating it completes what an earlier attempt left, and forgets nothing of what
     * that recorded (see {@link StepContext#facts} of the step).
     *
     * @param step the plan's step; its parameters are those of {@link Change#parameters()}
     * @param context the journal's facts, clock and progress
     * @throws io.github.drkit.error.OutcomeUnknownException if an answer was lost; resuming makes it again
     * @throws io.github.drkit.error.DrException for anything else
     * @throws InterruptedException if cancelled
     */
    void make(PlanStep step, StepContext context) throws InterruptedException;

    /**
     * Undoes exactly what was recorded, and nothing that was so before. Repeating it changes nothing.
     *
     * @param made what {@link #make} recorded; empty if it was never begun, and then there is nothing to do
     * @param context the journal's facts, clock and progress
     * @throws io.github.drkit.error.OutcomeUnknownException if an answer was lost; resuming undoes it again
     * @throws io.github.drkit.error.DrException for anything else
     * @throws InterruptedException if cancelled
     */
    void undo(Map<String, String> made, StepContext context) throws InterruptedException;
}
