package io.github.drkit;

/**
 * What an implementation may use while planning. Planning reads only.
 *
 * @param run the name of the run the plan is for; what the plan makes is named after it
 * @param time the clock
 */
public record PlanContext(RunId run, TimeSource time) {}
