package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.TimeSource;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.Identity;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoredStream;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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
        assertThatThrownBy(() -> store.write(base, new ByteArrayInputStream(new byte[5]), encryption(), bytes -> {}))
                .isInstanceOf(Error.class);
        faults.revive();
    }

    @Override
    protected List<String> secrets() {
        return List.of("AGE-SECRET-KEY-1");
    }

    @Test
    void anObjectThatIsNotSmallIsNamedWithItsSize() {
        ObjectKey key = ObjectKey.of("points/bank/large");
        store.overwrite(key.value(), new byte[(16 << 20) + 1]);

        assertThatThrownBy(() -> store.find(key))
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessage("Cannot read 'points/bank/large': it has 16777217 bytes but a small object has at most"
                        + " 16777216\nHint: Who put it there? [DRK-FAKE-003]");
    }

    @Test
    void anEncryptedStreamIsNotOpenedWithoutAnIdentity() throws IOException {
        StoredStream stream = store.write(
                ObjectKey.of("points/bank/dump"), new ByteArrayInputStream(new byte[5]), encryption(), bytes -> {});

        assertThatThrownBy(() -> store.open(stream, IdentitySource.none()))
                .isExactlyInstanceOf(TargetAccessException.class)
                .hasMessage("Cannot open a stream of 1 segments: it is encrypted to ["
                        + encryption().recipients().get(0)
                        + "] and no identity was given but one of theirs is required\n"
                        + "Hint: Give an identity [DRK-FAKE-004]");
    }
}
