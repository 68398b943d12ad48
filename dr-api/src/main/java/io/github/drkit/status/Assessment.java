package io.github.drkit.status;

import io.github.drkit.Catalog;
import io.github.drkit.Outcome;
import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RecoveryWindow;
import io.github.drkit.TimeSource;
import io.github.drkit.catalog.Survey;
import io.github.drkit.error.DrException;
import io.github.drkit.objective.Objectives;
import io.github.drkit.report.RecoveryReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One component being looked at, at one time. Used once, by one thread. The thresholds are those of docs/status.md. */
final class Assessment {

    private static final Logger LOG = LoggerFactory.getLogger(Assessment.class);

    /** A run may begin this much before its firing and still be the one that was due. */
    private static final Duration EARLY = RecoveryPoint.CLOCK_SKEW;

    /** How long a due point may be awaited where no backup was measured, and how long a run may be silent. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    /** A recovery window moves on every few minutes; one that has stood still for three times as long is stuck. */
    private static final Duration WINDOW_STANDS_STILL = Duration.ofMinutes(15);

    private static final int WINDOW_GRANULARITIES = 3;

    /** Drills are due once a year. */
    private static final Duration RECOVERY_IS_OLD = Duration.ofDays(365);

    private static final String BACK_UP = "back up";
    private static final int HISTORY = 7;
    private static final int NAMED = 5;

    private final Protection protection;
    private final Objectives objectives;
    private final TimeSource time;
    private final Instant now;
    private final List<PastRun> runs;
    private final boolean allRunsKnown;
    private final List<String> remarks = new ArrayList<>();
    private final List<String> risks = new ArrayList<>();

    /** The later of this machine's clock and the store's: a clock that is slow must not make anything young. */
    private Instant judgedAt;

    Assessment(Protection protection, TimeSource time, Instant now, List<PastRun> runs, boolean allRunsKnown) {
        this.protection = protection;
        this.time = time;
        this.objectives = protection.objectives();
        this.now = now;
        this.runs = runs;
        this.allRunsKnown = allRunsKnown;
        this.judgedAt = now;
    }

    ComponentStatus assess(Listed listed) {
        compareClocks();
        if (!allRunsKnown) {
            risks.add("not every run can be read from the journal, so a failed one may be hidden");
        }
        Holdings holdings = listed.catalog()
                .map(catalog -> holdings(catalog, listed.storedTimes()))
                .orElseGet(() -> Holdings.unreachable(
                        listed.unreachable().map(Obstacle::what).orElse("")));
        Rhythm rhythm = rhythm(holdings);
        Evidence evidence = evidence(listed.catalog());
        return new ComponentStatus(
                protection.component(),
                objectives,
                rpo(holdings, rhythm),
                rto(evidence),
                holdings,
                rhythm,
                evidence,
                new Obstacles(now, time).of(protection, listed, holdings, evidence),
                remarks);
    }

    private void compareClocks() {
        ask("the store's clock", protection.storeClock()).ifPresent(store -> {
            Duration apart = Duration.between(store, now).abs();
            judgedAt = store.isAfter(now) ? store : now;
            if (apart.compareTo(RecoveryPoint.CLOCK_SKEW) > 0) {
                risks.add("this machine's clock shows " + now + " and the store's " + store + ", which is "
                        + Span.of(apart) + " apart and may be " + Span.of(RecoveryPoint.CLOCK_SKEW)
                        + "; the later one judges");
            }
        });
    }

    private Holdings holdings(Catalog catalog, Map<RecoveryPointId, Instant> storedTimes) {
        List<RecoveryPoint> past = new ArrayList<>();
        List<RecoveryPoint> future = new ArrayList<>();
        List<RecoveryPoint> misdated = new ArrayList<>();
        for (RecoveryPoint point : catalog.points()) {
            if (point.consistencyTime().isAfter(now)) {
                future.add(point);
            } else if (misdated(point, storedTimes.get(point.id()))) {
                misdated.add(point);
            } else {
                past.add(point);
            }
        }
        name(future, "are dated in the future");
        name(misdated, "have a time that does not agree with the store's");
        Map<Proof.Level, Integer> counts = new EnumMap<>(Proof.Level.class);
        catalog.points().forEach(point -> counts.merge(point.proof().level(), 1, Integer::sum));
        Map<Proof.Level, RecoveryPoint> newest = new EnumMap<>(Proof.Level.class);
        for (Proof.Level level : Proof.Level.values()) {
            newest(past, point -> standsAt(point, level)).ifPresent(point -> newest.put(level, point));
        }
        Optional<RecoveryPoint> counting = newest(past, point -> standsAt(point, protection.requiredProof()));
        Optional<Instant> window = windowEnd(catalog.windows());
        Optional<Instant> restorable = later(counting.map(RecoveryPoint::consistencyTime), window);
        return new Holdings(
                Optional.empty(),
                counts,
                (int) catalog.points().stream()
                        .filter(point -> point.plausibility() == Plausibility.SUSPECT)
                        .count(),
                catalog.points().stream().mapToLong(RecoveryPoint::sizeBytes).sum(),
                newest,
                counting,
                catalog.windows(),
                restorable,
                restorable.map(at -> Duration.between(at, judgedAt)),
                catalog.problems());
    }

