package io.github.drkit.testkit.rds;

/** A call answered with an error. */
final class AwsRefusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    AwsRefusal(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static AwsRefusal invalidValue(String message) {
        return new AwsRefusal(400, "InvalidParameterValue", message);
    }

    static AwsRefusal invalidCombination(String message) {
        return new AwsRefusal(400, "InvalidParameterCombination", message);
    }

    /** Not an answer of AWS: a caller must see that the fake has no opinion, not take silence for consent. */
    static AwsRefusal notUnderstood(String what) {
        return new AwsRefusal(501, "FakeDoesNotUnderstand", "This fake does not understand " + what);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String text() {
        String message = getMessage();
        return message == null ? code : message;
    }
}
