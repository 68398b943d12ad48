package io.github.drkit.aws;

import io.github.drkit.error.DrException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.error.TargetUnavailableException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Says in our words what AWS said, by status and code and never by message. The wire has some codes with and some without
 * {@code Fault} at their end, so that it counts for nothing.
 */
final class AwsErrors {

    static final String STATE = "DRK-RDS-005";
    static final String EXISTS = "DRK-RDS-006";
    static final String MISSING = "DRK-RDS-007";

    private static final Set<String> THROTTLED = Set.of(
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "RequestThrottledException",
            "TooManyRequestsException");

    private static final Set<String> ACCESS = Set.of(
            "AccessDenied",
            "AccessDeniedException",
            "AuthFailure",
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "MissingAuthenticationToken",
            "NotAuthorized",
            "OptInRequired",
            "SignatureDoesNotMatch",
            "UnauthorizedOperation",
            "UnrecognizedClientException",
            "KMSKeyNotAccessible");

    private AwsErrors() {}

    /** A failed question, which changed nothing. */
    static DrException ofReading(String what, SdkException failure) {
        return translated(what, failure, true);
    }

    /** A failed order: without a clear answer nobody can tell whether it was carried out. */
    static DrException ofWriting(String what, SdkException failure) {
        return translated(what, failure, false);
    }

    /** The code on the wire, without {@code Fault}. */
    static String code(AwsServiceException failure) {
        String code = failure.awsErrorDetails() == null
                ? ""
                : String.valueOf(failure.awsErrorDetails().errorCode());
        return code.endsWith("Fault") ? code.substring(0, code.length() - "Fault".length()) : code;
    }

    static boolean is(DrException failure, String code) {
        return failure.code().value().equals(code);
    }

    private static DrException translated(String what, SdkException failure, boolean reading) {
        if (!(failure instanceof AwsServiceException answer)) {
            return reading || neverSent(failure)
                    ? new TargetUnavailableException(
                            "DRK-RDS-001",
                            "Cannot " + what + ": AWS was not reached but an answer is required",
                            "Is the network up, and do the client's region and credentials resolve? Try again later",
                            failure)
                    : lost(what, "no answer came", failure);
        }
        String code = code(answer);
        if (THROTTLED.contains(code)) {
            return new TargetUnavailableException(
                    "DRK-RDS-001",
                    "Cannot " + what + ": AWS answered " + code + " but must take the call",
                    "Too many calls in this account and region; try again later",
                    failure);
        }
        if (answer.statusCode() >= 500) {
            return reading
                    ? new TargetUnavailableException(
                            "DRK-RDS-001",
                            "Cannot " + what + ": AWS answered " + answer.statusCode() + " " + code
                                    + " but must answer the call",
                            "Try again later; is there an entry on the AWS health dashboard?",
                            failure)
                    : lost(what, "AWS answered " + answer.statusCode() + " " + code, failure);
        }
        if (ACCESS.contains(code) || answer.statusCode() == 403) {
            return new TargetAccessException(
                    "DRK-RDS-002",
                    "Cannot " + what + ": AWS answered " + code + " but the credentials must allow it",
                    "Compare the role's policy with the one in docs/rds.md; for a KMS key, the key's policy too",
                    failure);
        }
        if (code.endsWith("QuotaExceeded") || code.equals("InsufficientDBInstanceCapacity")) {
            return new RequestRefusedException(
                    "DRK-RDS-004",
                    "Cannot " + what + ": AWS answered " + code + " but there must be room for one more",
                    "Delete what is not needed or ask AWS to raise the quota; for capacity, another instance class",
                    failure);
        }
        if (code.startsWith("Invalid") && code.endsWith("State")) {
            return new RequestRefusedException(
                    STATE,
                    "Cannot " + what + ": AWS answered " + code + " but it must be in a state that allows this",
                    "Look at its status; wait until it is available",
                    failure);
        }
        if (code.endsWith("AlreadyExists")) {
            return new RequestRefusedException(
                    EXISTS,
                    "Cannot " + what + ": AWS answered " + code + " but the name must be free",
                    "Whose is it? Nothing was changed",
                    failure);
        }
        // Secrets Manager's, which comes with 400.
        if (answer.statusCode() == 404 || code.endsWith("NotFound") || code.equals("ResourceNotFoundException")) {
            return new NotFoundException(
                    MISSING,
                    "Cannot " + what + ": AWS answered " + code + " but it must exist",
                    "Is it the right account, region and name?",
                    failure);
        }
        return new RequestRefusedException(
                "DRK-RDS-003",
                "Cannot " + what + ": AWS answered " + answer.statusCode() + " " + code + " but must accept the call",
                "The cause has RDS's own words",
                failure);
    }

    private static OutcomeUnknownException lost(String what, String why, SdkException failure) {
        return new OutcomeUnknownException(
                "DRK-RDS-008",
                "Cannot tell whether this was done: " + what + ": " + why + " but one is required",
                "Resume the run; it looks first",
                failure);
    }

    /** Whether the call cannot have left this machine. */
    private static boolean neverSent(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }
}
