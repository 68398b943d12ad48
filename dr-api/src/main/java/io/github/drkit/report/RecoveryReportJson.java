package io.github.drkit.report;

import io.github.drkit.Outcome;
import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.json.CanonicalJson;
import io.github.drkit.json.JsonFields;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** The JSON form of a recovery's report, as {@code docs/format.md} describes it. */
final class RecoveryReportJson {

    private static final String SCHEMA = "drkit-report/1";
    private static final String NOT_ACHIEVED = RecoveryReport.NOT_ACHIEVED;

    private RecoveryReportJson() {}

    static String write(RecoveryReport report) {
        return new String(CanonicalJson.write(map(report)), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> map(RecoveryReport report) {
        Map<String, Object> map = new TreeMap<>();
        map.put("schema", SCHEMA);
        map.put("outage", report.outage().toString());
        map.put("validated", report.validated().map(Instant::toString).orElse(""));
        map.put("recoveredTo", report.recoveredTo().map(Instant::toString).orElse(""));
        map.put("runs", report.runs().stream().map(RunReport::toMap).toList());
        map.put(
                "recoveryPoints",
                report.points().stream().map(RecoveryReportJson::point).toList());
        // What follows from these, so that no reader needs to know how.
        map.put("outcome", report.outcome().name());
        map.put("rto", report.rto().map(Duration::toString).orElse(NOT_ACHIEVED));
        map.put("rpo", report.rpo().map(Duration::toString).orElse(NOT_ACHIEVED));
        map.put("steps", all(report, run -> run.steps().stream().map(step -> with(run, step.toMap()))));
        map.put("checks", all(report, run -> run.checks().stream().map(check -> with(run, check.toMap()))));
        return map;
    }

    private static List<Object> all(RecoveryReport report, Function<RunReport, Stream<Map<String, Object>>> parts) {
        return report.runs().stream().flatMap(parts).map(Object.class::cast).toList();
    }

    private static Map<String, Object> with(RunReport run, Map<String, Object> part) {
        Map<String, Object> more = new TreeMap<>(part);
        more.put("run", run.run().value());
        more.put("kind", run.kind());
        return more;
    }

    private static Map<String, Object> point(RecoveryPoint point) {
        Map<String, Object> map = new TreeMap<>();
        map.put("id", point.id().value());
        map.put("target", point.target().value());
        map.put("run", point.run().value());
        map.put("format", point.format());
        map.put("consistencyTime", point.consistencyTime().toString());
        map.put("scheduledFor", point.scheduledFor().map(Instant::toString).orElse(""));
        map.put("label", point.label());
        map.put("sizeBytes", point.sizeBytes());
        map.put("location", point.location());
        map.put("proof", point.proof().level().name());
        map.put("provenAt", point.proof().at().map(Instant::toString).orElse(""));
        map.put("provenBy", point.proof().by());
        map.put("plausibility", point.plausibility().name());
        map.put("remarks", point.remarks());
        return map;
    }

    static RecoveryReport read(String json) {
        Map<String, Object> found = parsed(json);
        RecoveryReport report;
        try {
            report = report(new JsonFields("report", found));
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw unreadable(Objects.toString(e.getMessage()), e);
        }
        // As it would be read again: numbers have one type then.
        Map<String, Object> required = CanonicalJson.read(CanonicalJson.write(map(report)));
        required.forEach((name, value) -> {
            if (!value.equals(found.get(name))) {
                throw new IntegrityException(
                        "DRK-REPORT-001",
                        problem("'" + name + "' is not what follows from its other members"),
                        "Was it changed by hand?");
            }
        });
        return report;
    }

    private static Map<String, Object> parsed(String json) {
        try {
            return CanonicalJson.read(json.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw unreadable("it is not one JSON object", e);
        }
    }

    private static IntegrityException unreadable(String actual, Exception cause) {
        return new IntegrityException("DRK-REPORT-001", problem(actual), "Is it the whole file?", cause);
    }

    private static String problem(String actual) {
        return "Cannot read report of a recovery: " + actual + " but a whole report of " + SCHEMA + " is required";
    }

    private static RecoveryReport report(JsonFields fields) {
        if (!fields.text("schema").equals(SCHEMA)) {
            throw new IllegalArgumentException("its schema is another");
        }
        RecoveryReport report = new RecoveryReport(
                fields.list("runs").stream().map(RecoveryReportJson::run).toList(),
                fields.instant("outage"),
                fields.instantIfAny("validated"),
                fields.instantIfAny("recoveredTo"),
                fields.list("recoveryPoints").stream()
                        .map(RecoveryReportJson::point)
                        .toList());
        fields.text("outcome");
        fields.text("rto");
        fields.text("rpo");
        fields.list("steps");
        fields.list("checks");
        fields.end();
        return report;
    }

    private static RunReport run(Object object) {
        JsonFields fields = new JsonFields("run", object);
        RunReport run = new RunReport(
                RunId.of(fields.text("run")),
                fields.text("kind"),
                fields.text("subject"),
                named(Outcome.values(), fields, "outcome"),
                fields.instant("begun"),
                fields.instant("ended"),
                fields.list("steps").stream().map(RecoveryReportJson::step).toList(),
                fields.list("checks").stream().map(RecoveryReportJson::check).toList(),
                fields.texts("criticalPath"),
                fields.texts("remarks"));
        fields.end();
        return run;
    }

    private static RunReport.Step step(Object object) {
        JsonFields fields = new JsonFields("step", object);
        RunReport.Step step = new RunReport.Step(
                fields.text("name"),
                fields.instantIfAny("start"),
                fields.instantIfAny("end"),
                named(Outcome.values(), fields, "outcome"),
                Math.toIntExact(fields.number("attempts")),
                fields.text("message"),
                fields.textMap("facts"));
        fields.end();
        return step;
    }

    private static RunReport.CheckLine check(Object object) {
        JsonFields fields = new JsonFields("check", object);
        RunReport.CheckLine check = new RunReport.CheckLine(
                fields.text("name"),
                named(Outcome.values(), fields, "outcome"),
                fields.text("expected"),
                fields.text("actual"));
        fields.end();
        return check;
    }

    private static RecoveryPoint point(Object object) {
        JsonFields fields = new JsonFields("recovery point", object);
        RecoveryPoint point = new RecoveryPoint(
                RecoveryPointId.of(fields.text("id")),
                TargetId.of(fields.text("target")),
                RunId.of(fields.text("run")),
                fields.text("format"),
                fields.instant("consistencyTime"),
                fields.instantIfAny("scheduledFor"),
                fields.text("label"),
                fields.number("sizeBytes"),
                fields.text("location"),
                new Proof(
                        named(Proof.Level.values(), fields, "proof"),
                        fields.instantIfAny("provenAt"),
                        fields.text("provenBy")),
                named(Plausibility.values(), fields, "plausibility"),
                fields.texts("remarks"));
        fields.end();
        return point;
    }

    private static <E extends Enum<E>> E named(E[] values, JsonFields fields, String name) {
        String text = fields.text(name);
        for (E value : values) {
            if (value.name().equals(text)) {
                return value;
            }
        }
        throw new IllegalArgumentException("'" + name + "' is none of " + List.of(values));
    }
}
