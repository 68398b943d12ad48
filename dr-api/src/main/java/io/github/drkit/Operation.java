package io.github.drkit;

/**
 * Something that plans and executes: back up, restore, cut over. Implementations are thread-safe and immutable; their
 * methods block, and interruption cancels.
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
     * @throws io.github.drkit.error.TargetUnavailableException if the far side cannot be reached; try again later
     */
    Plan plan(R request, PlanContext context);

    /**
     * Reads a precondition as it is now.
     *
     * @param precondition which; its value is what was read while planning
     * @param context run name and clock
     * @return the present value, which the engine compares with the planned one
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
