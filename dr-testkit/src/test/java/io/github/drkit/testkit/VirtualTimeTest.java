package io.github.drkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {

    private static final Instant BEGIN = Instant.parse("2026-11-22T02:00:00Z");

    private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:00Z");

    @Test
    void itStandsStillUntilSomebodyMovesIt() {
        assertThat(time.now()).isEqualTo(BEGIN);
        assertThat(time.now()).isEqualTo(BEGIN);
        assertThat(time.elapsedNanos()).isZero();
        assertThat(VirtualTime.startingAt(BEGIN).now()).isEqualTo(BEGIN);
    }

    @Test
    void sleepingMovesBothReadingsByWhatWasSlept() throws InterruptedException {
        time.sleep(Duration.ofHours(4));
        time.sleep(Duration.ofNanos(7));

        assertThat(time.now()).isEqualTo(BEGIN.plus(Duration.ofHours(4)).plusNanos(7));
        assertThat(time.elapsedNanos()).isEqualTo(Duration.ofHours(4).toNanos() + 7);
    }

    @Test
    void sleepingForNoTimeOrLessReturnsAtOnceAsRealSleepDoes() throws InterruptedException {
        time.sleep(Duration.ZERO);
        time.sleep(Duration.ofSeconds(-1));

        assertThat(time.now()).isEqualTo(BEGIN);
        assertThat(time.elapsedNanos()).isZero();
    }

    @Test
    void aThreadThatIsInterruptedDoesNotSleep() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> time.sleep(Duration.ofSeconds(1)))
                .isInstanceOf(InterruptedException.class)
                .hasMessage("interrupted before sleeping PT1S");

        assertThat(Thread.interrupted())
                .as("the flag is taken, as a real sleep takes it")
                .isFalse();
        assertThat(time.now()).isEqualTo(BEGIN);
    }

    @Test
    void theWallClockJumpsBothWaysAndWhatElapsedStays() {
        time.advance(Duration.ofSeconds(5));

        time.jumpTo(BEGIN.minusSeconds(3600));
        assertThat(time.now()).isEqualTo(BEGIN.minusSeconds(3600));
        assertThat(time.elapsedNanos()).isEqualTo(Duration.ofSeconds(5).toNanos());

        time.jumpTo(BEGIN.plusSeconds(3600));
        assertThat(time.now()).isEqualTo(BEGIN.plusSeconds(3600));
        assertThat(time.elapsedNanos()).isEqualTo(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void timeDoesNotPassBackwards() {
        assertThatThrownBy(() -> time.advance(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot advance the clock by PT-0.001S: expected 0 or more");
    }

    @Test
    void noStepOfAnyThreadIsLost() throws Exception {
        ExecutorService sleepers = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> work = new ArrayList<>();
            for (int number = 0; number < 4; number++) {
                work.add(() -> {
                    for (int step = 0; step < 10_000; step++) {
                        time.sleep(Duration.ofMillis(1));
                    }
                    return null;
                });
            }
            for (var done : sleepers.invokeAll(work)) {
                done.get();
            }
        } finally {
            sleepers.shutdownNow();
        }

        assertThat(time.now()).isEqualTo(BEGIN.plusSeconds(40));
        assertThat(time.elapsedNanos()).isEqualTo(Duration.ofSeconds(40).toNanos());
    }
}
