package io.github.drkit;

/**
 * Something that plans and executes: back up, restore, cut over. Implementations are thread-safe and immutable; their
 * methods block, and interruption cancels. {@link #execute} throws InterruptedException then. {@link #plan} and
 * {@link #observe}, which only read and do not declare it, throw
 * {@link io.github.drkit.error.TargetUnavailableException} where they would wait, and leave the thread's flag set: nothing
 * was changed, and a caller that finds the flag set knows that it was not the far side.
 *
 * @param <R> what it can be asked for
 */
public interface Operation<R extends PlanRequest> {

    /**
     * Plans what was asked for. Reads only, and refuses here whatever can be known to fail.
     *
     * @param request what is asked for
     * @param context run name and clock
     * @return the plan
     * @throws io.github.drkit.error.RequestRefusedException if it cannot be done as asked; change the request
     * @throws io.github.drkit.error.NotFoundException if something named does not exist
     * @throws io.github.drkit.error.TargetAccessException if the far side refuses the credentials
     * @throws io.github.drkit.error.TargetUnavailableException if the far side cannot be reached, try again later; or if
     *     the thread was interrupted, whose flag stays set
     */
    Plan plan(R request, PlanContext context);

    /**
     * Reads a precondition as it is now. What it throws, {@link io.github.drkit.engine.DisasterRecovery} treats as not
     * being able to tell, and does nothing: before a run it begins none, and the same plan may be executed later; before a
     * run is taken up it leaves it as it was, to be resumed again; before a DESTRUCTIVE step that step ends FAILED without
     * having acted, or UNKNOWN if the run was interrupted. What is gone is a value, not an exception.
     *
     * @param precondition which; its value is what was read while planning
     * @param context run name and clock
     * @return the present value, which the engine compares with the planned one
     * @throws io.github.drkit.error.TargetAccessException if the far side refuses the credentials
     * @throws io.github.drkit.error.TargetUnavailableException if the far side cannot be reached, try again later; or if
     *     the thread was interrupted, whose flag stays set
     */
    String observe(Precondition precondition, PlanContext context);

    /**
     * Does one step of a plan and observes its effect. Called once per attempt, never for two attempts at the same time,
     * but for independent steps side by side.
     *
     * <p>When {@link StepContext#attempt()} is above 1, it looks first whether the effect is there.
     *
     * @param step one of the plan's steps
     * @param context the journal's facts, clock and progress
     * @return SUCCEEDED only if the effect was observed
     * @throws io.github.drkit.error.OutcomeUnknownException if an answer was lost; the step ends UNKNOWN
     * @throws io.github.drkit.error.DrException for anything else; the step ends FAILED
     * @throws InterruptedException if cancelled; the step ends UNKNOWN unless it had no effect
     */
    StepResult execute(PlanStep step, StepContext context) throws InterruptedException;
}
