package io.github.drkit.minio;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class RealMinioBehaviourIT extends MinioBehaviour {

    @TempDir
    static Path folder;

    private static RealMinio server;

    @BeforeAll
    static void begin() throws Exception {
        server = RealMinio.begin(folder.resolve("store"));
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    RawS3 client() {
        return new RawS3(server.endpoint(), server.accessKey(), server.secretKey());
    }
}
