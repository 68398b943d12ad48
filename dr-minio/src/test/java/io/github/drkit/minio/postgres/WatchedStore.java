package io.github.drkit.minio.postgres;

import io.github.drkit.Progress;
import io.github.drkit.store.Creation;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.Listing;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoreAbilities.Ability;
import io.github.drkit.store.StoredObject;
import io.github.drkit.store.StoredStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** Another store, whose calls a test may watch or change; it counts as probed, which costs a test here nothing. */
public class WatchedStore implements PointStore {

    private final PointStore store;

    /** Passes every call on. */
    public WatchedStore(PointStore store) {
        this.store = store;
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public StoreAbilities abilities() {
        return new StoreAbilities(EnumSet.allOf(Ability.class), List.of());
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
    public Optional<byte[]> find(ObjectKey key) {
        return store.find(key);
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
    public void close() {
        store.close();
    }
}
