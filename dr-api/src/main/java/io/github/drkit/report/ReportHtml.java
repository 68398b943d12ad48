package io.github.drkit.report;

import io.github.drkit.Outcome;
import io.github.drkit.RecoveryPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * Reports as one page of HTML that is well-formed XML too. It loads nothing and runs nothing, and forbids itself to, so
 * that it can be mailed, archived and opened beside the disaster it is about.
 */
final class ReportHtml {

    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

    private static final String STYLE = """
            :root { color-scheme: light dark; }
            body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
            table { border-collapse: collapse; margin: 1rem 0; width: 100%; }
            th, td { border-bottom: 1px solid #8886; padding: .35rem .6rem; text-align: left; vertical-align: top; }
            td { overflow-wrap: anywhere; white-space: pre-line; unicode-bidi: isolate; }
            .time { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
            .outcome { font-weight: 600; white-space: nowrap; }
            .succeeded { color: #1a7f37; }
            .failed { color: #cf222e; }
            .unknown { color: #bc6c00; }
            .skipped { color: #808080; }
            """;

    private final Markup page = new Markup("<!DOCTYPE html>\n");

    private ReportHtml() {}

    static String of(RunReport run) {
        ReportHtml html = new ReportHtml();
        html.begin(run.kind() + " " + run.subject() + ": " + run.outcome());
        html.run("h1", run);
        return html.end();
    }

    static String of(RecoveryReport recovery) {
        ReportHtml html = new ReportHtml();
        html.begin("Recovery: " + recovery.outcome());
        html.recovery(recovery);
        return html.end();
    }

    private void begin(String title) {
        page.begin("html", "lang", "en").begin("head");
        page.empty("meta", "charset", "utf-8");
        page.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
        page.leaf("title", title).leaf("style", STYLE).end().begin("body");
    }

    private String end() {
        return page.end().end().toString();
    }

    private void recovery(RecoveryReport report) {
        heading("h1", "Recovery", report.outcome());
        page.begin("table").begin("tbody");
        fact("outage", report.outage().toString());
        fact("validated", report.validated().map(Instant::toString).orElse("never"));
        fact("recovered to", report.recoveredTo().map(Instant::toString).orElse("nothing recovered"));
        fact("RTO", report.rto().map(Duration::toString).orElse(RecoveryReport.NOT_ACHIEVED));
        fact("RPO", report.rpo().map(Duration::toString).orElse(RecoveryReport.NOT_ACHIEVED));
        page.end().end();
        if (!report.points().isEmpty()) {
            table("point", "consistency time", "proof", "by", "plausibility", "remarks");
            for (RecoveryPoint point : report.points()) {
                page.begin("tr").leaf("td", point.id().value());
                page.leaf("td", point.consistencyTime().toString());
                page.leaf("td", point.proof().level().name())
                        .leaf("td", point.proof().by());
                page.leaf("td", point.plausibility().name());
                page.leaf("td", String.join("\n", point.remarks())).end();
            }
            page.end().end();
        }
        report.runs().forEach(run -> run("h2", run));
    }

    private void run(String level, RunReport run) {
        heading(level, run.kind() + " " + run.subject(), run.outcome());
        page.begin("table").begin("tbody");
        fact("run", run.run().value());
        fact("begun", run.begun().toString());
        fact("ended", run.ended().toString());
        fact("seconds", Seconds.of(run.duration()));
        fact("critical path", String.join(" -> ", run.criticalPath()));
        run.remarks().forEach(remark -> fact("remark", remark));
        page.end().end();
        table("step", "outcome", "begun", "seconds", "attempts", "message");
        for (RunReport.Step step : run.steps()) {
            page.begin("tr").leaf("td", step.name());
            outcome(step.outcome());
            page.leaf("td", step.begin().map(Instant::toString).orElse(""), "class", "time");
            page.leaf("td", step.duration().map(Seconds::of).orElse(""), "class", "time");
            page.leaf("td", String.valueOf(step.attempts()), "class", "time");
            page.leaf("td", step.message()).end();
        }
        page.end().end();
        if (!run.checks().isEmpty()) {
            table("check", "outcome", "expected", "actual");
            for (RunReport.CheckLine check : run.checks()) {
                page.begin("tr").leaf("td", check.name());
                outcome(check.outcome());
                page.leaf("td", check.expected()).leaf("td", check.actual()).end();
            }
            page.end().end();
        }
    }

    private void heading(String level, String what, Outcome outcome) {
        page.begin(level).leaf("bdi", what + ":").leaf("span", outcome.name(), "class", style(outcome));
        page.end();
    }

    private void fact(String name, String value) {
        page.begin("tr").leaf("th", name, "scope", "row").leaf("td", value).end();
    }

    private void table(String... columns) {
        page.begin("table").begin("thead").begin("tr");
        for (String column : columns) {
            page.leaf("th", column, "scope", "col");
        }
        page.end().end().begin("tbody");
    }

    private void outcome(Outcome outcome) {
        page.leaf("td", outcome.name(), "class", style(outcome));
    }

    private static String style(Outcome outcome) {
        return "outcome " + outcome.name().toLowerCase(Locale.ROOT);
    }
}
