package io.github.drkit;

import java.util.Map;

/**
 * What a step came to, as far as the implementation could observe.
 *
 * @param outcome how it ended
 * @param message one sentence: what was observed, or why not
 * @param facts what later steps, a resumed run and the report need to know; no secrets
 */
public record StepResult(Outcome outcome, String message, Map<String, String> facts) {

    /** Copies the facts. */
    public StepResult {
        facts = Map.copyOf(facts);
    }

    /**
     * The effect was observed.
     *
     * @param message what was observed
     * @param facts what others need to know
     * @return SUCCEEDED
     */
    public static StepResult succeeded(String message, Map<String, String> facts) {
        return new StepResult(Outcome.SUCCEEDED, message, facts);
    }

    /**
     * The effect was observed, and there is nothing more to say.
     *
     * @param message what was observed
     * @return SUCCEEDED
     */
    public static StepResult succeeded(String message) {
        return succeeded(message, Map.of());
    }

    /**
     * The effect is not there, or it is wrong.
     *
     * @param message why
     * @return FAILED
     */
    public static StepResult failed(String message) {
        return new StepResult(Outcome.FAILED, message, Map.of());
    }

    /**
     * What was read or restored is not what was backed up. Ends the step as FAILED and condemns the recovery point.
     *
     * @param message what differs
     * @return FAILED, with the fact {@code integrity = damaged}
     */
    public static StepResult damaged(String message) {
        return new StepResult(Outcome.FAILED, message, Map.of("integrity", "damaged"));
    }

    /**
     * Nothing was to be done.
     *
     * @param message why
     * @return SKIPPED
     */
    public static StepResult skipped(String message) {
        return new StepResult(Outcome.SKIPPED, message, Map.of());
    }

    /**
     * Nobody can tell.
     *
     * @param message what was asked for and not answered
     * @return UNKNOWN
     */
    public static StepResult unknown(String message) {
        return new StepResult(Outcome.UNKNOWN, message, Map.of());
    }
}
