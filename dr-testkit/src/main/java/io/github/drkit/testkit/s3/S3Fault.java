package io.github.drkit.testkit.s3;

import java.util.regex.Pattern;

/**
 * One line of a {@link FakeS3}'s fault script: which request, and what happens to it. By default the first request of
 * the call is hit, once, whatever its key. Immutable; each method returns a changed copy.
 */
public final class S3Fault {

    enum Effect {
        ANSWER,
        DROP_BEFORE,
        DROP_AFTER,
        CUT
    }

    private static final Pattern ANY = Pattern.compile("");

    private final S3Call call;
    private final Effect effect;
    private final int status;
    private final String code;
    private final long bytes;
    private final Pattern key;
    private final int nth;
    private final int times;

    private S3Fault(S3Call call, Effect effect, int status, String code, long bytes, Pattern key, int nth, int times) {
        this.call = call;
        this.effect = effect;
        this.status = status;
        this.code = code;
        this.bytes = bytes;
        this.key = key;
        this.nth = nth;
        this.times = times;
    }

    /**
     * Answers with an error and does nothing. Status 200 is allowed: the error is then the body of a success.
     *
     * @param call which request
     * @param status the HTTP status
     * @param code the S3 error code, such as {@code SlowDown}
     * @return the fault
     */
    public static S3Fault answer(S3Call call, int status, String code) {
        return new S3Fault(call, Effect.ANSWER, status, code, 0, ANY, 1, 1);
    }

    /**
     * Drops the connection once the request was read, and does nothing.
     *
     * @param call which request
     * @return the fault
     */
    public static S3Fault dropBefore(S3Call call) {
        return new S3Fault(call, Effect.DROP_BEFORE, 0, "", 0, ANY, 1, 1);
    }

    /**
     * Does what was asked and drops the connection instead of answering: the lost answer.
     *
     * @param call which request
     * @return the fault
     */
    public static S3Fault dropAfter(S3Call call) {
        return new S3Fault(call, Effect.DROP_AFTER, 0, "", 0, ANY, 1, 1);
    }

    /**
     * Drops the connection in the middle of the answer's body.
     *
     * @param call which request
     * @param bytes how many bytes of the body are sent before
     * @return the fault
     */
    public static S3Fault cut(S3Call call, long bytes) {
        return new S3Fault(call, Effect.CUT, 0, "", bytes, ANY, 1, 1);
    }

    /**
     * Hits only requests for keys in which a pattern is found.
     *
     * @param regex the pattern
     * @return the narrower fault
     */
    public S3Fault onKey(String regex) {
        return new S3Fault(call, effect, status, code, bytes, Pattern.compile(regex), nth, times);
    }

    /**
     * Lets the first matching requests pass.
     *
     * @param n which matching request is hit first, counted from 1
     * @return the later fault
     */
    public S3Fault nth(int n) {
        return new S3Fault(call, effect, status, code, bytes, key, n, times);
    }

    /**
     * Hits several matching requests in a row.
     *
     * @param count how many
     * @return the longer fault
     */
    public S3Fault times(int count) {
        return new S3Fault(call, effect, status, code, bytes, key, nth, count);
    }

    /**
     * Hits every matching request from the n-th on.
     *
     * @return the endless fault
     */
    public S3Fault always() {
        return times(Integer.MAX_VALUE);
    }

    boolean matches(S3Call called, String calledKey) {
        return called == call && key.matcher(calledKey).find();
    }

    boolean hits(int count) {
        return count >= nth && count - nth < times;
    }

    Effect effect() {
        return effect;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    long bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        String what = effect == Effect.ANSWER ? " " + status + " " + code : effect == Effect.CUT ? " " + bytes : "";
        return effect + " " + call + what;
    }
}
