package io.github.drkit.testkit.rds;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * A status that is shown for a while.
 *
 * @param status as RDS spells it, such as {@code backing-up}
 * @param lasts how long, on the fake's clock
 */
public record Phase(String status, Duration lasts) {

    /**
     * Names a status and how long it lasts.
     *
     * @param status as RDS spells it
     * @param lasts how long
     * @return the phase
     */
    public static Phase of(String status, Duration lasts) {
        return new Phase(status, lasts);
    }

    /**
     * Names a status that nothing follows, such as {@code incompatible-restore}.
     *
     * @param status as RDS spells it
     * @return the last phase
     */
    public static Phase last(String status) {
        return new Phase(status, ChronoUnit.FOREVER.getDuration());
    }

    boolean isLast() {
        return lasts.equals(ChronoUnit.FOREVER.getDuration());
    }
}
