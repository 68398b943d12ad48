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

    /** Copies the lists. */
    public RecoveryReport {
        runs = List.copyOf(runs);
        points = List.copyOf(points);
    }

    /**
     * Returns how the recovery ended.
     *
     * @return SUCCEEDED only if every run did and the service was validated
     */
    public Outcome outcome() {
        for (Outcome worst : List.of(Outcome.UNKNOWN, Outcome.FAILED)) {
            if (runs.stream().anyMatch(run -> run.outcome() == worst)) {
                return worst;
            }
        }
        return validated.isPresent() ? Outcome.SUCCEEDED : Outcome.FAILED;
    }

    /**
     * Returns the recovery time achieved: from the outage until the service was validated.
     *
     * @return empty if that was not achieved, which is not the same as zero
     */
    public Optional<Duration> rto() {
        return validated.map(at -> Duration.between(outage, at));
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
        map.put("rto", rto().map(Duration::toString).orElse("not achieved"));
        map.put("rpo", rpo().map(Duration::toString).orElse("not achieved"));
        map.put("runs", runs.stream().map(run -> run.run().value()).toList());
        map.put("steps", all(run -> run.steps().stream().map(step -> with(run, step.toMap()))));
        map.put("checks", all(run -> run.checks().stream().map(check -> with(run, check.toMap()))));
        map.put("recoveryPoints", points.stream().map(RecoveryReport::toMap).toList());
        return new String(CanonicalJson.write(map), StandardCharsets.UTF_8);
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
