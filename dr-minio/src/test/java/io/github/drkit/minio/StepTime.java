package io.github.drkit.minio;

import io.github.drkit.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Time that passes only when somebody waits, and a record of the waits. */
final class StepTime implements TimeSource {

    private final List<Duration> waits = new CopyOnWriteArrayList<>();

    @Override
    public Instant now() {
        return TimeSource.system().now().plus(waited());
    }

    @Override
    public long elapsedNanos() {
        return waited().toNanos();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        waits.add(duration);
    }

    List<Duration> waits() {
        return List.copyOf(waits);
    }

    private Duration waited() {
        return waits.stream().reduce(Duration.ZERO, Duration::plus);
    }
}
