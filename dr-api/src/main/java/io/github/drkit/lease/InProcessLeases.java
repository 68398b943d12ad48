package io.github.drkit.lease;

import io.github.drkit.RunId;
import io.github.drkit.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Leases within one process: enough where one process is the only one that acts on its targets. They are gone when it ends,
 * and its tokens begin anew.
 */
public final class InProcessLeases implements Leases {

    private final TimeSource time;
    private final Duration term;
    private final Map<String, State> states = new HashMap<>();

    private InProcessLeases(TimeSource time, Duration term) {
        this.time = time;
        this.term = term;
    }

    /**
     * Keeps leases in this object.
     *
     * @param time tells how long a holder was not heard of, by {@link TimeSource#elapsedNanos()}
     * @param term how long a lease is held without a renewal; 5 minutes suit most
     * @return no lease is held
     * @throws IllegalArgumentException if the term is shorter than 10 seconds
     */
    public static InProcessLeases of(TimeSource time, Duration term) {
        return new InProcessLeases(time, Terms.require(term));
    }

    @Override
    public synchronized Optional<Lease> acquire(String lease, RunId holder) {
        State now = states.get(Terms.requireName(lease));
        if (now != null && held(now)) {
            return Optional.empty();
        }
        long token = now == null ? 1 : now.token() + 1;
        Set<RunId> owed = now == null ? Set.of() : Terms.inherited(now.owed(), now.released(), now.holder(), holder);
        states.put(lease, new State(holder, token, false, owed, time.elapsedNanos()));
        return Optional.of(new Held(new Tenure(lease, holder, token, term)));
    }

    @Override
    public synchronized Optional<Tenure> find(String lease) {
        State now = states.get(Terms.requireName(lease));
        return now == null || !held(now)
                ? Optional.empty()
                : Optional.of(new Tenure(lease, now.holder(), now.token(), term));
    }

    private boolean held(State now) {
        return !now.released() && time.elapsedNanos() - now.heardNanos() <= term.toNanos();
    }

    private synchronized State mine(Tenure tenure) {
        State now = states.get(tenure.lease());
        if (now == null || now.token() != tenure.token() || now.released()) {
            throw Terms.lost(tenure, "this process");
        }
        return now;
    }

    private synchronized void renew(Tenure tenure, boolean settled) {
        State now = mine(tenure);
        Set<RunId> owed = settled ? Set.of() : now.owed();
        states.put(tenure.lease(), new State(now.holder(), now.token(), false, owed, time.elapsedNanos()));
    }

    private synchronized void giveUp(Tenure tenure, boolean inOrder) {
        State now = states.get(tenure.lease());
        if (now != null && now.token() == tenure.token() && !now.released()) {
            Set<RunId> owed = inOrder ? now.owed() : Terms.and(now.owed(), now.holder());
            states.put(tenure.lease(), new State(now.holder(), now.token(), true, owed, now.heardNanos()));
        }
    }

    private synchronized Set<RunId> owed(Tenure tenure) {
        State now = states.get(tenure.lease());
        return now == null || now.token() != tenure.token() ? Set.of() : now.owed();
    }

    private record State(RunId holder, long token, boolean released, Set<RunId> owed, long heardNanos) {}

    private final class Held implements Lease {

        private final Tenure tenure;

        Held(Tenure tenure) {
            this.tenure = tenure;
        }

        @Override
        public Tenure tenure() {
            return tenure;
        }

        @Override
        public Set<RunId> inherited() {
            Set<RunId> sorted = new TreeSet<>(Terms.BY_VALUE);
            sorted.addAll(owed(tenure));
            return sorted;
        }

        @Override
        public void settle() {
            InProcessLeases.this.renew(tenure, true);
        }

        @Override
        public void renew() {
            InProcessLeases.this.renew(tenure, false);
        }

        @Override
        public void release() {
            giveUp(tenure, true);
        }

        @Override
        public void abandon() {
            giveUp(tenure, false);
        }

        @Override
        public String toString() {
            return tenure.toString();
        }
    }
}
