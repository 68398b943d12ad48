package io.github.drkit.testkit.retention;

import io.github.drkit.Proof;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.schedule.Schedule;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/** Policies of all sorts. Remembers schedules, for their years are costly to find out. Thread-safe. */
final class RandomPolicies {

    /** With the hours that summer time skips and repeats, the dateline, odd offsets, and a gap at midnight. */
    private static final List<String> ZONES = List.of(
            "UTC",
            "Africa/Douala",
            "Europe/Berlin",
            "America/New_York",
            "America/Sao_Paulo",
            "Australia/Lord_Howe",
            "Pacific/Apia",
            "Asia/Kathmandu",
            "Africa/Casablanca",
            "Asia/Beirut");

    private static final List<String> RHYTHMS = List.of(
            "0 2 * * *",
            "0 1 * * SUN",
            "0 1 * * SUN#1",
            "30 2 * * *",
            "0 * * * *",
            "*/20 * * * *",
            "0 */6 * * *",
            "0 0 * * *",
            "15 23 * * MON-FRI",
            "0 3 1 * *",
            "0 3 L * *",
            "0 4 13 * FRI",
            "0 5 1 1 *");

    private static final Proof.Level[] REQUIRED = {
        Proof.Level.UNPROVEN, Proof.Level.STORED, Proof.Level.VERIFIED, Proof.Level.VERIFIED, Proof.Level.PROVEN
    };

    private final Map<String, Schedule> schedules = new ConcurrentHashMap<>();

    RetentionPolicy make(Random random) {
        RetentionPolicy.Builder builder = RetentionPolicy.builder("random")
                .minimumProven(1 + random.nextInt(4))
                .requiredProof(REQUIRED[random.nextInt(REQUIRED.length)])
                .grace(Duration.ofHours(24 + random.nextInt(24 * 20)));
        String zone = ZONES.get(random.nextInt(ZONES.size()));
        int tiers = 1 + random.nextInt(3);
        for (int tier = 0; tier < tiers; tier++) {
            String rhythm = RHYTHMS.get(random.nextInt(RHYTHMS.size()));
            if (random.nextInt(10) == 0) {
                zone = ZONES.get(random.nextInt(ZONES.size()));
            }
            builder.tier("tier-" + tier, schedule(rhythm, zone), 1 + random.nextInt(8));
        }
        return builder.build();
    }

    private Schedule schedule(String rhythm, String zone) {
        return schedules.computeIfAbsent(rhythm + " " + zone, key -> Schedule.cron(rhythm, ZoneId.of(zone)));
    }
}
