package io.github.drkit.objective;

import io.github.drkit.error.RequestRefusedException;
import java.time.Duration;

/**
 * What is asked of a recovery in one environment. Equal is met. Immutable.
 *
 * @param environment what people call it, such as {@code production}
 * @param rto the longest time from an outage until the application is validated again
 * @param rpo the longest time between the state recovered to and the outage: what may be lost
 */
public record Objectives(String environment, Duration rto, Duration rpo) {

    static final String HINT = "Compare with docs/status.md; no default takes the place of what is missing";

    /**
     * Checks the values.
     *
     * @throws RequestRefusedException if the name is blank, or a duration is zero or negative; it is named
     */
    public Objectives {
        if (environment.isBlank()) {
            throw refused("DRK-OBJECTIVE-003", "'environment' is blank", "a name");
        }
        requirePositive(environment, "rto", rto);
        requirePositive(environment, "rpo", rpo);
    }

    /**
     * Returns the objectives of a production environment. A daily backup misses this RPO for some minutes each night, until the new
     * point counts; an RPO of the interval plus what a backup takes, or two backups a day, meet theirs.
     *
     * @return an RTO of 4 hours and an RPO of 24 hours, called {@code production}
     */
    public static Objectives production() {
        return new Objectives("production", Duration.ofHours(4), Duration.ofHours(24));
    }

    /**
     * Returns the objectives of an environment for acceptance tests.
     *
     * @return an RTO of 8 hours and an RPO of 24 hours, called {@code uat}
     */
    public static Objectives uat() {
        return new Objectives("uat", Duration.ofHours(8), Duration.ofHours(24));
    }

    /**
     * Returns the objectives of a development environment.
     *
     * @return an RTO of 24 hours and an RPO of 48 hours, called {@code dev}
     */
    public static Objectives dev() {
        return new Objectives("dev", Duration.ofHours(24), Duration.ofHours(48));
    }

    /**
     * Reads the objectives of one environment from the file format of {@code docs/status.md}, strictly. The whole file must
     * be right, not only the block that is asked for.
     *
     * @param json the file's text
     * @param environment which block
     * @return its objectives
     * @throws RequestRefusedException if a member is unknown, missing, zero, negative or not what it should be, or the
     *     environment is missing; it is named
     */
    public static Objectives fromJson(String json, String environment) {
        return ObjectivesJson.read(json, environment);
    }

    private static void requirePositive(String environment, String name, Duration duration) {
        if (duration.isZero() || duration.isNegative()) {
            throw refused(
                    "DRK-OBJECTIVE-004", "'" + name + "' of '" + environment + "' is " + duration, "longer than zero");
        }
    }

    static RequestRefusedException refused(String code, String actual, String required) {
        return new RequestRefusedException(code, problem(actual, required), HINT);
    }

    static RequestRefusedException refused(String code, String actual, String required, Exception cause) {
        return new RequestRefusedException(code, problem(actual, required), HINT, cause);
    }

    private static String problem(String actual, String required) {
        return "Cannot accept objectives: " + actual + " but must be " + required;
    }
}
