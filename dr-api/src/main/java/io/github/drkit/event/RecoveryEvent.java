package io.github.drkit.event;

import io.github.drkit.Outcome;
import io.github.drkit.RunId;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Something that happened in a run. */
public sealed interface RecoveryEvent {

    /**
     * Returns the run it happened in.
     *
     * @return the run
     */
    RunId run();

    /**
     * A process begins to execute a plan, or takes it up again.
     *
     * @param run the run
     * @param at when, UTC
     * @param kind what is done
     * @param subject to what
     * @param steps how many steps the plan has
     */
    record RunBegun(RunId run, Instant at, String kind, String subject, int steps) implements RecoveryEvent {}

    /**
     * A step is about to act.
     *
     * @param run the run
     * @param at when, UTC
     * @param step its name
     * @param title what it does
     * @param attempt 1 or more
     */
    record StepBegun(RunId run, Instant at, String step, String title, int attempt) implements RecoveryEvent {}

    /**
     * A step is at work.
     *
     * @param run the run
     * @param at when, UTC
     * @param step its name
     * @param bytes how much it has handled
     * @param expectedBytes how much there is, if that is known
     */
    record StepMoved(RunId run, Instant at, String step, long bytes, OptionalLong expectedBytes)
            implements RecoveryEvent {

        /**
         * Returns how far the step is. Never 100, since the effect is durable only when the step has ended.
         *
         * @return 0 to 99, or empty if nobody knows
         */
        public OptionalInt percent() {
            if (expectedBytes.isEmpty() || expectedBytes.getAsLong() <= 0) {
                return OptionalInt.empty();
            }
            return OptionalInt.of((int) Math.min(99, bytes * 100.0 / expectedBytes.getAsLong()));
        }
    }

    /**
     * A step has ended.
     *
     * @param run the run
     * @param at when, UTC
     * @param step its name
     * @param outcome how
     * @param message what was observed
     */
    record StepEnded(RunId run, Instant at, String step, Outcome outcome, String message) implements RecoveryEvent {}

    /**
     * A run has ended, or stopped as UNKNOWN until it is resumed.
     *
     * @param run the run
     * @param at when, UTC
     * @param outcome how
     */
    record RunEnded(RunId run, Instant at, Outcome outcome) implements RecoveryEvent {}

    /**
     * A run holds its lease and is about to begin.
     *
     * @param run the run
     * @param at when, UTC
     * @param lease the lease's name
     * @param token its fencing token
     * @param fenced the runs that had lost the lease and can commit nothing any more
     */
    record LeaseAcquired(RunId run, Instant at, String lease, long token, List<RunId> fenced) implements RecoveryEvent {

        /** Copies the list. */
        public LeaseAcquired {
            fenced = List.copyOf(fenced);
        }
    }

    /**
     * A run does not hold its lease any more, and stops as UNKNOWN without cleaning up.
     *
     * @param run the run
     * @param at when it noticed, UTC
     * @param lease the lease's name
     * @param reason who has it, or why that cannot be told
     */
    record LeaseLost(RunId run, Instant at, String lease, String reason) implements RecoveryEvent {}
}
