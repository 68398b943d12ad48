package io.github.drkit.report;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.RunId;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One run, as its journal tells it. The same journal gives the same report, also after a crash.
 *
 * @param run the run
 * @param kind what was done
 * @param subject to what
 * @param outcome how it ended; UNKNOWN while it goes on
 * @param begun when, UTC
 * @param ended the last entry's time, UTC
 * @param steps in the plan's order
 * @param checks in the order they ended
 * @param criticalPath the chain of steps that decided how long it took
 * @param remarks sentences for people about the run as a whole: the lease it held, whom it fenced, why it stopped
 */
public record RunReport(
        RunId run,
        String kind,
        String subject,
        Outcome outcome,
        Instant begun,
        Instant ended,
        List<Step> steps,
        List<CheckLine> checks,
        List<String> criticalPath,
        List<String> remarks) {

    /** Copies the lists. */
    public RunReport {
        steps = List.copyOf(steps);
        checks = List.copyOf(checks);
        criticalPath = List.copyOf(criticalPath);
        remarks = List.copyOf(remarks);
    }

    /**
     * Computes the report of a run.
     *
     * @param plan the plan that was executed
     * @param entries its journal
     * @return the report
     * @throws IllegalArgumentException if the journal is empty
     */
    public static RunReport of(Plan plan, List<JournalEntry> entries) {
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("Cannot report on run '" + plan.run() + "': its journal is empty");
        }
        Outcome outcome = Outcome.UNKNOWN;
        Map<String, Step> steps = new LinkedHashMap<>();
        for (PlanStep step : plan.steps()) {
            steps.put(
                    step.name(),
                    new Step(
                            step.name(),
                            Optional.empty(),
                            Optional.empty(),
                            Outcome.SKIPPED,
                            0,
                            "not begun",
                            Map.of()));
        }
        Map<String, CheckLine> checks = new LinkedHashMap<>();
        List<String> remarks = new ArrayList<>();
        for (JournalEntry entry : entries) {
            Step step = steps.get(entry.step());
            switch (entry.kind()) {
                case STEP_BEGUN -> {
                    if (step != null) {
                        steps.put(step.name(), step.begun(entry));
                    }
                }
                case STEP_NOTED -> {
                    if (step != null) {
                        steps.put(step.name(), step.noted(entry));
                    }
                }
                case STEP_ENDED -> {
                    if (step != null) {
                        steps.put(step.name(), step.ended(entry));
                    }
                }
                case CHECK_ENDED ->
                    checks.put(
                            entry.step(),
                            new CheckLine(
                                    entry.step(),
                                    entry.outcome().orElse(Outcome.UNKNOWN),
                                    entry.facts().getOrDefault("expected", ""),
                                    entry.facts().getOrDefault("actual", "")));
                case RUN_BEGUN -> {
                    outcome = Outcome.UNKNOWN;
                    lease(entry).ifPresent(remarks::add);
                }
                case RUN_TAKEN_OVER -> {
                    outcome = Outcome.UNKNOWN;
                    remarks.add("taken over: " + entry.text());
                }
                case RUN_ENDED -> {
                    outcome = entry.outcome().orElse(Outcome.UNKNOWN);
                    if (!entry.text().equals("ended")) {
                        remarks.add("stopped: " + entry.text());
                    }
                }
                case PLANNED -> {}
            }
        }
        return new RunReport(
                plan.run(),
                plan.kind(),
                plan.subject(),
                outcome,
                entries.get(0).at(),
                entries.get(entries.size() - 1).at(),
                List.copyOf(steps.values()),
                List.copyOf(checks.values()),
                criticalPath(plan, steps),
                remarks);
    }

    private static Optional<String> lease(JournalEntry begun) {
        return Optional.ofNullable(begun.facts().get("lease"))
                .map(lease -> "began under lease '" + lease + "' with token "
                        + begun.facts().getOrDefault("token", "")
                        + (begun.facts().containsKey("fenced")
                                ? "; kept from committing by it: "
                                        + begun.facts().get("fenced")
                                : ""));
    }

    /**
     * Returns how long the run took, waiting between a crash and its resumption included.
     *
     * @return from the first to the last entry of its journal
     */
    public Duration duration() {
        return Duration.between(begun, ended);
    }

    /**
     * Finds a step by its name.
     *
     * @param name which
     * @return the step, or empty
     */
    public Optional<Step> find(String name) {
        return steps.stream().filter(step -> step.name().equals(name)).findFirst();
    }

    /**
     * Renders the report as canonical JSON.
     *
     * @return UTF-8 text
     */
    public String toJson() {
        return new String(CanonicalJson.write(toMap()), StandardCharsets.UTF_8);
    }

    /**
     * Renders the report as Markdown. Whatever a name or message holds stays text, in its own cell.
     *
     * @return a heading and tables
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
     * Renders the report as JUnit XML for a build server: one test per step and check, and one for the run. FAILED is a
     * failure, UNKNOWN an error, SKIPPED skipped; times are seconds.
     *
     * @return UTF-8 text
     */
    public String toJUnitXml() {
        return ReportJUnit.of(this);
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new TreeMap<>();
        map.put("run", run.value());
        map.put("kind", kind);
        map.put("subject", subject);
        map.put("outcome", outcome.name());
        map.put("begun", begun.toString());
        map.put("ended", ended.toString());
        map.put("steps", steps.stream().map(Step::toMap).toList());
        map.put("checks", checks.stream().map(CheckLine::toMap).toList());
        map.put("criticalPath", criticalPath);
        map.put("remarks", remarks);
        return map;
    }

    /** From the step that ended last back along the predecessor that ended last. */
    private static List<String> criticalPath(Plan plan, Map<String, Step> steps) {
        List<String> path = new ArrayList<>();
        Optional<Step> at = latest(steps, steps.keySet());
        while (at.isPresent()) {
            path.add(0, at.get().name());
            at = plan.find(at.get().name()).flatMap(step -> latest(steps, step.after()));
        }
        return path;
    }

    private static Optional<Step> latest(Map<String, Step> steps, Iterable<String> names) {
        Step latest = null;
        for (String name : names) {
            Step step = steps.get(name);
            if (step != null && step.end().isPresent() && step.begin().isPresent()) {
                boolean later =
                        latest == null || step.end().get().isAfter(latest.end().orElseThrow());
                latest = later ? step : latest;
            }
        }
        return Optional.ofNullable(latest);
    }

    /**
     * One step of the run.
     *
     * @param name its name
     * @param begin when its last attempt began, UTC; empty if it never did
     * @param end when it ended, UTC; empty if it did not
     * @param outcome how it ended; UNKNOWN if it began and did not end
     * @param attempts how often it began
     * @param message what was observed
     * @param facts what it recorded
     */
    public record Step(
            String name,
            Optional<Instant> begin,
            Optional<Instant> end,
            Outcome outcome,
            int attempts,
            String message,
            Map<String, String> facts) {

        /** Copies the facts. */
        public Step {
            facts = Map.copyOf(facts);
        }

        /**
         * Returns how long its last attempt took.
         *
         * @return empty if it did not begin or did not end
         */
        public Optional<Duration> duration() {
            return begin.flatMap(from -> end.map(to -> Duration.between(from, to)));
        }

        Step begun(JournalEntry entry) {
            return new Step(
                    name, Optional.of(entry.at()), Optional.empty(), Outcome.UNKNOWN, entry.attempt(), "began", facts);
        }

        Step noted(JournalEntry entry) {
            return new Step(name, begin, end, outcome, attempts, message, merged(entry));
        }

        Step ended(JournalEntry entry) {
            return new Step(
                    name,
                    begin,
                    Optional.of(entry.at()),
                    entry.outcome().orElse(Outcome.UNKNOWN),
                    attempts,
                    entry.text(),
                    merged(entry));
        }

        private Map<String, String> merged(JournalEntry entry) {
            Map<String, String> all = new HashMap<>(facts);
            all.putAll(entry.facts());
            return all;
        }

        Map<String, Object> toMap() {
            Map<String, Object> map = new TreeMap<>();
            map.put("name", name);
            map.put("start", begin.map(Instant::toString).orElse(""));
            map.put("end", end.map(Instant::toString).orElse(""));
            map.put("outcome", outcome.name());
            map.put("attempts", attempts);
            map.put("message", message);
            map.put("facts", facts);
            return map;
        }
    }

    /**
     * One check of the run.
     *
     * @param name its name
     * @param outcome what was found
     * @param expected what should be
     * @param actual what is
     */
    public record CheckLine(String name, Outcome outcome, String expected, String actual) {

        Map<String, Object> toMap() {
            return new TreeMap<>(
                    Map.of("name", name, "outcome", outcome.name(), "expected", expected, "actual", actual));
        }
    }
}
