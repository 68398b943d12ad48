package io.github.drkit.testkit.contract;

import io.github.drkit.lease.Leases;
import io.github.drkit.lease.StoreLeases;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import java.time.Duration;

class StoreLeasesContractTest extends LeaseContract {

    private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:00Z");
    private final InMemoryPointStore store = InMemoryPointStore.on(time);

    @Override
    protected Leases leases() {
        return StoreLeases.in(store, TERM);
    }

    @Override
    protected void pass(Duration duration) {
        time.advance(duration);
    }
}
