package io.github.drkit.status;

import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.report.MarkdownText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A status for people: lines of a label and what it says, as text or as tables of Markdown. */
final class StatusText {

    private static final int LABEL = 11;

    private StatusText() {}

    static String of(PlatformStatus status) {
        StringBuilder text = new StringBuilder();
        text.append("Status at ")
                .append(status.at())
                .append(": ")
                .append(status.whole().state());
        if (!status.whole().decidedBy().isEmpty()) {
            text.append(", decided by ").append(status.whole().decidedBy());
        }
        text.append('\n');
        wholeLines(status).forEach(line -> append(text, line));
        for (ComponentStatus component : status.components()) {
            text.append(component.component())
                    .append(": ")
                    .append(component.state())
                    .append('\n');
            lines(component).forEach(line -> append(text, line));
        }
        return text.toString();
    }

    static String markdown(PlatformStatus status) {
        StringBuilder text = new StringBuilder();
        text.append("# Status: ").append(status.whole().state()).append("\n\n");
        text.append("at ").append(status.at()).append("\n\n");
        table(text, wholeLines(status));
        for (ComponentStatus component : status.components()) {
            text.append("\n## ")
                    .append(MarkdownText.escaped(component.component()))
                    .append(": ");
            text.append(component.state()).append("\n\n");
            table(text, lines(component));
        }
        return text.toString();
    }

    private static List<Line> wholeLines(PlatformStatus status) {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("RPO", whole(status.rpo())));
        lines.add(new Line("RTO", whole(status.rto())));
        status.unprotected().forEach(each -> lines.add(unprotected(each)));
        status.unseen().forEach(problem -> lines.add(new Line("problem", problem)));
        status.waiting().forEach(run -> lines.add(new Line("waits", run.toString())));
        status.problems().forEach(problem -> lines.add(new Line("problem", problem)));
        return lines;
    }

    private static Line unprotected(Unprotected each) {
        String text = each.what() + ": " + each.why();
        return switch (each.kind()) {
            case FORGOTTEN -> new Line("nobody", "backs up " + text);
            case MISSING -> new Line("missing", text);
        };
    }

    private static String whole(Judgement judgement) {
        return judgement.state() + (judgement.decidedBy().isEmpty() ? "" : " by " + judgement.decidedBy()) + ": "
                + judgement.why();
    }

    private static List<Line> lines(ComponentStatus component) {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("RPO", component.rpo().toString()));
        lines.add(new Line("RTO", component.rto().toString()));
        Holdings holdings = component.holdings();
        if (holdings.unreachable().isEmpty()) {
            lines.add(new Line("points", points(holdings)));
            newest(holdings).forEach(lines::add);
            holdings.windows()
                    .forEach(window -> lines.add(new Line("window", window.earliest() + " to " + window.latest())));
        }
        Rhythm rhythm = component.rhythm();
        lines.add(new Line("next run", rhythm.nextRun().map(Instant::toString).orElse("none is due")));
        rhythm.worstCase().ifPresent(worst -> lines.add(new Line("worst case", worstCase(worst))));
        lines.add(new Line(
                "last run", rhythm.lastBackup().map(StatusText::lastRun).orElse("never")));
        Evidence evidence = component.evidence();
        lines.add(new Line(
                "last proof",
                evidence.lastProof()
                        .map(point -> point.proof().at().map(Instant::toString).orElse("") + " by "
                                + point.proof().by() + ", of " + point.id())
                        .orElse(holdings.unreachable().isPresent() ? "unknown" : "never")));
        lines.add(new Line(
                "last drill",
                evidence.lastRecovery()
                        .map(report -> report.outage() + " " + report.outcome())
                        .orElse(evidence.drills() == Evidence.Drills.UNREADABLE ? "unknown" : "never")));
        evidence.keys().forEach(key -> lines.add(new Line("key", key.name() + ", " + Span.of(key.age()) + " old")));
        if (evidence.recipients().isPresent()) {
            lines.add(new Line("recipients", recipients(evidence.recipients().getAsInt())));
        }
        component.obstacles().forEach(obstacle -> lines.add(new Line("obstacle", obstacle.toString())));
        rhythm.waiting().forEach(run -> lines.add(new Line("waits", run.toString())));
        holdings.problems()
                .forEach(problem -> lines.add(
                        new Line("problem", problem.where() + ": " + problem.reason() + " [" + problem.code() + "]")));
        component.remarks().forEach(remark -> lines.add(new Line("note", remark)));
        return lines;
    }

    private static String points(Holdings holdings) {
        List<String> parts = new ArrayList<>();
        for (int level = Proof.Level.values().length - 1; level >= 0; level--) {
            int count = holdings.counts().getOrDefault(Proof.Level.values()[level], 0);
            if (count > 0) {
                parts.add(count + " " + Proof.Level.values()[level]);
            }
        }
        String suspect = holdings.suspect() == 0 ? "" : "; " + holdings.suspect() + " of them SUSPECT";
        return holdings.points() + (parts.isEmpty() ? "" : " (" + String.join(", ", parts) + suspect + ")") + ", "
                + holdings.bytes() + " bytes";
    }

    /** A level whose newest point is that of the level above says nothing new. */
    private static List<Line> newest(Holdings holdings) {
        List<Line> lines = new ArrayList<>();
        String above = "";
        for (int level = Proof.Level.values().length - 1; level >= 0; level--) {
            Proof.Level each = Proof.Level.values()[level];
            RecoveryPoint point = holdings.newest().get(each);
            if (point != null && !point.id().value().equals(above)) {
                above = point.id().value();
                lines.add(new Line(
                        each.name().toLowerCase(Locale.ROOT), "newest " + point.consistencyTime() + " " + point.id()));
            }
        }
        return lines;
    }

    private static String worstCase(WorstCase worst) {
        return Span.of(worst.rpo()) + ", with one missed run " + Span.of(worst.rpoWithOneMissedRun())
                + (worst.untilCounting().isEmpty()
                        ? ", and what a backup and its check take, which was not measured"
                        : "");
    }

    private static String lastRun(PastRun run) {
        return run.condition() == PastRun.Condition.ENDED
                ? run.begun() + " " + run.outcome() + " after " + Span.of(run.duration()) + ", run '" + run.run() + "'"
                : run.toString();
    }

    static String recipients(int count) {
        return switch (count) {
            case 0 -> "none: points are stored in the clear";
            case 1 -> "1 only: if its identity is lost, so is every backup";
            default -> Integer.toString(count);
        };
    }

    private static void append(StringBuilder text, Line line) {
        text.append("  ")
                .append(line.label())
                .append(" ".repeat(LABEL - line.label().length()));
        // Names of objects are anybody's; a line end in one must not make a line of ours.
        text.append(line.text().replaceAll("\\p{Cntrl}", "\uFFFD")).append('\n');
    }

    private static void table(StringBuilder text, List<Line> lines) {
        text.append("| | |\n| --- | --- |\n");
        lines.forEach(line -> text.append("| ")
                .append(line.label())
                .append(" | ")
                .append(MarkdownText.escaped(line.text()))
                .append(" |\n"));
    }

    private record Line(String label, String text) {}
}
