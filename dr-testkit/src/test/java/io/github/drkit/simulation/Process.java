package io.github.drkit.simulation;

import io.github.drkit.Progress;
import io.github.drkit.TimeSource;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.simulation.Turns.Operator;
import io.github.drkit.store.Creation;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.Listing;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoredObject;
import io.github.drkit.store.StoredStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/**
 * One process of one operator: its view of the store and its clock. Each call to the store waits for its turn; there the
 * process may die, sleep long, or lose an answer.
 */
final class Process implements PointStore, TimeSource {

    private static final int DECISIVE = 30;

    private static final Duration[] PAUSES = {
        Duration.ofSeconds(40),
        Duration.ofMinutes(6),
        Duration.ofMinutes(20),
        Duration.ofHours(1),
        Duration.ofHours(3),
        Duration.ofHours(26)
    };

    private final World world;
    private final Operator operator;
    private final SplittableRandom chance;
    private final Duration skew;
    private final int faultsPerMille;
    private boolean dead;

    Process(World world, Operator operator, SplittableRandom chance, Duration skew, int faultsPerMille) {
        this.world = world;
        this.operator = operator;
        this.chance = chance;
        this.skew = skew;
        this.faultsPerMille = faultsPerMille;
    }

    private <T> T call(String kind, String key, Supplier<T> effect) {
        Fault fault = arrive(kind + " " + sort(key));
        switch (fault) {
            case NONE -> {
                return effect.get();
            }
            case CRASH_BEFORE -> throw die();
            case CRASH_AFTER -> {
                T unheard = effect.get();
                throw die();
            }
            case LOSE_ANSWER -> {
                T unheard = effect.get();
                throw lost(kind, key);
            }
            case LOSE_REQUEST -> throw lost(kind, key);
            case UNAVAILABLE ->
                throw new TargetUnavailableException(
                        "DRK-FAKE-001", "Cannot " + kind + " '" + key + "': drawn", "This is a simulation");
        }
        throw new IllegalStateException("every fault is handled");
    }

    private static OutcomeUnknownException lost(String kind, String key) {
        return new OutcomeUnknownException(
                "DRK-FAKE-002", "Cannot " + kind + " '" + key + "': answer lost", "This is a simulation");
    }

    /** Waits for the turn. */
    private Fault arrive(String what) {
        if (dead) {
            throw new Crash();
        }
        world.turns().call(operator, what);
        // Whoever sleeps does so just before what decides, more often than chance would have it.
        if (chance.nextInt(1000) < (decides(what) ? DECISIVE : 1) * faultsPerMille) {
            world.turns().sleep(operator, PAUSES[chance.nextInt(PAUSES.length)]);
            world.turns().note(operator, "paused");
        }
        Fault fault = Fault.NONE;
        if (chance.nextInt(1000) < faultsPerMille) {
            fault = Fault.values()[1 + chance.nextInt(Fault.values().length - 1)];
            boolean changes = what.startsWith("create") || what.startsWith("delete") || what.startsWith("write");
            if (!changes && (fault == Fault.LOSE_ANSWER || fault == Fault.LOSE_REQUEST)) {
                fault = Fault.UNAVAILABLE;
            }
            world.turns().note(operator, fault.name());
        }
        return fault;
    }

    private static boolean decides(String what) {
        return what.equals("create manifest.json")
                || what.equals("overwrite manifest.json")
                || what.equals("create expiry")
                || what.equals("create leases");
    }

    private Crash die() {
        dead = true;
        world.count("crashes");
        return new Crash();
    }

    /** What sort of object a key names, so that the schedule of two runs can be compared. */
    private static String sort(String key) {
        if (!key.startsWith("points/")) {
            int slash = key.indexOf('/');
            return slash < 0 ? key : key.substring(0, slash);
        }
        for (String part : new String[] {"manifest.json", "expiry", "holds", "proofs"}) {
            if (key.contains("/" + part)) {
                return part;
            }
        }
        return "data";
    }

