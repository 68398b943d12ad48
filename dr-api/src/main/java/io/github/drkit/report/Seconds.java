package io.github.drkit.report;

import java.math.BigDecimal;
import java.time.Duration;

/** Durations as decimal seconds, such as {@code 0.250}. */
final class Seconds {

    private Seconds() {}

    static String of(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).toPlainString();
    }
}
