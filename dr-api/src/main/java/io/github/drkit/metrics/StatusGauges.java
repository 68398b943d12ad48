package io.github.drkit.metrics;

import io.github.drkit.Proof;
import io.github.drkit.metrics.StatusMetrics.Seen;
import io.github.drkit.status.ComponentStatus;
import io.github.drkit.status.Evidence;
import io.github.drkit.status.Judgement;
import io.github.drkit.status.PastRun;
import io.github.drkit.status.PlatformStatus;
import io.github.drkit.status.Protection;
import io.github.drkit.status.Rhythm;
import io.github.drkit.status.State;
import io.github.drkit.status.WorstCase;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/** The gauges of docs/status.md. Each reads the last status when it is scraped, and asks nobody. */
final class StatusGauges {

    static final String STATUS_AGE = "drkit.status.age";

    /** Infinitely old, infinitely long: what never was, and a recovery that did not succeed. */
    private static final double NEVER = Double.POSITIVE_INFINITY;

    private static final double CANNOT_TELL = Double.NaN;
    private static final double NANOS = 1e9;
    private static final String SECONDS = "seconds";

    private final MeterRegistry registry;
    private final StatusMetrics metrics;

    StatusGauges(MeterRegistry registry, StatusMetrics metrics) {
        this.registry = registry;
        this.metrics = metrics;
    }

    void register(List<Protection> protections) {
        gauge(
                STATUS_AGE,
                "Time since the status was last asked for",
                SECONDS,
                Tags.empty(),
                () -> metrics.age().map(StatusGauges::seconds).orElse(NEVER));
        String state = "0 MET, 1 AT_RISK, 2 UNKNOWN, 3 MISSED: the whole";
        gauge("drkit.platform.state", state, "", objective("rpo"), () -> state(status -> Optional.of(status.rpo())));
        gauge("drkit.platform.state", state, "", objective("rto"), () -> state(status -> Optional.of(status.rto())));
        whole(
                "drkit.unprotected",
                "What nobody backs up, or cannot since it does not exist",
                StatusGauges::unprotected);
        whole("drkit.runs.waiting", "Runs that wait for a person", StatusGauges::waiting);
        whole(
                "drkit.journal.problems",
                "Journals and runs that cannot be read",
                status -> status.problems().size());
        protections.forEach(protection -> new OfComponent(protection).register());
    }

    /** What is known counts even if not everything could be looked at. */
    private static double unprotected(PlatformStatus status) {
        int known = status.unprotected().size();
        return known == 0 && !status.unseen().isEmpty() ? CANNOT_TELL : known;
    }

    private static double waiting(PlatformStatus status) {
        return status.waiting().size()
                + status.components().stream()
                        .mapToInt(component -> component.rhythm().waiting().size())
                        .sum();
    }

    private double state(Function<PlatformStatus, Optional<Judgement>> judgement) {
        return metrics.seen()
                .filter(seen -> !metrics.stale(seen))
                .flatMap(seen -> judgement.apply(seen.status()))
                .map(Judgement::state)
                .orElse(State.UNKNOWN)
                .ordinal();
    }

    private void whole(String name, String what, ToDoubleFunction<PlatformStatus> value) {
        gauge(
                name,
                what,
                "",
                Tags.empty(),
                () -> metrics.seen()
                        .map(seen -> value.applyAsDouble(seen.status()))
                        .orElse(CANNOT_TELL));
    }

    private void gauge(String name, String what, String unit, Tags tags, Supplier<Number> value) {
        Gauge.builder(name, value)
                .description(what)
                .baseUnit(unit.isEmpty() ? null : unit)
                .tags(tags)
                .register(registry);
    }

    private static Tags objective(String objective) {
        return Tags.of("objective", objective);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS;
    }

    /** The gauges of one component. */
    private final class OfComponent {

        private final Protection protection;
        private final Tags tags;

        OfComponent(Protection protection) {
            this.protection = protection;
            this.tags = Tags.of("component", protection.component());
        }

