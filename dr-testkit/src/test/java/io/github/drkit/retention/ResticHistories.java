package io.github.drkit.retention;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.drkit.Catalog;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.schedule.Schedule;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Gives the same histories to restic and to DR Kit. All histories lie in one repository of restic: each is the snapshots of
 * one tag, so that a few hundred snapshots are enough for all.
 */
final class ResticHistories {

    private static final int HISTORIES = 200;
    private static final int SNAPSHOTS = 400;
    private static final long SEED = 1;
    private static final Instant FIRST = Instant.parse("2024-10-07T00:00:00Z");
    private static final int DAYS = 500;
    private static final DateTimeFormatter RESTIC =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    /** Restic's periods as schedules: its week begins on Monday. */
    private static final Map<String, String> RHYTHMS = new TreeMap<>(Map.of(
            "hourly", "0 * * * *",
            "daily", "0 0 * * *",
            "weekly", "0 0 * * MON",
            "monthly", "0 0 1 * *",
            "yearly", "0 0 1 1 *"));

    private final Random random = new Random(SEED);
    private final List<Instant> times = new ArrayList<>();
    private final List<Set<Integer>> members = new ArrayList<>();
    private final List<Map<String, Integer>> keeps = new ArrayList<>();

    private ResticHistories() {
        for (int i = 0; i < SNAPSHOTS; i++) {
            // Nights, and some hours of days, so that all periods have none, one and several.
            long day = random.nextInt(DAYS);
            long second = random.nextInt(3) > 0 ? 7200 + random.nextInt(600) : random.nextInt(86_400);
            times.add(FIRST.plusSeconds(day * 86_400 + second));
        }
        for (int history = 0; history < HISTORIES; history++) {
            Set<Integer> chosen = new TreeSet<>();
            int onceIn = 1 + random.nextInt(8);
            for (int snapshot = 0; snapshot < SNAPSHOTS; snapshot++) {
                if (random.nextInt(onceIn) == 0) {
                    chosen.add(snapshot);
                }
            }
            members.add(chosen);
            Map<String, Integer> keep = new TreeMap<>();
            RHYTHMS.keySet().forEach(rhythm -> {
                if (random.nextBoolean()) {
                    keep.put(rhythm, 1 + random.nextInt(rhythm.equals("yearly") ? 3 : 14));
                }
            });
            keep.putIfAbsent("daily", 7);
            keeps.add(keep);
        }
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1]);
        ResticHistories histories = new ResticHistories();
        if (arguments[0].equals("write")) {
            histories.write(folder);
        } else {
            histories.compare(folder);
        }
    }

    private void write(Path folder) throws IOException {
        try (PrintStream backups = open(folder.resolve("backups"));
                PrintStream forgets = open(folder.resolve("forgets"))) {
            for (int snapshot = 0; snapshot < SNAPSHOTS; snapshot++) {
                int number = snapshot;
                String tags = String.join(
                        ",",
                        java.util.stream.IntStream.range(0, HISTORIES)
                                .filter(history -> members.get(history).contains(number))
                                .mapToObj(history -> "h" + history)
                                .toList());
                backups.println(snapshot + "|" + RESTIC.format(times.get(snapshot)) + "|" + tags);
            }
            for (int history = 0; history < HISTORIES; history++) {
                StringBuilder line = new StringBuilder("h" + history);
                keeps.get(history)
                        .forEach((rhythm, count) -> line.append(" --keep-")
                                .append(rhythm)
                                .append(' ')
                                .append(count));
                forgets.println(line);
            }
        }
    }

    private void compare(Path folder) throws IOException {
        int periods = 0;
        int others = 0;
        int oldest = 0;
        for (int history = 0; history < HISTORIES; history++) {
            Map<String, Map<Instant, Instant>> ours = ours(history);
            JsonNode kept = new ObjectMapper()
                    .readTree(Files.readString(folder.resolve("h" + history + ".json")))
                    .get(0);
            Map<String, Map<Instant, Instant>> theirs = new TreeMap<>();
            for (JsonNode reason : kept.get("reasons")) {
                Instant time = Instant.parse(reason.get("snapshot").get("time").asText());
                for (JsonNode match : reason.get("matches")) {
                    String[] words = match.asText().split(" ");
                    if (words[0].equals("oldest")) {
                        oldest++;
                    } else {
                        theirs.computeIfAbsent(words[0], rhythm -> new TreeMap<>())
                                .put(schedule(words[0]).firingAtOrBefore(time), time);
                    }
                }
            }
            require(history, "periods", keys(ours), keys(theirs));
            for (String rhythm : ours.keySet()) {
                for (Map.Entry<Instant, Instant> period : ours.get(rhythm).entrySet()) {
                    List<Instant> there = there(history, rhythm, period.getKey());
                    require(history, "first of " + period.getKey(), period.getValue(), there.get(0));
                    require(
                            history,
                            "newest of " + period.getKey(),
                            theirs.get(rhythm).get(period.getKey()),
                            there.get(there.size() - 1));
                    periods++;
                    others += there.size() > 1 ? 1 : 0;
                }
            }
        }
        System.out.println("retention/restic: " + HISTORIES + " histories, " + periods
                + " kept periods are the same; in "
                + others + " of them restic keeps the newest and DR Kit the first, in all others one and the same; "
                + oldest + " more that restic keeps as the oldest");
    }

    private List<Instant> there(int history, String rhythm, Instant begins) {
        return members.get(history).stream()
                .map(times::get)
                .filter(time -> schedule(rhythm).firingAtOrBefore(time).equals(begins))
                .sorted()
                .toList();
    }

    private Map<String, Map<Instant, Instant>> ours(int history) {
        RetentionPolicy.Builder policy = RetentionPolicy.builder("restic's")
                .requiredProof(Proof.Level.UNPROVEN)
                .minimumProven(1);
        keeps.get(history).forEach((rhythm, count) -> policy.tier(rhythm, schedule(rhythm), count));
        List<RecoveryPoint> points = members.get(history).stream()
                .map(snapshot ->
                        Points.unproven("s" + snapshot, times.get(snapshot).toString()))
                .toList();
        RetentionDecision decision = policy.build()
                .decide(Inventory.of(
                        Points.BANK,
                        new Catalog(points, List.of(), List.of()),
                        FIRST.plus(Duration.ofDays(DAYS)),
                        Duration.ofDays(DAYS)));
        Map<String, Map<Instant, Instant>> ours = new TreeMap<>();
        for (RetentionEntry entry : decision.entries()) {
            for (Slot slot : entry.owned()) {
                if (slot.kept()) {
                    ours.computeIfAbsent(slot.tier(), tier -> new TreeMap<>())
                            .put(slot.begins(), entry.point().consistencyTime());
                }
            }
        }
        return ours;
    }

    private final Map<String, Schedule> schedules = new TreeMap<>();

    private Schedule schedule(String rhythm) {
        return schedules.computeIfAbsent(rhythm, name -> Schedule.cron(RHYTHMS.get(name), ZoneOffset.UTC));
    }

    private static Map<String, Set<Instant>> keys(Map<String, Map<Instant, Instant>> kept) {
        Map<String, Set<Instant>> keys = new TreeMap<>();
        kept.forEach((rhythm, periods) -> keys.put(rhythm, periods.keySet()));
        return keys;
    }

    private static void require(int history, String what, Object ours, Object theirs) {
        if (!ours.equals(theirs)) {
            throw new IllegalStateException("History " + history + " of seed " + SEED + ", " + what + ": DR Kit says "
                    + ours + ", restic says " + theirs);
        }
    }

    private static PrintStream open(Path file) throws IOException {
        return new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8);
    }
}
