package io.github.drkit.testkit.contract;

import io.github.drkit.Progress;
import io.github.drkit.TimeSource;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.store.Creation;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.Identity;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.Listing;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoredObject;
import io.github.drkit.store.StoredStream;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Stores that are wrong in one way each. */
class BrokenPointStoreTestCase extends PointStoreContract {

    @RegisterExtension
    private final BrokenBy broken = new BrokenBy();

    private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:00Z");
    private final FaultScript faults = new FaultScript();
    private final InMemoryPointStore store = InMemoryPointStore.on(time, faults, 1 << 20);
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();

    @Override
    protected PointStore store() {
        return new Broken();
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
        return Optional.of(new Broken());
    }

    @Override
    protected void dieWhileWriting(ObjectKey base) throws IOException {
        faults.at(Call.SEGMENT, 1, Fault.CRASH_BEFORE);
        try {
            store.write(base, new ByteArrayInputStream(new byte[5]), encryption(), Progress.silent());
        } catch (Error died) {
            faults.revive();
        }
    }

    @Override
    protected List<String> secrets() {
        return List.of("AGE-SECRET-KEY-1");
    }

    private final class Broken implements PointStore {

        private final List<StoredObject> seen = new ArrayList<>();

        @Override
        public String location() {
            return store.location() + (broken.is("STO-021") ? "?key=AGE-SECRET-KEY-1" : "");
        }

        @Override
        public StoreAbilities abilities() {
            StoreAbilities abilities = store.abilities();
            return broken.is("STO-020")
                    ? new StoreAbilities(abilities.shown(), List.of("asked " + calls.incrementAndGet() + " times"))
                    : abilities;
        }

        @Override
        public Instant now() {
            return broken.is("STO-019") ? store.now().minus(Duration.ofMinutes(6)) : store.now();
        }

        @Override
        public Creation create(ObjectKey key, byte[] content) {
            if (broken.is("STO-001")) {
                store.overwrite(key.value(), content);
                return Creation.CREATED;
            }
            if (broken.is("STO-002") && key.value().startsWith("race/")) {
                store.create(key, content);
                return Creation.CREATED;
            }
            try {
                return store.create(key, content);
            } catch (OutcomeUnknownException lost) {
                if (broken.is("STO-018")) {
                    return Creation.EXISTED;
                }
                throw lost;
            }
        }

        @Override
        public Optional<byte[]> find(ObjectKey key) {
            Optional<byte[]> found = store.find(key);
            return broken.is("STO-003") ? found.filter(content -> content.length > 0) : found;
        }

        @Override
        public Listing list(String prefix) {
            if (broken.is("STO-004") && !prefix.isEmpty() && !prefix.endsWith("/")) {
                return new Listing(store.list(prefix).stream()
                        .filter(object -> object.key().equals(prefix)
                                || object.key().startsWith(prefix + "/")
                                || object.key().startsWith(prefix + "."))
                        .toList());
            }
            if (broken.is("STO-005") && count.incrementAndGet() % 3 == 0) {
                return new Listing(seen);
            }
            Listing listing = store.list(prefix);
            seen.clear();
            seen.addAll(listing.objects());
            return listing;
        }

        @Override
        public StoredStream write(ObjectKey base, InputStream source, Encryption encryption, Progress progress)
                throws IOException {
            if (broken.is("STO-008")) {
                try {
                    return store.write(base, new ByteArrayInputStream(source.readAllBytes()), encryption, progress);
                } catch (IOException swallowed) {
                    return store.write(base, InputStream.nullInputStream(), encryption, progress);
                }
            }
            StoredStream stream = store.write(base, source, encryption, progress);
            if (broken.is("STO-009")) {
                source.close();
            }
            if (broken.is("STO-016")) {
                faults.at(Call.SEGMENT, 1, Fault.CRASH_BEFORE);
                try {
                    store.write(base.child("more"), source, encryption, Progress.silent());
                } catch (Error died) {
                    faults.revive();
                }
            }
            if (broken.is("STO-006")) {
                return new StoredStream(
                        stream.compression(),
                        stream.encryption(),
                        stream.recipients(),
                        stream.plainBytes() + 1,
                        stream.plainSha256(),
                        stream.storedBytes(),
                        stream.storedSha256(),
                        stream.segments());
            }
            if (broken.is("STO-007")) {
                return new StoredStream(
                        stream.compression(),
                        stream.encryption(),
                        stream.recipients(),
                        stream.plainBytes(),
                        stream.plainSha256(),
                        stream.storedBytes(),
                        "0".repeat(64),
                        stream.segments());
            }
            return stream;
        }

        @Override
        public InputStream open(StoredStream stream, IdentitySource identities) {
            if (broken.is("STO-017")) {
                return store.openStored(stream);
            }
            InputStream opened = store.open(stream, identities);
            return wrong(opened);
        }

        @Override
        public InputStream openStored(StoredStream stream) {
            return wrong(store.openStored(stream));
        }

        private InputStream wrong(InputStream opened) {
            if (broken.is("STO-010") && calls.incrementAndGet() > 5) {
                throw new IllegalStateException("the pool is exhausted: half-read streams keep their connection");
            }
            if (!broken.is("STO-011") && !broken.is("STO-012")) {
                return opened;
            }
            return new FilterInputStream(opened) {
                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    try {
                        return super.read(buffer, offset, length);
                    } catch (IOException swallowed) {
                        return -1;
                    }
                }
            };
        }

        @Override
        public Listing unfinished(String prefix) {
            return broken.is("STO-015") ? new Listing(List.of()) : store.unfinished(prefix);
        }

        @Override
        public void delete(StoredObject object) {
            if (broken.is("STO-013")) {
                store.list(object.key()).objects().forEach(store::delete);
            } else if (broken.is("STO-014")) {
                store.list(object.key()).stream()
                        .filter(other -> other.key().equals(object.key()))
                        .forEach(store::delete);
            } else {
                store.delete(object);
            }
        }

        @Override
        public Optional<Instant> lockedUntil(StoredObject object) {
            return store.lockedUntil(object);
        }

        @Override
        public Optional<Instant> lock(StoredObject object, Instant until) {
            if (broken.is("STO-022")) {
                return Optional.of(until); // accepts the lock, and drops it
            }
            Optional<Instant> locked = store.lock(object, until);
            return broken.is("STO-023") ? Optional.of(until) : locked;
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
