package io.github.drkit.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.drkit.Progress;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.store.Creation;
import io.github.drkit.store.Encryption;
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
import io.github.drkit.testkit.fake.KeyRing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** How often and how many at a time a catalog reads the manifests of a store whose every answer takes its time. */
class ManifestReadsTest {

    private static final TargetId BANK = TargetId.of("bank");

    private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:00Z");
    private final FaultScript faults = new FaultScript();
    private final InMemoryPointStore store = InMemoryPointStore.on(time, faults, 1 << 20);
    private final KeyRing keys = KeyRing.fresh();
    private final PointCatalog catalog = PointCatalog.of(store, BANK, keys.trusted());

    @Test
    void eightAreReadAtATimeAndListedInOrderAllTheSame() throws IOException {
        List<String> committed = new ArrayList<>();
        for (int number = 0; number < 24; number++) {
            // Later ones sort before earlier ones by name.
            committed.add(commit("r" + (99 - number)));
        }
        CyclicBarrier eight = new CyclicBarrier(8);
        Watched watched = new Watched(store) {
            @Override
            void reading(ObjectKey key) {
                await(eight);
            }
        };

        List<RecoveryPoint> points =
                PointCatalog.of(watched, BANK, keys.trusted()).list().points();

        assertThat(points).extracting(point -> point.id().value()).isEqualTo(committed);
        assertThat(watched.most()).as("reads at a time").isEqualTo(8);
    }

    @Test
    void aStoreThatWantsOneReadAtATimeIsReadByTheCaller() throws IOException {
        for (int number = 0; number < 3; number++) {
            commit("r" + number);
        }
        List<Thread> readers = Collections.synchronizedList(new ArrayList<>());
        Watched watched = new Watched(store) {
            @Override
            public int readsAtOnce() {
                return 1;
            }

            @Override
            void reading(ObjectKey key) {
                readers.add(Thread.currentThread());
            }
        };

        assertThat(PointCatalog.of(watched, BANK, keys.trusted()).list().points())
                .hasSize(3);

        assertThat(readers).hasSize(3).containsOnly(Thread.currentThread());
    }

    @Test
    void aCollectionReadsEveryManifestOnceAndNoVerdict() throws IOException {
        for (int number = 0; number < 3; number++) {
            String point = commit("r" + number);
            catalog.record(
                    new Verdict(
                            RecoveryPointId.of(point),
                            RunId.of("prover"),
                            time.now(),
                            Proof.Level.VERIFIED,
                            Verdict.Kind.PROOF,
                            "read"),
                    keys.prover());
        }
        write("died");
        time.advance(Duration.ofDays(2));
        Watched watched = new Watched(store);
        PointCatalog looking = PointCatalog.of(watched, BANK, keys.trusted());

        List<Leftover> leftovers = looking.leftovers();

        assertThat(leftovers).extracting(leftover -> leftover.run().value()).containsExactly("died");
        assertThat(watched.read())
                .containsExactlyInAnyOrder(
                        "points/bank/bank-died/manifest.json",
                        "points/bank/bank-r0/manifest.json",
                        "points/bank/bank-r1/manifest.json",
                        "points/bank/bank-r2/manifest.json");
        watched.read().clear();

        assertThat(looking.collect(leftovers.get(0), RunId.of("collector"), keys.backup()))
                .isEqualTo(10);

        assertThat(watched.read())
                .as("looked at again before anything is removed")
                .containsExactlyInAnyOrder(
                        "points/bank/bank-r0/manifest.json",
                        "points/bank/bank-r1/manifest.json",
                        "points/bank/bank-r2/manifest.json");
    }

    @Test
    void oneManifestThatCannotBeReadFailsTheListingInsteadOfShorteningIt() throws IOException {
        for (int number = 0; number < 20; number++) {
            commit("r" + number);
        }
        for (int call = 1; call <= 20; call++) {
            faults.at(Call.FIND, call, Fault.FAIL);

            assertThatThrownBy(catalog::list)
                    .isInstanceOf(TargetUnavailableException.class)
                    .hasMessageStartingWith("Cannot read 'points/bank/bank-r")
                    .hasMessageEndingWith("[DRK-FAKE-001]");

            faults.forget();
        }
        assertThat(catalog.list().points()).hasSize(20);
    }

