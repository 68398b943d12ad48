package io.github.drkit.minio.postgres;

import java.io.IOException;

/**
 * A client program did not do what it was asked for. An {@link IOException}, so that whoever reads its output sees no
 * clean end.
 */
final class ToolFailure extends IOException {

    private static final long serialVersionUID = 1L;

    ToolFailure(String message) {
        super(message);
    }
}
