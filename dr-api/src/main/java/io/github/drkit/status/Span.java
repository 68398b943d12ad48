package io.github.drkit.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Durations as people say them, such as {@code 25 h 10 min}. Part seconds are rounded up, so that nothing looks met. */
final class Span {

    private static final long DAYS_FROM_HOURS = 72;

    private Span() {}

    static String of(Duration duration) {
        Duration whole = duration.getNano() == 0 ? duration : Duration.ofSeconds(duration.getSeconds() + 1);
        boolean days = whole.toHours() > DAYS_FROM_HOURS;
        List<String> parts = new ArrayList<>();
        add(parts, days ? whole.toDays() : 0, "d");
        add(parts, days ? whole.toHoursPart() : whole.toHours(), "h");
        add(parts, whole.toMinutesPart(), "min");
        add(parts, whole.toSecondsPart(), "s");
        return parts.isEmpty() ? "0 s" : String.join(" ", parts);
    }

    private static void add(List<String> parts, long count, String unit) {
        if (count > 0) {
            parts.add(count + " " + unit);
        }
    }
}
