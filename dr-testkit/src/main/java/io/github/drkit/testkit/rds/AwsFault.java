package io.github.drkit.testkit.rds;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * One line of an {@link AwsScript}: which call, and what happens to it. By default the first call of the action is hit,
 * once, whatever it is about. Immutable; each method returns a changed copy.
 */
public final class AwsFault {

    enum Effect {
        ANSWER,
        DROP_BEFORE,
        DROP_AFTER,
        CUT,
        SLOW,
        CRASH_BEFORE,
        CRASH_AFTER
    }

    private static final Pattern ANY = Pattern.compile("");

    private final String action;
    private final Effect effect;
    private final int status;
    private final String code;
    private final long bytes;
    private final Duration delay;
    private final Pattern about;
    private final int nth;
    private final int times;

    private AwsFault(
            String action,
            Effect effect,
            int status,
            String code,
            long bytes,
            Duration delay,
            Pattern about,
            int nth,
            int times) {
        this.action = action;
        this.effect = effect;
        this.status = status;
        this.code = code;
        this.bytes = bytes;
        this.delay = delay;
        this.about = about;
        this.nth = nth;
        this.times = times;
    }

    private static AwsFault of(String action, Effect effect) {
        return new AwsFault(action, effect, 0, "", 0, Duration.ZERO, ANY, 1, 1);
    }

    /**
     * Answers with an error and does nothing.
     *
     * @param action the API's name of the call, such as {@code CreateDBSnapshot}; {@code *} for every call
     * @param status the HTTP status
     * @param code the code on the wire, such as {@code InvalidDBInstanceState}
     * @return the fault
     */
    public static AwsFault answer(String action, int status, String code) {
        return new AwsFault(action, Effect.ANSWER, status, code, 0, Duration.ZERO, ANY, 1, 1);
    }

    /**
     * Answers as RDS does when it is asked too often: 400 {@code Throttling}.
     *
     * @param action the API's name of the call; {@code *} for every call
     * @return the fault; give it {@link #times(int)} for a storm
     */
    public static AwsFault throttled(String action) {
        return answer(action, 400, "Throttling");
    }

    /**
     * Drops the connection once the request was read, and does nothing.
     *
     * @param action the API's name of the call; {@code *} for every call
     * @return the fault
     */
    public static AwsFault dropBefore(String action) {
        return of(action, Effect.DROP_BEFORE);
    }

    /**
     * Does what was asked and drops the connection instead of answering: the lost answer.
     *
     * @param action the API's name of the call; {@code *} for every call
     * @return the fault
     */
    public static AwsFault dropAfter(String action) {
        return of(action, Effect.DROP_AFTER);
    }

    /**
     * Does what was asked and drops the connection in the middle of the answer's body.
     *
     * @param action the API's name of the call; {@code *} for every call
     * @param bytes how many bytes of the body are sent before
     * @return the fault
     */
    public static AwsFault cut(String action, long bytes) {
        return new AwsFault(action, Effect.CUT, 0, "", bytes, Duration.ZERO, ANY, 1, 1);
    }

    /**
     * Lets time pass on the fake's clock before the call is looked at.
     *
     * @param action the API's name of the call; {@code *} for every call
     * @param delay how much; no real time with a virtual clock
     * @return the fault
     */
    public static AwsFault slow(String action, Duration delay) {
        return new AwsFault(action, Effect.SLOW, 0, "", 0, delay, ANY, 1, 1);
    }

    /**
     * Lets the caller's process die before what was asked is done: this call and all later ones get no answer until
     * {@link AwsScript#revive()}.
     *
     * @param action the API's name of the call; {@code *} for every call
     * @return the fault
     */
    public static AwsFault crashBefore(String action) {
        return of(action, Effect.CRASH_BEFORE);
    }

    /**
     * Lets the caller's process die after what was asked is done: this call and all later ones get no answer until
     * {@link AwsScript#revive()}.
     *
     * @param action the API's name of the call; {@code *} for every call
     * @return the fault
     */
    public static AwsFault crashAfter(String action) {
        return of(action, Effect.CRASH_AFTER);
    }

    /**
     * Hits only calls one of whose parameters' values has a match of a pattern in it.
     *
     * @param regex the pattern
     * @return the narrower fault
     */
    public AwsFault about(String regex) {
        return new AwsFault(action, effect, status, code, bytes, delay, Pattern.compile(regex), nth, times);
    }

    /**
     * Lets the first matching calls pass.
     *
     * @param n which matching call is hit first, counted from 1
     * @return the later fault
     */
    public AwsFault nth(int n) {
        return new AwsFault(action, effect, status, code, bytes, delay, about, n, times);
    }

    /**
     * Hits several matching calls in a row.
     *
     * @param count how many
     * @return the longer fault
     */
    public AwsFault times(int count) {
        return new AwsFault(action, effect, status, code, bytes, delay, about, nth, count);
    }

    /**
     * Hits every matching call from the n-th on.
     *
     * @return the endless fault
     */
    public AwsFault always() {
        return times(Integer.MAX_VALUE);
    }

    boolean matches(Asked asked) {
        return (action.equals("*") || action.equals(asked.action()))
                && (about == ANY
                        || asked.parameters().values().stream()
                                .anyMatch(value -> about.matcher(value).find()));
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

    Duration delay() {
        return delay;
    }

    @Override
    public String toString() {
        String what = switch (effect) {
            case ANSWER -> " " + status + " " + code;
            case CUT -> " " + bytes;
            case SLOW -> " " + delay;
            default -> "";
        };
        return effect + " " + action + what;
    }
}
