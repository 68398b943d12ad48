package io.github.drkit.retention;

import io.github.drkit.Catalog;
import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Decides once on a million points of 47 years, every 25 minutes one, given in no order. Run by
 * {@code docs/figures/retention-million.sh} in a JVM of its own that has done nothing before.
 */
final class MillionPoints {

    private static final int POINTS = 1_000_000;
    private static final Duration APART = Duration.ofMinutes(25);
    private static final Instant LAST = Instant.parse("2026-11-22T02:00:00Z");
    private static final Proof.Level[] LEVELS = {
        Proof.Level.VERIFIED, Proof.Level.VERIFIED, Proof.Level.PROVEN, Proof.Level.UNPROVEN, Proof.Level.FAILED
    };

    private MillionPoints() {}

    /** The first argument is the bar in milliseconds. */
    public static void main(String[] arguments) {
        long bar = Long.parseLong(arguments[0]);
        TimeSource time = TimeSource.system();
        TargetId target = TargetId.of("bank");
        List<RecoveryPoint> points = points(target);
        Duration rpo = Duration.ofHours(26);

        long begun = time.elapsedNanos();
        RetentionPolicy policy = RetentionPolicy.dailyWeeklyMonthly(ZoneId.of("Africa/Douala"));
        Catalog catalog = new Catalog(points, List.of(), List.of());
        RetentionDecision decision = policy.decide(Inventory.of(target, catalog, LAST.plus(Duration.ofHours(1)), rpo));
        int drops = decision.drops().size();
        long freed = decision.bytesFreed();
        long took = (time.elapsedNanos() - begun) / 1_000_000;

        if (decision.entries().size() != POINTS || !decision.refusals().isEmpty() || drops < POINTS * 9 / 10) {
            throw new IllegalStateException("Not what was to be measured: " + decision + " " + decision.refusals());
        }
        System.out.println("retention/million: " + POINTS + " points decided on in " + took
                + " ms in a cold JVM with a heap of " + Runtime.getRuntime().maxMemory() / (1024 * 1024) + " MiB, "
                + drops + " may go, " + freed + " bytes");
        if (took >= bar) {
            throw new IllegalStateException("The bar is " + bar + " ms");
        }
    }

    private static List<RecoveryPoint> points(TargetId target) {
        Random random = new Random(1);
        List<RecoveryPoint> points = new ArrayList<>(POINTS);
        for (int i = 0; i < POINTS; i++) {
            String id = "bank-" + i;
            Instant time = LAST.minus(APART.multipliedBy(i));
            points.add(new RecoveryPoint(
                    RecoveryPointId.of(id),
                    target,
                    RunId.of(id),
                    "pg-dump/1",
                    time,
                    Optional.of(time),
                    "",
                    1_000_000 + i % 1000,
                    "memory",
                    new Proof(LEVELS[i % LEVELS.length], Optional.empty(), ""),
                    i % 11 == 0 ? Plausibility.SUSPECT : Plausibility.OK,
                    List.of()));
        }
        Collections.shuffle(points, random);
        return points;
    }
}
