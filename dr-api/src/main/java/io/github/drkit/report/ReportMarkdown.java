package io.github.drkit.report;

import io.github.drkit.RecoveryPoint;
import java.time.Duration;
import java.time.Instant;

/** Reports as Markdown with tables. */
final class ReportMarkdown {

    private final StringBuilder text = new StringBuilder();

    private ReportMarkdown() {}

    static String of(RunReport run) {
        ReportMarkdown markdown = new ReportMarkdown();
        markdown.run("#", run);
        return markdown.text.toString();
    }

    static String of(RecoveryReport recovery) {
        ReportMarkdown markdown = new ReportMarkdown();
        markdown.recovery(recovery);
        return markdown.text.toString();
    }

    private void recovery(RecoveryReport report) {
        text.append("# Recovery: ").append(report.outcome()).append("\n\n");
        header("", "");
        row("outage", report.outage().toString());
        row("validated", report.validated().map(Instant::toString).orElse("never"));
        row("recovered to", report.recoveredTo().map(Instant::toString).orElse("nothing recovered"));
        row("RTO", report.rto().map(Duration::toString).orElse(RecoveryReport.NOT_ACHIEVED));
        row("RPO", report.rpo().map(Duration::toString).orElse(RecoveryReport.NOT_ACHIEVED));
        if (!report.points().isEmpty()) {
            text.append('\n');
            header("point", "consistency time", "proof", "by", "plausibility", "remarks");
            for (RecoveryPoint point : report.points()) {
                row(
                        point.id().value(),
                        point.consistencyTime().toString(),
                        point.proof().level().name(),
                        point.proof().by(),
                        point.plausibility().name(),
                        String.join("\n", point.remarks()));
            }
        }
        for (RunReport run : report.runs()) {
            text.append('\n');
            run("##", run);
        }
    }

    private void run(String level, RunReport run) {
        text.append(level).append(' ').append(MarkdownText.escaped(run.kind())).append(' ');
        text.append(MarkdownText.escaped(run.subject())).append(": ").append(run.outcome());
        text.append("\n\nrun `").append(run.run()).append("`, ");
        text.append(run.begun()).append(" to ").append(run.ended()).append("\n\n");
        text.append("| step | outcome | seconds | message |\n| --- | --- | ---: | --- |\n");
        for (RunReport.Step step : run.steps()) {
            row(
                    step.name(),
                    step.outcome().name(),
                    step.duration().map(Seconds::of).orElse(""),
                    step.message());
        }
        if (!run.checks().isEmpty()) {
            text.append('\n');
            header("check", "outcome", "expected", "actual");
            for (RunReport.CheckLine check : run.checks()) {
                row(check.name(), check.outcome().name(), check.expected(), check.actual());
            }
        }
        if (!run.remarks().isEmpty()) {
            text.append('\n');
            header("remark");
            run.remarks().forEach(this::row);
        }
        text.append("\ncritical path: ")
                .append(MarkdownText.escaped(String.join(" -> ", run.criticalPath())))
                .append('\n');
    }

    private void header(String... names) {
        row(names);
        text.append("|").append(" --- |".repeat(names.length)).append('\n');
    }

    private void row(String... cells) {
        text.append('|');
        for (String cell : cells) {
            text.append(' ').append(MarkdownText.escaped(cell)).append(" |");
        }
        text.append('\n');
    }
}
