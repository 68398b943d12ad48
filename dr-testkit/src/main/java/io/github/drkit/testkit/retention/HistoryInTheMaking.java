package io.github.drkit.testkit.retention;

import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.retention.Hold;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.testkit.retention.BackupHistory.Arrival;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** One history while it is made. Used once, by one thread. */
final class HistoryInTheMaking {

    static final TargetId TARGET = TargetId.of("bank");

    private static final Instant FIRST = Instant.parse("2019-01-01T00:00:00Z");
    private static final int DAYS_TO_BEGIN = 8 * 365;
    private static final Duration LONGEST = Duration.ofDays(10 * 365);
    private static final int MINUTES_OF_A_DAY = 24 * 60;
    private static final long USUAL_BYTES = 1_000_000;

    private final long seed;
    private final Random random;
    private final RetentionPolicy policy;
    private final int runs;
    private final Set<Fault> faults;
    private final List<Arrival> arrivals = new ArrayList<>();

    private int missedInARow;
    private int unprovenInARow;
    private int wrongClockInARow;
    private Duration clockOff = Duration.ZERO;

    HistoryInTheMaking(long seed, Random random, RetentionPolicy policy, int runs, Set<Fault> faults) {
        this.seed = seed;
        this.random = random;
        this.policy = policy;
        this.runs = runs;
        this.faults = faults;
    }

    /** Runs of a while of its own choice. */
    BackupHistory make() {
        return make(firings(FIRST.plus(Duration.ofMinutes(random.nextInt(DAYS_TO_BEGIN * MINUTES_OF_A_DAY)))));
    }

    /** Runs for given firings, at least one. */
    BackupHistory make(List<Instant> firings) {
        for (Instant firing : firings) {
            run(firing);
            if (occurs(Fault.FLOOD, 100)) {
                flood(firing, Proof.Level.UNPROVEN, Plausibility.SUSPECT);
            }
            if (occurs(Fault.FORGED, 100)) {
                flood(firing, Proof.Level.PROVEN, Plausibility.OK);
            }
        }
        Instant last = firings.get(firings.size() - 1);
        Instant now = last.plus(Duration.ofMinutes(random.nextInt(2 * MINUTES_OF_A_DAY)));
        List<Arrival> arrived = arrivals.stream()
                .filter(arrival -> !arrival.stored().isAfter(now))
                .sorted(Comparator.comparing(Arrival::stored)
                        .thenComparing(arrival -> arrival.point().id().value()))
                .toList();
        return new BackupHistory(seed, policy, TARGET, arrived, holds(arrived, now), now);
    }

    /** Whole runs of the policy, in the order of time, as far as they are wanted. */
    private List<Instant> firings(Instant begin) {
        List<Instant> firings = new ArrayList<>();
        Instant last = begin.minusSeconds(1);
        int wanted = 1 + random.nextInt(runs);
        while (firings.size() < wanted && last.isBefore(begin.plus(LONGEST))) {
            Instant after = last;
            last = policy.tiers().stream()
                    .map(tier -> tier.schedule().firingAfter(after))
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
            firings.add(last);
        }
        return firings;
    }

    private void run(Instant firing) {
        if (missedInARow > 0 || occurs(Fault.MISSED, 20)) {
            missedInARow = missedInARow > 0 ? missedInARow - 1 : streak();
            return;
        }
        if (wrongClockInARow > 0) {
            wrongClockInARow--;
        } else if (occurs(Fault.CLOCK_JUMPED, 40)) {
            wrongClockInARow = streak();
            clockOff = clockOff();
        } else {
            clockOff = Duration.ZERO;
        }
        Instant begins = firing.plusSeconds(random.nextInt(60));
        if (occurs(Fault.LATE, 8)) {
            begins = firing.plus(Duration.ofMinutes(random.nextInt(MINUTES_OF_A_DAY * 3 / 2)));
        } else if (occurs(Fault.EARLY, 12)) {
            begins = firing.minusSeconds(random.nextInt(20 * 60));
        }
        int points = occurs(Fault.DUPLICATE, 12) ? 2 + random.nextInt(2) : 1;
        for (int i = 0; i < points; i++) {
            point(firing, begins);
            begins = begins.plus(Duration.ofMinutes(random.nextInt(8 * 60)));
        }
        if (occurs(Fault.MANUAL, 25)) {
            arrive(begins, Optional.empty(), "by-hand-" + arrivals.size(), USUAL_BYTES, turn(), Duration.ofMinutes(9));
        }
    }

