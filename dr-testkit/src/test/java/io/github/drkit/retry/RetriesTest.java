package io.github.drkit.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.TimeSource;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.testkit.VirtualTime;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetriesTest {

    /** Takes nothing from a wait. */
    private static final RandomGenerator WHOLE = new RandomGenerator() {
        @Override
        public long nextLong() {
            return 0;
        }

        @Override
        public long nextLong(long origin, long bound) {
            return bound - 1;
        }
    };

    private final List<Duration> waits = new ArrayList<>();
    private final TimeSource time = recording(VirtualTime.startingAt("2026-11-26T02:00:00Z"));
    private int calls;

    @AfterEach
    void leaveNoInterrupt() {
        Thread.interrupted();
    }

    @Test
    void aCallThatSucceedsIsMadeOnce() throws Exception {
        String answer = Retries.of(time, WHOLE).call(() -> {
            calls++;
            return "here";
        });

        assertThat(answer).isEqualTo("here");
        assertThat(calls).isOne();
        assertThat(waits).isEmpty();
    }

    @Test
    void aCallThatFailsWithWhatPassesIsMadeAgainAfterAWait() throws Exception {
        String answer = Retries.of(time, WHOLE).call(() -> {
            if (++calls < 3) {
                throw busy();
            }
            return "here";
        });

        assertThat(answer).isEqualTo("here");
        assertThat(waits).containsExactly(Duration.ofMillis(250), Duration.ofSeconds(1));
    }

    @Test
    void patienceEndsAfterSixAttemptsWithTheLastFailure() {
        List<TargetUnavailableException> failures = new ArrayList<>();

        assertThatThrownBy(() -> Retries.of(time, WHOLE).call(() -> {
                    failures.add(busy());
                    throw failures.get(failures.size() - 1);
                }))
                .isSameAs(failures.get(5));
        assertThat(failures).hasSize(6);
        assertThat(waits)
                .containsExactly(
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(16),
                        Duration.ofSeconds(20));
    }

    @Test
    void whatDoesNotPassIsThrownAtOnce() {
        RequestRefusedException refused = new RequestRefusedException("DRK-TEST-001", "Cannot do it", "Is it right?");
        assertThatThrownBy(() -> Retries.of(time, WHOLE).call(failing(refused))).isSameAs(refused);

        OutcomeUnknownException unknown = new OutcomeUnknownException(
                "DRK-TEST-002", "Cannot tell whether it was done", "Look", "it may be done", null);
        assertThatThrownBy(() -> Retries.of(time, WHOLE).call(failing(unknown))).isSameAs(unknown);

        IOException io = new IOException("cut");
        assertThatThrownBy(() -> Retries.of(time, WHOLE).call(failing(io))).isSameAs(io);

        assertThat(calls).isEqualTo(3);
        assertThat(waits).isEmpty();
    }

    @Test
    void anAdapterNamesWhatElsePasses() {
        Retries retries = Retries.builder(time, WHOLE)
                .alsoPassing(failure -> failure instanceof IOException && !(failure instanceof FileNotFoundException))
                .attempts(2)
                .build();

        assertThatThrownBy(() -> retries.call(failing(new IOException("cut")))).hasMessage("cut");
        assertThat(calls).isEqualTo(2);
        assertThatThrownBy(() -> retries.call(failing(new FileNotFoundException("gone"))))
                .hasMessage("gone");
        assertThat(calls).isEqualTo(3);
        assertThatThrownBy(() -> retries.call(failing(busy()))).isInstanceOf(TargetUnavailableException.class);
        assertThat(calls).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void chanceTakesUpToHalfOfEachWait(long seed) {
        Random chance = new Random(seed);

        assertThatThrownBy(() -> Retries.of(time, chance).call(failing(busy())));

        List<Long> whole = List.of(250L, 1_000L, 4_000L, 16_000L, 20_000L);
        assertThat(waits)
                .as("seed %d", seed)
                .hasSize(5)
                .isNotEqualTo(whole.stream().map(Duration::ofMillis).toList());
        for (int i = 0; i < 5; i++) {
            assertThat(waits.get(i).toMillis()).as("seed %d", seed).isBetween(whole.get(i) / 2, whole.get(i));
        }
    }

    @Test
    void theSameChanceWaitsTheSame() {
        assertThatThrownBy(() -> Retries.of(time, new Random(7)).call(failing(busy())));
        List<Duration> first = List.copyOf(waits);
        waits.clear();
        assertThatThrownBy(() -> Retries.of(time, new Random(7)).call(failing(busy())));

        assertThat(waits).isEqualTo(first);
    }

    @Test
    void waitsAreSetByTheirEnds() {
        Retries retries = Retries.builder(time, WHOLE)
                .waits(Duration.ofSeconds(1), Duration.ofSeconds(30))
                .attempts(6)
                .build();

        assertThatThrownBy(() -> retries.call(failing(busy())));

        assertThat(waits).extracting(Duration::toSeconds).containsExactly(1L, 4L, 16L, 30L, 30L);
    }

    @Test
    void anInterruptEndsTheWaitAndTheCall() {
        TargetUnavailableException busy = busy();

        assertThatThrownBy(() -> Retries.of(time, WHOLE).call(() -> {
                    calls++;
                    Thread.currentThread().interrupt();
                    throw busy;
                }))
                .isExactlyInstanceOf(InterruptedException.class)
                .hasSuppressedException(busy);
        assertThat(calls).isOne();
        assertThat(waits).isEmpty();
    }

    @Test
    void aCallThatWasInterruptedIsNotMadeAgain() {
        assertThatThrownBy(() -> Retries.of(time, WHOLE).call(() -> {
                    calls++;
                    throw new InterruptedException("cancelled");
                }))
                .isExactlyInstanceOf(InterruptedException.class)
                .hasMessage("cancelled");
        assertThat(calls).isOne();
    }

    @Test
    void callersDoNotShareTheirPatience() throws Exception {
        Retries retries = Retries.builder(time, WHOLE).attempts(2).build();
        Retries.Patience one = retries.patience();
        Retries.Patience other = retries.patience();

        one.waitAfter(busy());
        other.waitAfter(busy());

        assertThatThrownBy(() -> one.waitAfter(busy())).isInstanceOf(TargetUnavailableException.class);
        assertThat(waits).hasSize(2);
    }

    @Test
    void oneAttemptRepeatsNothing() {
        assertThatThrownBy(
                        () -> Retries.builder(time, WHOLE).attempts(1).build().call(failing(busy())))
                .isInstanceOf(TargetUnavailableException.class);
        assertThat(calls).isOne();
        assertThat(waits).isEmpty();
    }

    @Test
    void limitsAreRefusedByName() {
        Retries.Builder builder = Retries.builder(time, WHOLE);

        assertThatThrownBy(() -> builder.attempts(0)).hasMessage("Cannot make a call 0 times: 1 to 100 needed");
        assertThatThrownBy(() -> builder.attempts(101)).hasMessage("Cannot make a call 101 times: 1 to 100 needed");
        assertThatThrownBy(() -> builder.waits(Duration.ZERO, Duration.ofSeconds(1)))
                .hasMessage("Cannot wait PT0S to PT1S: 1 ms or more needed, rising, and an hour or less");
        assertThatThrownBy(() -> builder.waits(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage("Cannot wait PT2S to PT1S: 1 ms or more needed, rising, and an hour or less");
        assertThatThrownBy(() -> builder.waits(Duration.ofSeconds(2), Duration.ofHours(2)))
                .hasMessage("Cannot wait PT2S to PT2H: 1 ms or more needed, rising, and an hour or less");
    }

    private <E extends Exception> IdempotentCall<String, E> failing(E failure) {
        return () -> {
            calls++;
            throw failure;
        };
    }

    private static TargetUnavailableException busy() {
        return new TargetUnavailableException("DRK-TEST-003", "Cannot ask service 'bank': it is busy", "Is it up?");
    }

    private TimeSource recording(VirtualTime clock) {
        return new TimeSource() {
            @Override
            public Instant now() {
                return clock.now();
            }

            @Override
            public long elapsedNanos() {
                return clock.elapsedNanos();
            }

            @Override
            public void sleep(Duration duration) throws InterruptedException {
                clock.sleep(duration);
                waits.add(duration);
            }
        };
    }
}
