package io.github.drkit.testkit.s3;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;

/**
 * Retention and legal hold of one version.
 *
 * @param mode {@code GOVERNANCE}, {@code COMPLIANCE}, or empty for no retention
 * @param until when the retention ends; the epoch for none
 * @param held whether a legal hold is on
 */
record ObjectLock(String mode, Instant until, boolean held) {

    static final ObjectLock NONE = new ObjectLock("", Instant.EPOCH, false);

    private static final String PREFIX = "x-amz-object-lock-";

    static ObjectLock of(Map<String, String> headers, Instant now, S3Flavour flavour) throws S3Refusal {
        String mode = headers.getOrDefault(PREFIX + "mode", "");
        String until = headers.getOrDefault(PREFIX + "retain-until-date", "");
        String hold = headers.getOrDefault(PREFIX + "legal-hold", "");
        if (mode.isEmpty() != until.isEmpty()) {
            throw new S3Refusal(
                    400,
                    flavour == S3Flavour.AWS ? "InvalidArgument" : "InvalidRequest",
                    "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied");
        }
        boolean held = "ON".equals(hold);
        return mode.isEmpty()
                ? new ObjectLock("", Instant.EPOCH, held)
                : retention(mode, until, now, flavour).with(held);
    }

    static ObjectLock retention(String mode, String until, Instant now, S3Flavour flavour) throws S3Refusal {
        if (!mode.equals("GOVERNANCE") && !mode.equals("COMPLIANCE")) {
            throw new S3Refusal(400, "MalformedXML", "Unknown WORM mode directive");
        }
        Instant date;
        try {
            date = OffsetDateTime.parse(until).toInstant();
        } catch (DateTimeException e) {
            throw new S3Refusal(400, "InvalidArgument", "The retain until date must be provided in ISO 8601 format");
        }
        if (!date.isAfter(now)) {
            throw new S3Refusal(
                    400,
                    flavour == S3Flavour.AWS ? "InvalidArgument" : "InvalidRequest",
                    "The retain until date must be in the future!");
        }
        return new ObjectLock(mode, date, false);
    }

    boolean given() {
        return held || !mode.isEmpty();
    }

    ObjectLock with(boolean hold) {
        return new ObjectLock(mode, until, hold);
    }

    boolean retained(Instant now) {
        return !mode.isEmpty() && until.isAfter(now);
    }

    boolean allowsDelete(Instant now, boolean bypass) {
        return !held && (!retained(now) || bypass && mode.equals("GOVERNANCE"));
    }

    // GOVERNANCE may be extended by anyone; all else about it needs the bypass. COMPLIANCE may only be extended.
    boolean allows(ObjectLock next, Instant now, boolean bypass) {
        boolean extended = next.mode.equals(mode) && !next.until.isBefore(until);
        return !retained(now) || extended || bypass && mode.equals("GOVERNANCE");
    }
}
