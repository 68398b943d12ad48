package io.github.drkit.aws;

import java.time.Duration;

/**
 * What an environment demands of automated backups.
 *
 * @param retention how long RDS must keep them at least
 * @param newestSnapshot how old the newest automated snapshot may be: a day, the backup window and some slack
 * @param lag how far the latest restorable time may lie behind while the instance is available; RDS ships logs every five minutes
 */
public record BackupRule(Duration retention, Duration newestSnapshot, Duration lag) {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is zero or negative: an unset value is never zero
     */
    public BackupRule {
        for (Duration value : new Duration[] {retention, newestSnapshot, lag}) {
            if (value.isZero() || value.isNegative()) {
                throw new IllegalArgumentException(
                        "Cannot accept a rule for backups with " + value + ": more than zero is needed");
            }
        }
    }

    /**
     * The usual rule for a retention: a snapshot within 26 hours, logs within 15 minutes.
     *
     * @param days how many days RDS must keep automated backups at least
     * @return the rule
     */
    public static BackupRule keeping(int days) {
        return new BackupRule(Duration.ofDays(days), Duration.ofHours(26), Duration.ofMinutes(15));
    }
}
