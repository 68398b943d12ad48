package io.github.drkit.minio;

import java.io.IOException;

/**
 * The store answered, and the answer is an error. Every other {@link IOException} of a bucket call means that there was
 * no answer: the effect of a write is then unknown.
 */
final class S3ErrorAnswer extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String errorCode;

    /**
     * Keeps what the answer said.
     *
     * @param status the HTTP status
     * @param errorCode the S3 code, such as {@code NoSuchBucket}; empty where the answer has none, as for HEAD
     */
    S3ErrorAnswer(int status, String errorCode) {
        super("The store answered with HTTP status " + status + (errorCode.isEmpty() ? "" : " " + errorCode));
        this.status = status;
        this.errorCode = errorCode;
    }

    int status() {
        return status;
    }

    String errorCode() {
        return errorCode;
    }

    /** Whether it says something about now only, and nothing about the store. */
    boolean isPassing() {
        return status == 408 || status == 429 || status == 502 || status == 503 || status == 504;
    }

    boolean is(String code) {
        return errorCode.equals(code);
    }
}
