package io.github.drkit.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Outcome;
import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.objective.Objectives;
import io.github.drkit.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random worlds, judged once more in the plainest way: nothing is called met that no counting point supports. */
@Tag("exhaustive")
class NoFalseGreenTest {

    private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
    private static final int WORLDS = Integer.getInteger("drkit.status.worlds", 300);

    @Test
    void nothingIsMetThatNoCountingPointOrWindowSupports() {
        Map<State, Integer> seen = new EnumMap<>(State.class);
        for (int seed = 0; seed < WORLDS; seed++) {
            World world = new World(new Random(seed));

            PlatformStatus status = world.platform().status();

            ComponentStatus bank = status.components().get(0);
            State rpo = bank.rpo().state();
            seen.merge(rpo, 1, Integer::sum);
            assertThat(rpo == State.MET || rpo == State.AT_RISK)
                    .as("seed %d: %s", seed, bank.rpo())
                    .isEqualTo(world.supported());
            assertThat(bank.holdings().rpoNow().filter(Duration::isNegative))
                    .as("seed %d: never negative", seed)
                    .isEmpty();
            if (status.whole().state() == State.MET) {
                assertThat(status.components())
                        .as("seed %d", seed)
                        .allMatch(component -> component.state() == State.MET);
            }

            Collections.shuffle(world.bench.bank.points, world.random);
            assertThat(world.platform().status())
                    .as("seed %d: whatever the order", seed)
                    .isEqualTo(status);
        }
        assertThat(seen.keySet()).as("worlds of every kind").contains(State.MET, State.AT_RISK, State.MISSED);
    }

    private static final class World {

        final Random random;
        final StatusBench bench = new StatusBench();
        final Objectives objectives;
        final Proof.Level required;
        final Instant storeClock;

        World(Random random) {
            this.random = random;
            this.objectives = new Objectives("any", Duration.ofHours(4), Duration.ofMinutes(1 + random.nextInt(4_000)));
            this.required = Proof.Level.values()[1 + random.nextInt(4)];
            this.storeClock = random.nextBoolean() ? NOW : near(NOW, 60);
            int points = random.nextInt(8);
            for (int number = 0; number < points; number++) {
                bench.bank.point(
                        "p" + number,
                        near(NOW.minus(objectives.rpo().dividedBy(2)), 3_000).toString(),
                        Proof.Level.values()[random.nextInt(5)],
                        random.nextInt(4) == 0 ? Plausibility.SUSPECT : Plausibility.OK);
            }
            if (random.nextInt(6) == 0) {
                bench.bank.window("2026-01-01T00:00:00Z", near(NOW, 4_000).toString());
            }
            if (random.nextInt(3) == 0) {
                bench.runs.ended(
                        "r",
                        "back up",
                        "bank",
                        near(NOW.minus(Duration.ofHours(3)), 100).toString(),
                        Duration.ofMinutes(random.nextInt(200)),
                        Outcome.values()[random.nextInt(2)]);
            }
        }

        Platform platform() {
            RetentionPolicy policy = RetentionPolicy.builder("any")
                    .tier("daily", StatusBench.NIGHTLY, 7)
                    .requiredProof(required)
                    .build();
            return bench.platform(Protection.builder("bank", bench.bank, objectives)
                    .policy(policy)
                    .storeClock(() -> storeClock));
        }

        boolean supported() {
            Instant later = storeClock.isAfter(NOW) ? storeClock : NOW;
            Instant oldest = later.minus(objectives.rpo());
            boolean byPoint = false;
            for (RecoveryPoint point : bench.bank.points) {
                boolean proven = point.proof().level().ordinal() >= required.ordinal();
                byPoint |= proven
                        && point.plausibility() == Plausibility.OK
                        && !point.consistencyTime().isAfter(NOW)
                        && !point.consistencyTime().isBefore(oldest);
            }
            return byPoint
                    || bench.bank.windows.stream()
                            .anyMatch(window -> !window.latest().isAfter(NOW)
                                    && !window.latest().isBefore(oldest));
        }

        private Instant near(Instant at, int minutes) {
            return at.plus(Duration.ofMinutes(random.nextInt(2 * minutes + 1) - minutes));
        }
    }
}
