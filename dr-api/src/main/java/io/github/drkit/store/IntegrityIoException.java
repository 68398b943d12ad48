package io.github.drkit.store;

import java.io.IOException;

/** Thrown while reading a stored stream whose bytes are not those that were written. */
public final class IntegrityIoException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes what differs.
     *
     * @param message which object, what was found and what was expected
     */
    public IntegrityIoException(String message) {
        super(message);
    }

    /**
     * Describes what differs.
     *
     * @param message which object, what was found and what was expected
     * @param cause what the decoder said
     */
    public IntegrityIoException(String message, Throwable cause) {
        super(message, cause);
    }
}
