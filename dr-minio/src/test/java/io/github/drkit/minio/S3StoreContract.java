package io.github.drkit.minio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.testkit.contract.PointStoreContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract of stores over {@link S3Store}, on some server. Each test has a prefix of its own. */
abstract class S3StoreContract extends PointStoreContract {

    /** The smallest part S3 takes, and segments of two: 10 MiB. */
    private static final Segmentation SMALL = new Segmentation(5 << 20, 2);

    private final String prefix = "contract/" + UUID.randomUUID();
    private final AgeKeys first = AgeKeys.generate();
    private final AgeKeys second = AgeKeys.generate();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Optional<LosingRelay> relay = Optional.empty();
    private HttpBucket raw;

    /** A server that runs, with a bucket; skips the test by name when it is not there. */
    abstract S3StoreBehaviour.Server server() throws Exception;

    /** Removes what a test wrote, from a server that others use too. */
    void clear(HttpBucket written) throws Exception {
        S3StoreContractIT.remove(written);
    }

    @BeforeEach
    void open() throws Exception {
        raw = server().raw(prefix + "/");
    }

    @AfterEach
    void removeEverything() throws Exception {
        // Nothing was opened when the server is not there.
        if (raw != null) {
            clear(raw);
            raw.close();
        }
        for (AutoCloseable closeable : opened) {
            closeable.close();
        }
        if (relay.isPresent()) {
            assertThat(relay.get().lost()).as("answers lost on the way").isEqualTo(1);
        }
    }

    @Override
    protected PointStore store() throws Exception {
        return remembered(server().builder());
    }

    private S3Store remembered(S3Store.Builder builder) {
        S3Store store = builder.prefix(prefix).segmentation(SMALL).time(time()).build();
        opened.add(store);
        return store;
    }

    @Override
    protected void damage(ObjectKey key) throws Exception {
        byte[] content;
        try (var in = raw.get(key.value(), "", 0).orElseThrow()) {
            content = in.readAllBytes();
        }
        content[content.length / 2] ^= 1;
        raw.put(key.value(), content, Map.of());
    }

    @Override
    protected Encryption encryption() {
        return Encryption.to(first.recipient(), second.recipient());
    }

    @Override
    protected IdentitySource identities() {
        return () -> List.of(second.identity());
    }

    /** Two segments, the first of them of two parts. */
    @Override
    protected int longStream() {
        return 11_000_000;
    }

    @Override
    protected Optional<PointStore> losingTheNextAnswer() throws Exception {
        LosingRelay losing = LosingRelay.before(server().endpoint());
        opened.add(losing);
        relay = Optional.of(losing);
        S3StoreBehaviour.Server far = server();
        return Optional.of(remembered(
                S3Store.builder(losing.endpoint(), far.bucket()).withoutTls().credentials(far::credentials)));
    }

    @Override
    protected void dieWhileWriting(ObjectKey base) throws Exception {
        assumeThat(server().listsUploadsByPrefix())
                .as("unfinished uploads by prefix: this server lists them only by their whole key")
                .isTrue();
        String key = base + ".00001";
        raw.uploadPart(key, raw.beginUpload(key, Map.of()), 1, new byte[10], 10);
    }

    @Override
    protected List<String> secrets() {
        try {
            return List.of(server().credentials().secretKey(), second.identityText());
        } catch (Exception e) {
            throw new AssertionError("the server is not there any more", e);
        }
    }
}
