package io.github.drkit;

/**
 * Where a long piece of work says how far it is. Reporting is cheap and never blocks for long, so call it often; calls
 * are also the heartbeat that tells slow from hung.
 *
 * <p>Thread-safe. The receiver never shows 100 % before the effect is durable, whatever is reported here.
 */
@FunctionalInterface
public interface Progress {

    /**
     * Reports work done since the last call.
     *
     * @param bytes how many more bytes were handled; zero is a heartbeat
     */
    void moved(long bytes);

    /**
     * Returns a receiver that drops what it is told.
     *
     * @return a silent progress
     */
    static Progress silent() {
        return bytes -> {};
    }
}
