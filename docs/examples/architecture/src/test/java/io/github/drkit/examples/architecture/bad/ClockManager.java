package io.github.drkit.examples.architecture.bad;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

class ClockManager {

    static int calls;

    Instant now() {
        return Instant.now();
    }

    Supplier<Instant> nowByReference() {
        return Instant::now;
    }

    void pause() throws InterruptedException {
        TimeUnit.SECONDS.sleep(1);
    }

    UUID id() {
        return UUID.randomUUID();
    }

    void say(String text) {
        System.out.println(text);
    }

    void notHere() {
        throw new UnsupportedOperationException("not here");
    }
}
