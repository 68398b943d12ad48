package io.github.drkit.minio.postgres;

import io.github.drkit.TimeSource;
import io.github.drkit.minio.AgeKeys;
import io.github.drkit.minio.S3Credentials;
import io.github.drkit.minio.S3Store;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.PointStore;
import io.github.drkit.testkit.s3.FakeS3;
import java.util.List;

/** A bucket for one test, with the keys its points are encrypted to. */
final class EncryptedStore implements AutoCloseable {

    static final String BUCKET = "bank";

    private final FakeS3 server = FakeS3.begin(TimeSource.system()).bucket(BUCKET);
    private final AgeKeys first = AgeKeys.generate();
    private final AgeKeys second = AgeKeys.generate();
    private final PointStore store = new WatchedStore(S3Store.builder(server.endpoint(), BUCKET)
            .withoutTls()
            .credentials(() -> S3Credentials.of(server.accessKey(), server.secretKey()))
            .build());

    FakeS3 server() {
        return server;
    }

    PointStore store() {
        return store;
    }

    Encryption encryption() {
        return Encryption.to(first.recipient(), second.recipient());
    }

    IdentitySource identities() {
        return () -> List.of(second.identity());
    }

    String identityText() {
        return second.identityText();
    }

    @Override
    public void close() {
        store.close();
        server.close();
    }
}
