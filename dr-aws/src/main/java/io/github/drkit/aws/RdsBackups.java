package io.github.drkit.aws;

import io.github.drkit.Catalog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How the automated backups of an instance stand. RDS reports no failed backup, by metric or by event, so that health is what is
 * there and how old it is; {@link #problems()} names what falls short of the rule.
 *
 * @param instance the instance's identifier
 * @param status its status, or {@code absent}
 * @param retention how long RDS keeps automated backups; zero if they are off
 * @param backupWindow when RDS takes the daily snapshot, UTC, as {@code 03:00-04:00}; empty if unknown
 * @param earliest the first restorable instant, UTC
 * @param latest the last restorable instant, UTC
 * @param newestSnapshot the consistency time of the newest automated snapshot, UTC
 * @param problems what falls short, with the code of {@code docs/errors.md}; empty if all is well
 * @param events what RDS says of backups and restores of the last 14 days, oldest first; delivery is best-effort
 * @param metrics the newest value of each storage metric within the last hour, in bytes, empty where CloudWatch has none; no
 *     metric is named without a CloudWatch client
 */
public record RdsBackups(
        String instance,
        String status,
        Duration retention,
        String backupWindow,
        Optional<Instant> earliest,
        Optional<Instant> latest,
        Optional<Instant> newestSnapshot,
        List<Catalog.Problem> problems,
        List<Event> events,
        Map<String, Optional<Long>> metrics) {

    /** Copies the collections. */
    public RdsBackups {
        problems = List.copyOf(problems);
        events = List.copyOf(events);
        metrics = Map.copyOf(metrics);
    }

    /**
     * Renders the state for a person.
     *
     * @return lines of text, the same for the same state
     */
    public String render() {
        StringBuilder text = new StringBuilder();
        text.append("instance ").append(instance).append(" is ").append(status).append('\n');
        text.append("automated backups are kept ").append(retention.toDays()).append(" days");
        text.append(backupWindow.isEmpty() ? "" : ", taken within " + backupWindow + " UTC")
                .append('\n');
        text.append("restorable ")
                .append(earliest.isEmpty() || latest.isEmpty() ? "never" : earliest.get() + " to " + latest.get())
                .append('\n');
        text.append("newest automated snapshot ")
                .append(newestSnapshot.map(Instant::toString).orElse("none"))
                .append('\n');
        new TreeMap<>(metrics)
                .forEach((name, bytes) -> text.append(name)
                        .append(' ')
                        .append(bytes.map(value -> value + " bytes").orElse("no value in bytes within the last hour"))
                        .append('\n'));
        events.forEach(event ->
                text.append(event.at()).append(' ').append(event.message()).append('\n'));
        problems.forEach(problem -> text.append("PROBLEM ")
                .append(problem.reason())
                .append(" [")
                .append(problem.code())
                .append("]\n"));
        return text.toString();
    }

    /**
     * Something RDS says it did.
     *
     * @param at when, UTC
     * @param message RDS's own words
     */
    public record Event(Instant at, String message) {}
}
