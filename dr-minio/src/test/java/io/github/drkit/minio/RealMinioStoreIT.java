package io.github.drkit.minio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class RealMinioStoreIT extends S3StoreBehaviour {

    @TempDir
    static Path folder;

    private static RealMinio server;

    @BeforeAll
    static void begin() throws Exception {
        server = RealMinio.begin(folder.resolve("store"));
        RawS3.Answer made = new RawS3(server.endpoint(), server.accessKey(), server.secretKey())
                .send("PUT", "/behaviour", Map.of(), Map.of(), new byte[0]);
        assertThat(made.outcome()).isEqualTo("200");
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
    }

    /** MinIO takes the prefix for a whole key, and removes uploads by itself after a day. */
    @Override
    boolean listsUploadsByPrefix() {
        return false;
    }

    @Override
    Server server() {
        return new Server(server.endpoint(), "behaviour", S3Credentials.of(server.accessKey(), server.secretKey()));
    }
}
