package io.github.drkit.testkit.s3;

/** Whose error codes a {@link FakeS3} answers with, where the families differ. */
public enum S3Flavour {
    /** Amazon S3: a locked version is {@code 403 AccessDenied}. */
    AWS,
    /**
     * MinIO: a locked version is {@code 400 InvalidRequest}, uploads are listed by their exact key only, and the abort of
     * an upload that is gone succeeds.
     */
    MINIO
}
