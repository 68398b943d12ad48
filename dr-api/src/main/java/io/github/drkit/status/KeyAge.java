package io.github.drkit.status;

import java.time.Duration;
import java.time.Instant;

/**
 * A key that backups depend on.
 *
 * @param name what it is called; never the key itself
 * @param since when it was made, UTC
 * @param age how old it is; zero if it is dated in the future
 */
public record KeyAge(String name, Instant since, Duration age) {}