        void register() {
            gauge(
                    "drkit.rpo.objective",
                    "What may be lost",
                    SECONDS,
                    tags,
                    () -> seconds(protection.objectives().rpo()));
            gauge(
                    "drkit.rto.objective",
                    "What a recovery may take",
                    SECONDS,
                    tags,
                    () -> seconds(protection.objectives().rto()));
            state("rpo", ComponentStatus::rpo);
            state("rto", ComponentStatus::rto);
            age(
                    "drkit.rpo.now",
                    "What would be lost now",
                    tags,
                    (at, component) -> listed(
                            component,
                            component
                                    .holdings()
                                    .rpoNow()
                                    .map(StatusGauges::seconds)
                                    .orElse(NEVER)));
            value(
                    "drkit.rpo.worst.case",
                    "What the schedule allows to be lost",
                    SECONDS,
                    tags,
                    component -> component
                            .rhythm()
                            .worstCase()
                            .map(WorstCase::rpo)
                            .map(StatusGauges::seconds)
                            .orElse(CANNOT_TELL));
            value(
                    "drkit.backup.outcome",
                    "How the last backup that is not under way came out: 0 SUCCEEDED, 1 FAILED, 2 UNKNOWN",
                    "",
                    tags,
                    component -> component
                            .rhythm()
                            .lastAttempt()
                            .map(OfComponent::outcome)
                            .orElse(CANNOT_TELL));
            gauge(
                    "drkit.backup.overdue",
                    "Time since a due point should have counted",
                    SECONDS,
                    tags,
                    () -> metrics.seen()
                            .map(Seen::status)
                            .flatMap(status -> status.find(protection.component())
                                    .map(component -> listed(component, overdue(status.at(), component.rhythm()))))
                            .orElse(CANNOT_TELL));
            value("drkit.rto.last", "What the last recovery took", SECONDS, tags, OfComponent::lastRecovery);
            value(
                    "drkit.restore.last",
                    "What the last restore took",
                    SECONDS,
                    tags,
                    component -> component
                            .evidence()
                            .lastRestore()
                            .map(PastRun::duration)
                            .map(StatusGauges::seconds)
                            .orElse(CANNOT_TELL));
            age(
                    "drkit.proof.age",
                    "Time since a point was last PROVEN",
                    tags,
                    (at, component) -> listed(
                            component,
                            since(
                                    at,
                                    component
                                            .evidence()
                                            .lastProof()
                                            .flatMap(point -> point.proof().at()))));
            age(
                    "drkit.drill.age",
                    "Time since the last drill or recovery",
                    tags,
                    (at, component) -> component.evidence().drills() == Evidence.Drills.UNREADABLE
                            ? CANNOT_TELL
                            : since(at, component.evidence().lastRecovery().map(report -> report.outage())));
            value(
                    "drkit.recipients",
                    "Recipients points are encrypted to",
                    "",
                    tags,
                    component -> component.evidence().recipients().isPresent()
                            ? component.evidence().recipients().getAsInt()
                            : CANNOT_TELL);
            value(
                    "drkit.obstacles",
                    "What stands in the way of a restore",
                    "",
                    tags,
                    component -> component.obstacles().size());
            protection.keyNames().forEach(this::key);
            for (Proof.Level level : Proof.Level.values()) {
                level(level);
            }
            value(
                    "drkit.points.suspect",
                    "Points that are SUSPECT",
                    "",
                    tags,
                    component -> listed(component, component.holdings().suspect()));
            value(
                    "drkit.stored",
                    "What all points occupy",
                    "bytes",
                    tags,
                    component -> listed(component, component.holdings().bytes()));
            value(
                    "drkit.catalog.problems",
                    "Entries of the catalog that cannot be read",
                    "",
                    tags,
                    component ->
                            listed(component, component.holdings().problems().size()));
        }

        private void key(String name) {
            age(
                    "drkit.key.age",
                    "Age of a key backups depend on",
                    tags.and("key", name),
                    (at, component) -> component.evidence().keys().stream()
                            .filter(key -> key.name().equals(name))
                            .map(key -> seconds(key.age()))
                            .findFirst()
                            .orElse(CANNOT_TELL));
        }

        private void level(Proof.Level level) {
            Tags proof = tags.and("proof", level.name().toLowerCase(Locale.ROOT));
            value(
                    "drkit.points",
                    "Points of exactly this proof",
                    "",
                    proof,
                    component -> listed(component, component.holdings().counts().getOrDefault(level, 0)));
            if (level != Proof.Level.FAILED) {
                age(
                        "drkit.point.age",
                        "Age of the newest point that is proven so far",
                        proof,
                        (at, component) -> listed(
                                component,
                                since(
                                        at,
                                        Optional.ofNullable(component
                                                        .holdings()
                                                        .newest()
                                                        .get(level))
                                                .map(point -> point.consistencyTime()))));
            }
        }

        private void state(String objective, Function<ComponentStatus, Judgement> judgement) {
            gauge(
                    "drkit.objective.state",
                    "0 MET, 1 AT_RISK, 2 UNKNOWN, 3 MISSED",
                    "",
                    tags.and(objective(objective)),
                    () -> StatusGauges.this.state(
                            status -> status.find(protection.component()).map(judgement)));
        }

        private void value(String name, String what, String unit, Tags tags, ToDoubleFunction<ComponentStatus> value) {
            gauge(
                    name,
                    what,
                    unit,
                    tags,
                    () -> seen().map(component -> value.applyAsDouble(component))
                            .orElse(CANNOT_TELL));
        }

        /** An age grows on between two refreshes: what it was then, and the time since. */
        private void age(String name, String what, Tags tags, ToDoubleBiFunction<Instant, ComponentStatus> then) {
            gauge(name, what, SECONDS, tags, () -> {
                Optional<Seen> seen = metrics.seen();
                return seen.flatMap(last -> last.status().find(protection.component()))
                        .map(component -> then.applyAsDouble(seen.get().status().at(), component)
                                + seconds(metrics.age(seen.get())))
                        .orElse(CANNOT_TELL);
            });
        }

        private Optional<ComponentStatus> seen() {
            return metrics.seen().flatMap(seen -> seen.status().find(protection.component()));
        }

        private static double outcome(PastRun run) {
            return switch (run.outcome()) {
                case SUCCEEDED -> 0;
                case FAILED -> 1;
                case SKIPPED, UNKNOWN -> 2;
            };
        }

        private static double overdue(Instant at, Rhythm rhythm) {
            double none = rhythm.lastDue().isPresent() ? 0 : CANNOT_TELL;
            return rhythm.overdueSince()
                    .map(since -> seconds(Duration.between(since, at)))
                    .orElse(none);
        }

        private static double lastRecovery(ComponentStatus component) {
            return component
                    .evidence()
                    .lastRecovery()
                    .map(report -> report.rto().map(StatusGauges::seconds).orElse(NEVER))
                    .orElse(CANNOT_TELL);
        }

        private static double listed(ComponentStatus component, double value) {
            return component.holdings().unreachable().isPresent() ? CANNOT_TELL : value;
        }

        private static double since(Instant at, Optional<Instant> event) {
            return event.map(instant -> seconds(Duration.between(instant, at))).orElse(NEVER);
        }
    }
}
