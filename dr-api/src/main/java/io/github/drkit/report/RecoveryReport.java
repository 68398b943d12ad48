package io.github.drkit.report;

import io.github.drkit.Outcome;
import io.github.drkit.RecoveryPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A recovery made of several runs, measured against its objectives. What the runs did stands in their journals; when the service was
 * lost, when it was found to be right again, and to which instant it was recovered, only its caller knows. So it cannot be
 * computed again: keep {@link #toJson}, and give it back by {@code Protection.builder(…).recoveries(…)}.
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
     * Renders the report as canonical JSON, from which {@link #fromJson} makes an equal one: every part, and besides
     * {@code outcome}, {@code rto} and {@code rpo} (ISO-8601 durations, or {@code not achieved}) and the {@code steps} and
     * {@code checks} of all runs.
     *
     * @return UTF-8 text of the schema {@code drkit-report/1}
     */
    public String toJson() {
        return RecoveryReportJson.write(this);
    }

    /**
     * Reads a report, strictly: every member must be there, none may be unknown, and what follows from others must follow.
     *
     * @param json what {@link #toJson} gave; blanks between members do not matter
     * @return the report
     * @throws io.github.drkit.error.IntegrityException if it is not such a report; look for another copy of it
     */
    public static RecoveryReport fromJson(String json) {
        return RecoveryReportJson.read(json);
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
}
