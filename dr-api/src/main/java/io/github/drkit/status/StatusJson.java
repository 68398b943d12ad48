package io.github.drkit.status;

import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryWindow;
import io.github.drkit.json.CanonicalJson;
import io.github.drkit.objective.Objectives;
import io.github.drkit.report.RecoveryReport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A status for programs. What is not known or never was is an empty text. */
final class StatusJson {

    private static final String SCHEMA = "drkit-status/1";

    private StatusJson() {}

    static String of(PlatformStatus status) {
        Map<String, Object> map = new TreeMap<>();
        map.put("schema", SCHEMA);
        map.put("at", status.at().toString());
        map.put("state", judgement(status.whole()));
        map.put("rpo", judgement(status.rpo()));
        map.put("rto", judgement(status.rto()));
        map.put("rpoNow", text(status.rpoNow()));
        map.put(
                "components",
                status.components().stream().map(StatusJson::component).toList());
        map.put(
                "unprotected",
                status.unprotected().stream()
                        .map(each -> Map.of(
                                "kind", each.kind().name(),
                                "what", each.what(),
                                "why", each.why()))
                        .toList());
        map.put("unseen", status.unseen());
        map.put("waiting", status.waiting().stream().map(StatusJson::run).toList());
        map.put("problems", status.problems());
        return new String(CanonicalJson.write(map), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> component(ComponentStatus component) {
        Map<String, Object> map = new TreeMap<>();
        map.put("component", component.component());
        map.put("state", component.state().name());
        map.put("objectives", objectives(component.objectives()));
        map.put("rpo", judgement(component.rpo()));
        map.put("rto", judgement(component.rto()));
        map.put("holdings", holdings(component.holdings()));
        map.put("rhythm", rhythm(component.rhythm()));
        map.put("evidence", evidence(component.evidence()));
        map.put(
                "obstacles",
                component.obstacles().stream()
                        .map(obstacle -> Map.of("what", obstacle.what(), "nextStep", obstacle.nextStep()))
                        .toList());
        map.put("remarks", component.remarks());
        return map;
    }

    private static Map<String, Object> objectives(Objectives objectives) {
        return Map.of(
                "environment", objectives.environment(),
                "rto", objectives.rto().toString(),
                "rpo", objectives.rpo().toString());
    }

    private static Map<String, Object> judgement(Judgement judgement) {
        return Map.of("state", judgement.state().name(), "why", judgement.why(), "decidedBy", judgement.decidedBy());
    }

    private static Map<String, Object> holdings(Holdings holdings) {
        Map<String, Object> counts = new TreeMap<>();
        holdings.counts().forEach((level, count) -> counts.put(level.name(), count));
        Map<String, Object> newest = new TreeMap<>();
        holdings.newest().forEach((level, point) -> newest.put(level.name(), point(point)));
        Map<String, Object> map = new TreeMap<>();
        map.put("unreachable", holdings.unreachable().orElse(""));
        map.put("counts", counts);
        map.put("suspect", holdings.suspect());
        map.put("bytes", holdings.bytes());
        map.put("newest", newest);
        map.put(
                "newestCounting",
                holdings.newestCounting().map(point -> point.id().value()).orElse(""));
        map.put("windows", holdings.windows().stream().map(StatusJson::window).toList());
        map.put("restorableTo", text(holdings.restorableTo()));
        map.put("rpoNow", text(holdings.rpoNow()));
        map.put(
                "problems",
                holdings.problems().stream()
                        .map(problem ->
                                Map.of("where", problem.where(), "code", problem.code(), "reason", problem.reason()))
                        .toList());
        return map;
    }

    private static Map<String, Object> point(RecoveryPoint point) {
        return Map.of(
                "id", point.id().value(),
                "consistencyTime", point.consistencyTime().toString(),
                "provenAt", text(point.proof().at()),
                "provenBy", point.proof().by());
    }

    private static Map<String, Object> window(RecoveryWindow window) {
        return Map.of(
                "earliest", window.earliest().toString(),
                "latest", window.latest().toString(),
                "granularity", window.granularity().toString());
    }

    private static Map<String, Object> rhythm(Rhythm rhythm) {
        Map<String, Object> map = new TreeMap<>();
        map.put("lastDue", text(rhythm.lastDue()));
        map.put("overdueSince", text(rhythm.overdueSince()));
        map.put("nextRun", text(rhythm.nextRun()));
        map.put("worstCase", rhythm.worstCase().map(StatusJson::worstCase).orElse(Map.of()));
        map.put("lastBackup", rhythm.lastBackup().map(StatusJson::run).orElse(Map.of()));
        map.put("lastAttempt", rhythm.lastAttempt().map(StatusJson::run).orElse(Map.of()));
        map.put("waiting", rhythm.waiting().stream().map(StatusJson::run).toList());
        return map;
    }

    private static Map<String, Object> worstCase(WorstCase worst) {
        return Map.of(
                "from", worst.from().toString(),
                "interval", worst.interval().toString(),
                "untilCounting", text(worst.untilCounting()),
                "rpo", worst.rpo().toString(),
                "rpoWithOneMissedRun", worst.rpoWithOneMissedRun().toString());
    }

    private static Map<String, Object> run(PastRun run) {
        return Map.of(
                "run", run.run().value(),
                "kind", run.kind(),
                "subject", run.subject(),
                "outcome", run.outcome().name(),
                "condition", run.condition().name(),
                "begun", run.begun().toString(),
                "lastHeard", run.lastHeard().toString(),
                "duration", run.duration().toString());
    }

    private static Map<String, Object> evidence(Evidence evidence) {
        Map<String, Object> map = new TreeMap<>();
        map.put("lastProof", evidence.lastProof().map(StatusJson::point).orElse(Map.of()));
        map.put(
                "lastRecovery",
                evidence.lastRecovery().map(StatusJson::recovery).orElse(Map.of()));
        map.put("drills", evidence.drills().name());
        map.put("lastRestore", evidence.lastRestore().map(StatusJson::run).orElse(Map.of()));
        map.put(
                "keys",
                evidence.keys().stream()
                        .map(key -> Map.of(
                                "name",
                                key.name(),
                                "since",
                                key.since().toString(),
                                "age",
                                key.age().toString()))
                        .toList());
        map.put(
                "recipients",
                evidence.recipients().isPresent()
                        ? Integer.toString(evidence.recipients().getAsInt())
                        : "");
        return map;
    }

    private static Map<String, Object> recovery(RecoveryReport report) {
        return Map.of(
                "outage", report.outage().toString(),
                "outcome", report.outcome().name(),
                "rto", report.rto().map(Duration::toString).orElse(""),
                "rpo", report.rpo().map(Duration::toString).orElse(""));
    }

    private static String text(Optional<?> value) {
        return value.map(Object::toString).orElse("");
    }
}
