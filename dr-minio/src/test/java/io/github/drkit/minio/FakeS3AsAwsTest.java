package io.github.drkit.minio;

import io.github.drkit.TimeSource;
import io.github.drkit.testkit.s3.FakeS3;
import io.github.drkit.testkit.s3.S3Flavour;
import org.junit.jupiter.api.AfterEach;

class FakeS3AsAwsTest extends S3ServerBehaviour {

    private final FakeS3 server = FakeS3.begin(TimeSource.system()).flavour(S3Flavour.AWS);

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
        return "403 AccessDenied";
    }

    @Override
    String wrongChecksum() {
        return "400 BadDigest";
    }

    @Override
    String badRetention() {
        return "400 InvalidArgument";
    }

    @Override
    String noRetention() {
        return "404 NoSuchObjectLockConfiguration";
    }

    @Override
    String abortOfTheGone() {
        return "404 NoSuchUpload";
    }

    @Override
    String suspensionOfALockableBucket() {
        return "409 InvalidBucketState";
    }

    @Override
    boolean listsUploadsByPrefix() {
        return true;
    }
}
