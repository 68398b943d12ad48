package io.github.drkit.engine;

import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.RunId;
import io.github.drkit.TimeSource;
import io.github.drkit.error.DrException;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.journal.JournalEntry.Kind;
import io.github.drkit.lease.Lease;
import io.github.drkit.lease.LeasedOperation;
import io.github.drkit.lease.Leases;
import io.github.drkit.lease.Tenure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease one run is executed under, or none. It is renewed when a third of its term has passed: by the coordinating
 * thread while it waits for steps, and by a step that itself waits, so that a virtual clock sees it too.
 */
final class RunLease {

    private static final Logger LOG = LoggerFactory.getLogger(RunLease.class);
    private static final String LOST = "DRK-LEASE-001";
    private static final int STOPPING_ATTEMPTS = 10;

    private final RunId run;
    private final @Nullable Lease lease;
    private final List<RunId> fenced;
    private final TimeSource time;
    private final Consumer<RecoveryEvent> events;
    private long heardNanos;
    private @Nullable String loss;

    private RunLease(
            RunId run,
            @Nullable Lease lease,
            List<RunId> fenced,
            TimeSource time,
            Consumer<RecoveryEvent> events,
            long heardNanos) {
        this.run = run;
        this.lease = lease;
        this.fenced = fenced;
        this.time = time;
        this.events = events;
        this.heardNanos = heardNanos;
    }

    /** Takes the lease a plan is executed under, if there is one, and keeps those who lost it from acting. */
    static RunLease acquire(
            Plan plan,
            Operation<?> operation,
            @Nullable Leases leases,
            Journal journal,
            TimeSource time,
            Consumer<RecoveryEvent> events) {
        Optional<String> name =
                operation instanceof LeasedOperation leased ? leased.lease(plan) : Optional.<String>empty();
        if (name.isEmpty() || !(operation instanceof LeasedOperation leased)) {
            return new RunLease(plan.run(), null, List.of(), time, events, 0);
        }
        if (leases == null) {
            if (leased.requiresLease(plan)) {
                throw new RequestRefusedException(
                        "DRK-LEASE-005",
                        "Cannot execute plan '" + plan.run() + "': this engine keeps no leases but to " + plan.kind()
                                + " takes lease '" + name.get() + "'",
                        "Give the builder leases, such as StoreLeases in the store of the points");
            }
            return new RunLease(plan.run(), null, List.of(), time, events, 0);
        }
        long asked = time.elapsedNanos();
        Lease lease = leases.acquire(name.get(), plan.run()).orElseThrow(() -> taken(plan, name.get(), leases));
        RunLease mine = new RunLease(plan.run(), lease, List.copyOf(lease.inherited()), time, events, asked);
        try {
            mine.settle(leased, journal);
        } catch (RuntimeException unfenced) {
            // Nothing was begun, and whoever was to be fenced is passed on to the next holder.
            mine.giveUp(Outcome.FAILED);
            throw unfenced;
        }
        events.accept(new RecoveryEvent.LeaseAcquired(
                plan.run(), time.now(), name.get(), lease.tenure().token(), mine.fenced));
        return mine;
    }

    private static RequestRefusedException taken(Plan plan, String name, Leases leases) {
        Optional<Tenure> holder = leases.find(name);
        return new RequestRefusedException(
                "DRK-LEASE-004",
                "Cannot execute plan '" + plan.run() + "': lease '" + name + "' is held by "
                        + holder.map(other -> "run '" + other.holder() + "' with token " + other.token())
                                .orElse("another run, which was quicker,")
                        + " but must be free",
                "Is that run alive? It gives the lease up when it ends. One that died loses it "
                        + holder.map(other -> other.term() + " after").orElse("a term after")
                        + " its last renewal: resume it then, or plan again, which takes the lease over");
    }

    private void settle(LeasedOperation operation, Journal journal) {
        if (lease != null && !fenced.isEmpty()) {
            for (RunId lost : fenced) {
                operation.fence(lost, run);
                stop(lost, journal);
            }
            lease.settle();
        }
    }

    /** Writes into the journal of a run that lost the lease, which stops it and tells that it will not end any more. */
    private void stop(RunId lost, Journal journal) {
        for (int attempt = 1; ; attempt++) {
            try {
                RunLog log = new RunLog(journal, lost, time);
                List<JournalEntry> entries = log.entries();
                if (!entries.isEmpty() && !entries.get(entries.size() - 1).closesRun()) {
                    log.append(
                            Kind.RUN_TAKEN_OVER,
                            "",
                            Optional.empty(),
                            "lost the lease to run '" + run + "'",
                            Map.of("writer", run.value()));
                }
                return;
            } catch (OutcomeUnknownException meanwhile) {
                // It is alive and wrote this very entry, so the next one is tried.
                if (attempt == STOPPING_ATTEMPTS) {
                    throw meanwhile;
                }
            } catch (IntegrityException damaged) {
                // A run with a damaged journal is never resumed, and the fence holds whatever its journal says.
                LOG.warn("Could not write into the journal of run '{}', which lost its lease", lost, damaged);
                return;
            }
        }
    }

