package io.github.drkit.minio.postgres;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import io.github.drkit.Progress;
import io.github.drkit.TimeSource;
import io.github.drkit.store.Creation;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.IntegrityIoException;
import io.github.drkit.store.Listing;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoreAbilities.Ability;
import io.github.drkit.store.StoredObject;
import io.github.drkit.store.StoredStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A store in a folder, for tests: unencrypted streams cut into segments of 1 MiB. */
final class FolderPointStore implements PointStore {

    private static final int SEGMENT = 1 << 20;

    private final Path folder;
    private final Set<Ability> abilities = EnumSet.allOf(Ability.class);
    private Optional<Instant> now = Optional.empty();
    private int probes;

    FolderPointStore(Path folder) {
        this.folder = folder;
    }

    FolderPointStore without(Ability ability) {
        abilities.remove(ability);
        return this;
    }

    /** How often somebody asked what this store can do, for which a real one writes. */
    int probes() {
        return probes;
    }

    void now(Instant time) {
        now = Optional.of(time);
    }

    @Override
    public String location() {
        return "folder://test";
    }

    @Override
    public StoreAbilities abilities() {
        probes++;
        return new StoreAbilities(
                abilities,
                EnumSet.complementOf(EnumSet.copyOf(abilities)).stream()
                        .map(ability -> "this store lacks " + ability)
                        .toList());
    }

    @Override
    public Instant now() {
        return now.orElseGet(TimeSource.system()::now);
    }

    @Override
    public Creation create(ObjectKey key, byte[] content) {
        try {
            Path file = path(key);
            Files.createDirectories(file.getParent());
            Files.write(file, content, StandardOpenOption.CREATE_NEW);
            return Creation.CREATED;
        } catch (FileAlreadyExistsException e) {
            return Creation.EXISTED;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<byte[]> find(ObjectKey key) {
        try {
            return Files.exists(path(key)) ? Optional.of(Files.readAllBytes(path(key))) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Listing list(String prefix) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<StoredObject> objects = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String key = folder.relativize(file).toString();
                if (key.startsWith(prefix)) {
                    objects.add(new StoredObject(
                            key,
                            Files.size(file),
                            Files.getLastModifiedTime(file).toInstant(),
                            ""));
                }
            }
            return new Listing(objects);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public StoredStream write(ObjectKey base, InputStream source, Encryption encryption, Progress progress)
            throws IOException {
        if (encryption.encrypts()) {
            throw new IllegalArgumentException("This double does not encrypt");
        }
        MessageDigest plain = sha256();
        long plainBytes = 0;
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (OutputStream zstd = new ZstdOutputStream(stored)) {
            byte[] buffer = new byte[64 * 1024];
            for (int count = source.read(buffer); count >= 0; count = source.read(buffer)) {
                plain.update(buffer, 0, count);
                plainBytes += count;
                progress.moved(count);
                zstd.write(buffer, 0, count);
            }
        }
        byte[] bytes = stored.toByteArray();
        List<StoredStream.Segment> segments = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += SEGMENT) {
            byte[] segment = java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + SEGMENT));
            ObjectKey key = ObjectKey.of(base + String.format(".%05d", segments.size() + 1));
            if (create(key, segment) == Creation.EXISTED) {
                throw new IllegalStateException("Segment " + key + " was written before");
            }
            segments.add(new StoredStream.Segment(key, segment.length, hex(sha256().digest(segment))));
        }
        return new StoredStream(
                "zstd",
                "none",
                List.of(),
                plainBytes,
                hex(plain.digest()),
                bytes.length,
                hex(sha256().digest(bytes)),
                segments);
    }

    @Override
    public InputStream open(StoredStream stream, IdentitySource identities) {
        try (InputStream zstd = new ZstdInputStream(openStored(stream))) {
            return new ByteArrayInputStream(zstd.readAllBytes());
        } catch (IOException e) {
            return failing(e);
        }
    }

    @Override
    public InputStream openStored(StoredStream stream) {
        List<InputStream> segments = new ArrayList<>();
        for (StoredStream.Segment segment : stream.segments()) {
            byte[] bytes = find(segment.key()).orElse(new byte[0]);
            if (!hex(sha256().digest(bytes)).equals(segment.sha256())) {
                return failing(new IntegrityIoException(segment.key() + " has another SHA-256 than was written"));
            }
            segments.add(new ByteArrayInputStream(bytes));
        }
        return new SequenceInputStream(Collections.enumeration(segments));
    }

    @Override
    public Listing unfinished(String prefix) {
        return new Listing(List.of());
    }

    @Override
    public void delete(StoredObject object) {
        try {
            Files.deleteIfExists(folder.resolve(object.key()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder locks nothing, and does not say so when asked: it drops locks in silence, as some stores do. */
    @Override
    public Optional<Instant> lockedUntil(StoredObject object) {
        return Optional.empty();
    }

    @Override
    public Optional<Instant> lock(StoredObject object, Instant until) {
        return Optional.empty();
    }

    @Override
    public void close() {}

    Path path(ObjectKey key) {
        return folder.resolve(key.value());
    }

    private static InputStream failing(IOException e) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw e;
            }
        };
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
