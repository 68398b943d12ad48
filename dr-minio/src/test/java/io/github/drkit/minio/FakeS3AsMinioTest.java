package io.github.drkit.minio;

import io.github.drkit.TimeSource;
import io.github.drkit.testkit.s3.FakeS3;
import io.github.drkit.testkit.s3.S3Flavour;
import org.junit.jupiter.api.AfterEach;

class FakeS3AsMinioTest extends MinioBehaviour {

    private final FakeS3 server = FakeS3.begin(TimeSource.system()).flavour(S3Flavour.MINIO);

    @AfterEach
    void end() {
        server.close();
    }

    @Override
    RawS3 client() {
        return new RawS3(server.endpoint(), server.accessKey(), server.secretKey());
    }
}