    /** What the journal of the run says of its lease. */
    Map<String, String> facts() {
        Map<String, String> facts = new TreeMap<>();
        if (lease != null) {
            facts.put("lease", lease.tenure().lease());
            facts.put("token", String.valueOf(lease.tenure().token()));
            if (!fenced.isEmpty()) {
                facts.put("fenced", fenced.stream().map(RunId::value).collect(Collectors.joining(" ")));
            }
        }
        return facts;
    }

    /** Asks the far side, now, whether the lease is still held; while it does not answer, waits until the term is over. */
    void check() throws InterruptedException {
        if (lease != null) {
            while (!renew(lease)) {
                time.sleep(pulse(lease));
            }
        }
    }

    /** Takes what a step puts into the queue, and keeps the lease while there is nothing. */
    <T> T await(BlockingQueue<T> done) throws InterruptedException {
        if (lease == null) {
            return done.take();
        }
        while (true) {
            Optional<T> taken = time.await(done, pulse(lease));
            if (taken.isPresent()) {
                return taken.get();
            }
            keep(lease);
        }
    }

    /** The clock for steps, on which waiting keeps the lease. */
    TimeSource time() {
        return lease == null ? time : new Keeping(lease);
    }

    /** Why the lease is not held any more; empty while it is. */
    synchronized Optional<String> loss() {
        return Optional.ofNullable(loss);
    }

    /** Gives the lease up in the way a run ends; one that was lost is not ours to give. */
    void giveUp(Outcome outcome) {
        if (lease == null || loss().isPresent()) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (outcome == Outcome.UNKNOWN) {
                lease.abandon();
            } else {
                lease.release();
            }
        } catch (DrException e) {
            LOG.warn("Could not give up {}; it runs out {} after its last renewal", lease, term(lease), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Duration term(Lease lease) {
        return lease.tenure().term();
    }

    /** How often to look whether a renewal is due; after one that failed there is time for three more. */
    private static Duration pulse(Lease lease) {
        return term(lease).dividedBy(6);
    }

    private void keep(Lease held) throws InterruptedException {
        if (sinceHeard().compareTo(term(held).dividedBy(3)) >= 0) {
            renew(held);
        }
    }

    private synchronized Duration sinceHeard() {
        return Duration.ofNanos(time.elapsedNanos() - heardNanos);
    }

    /** False if it cannot be told whether the lease is held. One that is lost interrupts whoever asks, each time. */
    private synchronized boolean renew(Lease held) throws InterruptedException {
        if (loss == null) {
            try {
                long asked = time.elapsedNanos();
                held.renew();
                heardNanos = asked;
                return true;
            } catch (DrException e) {
                boolean taken = e.code().value().equals(LOST);
                if (!taken && sinceHeard().compareTo(term(held)) < 0) {
                    LOG.warn("Could not renew {}; trying again", held, e);
                    return false;
                }
                lose(held, taken ? e.problem() + " [" + LOST + "]" : silent(held, e));
            }
        }
        throw new InterruptedException(loss);
    }

    private static String silent(Lease held, DrException cause) {
        return "Cannot go on under " + held.tenure() + ": it could not be renewed for " + term(held)
                + " but must be known to be held; " + cause.problem() + " [DRK-LEASE-006]";
    }

    private synchronized void lose(Lease held, String reason) {
        loss = reason;
        LOG.error("Run '{}' stops: {}", run, reason);
        events.accept(new RecoveryEvent.LeaseLost(run, time.now(), held.tenure().lease(), reason));
    }

    /** Waits in parts short enough for the lease to be renewed in between. */
    private final class Keeping implements TimeSource {

        private final Lease held;

        Keeping(Lease held) {
            this.held = held;
        }

        @Override
        public Instant now() {
            return time.now();
        }

        @Override
        public long elapsedNanos() {
            return time.elapsedNanos();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            Duration left = duration;
            do {
                Duration part = left.compareTo(pulse(held)) < 0 ? left : pulse(held);
                time.sleep(part);
                left = left.minus(part);
                keep(held);
            } while (left.compareTo(Duration.ZERO) > 0);
        }

        @Override
        public <T> Optional<T> await(BlockingQueue<T> done, Duration atMost) throws InterruptedException {
            return time.await(done, atMost);
        }
    }
}
