package io.github.drkit;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** The only place that reads the system's clock or sleeps. An enum, because it holds no state and there is one system. */
enum SystemTime implements TimeSource {
    INSTANCE;

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long elapsedNanos() {
        return System.nanoTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (!duration.isNegative() && !duration.isZero()) {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        }
    }
}