    private void name(List<RecoveryPoint> points, String flaw) {
        if (!points.isEmpty()) {
            remarks.add(points.size() + " points " + flaw + " and do not count, such as "
                    + points.stream().limit(NAMED).map(RecoveryPoint::id).toList());
        }
    }

    private static boolean misdated(RecoveryPoint point, @Nullable Instant stored) {
        return stored != null && !point.agreesWith(stored);
    }

    /** FAILED is a finding of its own; every other level is reached by those above it, and by nothing SUSPECT. */
    private static boolean standsAt(RecoveryPoint point, Proof.Level level) {
        Proof.Level found = point.proof().level();
        return level == Proof.Level.FAILED
                ? found == level
                : found.reaches(level) && point.plausibility() == Plausibility.OK;
    }

    private static Optional<RecoveryPoint> newest(List<RecoveryPoint> points, Predicate<RecoveryPoint> wanted) {
        return points.stream().filter(wanted).max(Comparator.comparing(RecoveryPoint::consistencyTime));
    }

    private Optional<Instant> windowEnd(List<RecoveryWindow> windows) {
        Optional<RecoveryWindow> newest = Optional.empty();
        for (RecoveryWindow window : windows) {
            if (window.latest().isAfter(now)) {
                remarks.add("a recovery window ends in the future, at " + window.latest() + ", and does not count");
            } else if (newest.map(RecoveryWindow::latest)
                    .filter(window.latest()::isBefore)
                    .isEmpty()) {
                newest = Optional.of(window);
            }
        }
        newest.ifPresent(window -> {
            Duration behind = Duration.between(window.latest(), judgedAt);
            Duration allowed = longer(window.granularity().multipliedBy(WINDOW_GRANULARITIES), WINDOW_STANDS_STILL);
            if (behind.compareTo(allowed) > 0) {
                risks.add("the recovery window ends " + Span.of(behind) + " ago and should be at most "
                        + Span.of(allowed) + " behind");
            }
        });
        return newest.map(RecoveryWindow::latest);
    }

    private Rhythm rhythm(Holdings holdings) {
        Firings firings = new Firings(protection.schedules());
        Optional<Duration> untilCounting = untilCounting();
        return new Rhythm(
                firings.last(now),
                overdueSince(firings, holdings, allowance(untilCounting)),
                firings.next(now),
                firings.worstCase(now, untilCounting),
                last(run -> run.kind().equals(BACK_UP)),
                last(run -> run.kind().equals(BACK_UP) && run.condition() != PastRun.Condition.UNFINISHED),
                runs.stream().filter(this::waits).toList());
    }

    /**
     * The first firing after what can be recovered to is the one whose point is missing, and not the last that is behind: that
     * one is young again and again where firings follow each other quickly.
     */
    private Optional<Instant> overdueSince(Firings firings, Holdings holdings, Duration allowance) {
        if (holdings.unreachable().isPresent()) {
            return Optional.empty();
        }
        Optional<Instant> due = holdings.restorableTo().isPresent()
                ? firings.next(holdings.restorableTo().get().plus(EARLY))
                : firings.last(now.minus(allowance));
        return due.map(firing -> firing.plus(allowance)).filter(expected -> expected.isBefore(now));
    }

    private static Duration allowance(Optional<Duration> untilCounting) {
        return longer(untilCounting.orElse(Duration.ZERO), PATIENCE);
    }

    /** What it takes from a firing until its point counts, as far as journals measured all of it. */
    private Optional<Duration> untilCounting() {
        Optional<Duration> backup = longest(BACK_UP);
        return switch (protection.requiredProof()) {
            case FAILED, UNPROVEN -> backup;
            case STORED, VERIFIED -> backup.flatMap(time -> longest("verify").map(time::plus));
            case PROVEN -> backup.flatMap(time -> longest("prove").map(time::plus));
        };
    }

