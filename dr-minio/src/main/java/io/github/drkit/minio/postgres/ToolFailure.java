package io.github.drkit.minio.postgres;

import java.io.IOException;

/**
 * A client program did not do what it was asked for. An {@link IOException}, so that whoever reads its output sees no
 * clean end.
 */
final class ToolFailure extends IOException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    ToolFailure(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }

    /** What a failure says of the program's input. */
    enum Reason {
        /** The program looked and complained. */
        REFUSED,
        /** It did not come to an end of its own: it says nothing of its input. */
        DIED
    }
}