    @Override
    public String location() {
        return world.store().location();
    }

    @Override
    public StoreAbilities abilities() {
        return world.store().abilities();
    }

    @Override
    public Creation create(ObjectKey key, byte[] content) {
        if (world.looksBeforeItWrites(key)) {
            boolean free =
                    call("look", key.value(), () -> world.store().find(key)).isEmpty();
            return free ? call("overwrite", key.value(), () -> world.overwrite(key, content)) : Creation.EXISTED;
        }
        return call("create", key.value(), () -> world.create(key, content));
    }

    @Override
    public Optional<byte[]> find(ObjectKey key) {
        return call("find", key.value(), () -> world.store().find(key));
    }

    @Override
    public int readsAtOnce() {
        return world.store().readsAtOnce();
    }

    @Override
    public Listing list(String prefix) {
        return call("list", prefix, () -> world.store().list(prefix));
    }

    @Override
    public StoredStream write(ObjectKey base, InputStream source, Encryption encryption, Progress progress)
            throws IOException {
        Fault fault = arrive("write data");
        if (fault == Fault.CRASH_BEFORE) {
            throw die();
        }
        if (fault == Fault.UNAVAILABLE) {
            throw new TargetUnavailableException("DRK-FAKE-001", "Cannot write: drawn", "This is a simulation");
        }
        StoredStream stream = world.store().write(base, source, encryption, progress);
        if (fault == Fault.CRASH_AFTER) {
            throw die();
        }
        if (fault != Fault.NONE) {
            throw lost("write", base.value());
        }
        return stream;
    }

    @Override
    public InputStream open(StoredStream stream, IdentitySource identities) {
        return call("open", "points/data", () -> world.store().open(stream, identities));
    }

    @Override
    public InputStream openStored(StoredStream stream) {
        return call("open", "points/data", () -> world.store().openStored(stream));
    }

    @Override
    public Listing unfinished(String prefix) {
        return call("unfinished", prefix, () -> world.store().unfinished(prefix));
    }

    @Override
    public void delete(StoredObject object) {
        call("delete", object.key(), () -> {
            world.store().delete(object);
            return Creation.EXISTED;
        });
    }

    @Override
    public Optional<Instant> lockedUntil(StoredObject object) {
        return call("look at the lock of", object.key(), () -> world.store().lockedUntil(object));
    }

    @Override
    public Optional<Instant> lock(StoredObject object, Instant until) {
        return call("lock", object.key(), () -> world.store().lock(object, until));
    }

    @Override
    public void close() {}

    /** As a PointStore it tells the store's time, which no operator's clock is; as a TimeSource see {@link #clock()}. */
    @Override
    public Instant now() {
        if (dead) {
            throw new Crash();
        }
        return world.time().now();
    }

    @Override
    public long elapsedNanos() {
        return world.time().elapsedNanos();
    }

    @Override
    public void sleep(Duration duration) {
        if (dead) {
            throw new Crash();
        }
        world.turns().sleep(operator, duration);
        world.turns().note(operator, "woke");
    }

    /** The operator's own clock, an hour fast or slow at times. */
    TimeSource clock() {
        return new TimeSource() {
            @Override
            public Instant now() {
                return Process.this.now().plus(skew);
            }

            @Override
            public long elapsedNanos() {
                return Process.this.elapsedNanos();
            }

            @Override
            public void sleep(Duration duration) {
                Process.this.sleep(duration);
            }

            @Override
            public <T> Optional<T> await(BlockingQueue<T> done, Duration atMost) throws InterruptedException {
                return Optional.of(done.take());
            }
        };
    }

    private enum Fault {
        NONE,
        CRASH_BEFORE,
        CRASH_AFTER,
        LOSE_ANSWER,
        LOSE_REQUEST,
        UNAVAILABLE
    }
}
