package io.github.drkit.minio;

import io.github.drkit.TimeSource;
import io.github.drkit.testkit.s3.FakeS3;
import io.github.drkit.testkit.s3.S3Flavour;
import org.junit.jupiter.api.AfterEach;

class FakeS3AsMinioTest extends S3ServerBehaviour {

    private final FakeS3 server = FakeS3.begin(TimeSource.system()).flavour(S3Flavour.MINIO);

    @AfterEach
    void end() {
        server.close();
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
