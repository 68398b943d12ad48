package io.github.drkit.minio;

/** Where MinIO's answers differ from the S3 documentation: expected of the real server and of the fake alike. */
abstract class MinioBehaviour extends S3ServerBehaviour {

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
