package io.github.drkit.minio;

import io.github.drkit.testkit.s3.LocalS3;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class S3ProxyStoreIT extends S3StoreBehaviour {

    @TempDir
    static Path folder;

    private static LocalS3 server;

    @BeforeAll
    static void begin() {
        server = LocalS3.begin(folder).bucket("behaviour");
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @Override
    Server server() {
        return new Server(server.endpoint(), "behaviour", S3Credentials.of(server.accessKey(), server.secretKey()));
    }
}
