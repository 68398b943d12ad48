package io.github.drkit.minio;

import io.github.drkit.error.DrException;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.error.TargetUnavailableException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * Translates what a bucket call threw, by HTTP status and S3 code, never by a message's text. {@code docs/errors.md} lists
 * the codes. An action reads {@code write object 's3://bucket/key'}; it follows "Cannot".
 */
final class S3Errors {

    /** What had been changed when it failed: nothing. */
    static final String NOTHING = "nothing";

    private static final Set<String> WRONG_KEYS =
            Set.of("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "InvalidSecurity");
    private static final Set<String> WRONG_REGION =
            Set.of("AuthorizationHeaderMalformed", "PermanentRedirect", "TemporaryRedirect", "InvalidRegion");
    private static final Set<String> FULL =
            Set.of("XMinioStorageFull", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded");

    private S3Errors() {}

    /**
     * Translates a failure.
     *
     * @param failure what a bucket call threw
     * @param action what was tried
     * @param changed what is changed now, or {@link #NOTHING}
     */
    static DrException translate(IOException failure, String action, String changed) {
        if (failure instanceof S3ErrorAnswer answer) {
            return refused(answer, action, changed);
        }
        if (failure instanceof InterruptedIOException && Thread.currentThread().isInterrupted()) {
            return new TargetUnavailableException(
                    "DRK-STORE-015",
                    "Cannot " + action + ": the thread was interrupted but has to wait for the store",
                    "Was the run cancelled on purpose? If so, nothing is to be done",
                    changed,
                    failure);
        }
        if (failure instanceof SSLException) {
            return new TargetAccessException(
                    "DRK-STORE-002",
                    "Cannot " + action + ": the store's TLS certificate or protocol was not accepted but must be",
                    "Is the certificate issued for this host name, in date, and by an authority this machine trusts? "
                            + "Name a private one by certificateAuthorities(file)",
                    changed,
                    failure);
        }
        return new TargetUnavailableException(
                "DRK-STORE-001",
                "Cannot " + action + ": the store gave no answer but must",
                "Do host name and port of the endpoint lead to the store from this machine?",
                changed,
                failure);
    }

    private static DrException refused(S3ErrorAnswer answer, String action, String changed) {
        String code = answer.errorCode();
        if (answer.is("NoSuchBucket")) {
            return new NotFoundException(
                    "DRK-STORE-003",
                    "Cannot " + action + ": the bucket does not exist but must",
                    "Create the bucket, or correct its name",
                    changed,
                    answer);
        }
        if (answer.is("RequestTimeTooSkewed")) {
            return new TargetAccessException(
                    "DRK-STORE-006",
                    "Cannot " + action + ": this machine's clock and the store's differ by more than the 15 minutes"
                            + " allowed but must agree",
                    "Which of the two clocks is wrong? Is time synchronisation running on both?",
                    changed,
                    answer);
        }
        if (WRONG_KEYS.contains(code)) {
            return new TargetAccessException(
                    "DRK-STORE-005",
                    "Cannot " + action + ": the store answered " + code + " but must accept the credentials",
                    "Are access key, secret key and session token those of this store, and not expired?",
                    changed,
                    answer);
        }
        if (WRONG_REGION.contains(code) || answer.status() == 301 || answer.status() == 307) {
            return new RequestRefusedException(
                    "DRK-STORE-016",
                    "Cannot " + action + ": the bucket lies in another region than requests were signed for but must"
                            + " be addressed in its own",
                    "Name the bucket's region by region(name), or use the endpoint of that region",
                    changed,
                    answer);
        }
        if (answer.status() == 401 || answer.status() == 403) {
            return new TargetAccessException(
                    "DRK-STORE-004",
                    "Cannot " + action + ": the store answered " + describe(answer) + " but must permit it",
                    "Does the policy of these credentials allow it on this bucket and prefix?",
                    changed,
                    answer);
        }
        if (answer.status() == 507 || FULL.contains(code)) {
            return new TargetUnavailableException(
                    "DRK-STORE-019",
                    "Cannot " + action + ": the store is full but needs room",
                    "Free space, or raise the bucket's quota",
                    changed,
                    answer);
        }
        if (RetryingBucket.passes(answer)) {
            return new TargetUnavailableException(
                    "DRK-STORE-007",
                    "Cannot " + action + ": the store answered " + describe(answer) + " but must be ready",
                    "Is the store overloaded, starting, or without its quorum?",
                    changed,
                    answer);
        }
        return new RequestRefusedException(
                "DRK-STORE-017",
                "Cannot " + action + ": the store answered " + describe(answer) + " but must support the request",
                "Look up the answer in the store's documentation; its log tells more",
                changed,
                answer);
    }

    static String describe(S3ErrorAnswer answer) {
        return answer.errorCode().isEmpty()
                ? "HTTP status " + answer.status()
                : answer.errorCode() + " (HTTP status " + answer.status() + ")";
    }

    static RequestRefusedException unconditional(String action, String changed) {
        return new RequestRefusedException(
                "DRK-STORE-008",
                "Cannot " + action + ": the store does not honour a conditional write (If-None-Match) but must",
                "Use a store that answers 412 to the second of two such writes of one key",
                changed,
                null);
    }

    static RequestRefusedException locked(String object, List<Instant> until, IOException cause) {
        String term = until.isEmpty() ? "by the store" : "until " + until.get(0);
        return new RequestRefusedException(
                "DRK-STORE-009",
                "Cannot delete object '" + object + "': it is locked " + term + " but must be free",
                "Wait for the end of its retention, or ask who holds it",
                NOTHING,
                cause);
    }

    static TargetAccessException noIdentity(String stream, List<String> recipients, int identities) {
        return new TargetAccessException(
                "DRK-STORE-010",
                "Cannot decrypt stream '" + stream + "': none of the " + identities
                        + " identities at hand belongs to its recipients but one must",
                "Fetch the identity of one of the recipients " + String.join(", ", recipients));
    }

    static RequestRefusedException exists(String object, String changed) {
        return new RequestRefusedException(
                "DRK-STORE-011",
                "Cannot write object '" + object + "': it exists but must not, since segments are written once",
                "Write under a key that no other run uses",
                changed,
                null);
    }

    static OutcomeUnknownException unknown(String object, IOException cause) {
        return new OutcomeUnknownException(
                "DRK-STORE-012",
                "Cannot tell whether object '" + object
                        + "' was written: the answer was lost but is needed, and looking did not settle it",
                "Look for the object and its unfinished upload when the store answers again",
                "the object may be there now or later",
                cause);
    }

    static IntegrityException observed(String object, long observed, long expected) {
        return new IntegrityException(
                "DRK-STORE-013",
                "Cannot accept object '" + object + "': the store shows "
                        + (observed < 0 ? "no such object" : observed + " bytes") + " but " + expected
                        + " bytes were written",
                "Does a lifecycle rule, a gateway or another writer touch this prefix?",
                observed < 0 ? NOTHING : "the object is there",
                null);
    }

    static IntegrityException tooLarge(String object, long limit) {
        return new IntegrityException(
                "DRK-STORE-014",
                "Cannot read object '" + object + "': it is longer than " + limit + " bytes but small objects are not",
                "Who else writes under this prefix?");
    }

    static RequestRefusedException plainHttp(String endpoint) {
        return new RequestRefusedException(
                "DRK-STORE-018",
                "Cannot use endpoint '" + endpoint + "': its scheme is http but must be https",
                "Use https, or accept an unprotected connection by withoutTls()");
    }

    static RequestRefusedException certificateAuthority(Path file, Exception cause) {
        return new RequestRefusedException(
                "DRK-STORE-020",
                "Cannot use certificate authority '" + file + "': it was not readable as certificates but must hold"
                        + " one or more in PEM form",
                "Does the file exist and begin with -----BEGIN CERTIFICATE-----?",
                cause);
    }
}
