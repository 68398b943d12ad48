package io.github.drkit.testkit.s3;

import java.util.Map;

/** A request answered with an S3 error. */
final class S3Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient Map<String, String> headers;

    S3Refusal(int status, String code, String message) {
        this(status, code, message, Map.of());
    }

    S3Refusal(int status, String code, String message, Map<String, String> headers) {
        super(message);
        this.status = status;
        this.code = code;
        this.headers = headers;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    Map<String, String> headers() {
        return headers;
    }

    String text() {
        String message = getMessage();
        return message == null ? code : message;
    }
}