    private Optional<Duration> longest(String kind) {
        List<PastRun> measured = runs.stream()
                .filter(run -> run.kind().equals(kind) && run.outcome() == Outcome.SUCCEEDED && run.attempts() == 1)
                .toList();
        return measured.stream()
                .skip(Math.max(0, measured.size() - HISTORY))
                .map(PastRun::duration)
                .max(Duration::compareTo);
    }

    /** Whether a run nobody knows the usual length of waits for a person. */
    static boolean waits(PastRun run, Instant now) {
        return waits(run, now, PATIENCE);
    }

    private boolean waits(PastRun run) {
        Duration usual = longest(run.kind()).orElse(Duration.ZERO);
        return waits(run, now, longer(usual.multipliedBy(2), PATIENCE));
    }

    private static boolean waits(PastRun run, Instant now, Duration silence) {
        return switch (run.condition()) {
            case ENDED, GIVEN_UP -> false;
            case UNDECIDED -> true;
            case UNFINISHED -> run.lastHeard().plus(silence).isBefore(now);
        };
    }

    private Evidence evidence(Optional<Catalog> catalog) {
        Optional<RecoveryPoint> proof = catalog.stream()
                .flatMap(all -> all.points().stream())
                .filter(point -> point.proof().level() == Proof.Level.PROVEN
                        && point.proof().at().filter(at -> !at.isAfter(now)).isPresent())
                .max(Comparator.comparing(point -> point.proof().at().orElseThrow()));
        Optional<List<RecoveryReport>> reports = ask("reports of recoveries", protection.recoveries());
        List<KeyAge> keys = new ArrayList<>();
        protection.keys().forEach((name, since) -> {
            if (since.isAfter(now)) {
                remarks.add("the key '" + name + "' is dated in the future, " + since);
            }
            keys.add(new KeyAge(name, since, longer(Duration.between(since, now), Duration.ZERO)));
        });
        return new Evidence(
                proof,
                reports.stream()
                        .flatMap(List::stream)
                        .filter(report -> !report.outage().isAfter(now))
                        .max(Comparator.comparing(RecoveryReport::outage)),
                reports.isEmpty() && protection.recoveries().isPresent()
                        ? Evidence.Drills.UNREADABLE
                        : Evidence.Drills.READ,
                last(run -> (run.kind().equals("restore") || run.kind().equals("prove"))
                        && run.outcome() == Outcome.SUCCEEDED),
                keys,
                protection.recipients());
    }

    private Judgement rpo(Holdings holdings, Rhythm rhythm) {
        if (holdings.unreachable().isPresent()) {
            return judged(
                    State.UNKNOWN,
                    "its recovery points cannot be listed: "
                            + holdings.unreachable().get());
        }
        if (holdings.rpoNow().isEmpty()) {
            return judged(State.MISSED, nothingCounts(holdings));
        }
        Instant to = holdings.restorableTo().orElseThrow();
        Duration age = holdings.rpoNow().get();
        String said = "it can be recovered to " + to + ": " + Span.of(age) + " would be lost";
        if (age.compareTo(objectives.rpo()) > 0) {
            return judged(State.MISSED, said + ", but at most " + Span.of(objectives.rpo()) + " may be");
        }
        boolean byPoint = holdings.newestCounting()
                .filter(point -> point.consistencyTime().equals(to))
                .isPresent();
        if (byPoint) {
            judgeSchedule(rhythm, to);
        }
        said += " and " + Span.of(objectives.rpo()) + " may be";
        return risks.isEmpty()
                ? judged(State.MET, said)
                : judged(State.AT_RISK, said + ", but " + String.join("; and ", risks));
    }

    private String nothingCounts(Holdings holdings) {
        String unread = holdings.problems().isEmpty()
                ? ""
                : " and " + holdings.problems().size() + " entries that cannot be read";
        return holdings.points() == 0
                ? "there is no recovery point" + unread
                : "no recovery point counts: there are " + holdings.points() + unread + ", but none that is "
                        + protection.requiredProof() + " or better, not SUSPECT and rightly dated";
    }

    private void judgeSchedule(Rhythm rhythm, Instant restorableTo) {
        rhythm.worstCase()
                .ifPresentOrElse(
                        worst -> judgeWorstCase(worst, rhythm),
                        () -> risks.add("no schedule says when the next point is due"));
        rhythm.lastAttempt()
                .filter(run -> run.begun().isAfter(restorableTo) && run.outcome() != Outcome.SUCCEEDED)
                .ifPresent(run -> risks.add("the last backup, run '" + run.run() + "', ended " + run.outcome()));
    }

