package io.github.drkit.report;

import io.github.drkit.Outcome;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A recovery made of several runs, measured against its objectives.
 *
 * @param runs in the order they were executed
 * @param outage when the service was lost, UTC; in a drill, when the disaster was injected
 * @param validated when the recovered service was found to be right, UTC; empty if that was not reached
 * @param recoveredTo the instant the recovered data is a state of, UTC; empty if nothing was recovered
 * @param points the recovery points involved, with their proof as of now
 */
public record RecoveryReport(
        List<RunReport> runs,
        Instant outage,
        Optional<Instant> validated,
        Optional<Instant> recoveredTo,
        List<RecoveryPoint> points) {

    static final String NOT_ACHIEVED = "not achieved";

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if the service was validated before it was lost
     */
    public RecoveryReport {
        runs = List.copyOf(runs);
        points = List.copyOf(points);
        if (validated.filter(at -> at.isBefore(outage)).isPresent()) {
            throw new IllegalArgumentException("Cannot report on a recovery: the service was validated at "
                    + validated.get() + " but lost at " + outage + ", which must come first");
        }
    }

    /**
     * Returns how the recovery ended.
     *
     * @return SUCCEEDED only if there was a run, every run SUCCEEDED and the service was validated; UNKNOWN if a run is, or
     *     if there was none
     */
    public Outcome outcome() {
        if (runs.isEmpty() || runs.stream().anyMatch(run -> run.outcome() == Outcome.UNKNOWN)) {
            return Outcome.UNKNOWN;
        }
        boolean all = runs.stream().allMatch(run -> run.outcome() == Outcome.SUCCEEDED);
        return all && validated.isPresent() ? Outcome.SUCCEEDED : Outcome.FAILED;
    }

    /**
     * Returns the recovery time achieved: from the outage until the service was validated.
     *
     * @return empty unless the recovery SUCCEEDED: what was broken off achieved no time, which is not the same as zero
     */
    public Optional<Duration> rto() {
        return outcome() == Outcome.SUCCEEDED ? validated.map(at -> Duration.between(outage, at)) : Optional.empty();
    }

    /**
     * Returns the data loss in time: from the state recovered to until the outage.
     *
     * @return empty if nothing was recovered
     */
    public Optional<Duration> rpo() {
        return recoveredTo.map(at -> Duration.between(at, outage));
    }

    /**
     * Renders the report as canonical JSON with {@code outcome}, {@code rto} and {@code rpo} (ISO-8601 durations, or
     * {@code not achieved}), {@code steps}, {@code recoveryPoints} and {@code checks} of all runs.
     *
     * @return UTF-8 text
     */
    public String toJson() {
        Map<String, Object> map = new TreeMap<>();
        map.put("schema", "drkit-report/1");
        map.put("outcome", outcome().name());
        map.put("outage", outage.toString());
        map.put("rto", rto().map(Duration::toString).orElse(NOT_ACHIEVED));
        map.put("rpo", rpo().map(Duration::toString).orElse(NOT_ACHIEVED));
        map.put("runs", runs.stream().map(run -> run.run().value()).toList());
        map.put("steps", all(run -> run.steps().stream().map(step -> with(run, step.toMap()))));
        map.put("checks", all(run -> run.checks().stream().map(check -> with(run, check.toMap()))));
        map.put("recoveryPoints", points.stream().map(RecoveryReport::toMap).toList());
        return new String(CanonicalJson.write(map), StandardCharsets.UTF_8);
    }

    /**
     * Renders the report as Markdown. Whatever a name or message holds stays text, in its own cell.
     *
     * @return headings and tables, the runs after the whole
     */
    public String toMarkdown() {
        return ReportMarkdown.of(this);
    }

    /**
     * Renders the report as a page of HTML that needs nothing else: no scripts, no images, no fonts.
     *
     * @return UTF-8 text, well-formed XML too
     */
    public String toHtml() {
        return ReportHtml.of(this);
    }

    /**
     * Renders the report as JUnit XML for a build server: a suite for the recovery and one per run. FAILED is a failure,
     * UNKNOWN an error, SKIPPED skipped; times are seconds.
     *
     * @return UTF-8 text
     */
    public String toJUnitXml() {
        return ReportJUnit.of(this);
    }

    private List<Object> all(Function<RunReport, Stream<Map<String, Object>>> parts) {
        return runs.stream().flatMap(parts).map(Object.class::cast).toList();
    }

    private static Map<String, Object> with(RunReport run, Map<String, Object> part) {
        Map<String, Object> more = new TreeMap<>(part);
        more.put("run", run.run().value());
        more.put("kind", run.kind());
        return more;
    }

    private static Map<String, Object> toMap(RecoveryPoint point) {
        Map<String, Object> map = new TreeMap<>();
        map.put("id", point.id().value());
        map.put("target", point.target().value());
        map.put("format", point.format());
        map.put("consistencyTime", point.consistencyTime().toString());
        map.put("sizeBytes", point.sizeBytes());
        map.put("location", point.location());
        map.put("proof", point.proof().level().name());
        map.put("provenAt", point.proof().at().map(Instant::toString).orElse(""));
        map.put("provenBy", point.proof().by());
        map.put("plausibility", point.plausibility().name());
        map.put("remarks", point.remarks());
        return map;
    }
}
