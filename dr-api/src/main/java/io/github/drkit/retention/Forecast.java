package io.github.drkit.retention;

import io.github.drkit.Catalog;
import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How many points there will be, what they will occupy, and how far back one will be able to go.
 *
 * @param pointBytes what each run to come is assumed to write: the median of the last 7 points that are as they should
 *     be, 0 if there is none
 * @param days one for each of the days to come, in order
 */
public record Forecast(long pointBytes, List<Day> days) {

    private static final int DAYS = 400;
    private static final int HISTORY = 7;
    private static final int STEP = 40;

    /** Copies the list. */
    public Forecast {
        days = List.copyOf(days);
    }

    static Forecast of(RetentionPolicy policy, Inventory inventory) {
        long pointBytes = median(inventory.catalog().points());
        List<RecoveryPoint> points = new ArrayList<>(inventory.catalog().points());
        List<Day> days = new ArrayList<>();
        Instant from = inventory.now();
        int number = 0;
        for (int day = 0; day < DAYS; day++) {
            Instant until = from.plus(Duration.ofDays(1));
            for (Instant firing : policy.runsBetween(from, until)) {
                points.add(forecast(policy, inventory, firing, ++number, pointBytes));
            }
            // Before anything goes everything is there: that is what must fit.
            long peak = points.stream().mapToLong(RecoveryPoint::sizeBytes).sum();
            RetentionDecision decision =
                    policy.suppose(inventory.supposing(new Catalog(points, List.of(), List.of()), until));
            Set<RecoveryPointId> gone = new HashSet<>();
            decision.drops().forEach(entry -> gone.add(entry.point().id()));
            points.removeIf(point -> gone.contains(point.id()));
            days.add(new Day(until, decision.after(), peak));
            from = until;
        }
        return new Forecast(pointBytes, days);
    }

    /**
     * Tells when a capacity will not suffice.
     *
     * @param capacityBytes what there is
     * @return the end of the first day on which more is needed, UTC; empty if it suffices throughout
     */
    public Optional<Instant> exceeds(long capacityBytes) {
        return days.stream()
                .filter(day -> day.peakBytes() > capacityBytes)
                .map(Day::at)
                .findFirst();
    }

    /**
     * Returns what is needed at most.
     *
     * @return bytes
     */
    public long peakBytes() {
        return days.stream().mapToLong(Day::peakBytes).max().orElse(0);
    }

    /**
     * Renders the forecast for a person.
     *
     * @param capacityBytes what there is
     * @return lines of text: every fortieth day, the most that is needed, and whether the capacity suffices
     */
    public String render(long capacityBytes) {
        StringBuilder text = new StringBuilder();
        text.append("Forecast of ")
                .append(days.size())
                .append(" days, each run ")
                .append(pointBytes)
                .append(" bytes\n");
        for (int day = STEP - 1; day < days.size(); day += STEP) {
            text.append(days.get(day).at())
                    .append("  ")
                    .append(days.get(day).reach())
                    .append('\n');
        }
        text.append("Needed at most: ").append(peakBytes()).append(" bytes\n");
        text.append("Capacity: ").append(capacityBytes).append(" bytes, ");
        text.append(exceeds(capacityBytes).map(at -> "exceeded by " + at).orElse("enough for all of these days"));
        return text.append('\n').toString();
    }

    private static RecoveryPoint forecast(
            RetentionPolicy policy, Inventory inventory, Instant firing, int number, long bytes) {
        return new RecoveryPoint(
                RecoveryPointId.of("forecast-" + number),
                inventory.target(),
                RunId.of("forecast-" + number),
                "forecast",
                firing,
                Optional.of(firing),
                "",
                bytes,
                "",
                new Proof(policy.requiredProof(), Optional.of(firing), ""),
                Plausibility.OK,
                List.of());
    }

    private static long median(List<RecoveryPoint> points) {
        List<RecoveryPoint> sound = points.stream()
                .filter(point -> point.proof().level() != Proof.Level.FAILED && point.plausibility() == Plausibility.OK)
                .toList();
        long[] sizes = sound.subList(Math.max(0, sound.size() - HISTORY), sound.size()).stream()
                .mapToLong(RecoveryPoint::sizeBytes)
                .sorted()
                .toArray();
        return sizes.length == 0 ? 0 : sizes[sizes.length / 2];
    }

    /**
     * One day.
     *
     * @param at its end, UTC
     * @param reach how far back one can go then
     * @param peakBytes what is occupied before anything of that day goes, points that FAILED included
     */
    public record Day(Instant at, Reach reach, long peakBytes) {}
}
