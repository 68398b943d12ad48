package io.github.drkit.error;

import org.jspecify.annotations.Nullable;

/**
 * An effect was asked for and its answer was lost, or another writer took the run over. Do not clean up and do not repeat: resume the run, which looks first.
 */
public final class OutcomeUnknownException extends DrException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes the failure when nothing was changed.
     *
     * @param code the stable code
     * @param problem {@code Cannot <verb> <noun> '<id>': <actual> but <required>}
     * @param hint the one thing to check next
     */
    public OutcomeUnknownException(String code, String problem, String hint) {
        this(code, problem, hint, "nothing", null);
    }

    /**
     * Describes the failure when nothing was changed, with its cause.
     *
     * @param code the stable code
     * @param problem {@code Cannot <verb> <noun> '<id>': <actual> but <required>}
     * @param hint the one thing to check next
     * @param cause what was caught
     */
    public OutcomeUnknownException(String code, String problem, String hint, Throwable cause) {
        this(code, problem, hint, "nothing", cause);
    }

    /**
     * Describes the failure.
     *
     * @param code the stable code
     * @param problem {@code Cannot <verb> <noun> '<id>': <actual> but <required>}
     * @param hint the one thing to check next
     * @param changed what had been changed already, or {@code "nothing"}
     * @param cause what was caught, or null
     */
    public OutcomeUnknownException(
            String code, String problem, String hint, String changed, @Nullable Throwable cause) {
        super(ErrorCode.of(code), problem, hint, changed, cause);
    }
}
