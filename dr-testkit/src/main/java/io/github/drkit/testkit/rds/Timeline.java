package io.github.drkit.testkit.rds;

import io.github.drkit.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * What will happen by itself, done when somebody next looks, in its order and each at its own time. Guarded by the lock of
 * the state it belongs to.
 */
final class Timeline {

    private record Due(Instant at, long order, Runnable happens) {}

    private final TimeSource time;
    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(Comparator.comparing(Due::at).thenComparing(Due::order));
    private long order;
    private Instant now;

    Timeline(TimeSource time) {
        this.time = time;
        this.now = time.now();
    }

    /** When what happens now happens: behind the clock's reading while the past is caught up with. */
    Instant now() {
        return now;
    }

    void at(Instant at, Runnable happens) {
        queue.add(new Due(at, order++, happens));
    }

    void after(Duration delay, Runnable happens) {
        at(now.plus(delay), happens);
    }

    void settle() {
        Instant until = time.now();
        while (!queue.isEmpty() && !queue.peek().at().isAfter(until)) {
            Due due = queue.remove();
            now = due.at();
            due.happens().run();
        }
        now = until;
    }
}
