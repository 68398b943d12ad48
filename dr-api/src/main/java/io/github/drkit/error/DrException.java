package io.github.drkit.error;

import org.jspecify.annotations.Nullable;

/**
 * A failure of a DR Kit operation. Its class is the situation, its {@link #code()} the exact failure, its
 * {@link #hint()} the one thing to check next.
 *
 * <p>{@link #getMessage()} reads {@code Cannot <verb> <noun> '<id>': <actual> but <required>}, followed by a line
 * {@code Hint: …} and, in brackets, the code. It never holds a secret. {@link #retryable()} says whether the same call
 * may be repeated as it is; {@link #changed()} says what had already been changed when it failed.
 */
public abstract sealed class DrException extends RuntimeException
        permits IntegrityException,
                NotFoundException,
                OutcomeUnknownException,
                PlanStaleException,
                RequestRefusedException,
                TargetAccessException,
                TargetUnavailableException {

    private static final long serialVersionUID = 1L;

    private final transient ErrorCode code;

    /** What an operator should turn to next. */
    private final String hint;

    /** What could not be done and why. */
    private final String problem;

    /** What had been changed already. */
    private final String changed;

    DrException(ErrorCode code, String problem, String hint, String changed, @Nullable Throwable cause) {
        super(cause);
        this.code = code;
        this.problem = problem;
        this.hint = hint;
        this.changed = changed;
    }

    /**
     * Returns problem, hint and code.
     *
     * @return two lines
     */
    @Override
    public String getMessage() {
        return problem + "\nHint: " + hint + " [" + code + "]";
    }

    /**
     * Returns the stable code of this failure.
     *
     * @return the code, listed in {@code docs/errors.md}
     */
    public ErrorCode code() {
        return code;
    }

    /**
     * Returns what could not be done and why, without hint and code.
     *
     * @return one sentence
     */
    public String problem() {
        return problem;
    }

    /**
     * Returns the one check or question an operator should turn to next.
     *
     * @return one sentence
     */
    public String hint() {
        return hint;
    }

    /**
     * Returns what had already been changed in the outside world when this was thrown.
     *
     * @return {@code "nothing"}, or a sentence naming what is there now
     */
    public String changed() {
        return changed;
    }

    /**
     * Tells whether the same call may be repeated as it is and can be expected to succeed without anybody's help.
     *
     * @return true only for {@link TargetUnavailableException}
     */
    public boolean retryable() {
        return false;
    }
}
