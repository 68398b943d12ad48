package io.github.drkit.testkit.contract;

import io.github.drkit.RunId;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.lease.InProcessLeases;
import io.github.drkit.lease.Lease;
import io.github.drkit.lease.Leases;
import io.github.drkit.lease.Tenure;
import io.github.drkit.testkit.VirtualTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Leases that are wrong in one way each. */
class BrokenLeaseTestCase extends LeaseContract {

    @RegisterExtension
    private final BrokenBy broken = new BrokenBy();

    private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:00Z");
    private final Leases right = InProcessLeases.of(time, TERM);
    private final Map<String, Lease> given = new HashMap<>();
    private final Set<RunId> forgotten = new HashSet<>();

    @Override
    protected Leases leases() {
        return new Broken();
    }

    @Override
    protected void pass(Duration duration) {
        // A lease that lasts too long is one whose clock is slow.
        time.advance(broken.is("LSE-005") ? duration.dividedBy(2) : duration);
    }

    private final class Broken implements Leases {

        @Override
        public Optional<Lease> acquire(String lease, RunId holder) {
            String name = broken.is("LSE-013") && !lease.isEmpty() ? lease.substring(0, 1) : lease;
            Optional<Tenure> before = right.find(name);
            boolean again = broken.is("LSE-014")
                    && before.map(Tenure::holder).filter(holder::equals).isPresent();
            if (before.isPresent() && (again || broken.is("LSE-001") || broken.is("LSE-002"))) {
                return Optional.ofNullable(given.get(name));
            }
            Optional<Lease> lent = right.acquire(name, holder);
            lent.ifPresent(inner -> given.put(name, inner));
            return lent.map(inner -> new BrokenLease(name, inner));
        }

        @Override
        public Optional<Tenure> find(String lease) {
            if (broken.is("LSE-012")) {
                return acquire(lease, RunId.of("looking")).map(Lease::tenure);
            }
            return right.find(lease);
        }
    }

    private final class BrokenLease implements Lease {

        private final String name;
        private final Lease inner;

        BrokenLease(String name, Lease inner) {
            this.name = name;
            this.inner = inner;
        }

        @Override
        public Tenure tenure() {
            Tenure tenure = inner.tenure();
            return broken.is("LSE-003") ? new Tenure(tenure.lease(), tenure.holder(), 1, tenure.term()) : tenure;
        }

        @Override
        public Set<RunId> inherited() {
            if (broken.is("LSE-009")) {
                return Set.of();
            }
            Set<RunId> inherited = new HashSet<>(inner.inherited());
            inherited.removeAll(forgotten);
            return inherited;
        }

        @Override
        public void settle() {
            inner.settle();
        }

        @Override
        public void renew() {
            if (broken.is("LSE-011") && right.find(name).isEmpty()) {
                throw new OutcomeUnknownException("DRK-LEASE-001", "Cannot go on under " + inner, "It ran out");
            }
            if (broken.is("LSE-004")) {
                return;
            }
            try {
                inner.renew();
            } catch (OutcomeUnknownException lost) {
                if (!broken.is("LSE-006")) {
                    throw lost;
                }
            }
        }

        @Override
        public void release() {
            if (broken.is("LSE-007")) {
                given.get(name).release();
            } else if (broken.is("LSE-010")) {
                forgotten.addAll(inner.inherited());
                inner.release();
            } else if (!broken.is("LSE-008")) {
                inner.release();
            }
        }

        @Override
        public void abandon() {
            inner.abandon();
        }
    }
}