    private void point(Instant firing, Instant begins) {
        Instant claimed = begins.plus(clockOff);
        Duration took = Duration.ofMinutes(1 + random.nextInt(occurs(Fault.LATE, 10) ? MINUTES_OF_A_DAY : 90));
        if (occurs(Fault.FUTURE_DATED, 30)) {
            claimed = claimed.plus(Duration.ofDays(1 + random.nextInt(400)));
        }
        Optional<Instant> scheduledFor =
                random.nextInt(10) == 0 ? Optional.empty() : Optional.of(firing.plus(clockOff));
        long bytes = USUAL_BYTES + random.nextInt(100_000);
        arriveAt(begins.plus(took), claimed, scheduledFor, "", bytes, turn());
    }

    private HistoryGenerator.Turn turn() {
        if (unprovenInARow > 0 || occurs(Fault.UNPROVEN, 10)) {
            unprovenInARow = unprovenInARow > 0 ? unprovenInARow - 1 : streak();
            return new HistoryGenerator.Turn(
                    random.nextInt(5) == 0 ? Proof.Level.STORED : Proof.Level.UNPROVEN, plausibility());
        }
        if (occurs(Fault.FAILED, 10)) {
            return new HistoryGenerator.Turn(Proof.Level.FAILED, plausibility());
        }
        Proof.Level level = random.nextInt(4) == 0 ? Proof.Level.PROVEN : Proof.Level.VERIFIED;
        return new HistoryGenerator.Turn(level, plausibility());
    }

    private Plausibility plausibility() {
        return occurs(Fault.SUSPECT, 12) ? Plausibility.SUSPECT : Plausibility.OK;
    }

    /** What an attacker writes: the store's clock he cannot turn, everything in the manifest is of his choice. */
    private void flood(Instant firing, Proof.Level level, Plausibility plausibility) {
        Instant stored = firing.plus(Duration.ofMinutes(random.nextInt(MINUTES_OF_A_DAY)));
        int points = 1 + random.nextInt(30);
        for (int i = 0; i < points; i++) {
            stored = stored.plusSeconds(random.nextInt(300));
            Instant claimed = somewhereAround(stored);
            Optional<Instant> scheduledFor =
                    random.nextBoolean() ? Optional.of(somewhereAround(stored)) : Optional.empty();
            arriveAt(stored, claimed, scheduledFor, "", 1, new HistoryGenerator.Turn(level, plausibility));
        }
    }

    private Instant somewhereAround(Instant instant) {
        return switch (random.nextInt(6)) {
            case 0 -> instant.minus(Duration.ofDays(random.nextInt(1000)));
            case 1 -> instant.plus(Duration.ofDays(random.nextInt(1000)));
            case 2 -> random.nextBoolean() ? Instant.MIN : Instant.MAX;
            default -> instant.minusSeconds(random.nextInt(3 * 24 * 3600) - 15 * 60);
        };
    }

    private void arrive(
            Instant begins,
            Optional<Instant> scheduledFor,
            String label,
            long bytes,
            HistoryGenerator.Turn turn,
            Duration took) {
        arriveAt(begins.plus(took), begins.plus(clockOff), scheduledFor, label, bytes, turn);
    }

    private void arriveAt(
            Instant stored,
            Instant claimed,
            Optional<Instant> scheduledFor,
            String label,
            long bytes,
            HistoryGenerator.Turn turn) {
        // The order of ids says nothing about the order of time.
        String id = Integer.toHexString(random.nextInt(0x10000)) + "-" + arrivals.size();
        arrivals.add(new Arrival(
                new RecoveryPoint(
                        RecoveryPointId.of(id),
                        TARGET,
                        RunId.of(id),
                        "pg-dump/1",
                        claimed,
                        scheduledFor,
                        label,
                        bytes,
                        "memory",
                        turn.proof(),
                        turn.plausibility(),
                        List.of()),
                stored));
    }

    private List<Hold> holds(List<Arrival> arrived, Instant now) {
        List<Hold> holds = new ArrayList<>();
        for (Arrival arrival : arrived) {
            if (occurs(Fault.HELD, 30)) {
                holds.add(new Hold(arrival.point().id(), "auditor", "case " + holds.size(), now));
            }
        }
        return holds;
    }

    private Duration clockOff() {
        Duration off = random.nextBoolean()
                ? Duration.ofMinutes(random.nextInt(60))
                : Duration.ofHours(random.nextInt(2 * 365 * 24));
        return random.nextBoolean() ? off : off.negated();
    }

    private int streak() {
        return random.nextInt(3) > 0 ? 0 : random.nextInt(14);
    }

    private boolean occurs(Fault fault, int onceIn) {
        return random.nextInt(onceIn) == 0 && faults.contains(fault);
    }
}