    private void judgeWorstCase(WorstCase worst, Rhythm rhythm) {
        if (worst.rpo().compareTo(objectives.rpo()) > 0) {
            risks.add("from the run due at " + worst.from() + " to the next its schedule lets it become "
                    + Span.of(worst.rpo()) + " even if no run is missed");
        }
        Duration allowance = allowance(worst.untilCounting());
        rhythm.overdueSince()
                .ifPresent(since -> risks.add("the run due at " + since.minus(allowance)
                        + " has given no point that counts within " + Span.of(allowance)));
    }

    private Judgement rto(Evidence evidence) {
        Duration allowed = objectives.rto();
        if (evidence.lastRecovery().isPresent()) {
            RecoveryReport report = evidence.lastRecovery().get();
            String which = "the last recovery, of " + report.outage() + ", ";
            Optional<Duration> took = report.rto();
            if (took.isEmpty()) {
                return judged(State.MISSED, which + "did not succeed, so it achieved no time");
            }
            String said = which + "took " + Span.of(took.get());
            if (took.get().compareTo(allowed) > 0) {
                return judged(State.MISSED, said + ", but may take " + Span.of(allowed));
            }
            Duration age = Duration.between(report.outage(), now);
            said += " and may take " + Span.of(allowed);
            return age.compareTo(RECOVERY_IS_OLD) > 0
                    ? judged(
                            State.AT_RISK,
                            said + ", but that was " + Span.of(age) + " ago and one is due every "
                                    + Span.of(RECOVERY_IS_OLD))
                    : judged(State.MET, said);
        }
        boolean unread = evidence.drills() == Evidence.Drills.UNREADABLE;
        if (unread
                && evidence.lastRestore()
                        .filter(restore -> restore.duration().compareTo(allowed) > 0)
                        .isEmpty()) {
            return judged(State.UNKNOWN, "the reports of recoveries cannot be read");
        }
        if (evidence.lastRestore().isEmpty()) {
            return judged(State.UNKNOWN, "no restore and no recovery was ever measured");
        }
        PastRun restore = evidence.lastRestore().get();
        String said = "the last restore, run '" + restore.run() + "', took " + Span.of(restore.duration());
        return restore.duration().compareTo(allowed) > 0
                ? judged(State.MISSED, said + ", but all of a recovery may take " + Span.of(allowed))
                : judged(
                        State.AT_RISK,
                        said + " and all of a recovery may take " + Span.of(allowed)
                                + ", but none was measured from the outage to the validated application");
    }

    private Judgement judged(State state, String why) {
        return new Judgement(state, why, protection.component());
    }

    private Optional<PastRun> last(Predicate<PastRun> wanted) {
        return runs.stream().filter(wanted).reduce((before, after) -> after);
    }

    /** What cannot be read is said, and hides nothing else. */
    private <T> Optional<T> ask(String what, Optional<Supplier<T>> source) {
        try {
            return source.map(Supplier::get);
        } catch (RuntimeException e) {
            remarks.add("cannot read " + what + ": " + problem(e));
            return Optional.empty();
        }
    }

    static String problem(RuntimeException e) {
        if (e instanceof DrException failure) {
            return failure.problem();
        }
        LOG.warn("Asked for its status, a component threw what it may not", e);
        return "it threw " + e.getClass().getName() + "; see the log";
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
        return one.filter(at -> other.filter(at::isBefore).isEmpty()).or(() -> other);
    }

    /**
     * What a target listed.
     *
     * @param catalog its catalog, or empty
     * @param storedTimes when the store says each point was written, as far as that was asked
     * @param unreachable why there is no catalog, or empty
     */
    record Listed(
            Optional<Catalog> catalog, Map<RecoveryPointId, Instant> storedTimes, Optional<Obstacle> unreachable) {

        static Listed of(Protection protection) {
            try {
                if (protection.points().isEmpty()) {
                    return new Listed(Optional.of(protection.target().list()), Map.of(), Optional.empty());
                }
                Survey survey = protection.points().get().survey();
                return new Listed(Optional.of(survey.catalog()), survey.storedTimes(), Optional.empty());
            } catch (RuntimeException e) {
                return new Listed(Optional.empty(), Map.of(), Optional.of(Obstacle.of(e)));
            }
        }

        boolean holds(String point) {
            return catalog.stream()
                    .flatMap(all -> all.points().stream())
                    .anyMatch(found -> found.id().value().equals(point));
        }
    }
}
