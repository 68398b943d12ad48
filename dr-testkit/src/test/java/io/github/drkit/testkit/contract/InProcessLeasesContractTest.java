package io.github.drkit.testkit.contract;

import io.github.drkit.lease.InProcessLeases;
import io.github.drkit.lease.Leases;
import io.github.drkit.testkit.VirtualTime;
import java.time.Duration;
import java.time.Instant;

class InProcessLeasesContractTest extends LeaseContract {

    private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:00Z");
    private final Leases leases = InProcessLeases.of(time, TERM);

    @Override
    protected Leases leases() {
        return leases;
    }

    @Override
    protected void pass(Duration duration) {
        time.advance(duration);
        time.jumpTo(Instant.EPOCH); // a wall clock that jumps has no say
    }
}
