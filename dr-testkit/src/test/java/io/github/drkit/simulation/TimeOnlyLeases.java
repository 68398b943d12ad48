package io.github.drkit.simulation;

import io.github.drkit.RunId;
import io.github.drkit.TimeSource;
import io.github.drkit.lease.Lease;
import io.github.drkit.lease.Leases;
import io.github.drkit.lease.Tenure;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Leases as they are often built: who holds one until when, compared with one's own clock. Wrong on purpose. */
final class TimeOnlyLeases {

    private final Map<String, Entry> entries = new HashMap<>();

    Leases as(TimeSource clock, Duration term) {
        return new Leases() {
            @Override
            public Optional<Lease> acquire(String lease, RunId holder) {
                Entry now = entries.get(lease);
                if (now != null && now.until().isAfter(clock.now())) {
                    return Optional.empty();
                }
                Tenure tenure = new Tenure(lease, holder, now == null ? 1 : now.token() + 1, term);
                entries.put(lease, new Entry(holder, tenure.token(), clock.now().plus(term)));
                return Optional.of(new Held(tenure, clock));
            }

            @Override
            public Optional<Tenure> find(String lease) {
                return Optional.ofNullable(entries.get(lease))
                        .filter(entry -> entry.until().isAfter(clock.now()))
                        .map(entry -> new Tenure(lease, entry.holder(), entry.token(), term));
            }
        };
    }

    private record Entry(RunId holder, long token, Instant until) {}

    private final class Held implements Lease {

        private final Tenure tenure;
        private final TimeSource clock;
        private Instant until;

        Held(Tenure tenure, TimeSource clock) {
            this.tenure = tenure;
            this.clock = clock;
            this.until = clock.now().plus(tenure.term());
        }

        @Override
        public Tenure tenure() {
            return tenure;
        }

        @Override
        public Set<RunId> inherited() {
            return Set.of();
        }

        @Override
        public void settle() {}

        @Override
        public void renew() {
            if (until.isBefore(clock.now()) && !mine()) {
                throw new io.github.drkit.error.OutcomeUnknownException(
                        "DRK-LEASE-001", "Cannot go on: out of time", "This one is wrong on purpose");
            }
            until = clock.now().plus(tenure.term());
            entries.put(tenure.lease(), new Entry(tenure.holder(), tenure.token(), until));
        }

        private boolean mine() {
            Entry now = entries.get(tenure.lease());
            return now != null && now.token() == tenure.token();
        }

        @Override
        public void release() {
            if (mine()) {
                entries.remove(tenure.lease());
            }
        }

        @Override
        public void abandon() {
            release();
        }
    }
}
