package io.github.drkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class RunIdTest {

    @Test
    void anIdSaysToTheSecondWhenItWasGiven() {
        RunId run = RunId.dated(Instant.parse("2026-11-22T02:00:00.9Z"), "7f3a9c2e");

        assertThat(run.value()).isEqualTo("20261122t020000z-7f3a9c2e");
        assertThat(run.namedAt()).contains(Instant.parse("2026-11-22T02:00:00Z"));
    }

    @Test
    void anIdOfAnotherHandSaysNothing() {
        assertThat(RunId.of("nightly-7").namedAt()).isEmpty();
        assertThat(RunId.of("20261322t020000z-7").namedAt()).isEmpty();
        assertThat(RunId.of("20261122t020000z").namedAt()).isEmpty();
    }
}
