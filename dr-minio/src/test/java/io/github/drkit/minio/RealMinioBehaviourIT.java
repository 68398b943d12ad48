package io.github.drkit.minio;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Expects of the real server exactly what {@link FakeS3AsMinioTest} expects of the fake. */
class RealMinioBehaviourIT extends S3ServerBehaviour {

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

    @Override
    String locked() {
        return "400 InvalidRequest";
    }

    @Override
    String wrongChecksum() {
        return "400 XAmzContentChecksumMismatch";
    }

    @Override
    String badRetention() {
        return "400 InvalidRequest";
    }

    @Override
    String noRetention() {
        return "400 NoSuchObjectLockConfiguration";
    }

    @Override
    String abortOfTheGone() {
        return "204";
    }

    @Override
    String suspensionOfALockableBucket() {
        return "400 InvalidBucketState";
    }

    @Override
    boolean listsUploadsByPrefix() {
        return false;
    }
}
