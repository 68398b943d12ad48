package io.github.drkit.minio;

import io.github.drkit.TimeSource;
import io.github.drkit.minio.S3StoreBehaviour.Server;
import io.github.drkit.testkit.s3.FakeS3;
import org.junit.jupiter.api.AfterEach;

/**
 * The contract of stores over a bucket with object lock, the rules of locks among them. The probe waits ten seconds for a
 * lock of its own to end, so the clock is virtual, which of all servers only the fake has.
 */
class S3StoreLocksContractIT extends S3StoreContract {

    private final StepTime time = new StepTime();
    private final FakeS3 server = FakeS3.begin(time).lockedBucket("locked");

    @Override
    Server server() {
        return new Server(server.endpoint(), "locked", S3Credentials.of(server.accessKey(), server.secretKey()));
    }

    @Override
    protected TimeSource time() {
        return time;
    }

    /** What is locked cannot be removed, and goes with the server. */
    @Override
    void clear(HttpBucket written) {}

    @AfterEach
    void end() {
        server.close();
    }
}
