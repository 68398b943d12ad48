package io.github.drkit.testkit.retention;

import io.github.drkit.Catalog;
import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.retention.Inventory;
import io.github.drkit.retention.RetentionDecision;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.testkit.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Plays years of runs, faults, proofs and expiry on a virtual clock, and shows what would be lost. Points are made as a
 * {@link HistoryGenerator} makes them; a prover looks at them on the day after; once a day a decision is made and, unless
 * it is refused, carried out. The same seed, the same years. Not thread-safe.
 */
public final class RetentionSimulator {

    private final RetentionPolicy policy;
    private final VirtualTime time;
    private final Duration rpo;
    private final Deque<BackupHistory.Arrival> toCome;
    private final List<RecoveryPoint> points = new ArrayList<>();
    private final Map<RecoveryPointId, Instant> storedTimes = new HashMap<>();
    private Instant proverBreaks = Instant.MAX;
    private Instant proverMended = Instant.MAX;

    private RetentionSimulator(
            RetentionPolicy policy, VirtualTime time, Duration rpo, Deque<BackupHistory.Arrival> toCome) {
        this.policy = policy;
        this.time = time;
        this.rpo = rpo;
        this.toCome = toCome;
    }

    /**
     * Sets up a simulation that begins with no points.
     *
     * @param policy what is run and kept
     * @param time the clock; the simulation moves it on
     * @param rpo the RPO: when the newest point that counts is older, nothing expires
     * @param days how many days runs take place
     * @param seed what goes wrong, and when
     * @param faults what may go wrong; none for years without an accident
     * @return a simulation that has not begun
     * @throws IllegalArgumentException if the policy has no run in these days
     */
    public static RetentionSimulator of(
            RetentionPolicy policy, VirtualTime time, Duration rpo, int days, long seed, Fault... faults) {
        Instant from = time.now();
        List<Instant> firings = policy.runsBetween(from, from.plus(Duration.ofDays(days)));
        if (firings.isEmpty()) {
            throw new IllegalArgumentException(
                    "Cannot simulate " + days + " days of policy '" + policy.name() + "': it has no run in them");
        }
        BackupHistory history = new HistoryInTheMaking(
                        seed, new Random(seed), policy, firings.size(), HistoryGenerator.among(faults))
                .make(firings);
        return new RetentionSimulator(policy, time, rpo, new ArrayDeque<>(history.arrivals()));
    }

    /**
     * Breaks the prover for a while: what is made then stays UNPROVEN, and nothing made before is looked at again.
     *
     * @param from from when on, UTC
     * @param until when it is mended, UTC; from then on it also looks at what it missed
     * @return this
     */
    public RetentionSimulator withBrokenProver(Instant from, Instant until) {
        proverBreaks = from;
        proverMended = until;
        return this;
    }

    /**
     * Plays day after day.
     *
     * @param days how many
     * @param watching is shown each day after its decision was carried out
     */
    public void play(int days, Consumer<SimulatedDay> watching) {
        for (int day = 0; day < days; day++) {
            time.advance(Duration.ofDays(1));
            watching.accept(decide());
        }
    }

    /**
     * Returns what exists now.
     *
     * @return the points, in the order they came
     */
    public List<RecoveryPoint> points() {
        return List.copyOf(points);
    }

    private SimulatedDay decide() {
        Instant now = time.now();
        while (!toCome.isEmpty() && !toCome.peek().stored().isAfter(now)) {
            BackupHistory.Arrival arrival = toCome.remove();
            points.add(arrival.point());
            storedTimes.put(arrival.point().id(), arrival.stored());
        }
        List<RecoveryPoint> seen =
                points.stream().map(point -> asSeen(point, now)).toList();
        RetentionDecision decision =
                policy.decide(Inventory.of(HistoryInTheMaking.TARGET, new Catalog(seen, List.of(), List.of()), now, rpo)
                        .withStoredTimes(storedTimes)
                        .withStoreClock(now));
        Set<RecoveryPointId> gone = new HashSet<>();
        decision.drops().forEach(entry -> gone.add(entry.point().id()));
        points.removeIf(point -> gone.contains(point.id()));
        storedTimes.keySet().removeAll(gone);
        return new SimulatedDay(decision, decision.drops());
    }

    /** The verdict a history gives a point is the prover's of its day; while it is broken nobody has looked. */
    private RecoveryPoint asSeen(RecoveryPoint point, Instant now) {
        Instant stored = storedTimes.get(point.id());
        boolean missed = stored != null && !stored.isBefore(proverBreaks) && stored.isBefore(proverMended);
        if (!missed || !now.isBefore(proverMended)) {
            return point;
        }
        return point.judged(Proof.none(), Plausibility.OK, point.remarks());
    }
}