    @Test
    void anInterruptEndsTheListingAndItsThreadsAndStaysSet() throws Exception {
        for (int number = 0; number < 3; number++) {
            commit("r" + number);
        }
        CountDownLatch entered = new CountDownLatch(3);
        CountDownLatch left = new CountDownLatch(3);
        Watched watched = new Watched(store) {
            @Override
            void reading(ObjectKey key) {
                entered.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    left.countDown();
                    throw new IllegalStateException("cancelled", e);
                }
            }
        };
        FutureTask<Boolean> listing = new FutureTask<>(() -> {
            Throwable thrown = catchThrowable(
                    () -> PointCatalog.of(watched, BANK, keys.trusted()).list());
            assertThat(thrown)
                    .isInstanceOf(TargetUnavailableException.class)
                    .hasMessage("Cannot read the manifests of 'bank': interrupted, but every one must be read\n"
                            + "Hint: Was the run cancelled? Nothing was changed [DRK-POINT-008]");
            assertThat(left.getCount()).as("reads that still run").isZero();
            return Thread.currentThread().isInterrupted();
        });
        Thread caller = new Thread(listing);
        caller.start();
        assertThat(entered.await(1, TimeUnit.MINUTES)).isTrue();

        caller.interrupt();

        assertThat(listing.get(1, TimeUnit.MINUTES)).as("still interrupted").isTrue();
    }

    private String commit(String run) throws IOException {
        time.advance(Duration.ofMinutes(1));
        StoredStream stream = write(run);
        RecoveryPointId point = catalog.pointOf(RunId.of(run));
        catalog.commit(
                new Manifest(
                        point,
                        BANK,
                        RunId.of(run),
                        "rows/1",
                        time.now(),
                        Optional.empty(),
                        "",
                        List.of(new Manifest.Content("bank", "dump", time.now(), stream, Map.of())),
                        Map.of()),
                keys.backup());
        return point.value();
    }

    private StoredStream write(String run) throws IOException {
        return store.write(
                catalog.place(catalog.pointOf(RunId.of(run))).child("data"),
                new ByteArrayInputStream(new byte[10]),
                Encryption.unencrypted(),
                Progress.silent());
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException("fewer reads at a time than expected", e);
        }
    }

    /** Passes everything on and notes what is read, and how much of it at the same time. */
    static class Watched implements PointStore {

        private final PointStore store;
        private final List<String> read = Collections.synchronizedList(new ArrayList<>());
        private int now;
        private int most;

        Watched(PointStore store) {
            this.store = store;
        }

        void reading(ObjectKey key) {}

        List<String> read() {
            return read;
        }

        synchronized int most() {
            return most;
        }

        private synchronized void count(int more) {
            now += more;
            most = Math.max(most, now);
        }

        @Override
        public Optional<byte[]> find(ObjectKey key) {
            read.add(key.value());
            count(1);
            try {
                reading(key);
                return store.find(key);
            } finally {
                count(-1);
            }
        }

        @Override
        public String location() {
            return store.location();
        }

        @Override
        public StoreAbilities abilities() {
            return store.abilities();
        }

        @Override
        public Instant now() {
            return store.now();
        }

        @Override
        public Creation create(ObjectKey key, byte[] content) {
            return store.create(key, content);
        }

        @Override
        public Listing list(String prefix) {
            return store.list(prefix);
        }

        @Override
        public StoredStream write(ObjectKey base, InputStream source, Encryption encryption, Progress progress)
                throws IOException {
            return store.write(base, source, encryption, progress);
        }

        @Override
        public InputStream open(StoredStream stream, IdentitySource identities) {
            return store.open(stream, identities);
        }

        @Override
        public InputStream openStored(StoredStream stream) {
            return store.openStored(stream);
        }

        @Override
        public Listing unfinished(String prefix) {
            return store.unfinished(prefix);
        }

        @Override
        public void delete(StoredObject object) {
            store.delete(object);
        }

        @Override
        public Optional<Instant> lockedUntil(StoredObject object) {
            return store.lockedUntil(object);
        }

        @Override
        public Optional<Instant> lock(StoredObject object, Instant until) {
            return store.lock(object, until);
        }

        @Override
        public void close() {}
    }
}
