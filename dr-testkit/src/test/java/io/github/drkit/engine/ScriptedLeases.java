package io.github.drkit.engine;

import io.github.drkit.RunId;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.lease.Lease;
import io.github.drkit.lease.Leases;
import io.github.drkit.lease.Tenure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Leases that are always free, and lost when the test says so; notes what it was told. */
class ScriptedLeases implements Leases {

    private final List<String> told = new ArrayList<>();
    private int renewals;
    private int lostAt = Integer.MAX_VALUE;

    void loseAtRenewal(int number) {
        lostAt = number;
    }

    List<String> told() {
        return List.copyOf(told);
    }

    @Override
    public Optional<Lease> acquire(String lease, RunId holder) {
        return Optional.of(new Scripted(new Tenure(lease, holder, 1, Duration.ofMinutes(5))));
    }

    @Override
    public Optional<Tenure> find(String lease) {
        return Optional.empty();
    }

    private final class Scripted implements Lease {

        private final Tenure tenure;

        Scripted(Tenure tenure) {
            this.tenure = tenure;
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
        public void settle() {
            told.add("settle");
        }

        @Override
        public void renew() {
            if (++renewals >= lostAt) {
                throw new OutcomeUnknownException("DRK-LEASE-001", "Cannot go on: another run has taken it", "Look");
            }
        }

        @Override
        public void release() {
            told.add("release");
        }

        @Override
        public void abandon() {
            told.add("abandon");
        }
    }
}
