package io.github.drkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChronologyTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void pointsAreOrderedByTimeAndThenById() {
        for (long seed = 1; seed <= 500; seed++) {
            Random random = new Random(seed);
            List<RecoveryPoint> points = new ArrayList<>();
            for (int i = random.nextInt(40); i >= 0; i--) {
                // Few seconds, few nanoseconds and few ids, so that many are alike.
                Instant time = NOON.plus(Duration.ofSeconds(random.nextInt(7) - 3, random.nextInt(3)));
                points.add(point("p" + random.nextInt(20), random.nextInt(10) == 0 ? Instant.EPOCH : time));
            }

            assertThat(Chronology.of(points))
                    .as("seed %d", seed)
                    .isEqualTo(points.stream()
                            .sorted(Comparator.comparing(RecoveryPoint::consistencyTime)
                                    .thenComparing(point -> point.id().value()))
                            .toList());
        }
    }

    @Test
    void timesOfOtherAgesAreOrderedToo() {
        RecoveryPoint first = point("first", Instant.MIN);
        RecoveryPoint before = point("before", Instant.EPOCH.minusNanos(1));
        RecoveryPoint now = point("now", NOON);
        RecoveryPoint last = point("last", Instant.MAX);

        assertThat(Chronology.of(List.of(last, now, before, first))).containsExactly(first, before, now, last);
        assertThat(Chronology.of(List.of(now, before))).containsExactly(before, now);
        assertThat(Chronology.of(List.of())).isEmpty();
    }

    private static RecoveryPoint point(String id, Instant time) {
        return new RecoveryPoint(
                RecoveryPointId.of(id),
                TargetId.of("bank"),
                RunId.of("run"),
                "files/1",
                time,
                Optional.empty(),
                "",
                1,
                "here",
                new Proof(Proof.Level.STORED, Optional.empty(), ""),
                Plausibility.OK,
                List.of());
    }
}
