package io.github.drkit.minio;

import io.github.drkit.testkit.s3.LocalS3;
import io.minio.MinioAsyncClient;

/** Opens raw buckets for tests, with pages of ten. */
final class Buckets {

    private Buckets() {}

    static HttpBucket open(LocalS3 server, String bucket, String prefix) {
        MinioAsyncClient client = MinioAsyncClient.builder()
                .endpoint(server.endpoint().toString())
                .credentials(server.accessKey(), server.secretKey())
                .build();
        return new HttpBucket(new S3Connection(client, bucket), prefix, 10);
    }
}
