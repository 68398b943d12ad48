package io.github.drkit.testkit.contract;

import io.github.drkit.TimeSource;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.Identity;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.Assertions;

class InMemoryPointStoreContractTest extends PointStoreContract {

    private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:00Z");
    private final FaultScript faults = new FaultScript();
    private final InMemoryPointStore store = InMemoryPointStore.on(time, faults, 1 << 20);

    @Override
    protected PointStore store() {
        return store;
    }

    @Override
    protected void damage(ObjectKey key) {
        store.flip(key.value(), 12_345);
    }

    @Override
    protected TimeSource time() {
        return time;
    }

    @Override
    protected Encryption encryption() {
        return Encryption.toSingleRecipient("age1" + "q".repeat(58));
    }

    @Override
    protected IdentitySource identities() {
        return () -> List.of(Identity.of("AGE-SECRET-KEY-1"));
    }

    @Override
    protected Optional<PointStore> losingTheNextAnswer() {
        faults.at(Call.CREATE, 1, Fault.LOSE_ANSWER);
        return Optional.of(store);
    }

    @Override
    protected void dieWhileWriting(ObjectKey base) throws IOException {
        faults.at(Call.SEGMENT, 1, Fault.CRASH_BEFORE);
        Assertions.assertThatThrownBy(
                        () -> store.write(base, new ByteArrayInputStream(new byte[5]), encryption(), bytes -> {}))
                .isInstanceOf(Error.class);
        faults.revive();
    }

    @Override
    protected List<String> secrets() {
        return List.of("AGE-SECRET-KEY-1");
    }
}
