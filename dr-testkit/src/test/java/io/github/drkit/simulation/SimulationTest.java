package io.github.drkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Short in the suite; {@code docs/figures/simulation.sh} and {@code mutants.sh} set the counts. Alone in its process
 * meanwhile, because signatures are made another way.
 */
@Isolated
@Tag("exhaustive")
class SimulationTest {

    private static final int DISTINCT = Integer.getInteger("drkit.simulation.distinct", 300);
    private static final int PER_MUTANT = Integer.getInteger("drkit.simulation.per-mutant", 0);
    private static final long SEED = Long.getLong("drkit.simulation.seed", 1L);
    private static final int SIDE_BY_SIDE = Integer.getInteger("drkit.simulation.side-by-side", 2);

    private static QuickSignatures signatures;
    private static Past past;

    @BeforeAll
    static void makeThePast() throws Exception {
        signatures = QuickSignatures.install();
        past = Past.made();
    }

    @AfterAll
    static void giveSignaturesBack() {
        signatures.close();
    }

    @Test
    void noInterleavingOfTheProductionClassesLosesAPointOrCommitsAFiringTwice() throws Exception {
        Set<Long> distinct = new HashSet<>();
        Map<String, Integer> counts = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        long seed = SEED;
        while (distinct.size() < DISTINCT && wrong.isEmpty()) {
            for (Seen seen : batch(Mutant.NONE, seed, Math.min(1000, DISTINCT))) {
                distinct.add(seen.hash());
                seen.counts().forEach((what, times) -> counts.merge(what, times, Integer::sum));
                seen.violations().forEach(violation -> wrong.add("seed " + seen.seed() + ": " + violation));
                seed++;
            }
        }
        System.out.println("simulation: " + distinct.size() + " distinct interleavings of seeds " + SEED + " to "
                + (seed - 1) + ", " + wrong.size() + " violations; " + counts);

        assertThat(wrong).as("what no interleaving may show").isEmpty();
        assertThat(counts).as("what happened at all").containsKeys("committed", "leases taken");
        if (distinct.size() >= 1000) {
            assertThat(counts).containsKeys("crashes", "expired", "held", "leases lost", "leases taken over");
        }
    }

    @Test
    void theSameSeedGivesTheSameInterleaving() throws Exception {
        for (long seed = SEED; seed < SEED + 3; seed++) {
            World one = new World(past, Mutant.NONE, seed);
            one.run();
            World other = new World(past, Mutant.NONE, seed);
            other.run();

            assertThat(other.turns().hash())
                    .as("seed %s", seed)
                    .isEqualTo(one.turns().hash());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aMutantIsFound(Mutant mutant) throws Exception {
        // In the suite the one that shows first stands for all.
        int most = PER_MUTANT > 0 ? PER_MUTANT : mutant == Mutant.EXPIRY_DOES_NOT_LOOK_AGAIN ? 200 : 0;
        assumeThat(most).as("interleavings to look for it in").isPositive();
        for (long seed = SEED; seed < SEED + most; seed += 50) {
            for (Seen seen : batch(mutant, seed, 50)) {
                if (!seen.violations().isEmpty()) {
                    System.out.println("mutants: " + mutant + " found at interleaving " + (seen.seed() - SEED + 1)
                            + ": " + seen.violations().get(0));
                    return;
                }
            }
        }
        fail(mutant + " was not found in " + most + " interleavings");
    }

    /** In the order of their seeds, some at a time: each world moves one operator at a time and mostly waits. */
    private static List<Seen> batch(Mutant mutant, long seed, int count) throws Exception {
        ExecutorService worlds = Executors.newFixedThreadPool(SIDE_BY_SIDE);
        try {
            List<Future<Seen>> running = new ArrayList<>();
            for (long next = seed; next < seed + count; next++) {
                long one = next;
                running.add(worlds.submit(() -> {
                    World world = new World(past, mutant, one);
                    List<String> violations = world.run();
                    return new Seen(one, world.turns().hash(), violations, world.counts());
                }));
            }
            List<Seen> seen = new ArrayList<>();
            for (Future<Seen> one : running) {
                seen.add(one.get());
            }
            return seen;
        } catch (ExecutionException e) {
            throw new IllegalStateException("In a simulation from seed " + seed + " on", e);
        } finally {
            worlds.shutdownNow();
        }
    }

    private record Seen(long seed, long hash, List<String> violations, Map<String, Integer> counts) {}
}
