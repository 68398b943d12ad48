package io.github.drkit.report;

import io.github.drkit.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reports in the XML that JUnit made common, as far as Jenkins (junit-plugin, {@code SuiteResult} and {@code CaseResult})
 * and GitLab ({@code Gitlab::Ci::Parsers::Test::Junit}) read it. Both tell cases apart by class name and name, take the
 * text of {@code failure}, {@code error} and {@code skipped} for what there is to say, and ignore the sums.
 */
final class ReportJUnit {

    private final Markup xml = new Markup("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    private final Map<String, Integer> classes = new HashMap<>();

    private ReportJUnit() {}

    static String of(RunReport run) {
        ReportJUnit junit = new ReportJUnit();
        junit.xml.begin("testsuites");
        junit.run(run);
        return junit.xml.end().toString();
    }

    static String of(RecoveryReport recovery) {
        ReportJUnit junit = new ReportJUnit();
        junit.xml.begin("testsuites");
        junit.recovery(recovery);
        recovery.runs().forEach(junit::run);
        return junit.xml.end().toString();
    }

    private void recovery(RecoveryReport report) {
        String message = "RTO " + report.rto().map(Duration::toString).orElse(RecoveryReport.NOT_ACHIEVED) + ", RPO "
                + report.rpo().map(Duration::toString).orElse(RecoveryReport.NOT_ACHIEVED);
        Duration time = report.rto().orElse(Duration.ZERO);
        suite(
                "recovery",
                report.outage(),
                time,
                List.of(new Case("drkit.recovery", "recovery", time, report.outcome(), message)));
    }

    private void run(RunReport run) {
        String of = className(run);
        List<Case> cases = new ArrayList<>();
        // A run that stopped between two steps shows no step that failed: it has to speak for itself.
        cases.add(new Case(
                of,
                "run",
                Duration.ZERO,
                run.outcome(),
                "run '" + run.run() + "' " + (run.outcome() == Outcome.UNKNOWN ? "is" : "ended") + " " + run.outcome()
                        + run.remarks().stream().map(remark -> "\n" + remark).collect(Collectors.joining())));
        for (RunReport.Step step : run.steps()) {
            cases.add(new Case(
                    of + ".steps", step.name(), step.duration().orElse(Duration.ZERO), step.outcome(), step.message()));
        }
        for (RunReport.CheckLine check : run.checks()) {
            cases.add(new Case(
                    of + ".checks",
                    check.name(),
                    Duration.ZERO,
                    check.outcome(),
                    "expected: " + check.expected() + "\nactual: " + check.actual()));
        }
        suite(run.kind() + " " + run.subject(), run.begun(), run.duration(), cases);
    }

    /** The same from run to run, so that a history can be kept, but for a kind and subject that come twice in a report. */
    private String className(RunReport run) {
        String name = "drkit." + run.kind().replace(' ', '-') + "." + run.subject();
        int times = classes.merge(name, 1, Integer::sum);
        return times == 1 ? name : name + "#" + times;
    }

    private void suite(String name, Instant begun, Duration time, List<Case> cases) {
        xml.begin(
                "testsuite",
                "name",
                name,
                "tests",
                String.valueOf(cases.size()),
                "failures",
                count(cases, Outcome.FAILED),
                "errors",
                count(cases, Outcome.UNKNOWN),
                "skipped",
                count(cases, Outcome.SKIPPED),
                "time",
                Seconds.of(time),
                "timestamp",
                begun.truncatedTo(ChronoUnit.SECONDS).toString());
        cases.forEach(this::testcase);
        xml.end();
    }

    private void testcase(Case test) {
        xml.begin("testcase", "classname", test.in(), "name", test.name(), "time", Seconds.of(test.time()));
        switch (test.outcome()) {
            case SUCCEEDED -> xml.leaf("system-out", test.message());
            case FAILED -> xml.leaf("failure", test.message(), "message", test.line(), "type", "FAILED");
            case UNKNOWN -> xml.leaf("error", test.message(), "message", test.line(), "type", "UNKNOWN");
            case SKIPPED -> xml.leaf("skipped", test.message(), "message", test.line());
        }
        xml.end();
    }

    private static String count(List<Case> cases, Outcome outcome) {
        return String.valueOf(
                cases.stream().filter(test -> test.outcome() == outcome).count());
    }

    private record Case(String in, String name, Duration time, Outcome outcome, String message) {

        Case {
            message = message.isBlank() ? "no message" : message;
        }

        /** The message's first line; the others give advice. */
        String line() {
            return message.strip().lines().findFirst().orElse("");
        }
    }
}
