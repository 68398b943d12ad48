package io.github.drkit.due;

import io.github.drkit.BackupRequest;
import io.github.drkit.BackupTarget;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanRequest;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.TimeSource;
import io.github.drkit.due.DueResult.Action;
import io.github.drkit.due.DueResult.Line;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.DrException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.event.RecoveryListener;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.lease.Leases;
import io.github.drkit.report.RunReport;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what is due. The host calls {@link #runDue} as often as it likes, from a scheduler of its own, from several hosts at
 * once, or in a new process each time: what was done is read from the catalog and the journal, never remembered.
 *
 * <p>Of the firings that lie behind only the last one is due, so a host that was down makes up for all it missed by one
 * run. A firing is done when there is a point made for it, or one of any schedule since; a point found FAILED is none. The
 * rules stand in {@code docs/schedules.md}.
 *
 * <p>Thread-safe, without state of its own.
 */
public final class DueRuns {

    private static final Logger LOG = LoggerFactory.getLogger(DueRuns.class);
    private static final String BACK_UP = "back up";
    private static final String LEASE_TAKEN = "DRK-LEASE-004";
    private static final String STALE = "DRK-PLAN-001";

    private final List<Protected> protections;
    private final DisasterRecovery engine;
    private final Journal journal;
    private final TimeSource time;
    private final Attempts attempts;

    private DueRuns(Builder builder) {
        this.protections = List.copyOf(builder.protections.values());
        this.journal = builder.journal;
        this.time = builder.time;
        this.attempts = builder.attempts;
        this.engine = builder.engine.build();
    }

    /**
     * Begins to say what is to be done and when.
     *
     * @param journal where runs are recorded, shared by all hosts that protect the same targets
     * @param leases keep one run per target at a time, shared likewise
     * @return a builder; the clock is the system's, three attempts are made per firing, 15 and 30 minutes apart
     */
    public static Builder builder(Journal journal, Leases leases) {
        return new Builder(journal, leases);
    }

    /**
     * Does what is due, target by target, and returns when all of it has ended. What cannot be looked at or begun is told,
     * and keeps nothing else from being done. Repeating the call is safe at any time.
     *
     * @return what was found due, and what became of it
     * @throws InterruptedException if cancelled; the run that was interrupted is resumed by the next call
     */
    public DueResult runDue() throws InterruptedException {
        Instant now = time.now();
        List<Line> lines = new ArrayList<>();
        for (Protected one : protections) {
            Instant firing = one.lastFiring(now);
            Optional<RecoveryPoint> point = Optional.empty();
            try {
                point = backUp(one, firing, lines);
            } catch (RuntimeException e) {
                lines.add(refused(one, BACK_UP, firing, e));
            }
            if (point.isPresent()) {
                followUp(one, firing, point.get(), lines);
            }
        }
        return new DueResult(now, lines);
    }

    /** What one target or follow-up throws keeps no other from its turn. */
    private static Line refused(Protected one, String what, Instant firing, RuntimeException e)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw (InterruptedException) new InterruptedException("Interrupted at " + what).initCause(e);
        }
        String why = String.valueOf(e.getMessage());
        if (!(e instanceof DrException)) {
            // The words of others may hold a secret; those of a DrException do not.
            LOG.error("What is due for '{}' threw what it may not: {}", one.id(), what, e);
            why = "it threw " + e.getClass().getName() + "; see the log";
        }
        return new Line(one.id(), what, firing, Action.REFUSED, Optional.empty(), Optional.empty(), why);
    }

    /**
     * Returns the firings that come next, of all targets together. Changes nothing and asks nobody.
     *
     * @param count how many, 0 or more
     * @return in the order of their time; those of several schedules of one target at the same instant are one
     */
    public List<DueFiring> nextRuns(int count) {
        Instant now = time.now();
        return protections.stream()
                .flatMap(one -> one.schedules().stream()
                        .flatMap(schedule -> schedule.nextRuns(now, count).stream())
                        .distinct()
                        .map(at -> new DueFiring(one.id(), at)))
                .sorted(Comparator.comparing(DueFiring::at)
                        .thenComparing(firing -> firing.target().value()))
                .limit(count)
                .toList();
    }

    /** The point that covers the firing, made now if there was none. */
    private Optional<RecoveryPoint> backUp(Protected one, Instant firing, List<Line> lines)
            throws InterruptedException {
        ScheduledBackup target = one.target();
        List<KnownRun> runs = KnownRuns.since(firing, journal).backups(one.id().value(), firing);
        Work<?> work = new Work<>(
                one.id(),
                BACK_UP,
                firing,
                target,
                BackupRequest.scheduledFor(firing),
                runs,
                "another run made its point");
        // A run that died just before it ended may have made the point: it is resumed all the same, to end it.
        Optional<RecoveryPoint> point = ScheduledBackup.covering(firing, target.list(), time.now());
        Optional<KnownRun> open = runs.stream().filter(KnownRun::isOpen).reduce((a, b) -> b);
        boolean own = point.isPresent()
                && open.isPresent()
                && open.get().id().equals(point.get().run());
        if (point.isPresent() && !own) {
            if (ScheduledBackup.isDatedAhead(point.get(), time.now())) {
                lines.add(work.line(
                        Action.REFUSED,
                        Optional.of(point.get().run()),
                        "point '" + point.get().id() + "' was made for it and is dated "
                                + point.get().consistencyTime()
                                + " but must be dated now: set the clock of its source"));
                return Optional.empty();
            }
            lines.add(work.line(
                    Action.SKIPPED,
                    Optional.of(point.get().run()),
                    "covered by point '" + point.get().id() + "'"));
            return point;
        }
        carryOut(work, lines);
        return ScheduledBackup.covering(firing, target.list(), time.now());
    }

    private void followUp(Protected one, Instant firing, RecoveryPoint point, List<Line> lines)
            throws InterruptedException {
        boolean goesOn = true;
        Optional<Instant> since = Optional.empty();
        for (FollowUp<?> next : one.followUps()) {
            if (goesOn) {
                try {
                    since = since.or(() -> Optional.of(begun(point)));
                    goesOn = followUp(one, next, firing, point, since.get(), lines);
                } catch (RuntimeException e) {
                    lines.add(refused(one, next.name(), firing, e));
                    goesOn = false;
                }
            } else {
                lines.add(new Line(
                        one.id(),
                        next.name(),
                        firing,
                        Action.SKIPPED,
                        Optional.empty(),
                        Optional.empty(),
                        "what comes before it is not done"));
            }
        }
    }

    /** When the run began that made a point. */
    private Instant begun(RecoveryPoint point) {
        return journal.entries(point.run()).stream()
                .findFirst()
                .map(JournalEntry::at)
                .orElse(point.consistencyTime());
    }

    private <R extends PlanRequest> boolean followUp(
            Protected one, FollowUp<R> next, Instant firing, RecoveryPoint point, Instant since, List<Line> lines)
            throws InterruptedException {
        R request = next.request(point);
        List<KnownRun> runs = KnownRuns.since(since, journal).of(next.kind(), request.describe(), since);
        Work<R> work = new Work<>(
                one.id(),
                next.name(),
                firing,
                new OneAtATime<>(next.operation(), one.id() + "/" + next.name()),
                request,
                runs,
                "the world has moved");
        Optional<KnownRun> done = runs.stream().filter(KnownRun::succeeded).findFirst();
        if (done.isPresent()) {
            lines.add(work.line(
                    Action.SKIPPED,
                    Optional.of(done.get().id()),
                    "done by run '" + done.get().id() + "'"));
            return true;
        }
        return carryOut(work, lines);
    }

    /** Resumes what was begun, or begins anew as often as is allowed; whether it is done now. */
    private <R extends PlanRequest> boolean carryOut(Work<R> work, List<Line> lines) throws InterruptedException {
        Optional<KnownRun> open = work.runs().stream().filter(KnownRun::isOpen).reduce((a, b) -> b);
        if (open.isPresent() && open.get().taken() <= attempts.most()) {
            Optional<Line> resumed = resume(work, open.get());
            if (resumed.isPresent()) {
                lines.add(resumed.get());
                return isDone(resumed.get());
            }
        } else if (open.isPresent()) {
            giveUp(open.get(), "taken up " + open.get().taken() + " times without an end");
        }
        List<KnownRun> ended = work.runs().stream()
                .filter(run -> !run.equals(open.orElse(null)))
                .toList();
        int failed = ended.size() + (open.isPresent() ? 1 : 0);
        Instant last =
                ended.isEmpty() ? Instant.MIN : ended.get(ended.size() - 1).lastHeard();
        Optional<Instant> next =
                open.isPresent() && failed < attempts.most() ? Optional.of(Instant.MIN) : attempts.next(failed, last);
        Line line;
        if (next.isEmpty()) {
            line = work.line(
                    Action.GIVEN_UP, Optional.empty(), "attempted " + failed + " times; the next firing tries again");
        } else if (next.get().isAfter(time.now())) {
            line = work.line(Action.SKIPPED, Optional.empty(), "attempt " + (failed + 1) + " is due at " + next.get());
        } else {
            line = begin(work, failed + 1);
        }
        lines.add(line);
        return isDone(line);
    }

    private static boolean isDone(Line line) {
        return line.outcome().filter(outcome -> outcome == Outcome.SUCCEEDED).isPresent();
    }

    /** Empty if the run can never be resumed; it is taken over then. */
    private <R extends PlanRequest> Optional<Line> resume(Work<R> work, KnownRun open) throws InterruptedException {
        try {
            RunReport report = engine.resume(open.id(), work.operation());
            return Optional.of(work.ended(Action.RESUMED, report, "taken up again"));
        } catch (DrException e) {
            return switch (e.code().value()) {
                case LEASE_TAKEN ->
                    Optional.of(work.line(Action.SKIPPED, Optional.of(open.id()), "under way: " + e.problem()));
                case STALE -> {
                    giveUp(open, e.problem());
                    yield Optional.empty();
                }
                default -> Optional.of(work.line(Action.REFUSED, Optional.of(open.id()), e.getMessage()));
            };
        }
    }

    private void giveUp(KnownRun open, String why) {
        try {
            engine.takeOver(open.id(), "not resumed by due runs: " + why);
        } catch (NotFoundException gone) {
            // Nothing is left of it that could go on.
        }
    }

    private <R extends PlanRequest> Line begin(Work<R> work, int attempt) throws InterruptedException {
        try {
            Plan plan = engine.plan(work.operation(), work.request());
            RunReport report = engine.execute(plan, work.operation());
            return work.ended(Action.RAN, report, "attempt " + attempt);
        } catch (DrException e) {
            return switch (e.code().value()) {
                case LEASE_TAKEN -> work.line(Action.SKIPPED, Optional.empty(), "under way: " + e.problem());
                case STALE -> work.line(Action.SKIPPED, Optional.empty(), work.whenStale() + ": " + e.problem());
                default -> work.line(Action.REFUSED, Optional.empty(), e.getMessage());
            };
        }
    }

    /** One thing to be done, and what is known of it. */
    private record Work<R extends PlanRequest>(
            TargetId target,
            String what,
            Instant firing,
            Operation<R> operation,
            R request,
            List<KnownRun> runs,
            String whenStale) {

        Line line(Action action, Optional<RunId> run, String why) {
            return new Line(target, what, firing, action, run, Optional.empty(), why);
        }

        Line ended(Action action, RunReport report, String why) {
            return new Line(
                    target, what, firing, action, Optional.of(report.run()), Optional.of(report.outcome()), why);
        }
    }

    private record Protected(ScheduledBackup target, List<Schedule> schedules, List<FollowUp<?>> followUps) {

        TargetId id() {
            return target.id();
        }

        Instant lastFiring(Instant now) {
            return schedules.stream()
                    .map(schedule -> schedule.firingAtOrBefore(now))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    /** Collects what is to be done. Not thread-safe. */
    public static final class Builder {

        private final Journal journal;
        private final DisasterRecovery.Builder engine;
        private final Map<TargetId, Protected> protections = new LinkedHashMap<>();
        private TimeSource time = TimeSource.system();
        private Attempts attempts = new Attempts(3, Duration.ofMinutes(15));

        private Builder(Journal journal, Leases leases) {
            this.journal = journal;
            this.engine = DisasterRecovery.builder(journal).leases(leases);
        }

        /**
         * Protects a target by the schedules of a policy's tiers: each of their firings is one backup, and those that fall
         * together are one.
         *
         * @param target what is backed up
         * @param policy whose schedules
         * @param followUps what is done after each backup, in this order; the next only when the one before SUCCEEDED
         * @return this
         * @throws IllegalArgumentException if the target is protected already, or two follow-ups have the same name
         */
        public Builder protect(BackupTarget target, RetentionPolicy policy, FollowUp<?>... followUps) {
            return protect(
                    target,
                    policy.tiers().stream().map(RetentionPolicy.Tier::schedule).toList(),
                    followUps);
        }

        /**
         * Protects a target by schedules, where no policy is at hand.
         *
         * @param target what is backed up
         * @param schedules one or more
         * @param followUps what is done after each backup, in this order; the next only when the one before SUCCEEDED
         * @return this
         * @throws IllegalArgumentException if there is no schedule, the target is protected already, or two follow-ups
         *     have the same name
         */
        public Builder protect(BackupTarget target, List<Schedule> schedules, FollowUp<?>... followUps) {
            List<FollowUp<?>> following = List.of(followUps);
            long names = following.stream().map(FollowUp::name).distinct().count();
            if (schedules.isEmpty() || names != following.size()) {
                throw new IllegalArgumentException("Cannot protect '" + target.id() + "': " + schedules.size()
                        + " schedules and the follow-ups " + following
                        + " were given but at least one schedule is required, and each follow-up once");
            }
            Protected before = protections.putIfAbsent(
                    target.id(), new Protected(new ScheduledBackup(target), List.copyOf(schedules), following));
            if (before != null) {
                throw new IllegalArgumentException(
                        "Cannot protect '" + target.id() + "': it is protected already but once is enough");
            }
            return this;
        }

        /**
         * Sets the clock.
         *
         * @param time the one way to ask for the time and to wait
         * @return this
         */
        public Builder time(TimeSource time) {
            this.time = time;
            engine.time(time);
            return this;
        }

        /**
         * Sets where the random part of run ids comes from.
         *
         * @param ids gives lower-case letters and digits, never the same twice, on any host
         * @return this
         */
        public Builder ids(Supplier<String> ids) {
            engine.ids(ids);
            return this;
        }

        /**
         * Adds a listener.
         *
         * @param listener is told of every event of every run
         * @return this
         */
        public Builder listener(RecoveryListener listener) {
            engine.listener(listener);
            return this;
        }

        /**
         * Sets how many independent steps of a run may be executed at the same time.
         *
         * @param steps 1 or more; 2 unless set
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder sideBySide(int steps) {
            engine.sideBySide(steps);
            return this;
        }

        /**
         * Sets how often something that fails is attempted for one firing. Three times unless set, 15 minutes after the
         * first failure and 30 after the second, so that the last attempt falls well within the hour and an alarm is not
         * hidden by attempts that never end.
         *
         * @param most 1 or more, the first included
         * @param firstPause from the end of the first failure to the second attempt; twice as long each time after that
         * @return this
         * @throws IllegalArgumentException if the number is below 1 or the pause negative
         */
        public Builder attempts(int most, Duration firstPause) {
            this.attempts = new Attempts(most, firstPause);
            return this;
        }

        /**
         * Puts it together. Asks nobody.
         *
         * @return what does what is due
         */
        public DueRuns build() {
            return new DueRuns(this);
        }
    }
}
