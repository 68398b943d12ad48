package io.github.drkit.engine;

import io.github.drkit.BackupRequest;
import io.github.drkit.BackupTarget;
import io.github.drkit.Capabilities;
import io.github.drkit.Capability;
import io.github.drkit.Check;
import io.github.drkit.CollectRequest;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanRequest;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreStrategy;
import io.github.drkit.RunId;
import io.github.drkit.TimeSource;
import io.github.drkit.VerifyRequest;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.Verdicts;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.event.RecoveryListener;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.journal.JournalEntry.Kind;
import io.github.drkit.lease.Leases;
import io.github.drkit.report.RunReport;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans, executes, resumes and reports any {@link Operation}: the entry point of DR Kit.
 *
 * <pre>{@code
 * DisasterRecovery dr = DisasterRecovery.builder(FileJournal.in(folder)).build();
 * Plan plan = dr.plan(target, BackupRequest.manual("before the upgrade"));
 * RunReport report = dr.execute(plan, target);
 * }</pre>
 *
 * <p>Thread-safe, and without state of its own: what it knows of a run stands in the journal. Its methods block.
 */
public final class DisasterRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(DisasterRecovery.class);

    private final Journal journal;
    private final TimeSource time;
    private final Supplier<String> ids;
    private final List<RecoveryListener> listeners;
    private final int sideBySide;
    private final @Nullable Leases leases;

    private DisasterRecovery(Builder builder) {
        this.journal = builder.journal;
        this.time = builder.time;
        this.ids = builder.ids;
        this.listeners = List.copyOf(builder.listeners);
        this.sideBySide = builder.sideBySide;
        this.leases = builder.leases;
    }

    /**
     * Begins to put an engine together.
     *
     * @param journal where runs are recorded
     * @return a builder; the clock is the system's, ids are random, two steps run side by side, no leases are kept
     */
    public static Builder builder(Journal journal) {
        return new Builder(journal);
    }

    /**
     * Plans what is asked for. Changes nothing.
     *
     * @param operation who can do it
     * @param request what is asked for
     * @param <R> the kind of request
     * @return the plan; show it to a person, or execute it
     * @throws RequestRefusedException if the operation does not declare the ability, or refuses the request
     * @throws io.github.drkit.error.DrException as {@link Operation#plan} says
     */
    public <R extends PlanRequest> Plan plan(Operation<R> operation, R request) {
        requireCapability(operation, request);
        RunId run = RunId.dated(time.now(), ids.get());
        return operation.plan(request, new PlanContext(run, time));
    }

    /**
     * Executes a plan, once. A plan of a {@link io.github.drkit.lease.LeasedOperation} that names a lease is executed only
     * while it is held, if this engine keeps leases: taken before anything is begun, checked before each step, renewed
     * meanwhile, given up at the end. A run that loses it stops as UNKNOWN and cleans nothing up.
     *
     * @param plan from {@link #plan}
     * @param operation the operation that made it
     * @return how it went; the outcome is SUCCEEDED only if every effect was observed
     * @throws io.github.drkit.error.PlanStaleException if a precondition has changed; nothing was begun, plan again
     * @throws RequestRefusedException if the plan was executed before (resume or plan again), or another run holds its
     *     lease ({@code DRK-LEASE-004}: try again when it is free); nothing was begun
     * @throws OutcomeUnknownException if another process took the run; this one stopped
     * @throws io.github.drkit.error.DrException as {@link Operation#observe}, {@link Journal#entries} and
     *     {@link Journal#append} say; if a precondition could not be read, nothing was begun, and the same plan may be
     *     executed later
     * @throws InterruptedException if cancelled; resume the run by its id
     */
    public RunReport execute(Plan plan, Operation<?> operation) throws InterruptedException {
        RunLog log = new RunLog(journal, plan.run(), time);
        if (!log.entries().isEmpty()) {
            throw new RequestRefusedException(
                    "DRK-RUN-004",
                    "Cannot execute plan '" + plan.run() + "': its run has begun already but a plan is executed once",
                    "Resume the run by its id, or plan again");
        }
        RunLease lease = RunLease.acquire(plan, operation, leases, journal, time, this::tell);
        Run run = new Run(plan, operation, log, time, this::tell, sideBySide, lease);
        try {
            run.requirePreconditions();
            log.append(Kind.PLANNED, "", Optional.empty(), PlanJson.write(plan), Map.of("digest", plan.digest()));
        } catch (RuntimeException nothingBegun) {
            lease.giveUp(Outcome.FAILED);
            throw nothingBegun;
        }
        return finish(plan, log, run, lease);
    }

    /**
     * Takes up a run that was interrupted, crashed or ended UNKNOWN. Steps that ended are not repeated; a step whose end
     * is not known looks first. Its lease is taken again, as by {@link #execute}; that of a process which died is free
     * when its term is over.
     *
     * @param id the run
     * @param operation the operation that planned it
     * @return how it went, from its first beginning
     * @throws NotFoundException if there is no such run
     * @throws IntegrityException if its journal is damaged; it is not resumed, look at what it left
     * @throws RequestRefusedException if it has ended, was taken over, or its lease is not free
     * @throws OutcomeUnknownException if another process still executes it; this one stopped
     * @throws io.github.drkit.error.PlanStaleException if a precondition has changed that the run did not change itself
     * @throws io.github.drkit.error.DrException as by {@link #execute}; if a precondition could not be read, the run is as
     *     it was, resume it later
     * @throws InterruptedException if cancelled; resume again
     */
    public RunReport resume(RunId id, Operation<?> operation) throws InterruptedException {
        RunLog log = new RunLog(journal, id, time);
        Plan plan = planOf(id, log.entries());
        JournalEntry last = log.entries().get(log.entries().size() - 1);
        if (last.closesRun()) {
            throw new RequestRefusedException(
                    "DRK-RUN-005",
                    "Cannot resume run '" + id + "': it "
                            + (ended(last)
                                    ? "ended " + last.outcome().map(Enum::name).orElse("")
                                    : "was taken over")
                            + " but only a run that is UNKNOWN or crashed is resumed",
                    "Plan again if it did not do what it should");
        }
        RunLease lease = RunLease.acquire(plan, operation, leases, journal, time, this::tell);
        Run run = new Run(plan, operation, log, time, this::tell, sideBySide, lease);
        try {
            run.requirePreconditions();
        } catch (RuntimeException stillUnknown) {
            lease.giveUp(Outcome.UNKNOWN);
            throw stillUnknown;
        }
        return finish(plan, log, run, lease);
    }

    /**
     * Declares a run dead, so that its leftovers may be collected. Whoever still executes it is refused at its next
     * journal entry, and the point it was making can no longer be committed once collection has begun.
     *
     * @param id the run
     * @param why who says so and on what ground, one sentence
     * @throws NotFoundException if there is no such run
     * @throws IntegrityException if its journal is damaged; look at what it left
     * @throws RequestRefusedException if it has ended; there is nothing to take over
     * @throws OutcomeUnknownException if it is alive and wrote meanwhile; look again
     */
    public void takeOver(RunId id, String why) {
        RunLog log = new RunLog(journal, id, time);
        planOf(id, log.entries());
        JournalEntry last = log.entries().get(log.entries().size() - 1);
        if (ended(last)) {
            throw new RequestRefusedException(
                    "DRK-RUN-007",
                    "Cannot take over run '" + id + "': it ended "
                            + last.outcome().map(Enum::name).orElse("") + " but only a run that is UNKNOWN or crashed"
                            + " is taken over",
                    "Leftovers of a run that has ended are collected without taking it over");
        }
        log.append(Kind.RUN_TAKEN_OVER, "", Optional.empty(), why, Map.of("writer", ids.get()));
    }

    /**
     * Computes the report of a run from its journal.
     *
     * @param id the run
     * @return the report as of now
     * @throws NotFoundException if there is no such run; list the runs of the journal
     * @throws IntegrityException if the journal has a hole, or its first entry is not the plan its digest names; look at
     *     what the run left
     * @throws io.github.drkit.error.DrException as {@link Journal#entries} says
     */
    public RunReport report(RunId id) {
        return report(id, journal.entries(id));
    }

    /**
     * Computes the report of a run from entries that were read already. Reads nothing.
     *
     * @param id the run
     * @param entries all entries of its journal, in order
     * @return the report as of its last entry
     * @throws NotFoundException if there are none
     * @throws IntegrityException if the first is not the plan its digest names
     */
    public static RunReport report(RunId id, List<JournalEntry> entries) {
        return RunReport.of(planOf(id, entries), entries);
    }

    /**
     * Reads the plan of a run from its journal.
     *
     * @param id the run
     * @param entries its journal
     * @return the plan it executes
     * @throws NotFoundException if the journal is empty
     * @throws IntegrityException if its first entry is not a plan
     */
    public static Plan planned(RunId id, List<JournalEntry> entries) {
        return planOf(id, entries);
    }

    /**
     * Makes an operation that proves recovery points: it restores by a strategy into a temporary destination, runs checks
     * on the copy, removes it and records the verdict, signed by the prover. This is the only way to PROVEN. Reads and
     * changes nothing; any engine executes what it makes, that of {@link io.github.drkit.due.DueRuns} too.
     *
     * @param strategy how to restore
     * @param verdicts where the verdict goes: the catalog the point lies in, or
     *     {@link io.github.drkit.catalog.PointVerdicts} for points that lie elsewhere
     * @param prover the prover's key, which is not the backup's
     * @param checks what must hold besides the strategy's own comparison
     * @return an operation for {@link #plan} and {@link #execute}; the request's purpose is always PROOF
     * @throws IllegalArgumentException if two checks have the same name
     */
    public static Operation<RestoreRequest> proving(
            RestoreStrategy strategy, Verdicts verdicts, SigningKey prover, List<Check> checks) {
        return new Proving(strategy, verdicts, prover, checks);
    }

    private RunReport finish(Plan plan, RunLog log, Run run, RunLease lease) throws InterruptedException {
        Outcome outcome;
        try {
            outcome = run.execute(ids.get());
        } catch (RuntimeException | InterruptedException stopped) {
            lease.giveUp(Outcome.UNKNOWN);
            throw stopped;
        }
        lease.giveUp(outcome);
        return RunReport.of(plan, log.entries());
    }

    private static boolean ended(JournalEntry last) {
        return last.kind() == Kind.RUN_ENDED && last.closesRun();
    }

    private static Plan planOf(RunId id, List<JournalEntry> entries) {
        if (entries.isEmpty()) {
            throw new NotFoundException(
                    "DRK-RUN-006",
                    "Cannot find run '" + id + "': the journal has no entry of it",
                    "List the runs of the journal; is it the journal the run was begun with?");
        }
        JournalEntry first = entries.get(0);
        try {
            Plan plan = PlanJson.read(first.text());
            if (first.kind() == Kind.PLANNED
                    && plan.digest().equals(first.facts().get("digest"))) {
                return plan;
            }
        } catch (IllegalArgumentException e) {
            throw damaged(id, e);
        }
        throw damaged(id, null);
    }

    private static IntegrityException damaged(RunId id, @Nullable Throwable cause) {
        return new IntegrityException(
                "DRK-RUN-003",
                "Cannot read journal of run '" + id + "': its first entry is not the plan its digest names",
                "A run with a damaged journal is not resumed; look at what it left and plan again",
                "nothing",
                cause);
    }

    private static void requireCapability(Operation<?> operation, PlanRequest request) {
        Capability needed;
        Capabilities declared;
        if (operation instanceof Proving proving) {
            declared = proving.strategy().capabilities();
            needed = Capability.PROVE;
        } else if (operation instanceof BackupTarget target) {
            declared = target.capabilities();
            if (request instanceof BackupRequest) {
                needed = Capability.BACK_UP;
            } else if (request instanceof VerifyRequest) {
                needed = Capability.VERIFY;
            } else if (request instanceof CollectRequest) {
                needed = Capability.COLLECT;
            } else {
                return;
            }
        } else if (operation instanceof RestoreStrategy strategy && request instanceof RestoreRequest restore) {
            declared = strategy.capabilities();
            needed = restore.purpose() == RestoreRequest.Purpose.PROOF
                    ? Capability.PROVE
                    : restoring(restore.selection(), declared);
        } else {
            return;
        }
        if (!declared.can(needed)) {
            throw new RequestRefusedException(
                    "DRK-PLAN-002",
                    "Cannot " + request.kind() + ": the operation declares " + declared.able() + " but not " + needed,
                    "Use a target or strategy that has this ability");
        }
    }

    /** An instant may be the newest point before it or a moment of a window; which, the strategy declares. */
    private static Capability restoring(RestoreRequest.Selection selection, Capabilities declared) {
        boolean windowsOnly = declared.can(Capability.RESTORE_INSTANT) && !declared.can(Capability.RESTORE_POINT);
        return windowsOnly && !(selection instanceof RestoreRequest.Selection.Point)
                ? Capability.RESTORE_INSTANT
                : Capability.RESTORE_POINT;
    }

    private void tell(RecoveryEvent event) {
        for (RecoveryListener listener : listeners) {
            try {
                listener.on(event);
            } catch (RuntimeException e) {
                LOG.warn("A listener failed on {}", event, e);
            }
        }
    }

    /** Collects the parts of an engine. Not thread-safe. */
    public static final class Builder {

        private final Journal journal;
        private final List<RecoveryListener> listeners = new ArrayList<>();
        private TimeSource time = TimeSource.system();
        private Supplier<String> ids = Builder::randomId;
        private int sideBySide = 2;
        private @Nullable Leases leases;

        private Builder(Journal journal) {
            this.journal = journal;
        }

        /**
         * Sets the clock.
         *
         * @param time the one way to ask for the time and to wait
         * @return this
         */
        public Builder time(TimeSource time) {
            this.time = time;
            return this;
        }

        /**
         * Sets where the random part of run ids comes from.
         *
         * @param ids gives lower-case letters and digits, never the same twice
         * @return this
         */
        public Builder ids(Supplier<String> ids) {
            this.ids = ids;
            return this;
        }

        /**
         * Adds a listener.
         *
         * @param listener is told of every event, after those added before it
         * @return this
         */
        public Builder listener(RecoveryListener listener) {
            this.listeners.add(listener);
            return this;
        }

        /**
         * Sets how many independent steps may run at the same time.
         *
         * @param steps 1 or more; 2 unless set, which lets a baseline be taken while a dump runs
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder sideBySide(int steps) {
            if (steps < 1) {
                throw new IllegalArgumentException("Cannot run " + steps + " steps side by side: expected 1 or more");
            }
            this.sideBySide = steps;
            return this;
        }

        /**
         * Sets where leases are kept, so that one run acts on a target at a time. None unless set: then runs are kept apart
         * by their conditional writes alone, and plans that require a lease are refused.
         *
         * @param leases shared by all who act on the same targets, such as {@code StoreLeases} in the store of the points
         * @return this
         */
        public Builder leases(Leases leases) {
            this.leases = leases;
            return this;
        }

        /**
         * Puts the engine together.
         *
         * @return the engine
         */
        public DisasterRecovery build() {
            return new DisasterRecovery(this);
        }

        private static String randomId() {
            byte[] bytes = new byte[4];
            new SecureRandom().nextBytes(bytes);
            return HexFormat.of().formatHex(bytes);
        }
    }
}
