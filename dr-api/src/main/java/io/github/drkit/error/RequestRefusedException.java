package io.github.drkit.error;

import org.jspecify.annotations.Nullable;

/**
 * The request cannot be done as asked, and nothing was begun. Change the request as the hint says.
 */
public final class RequestRefusedException extends DrException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes the failure when nothing was changed.
     *
     * @param code the stable code
     * @param problem {@code Cannot <verb> <noun> '<id>': <actual> but <required>}
     * @param hint the one thing to check next
     */
    public RequestRefusedException(String code, String problem, String hint) {
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
    public RequestRefusedException(String code, String problem, String hint, Throwable cause) {
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
    public RequestRefusedException(
            String code, String problem, String hint, String changed, @Nullable Throwable cause) {
        super(ErrorCode.of(code), problem, hint, changed, cause);
    }
}
