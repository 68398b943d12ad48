package io.github.drkit.minio;

import io.minio.MinioAsyncClient;
import java.net.URI;
import java.util.List;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;

/** Opens raw buckets over plain http for tests. */
final class Buckets {

    private Buckets() {}

    static HttpBucket open(URI endpoint, String bucket, String prefix, S3Credentials credentials, int pageSize) {
        // Without TLS the client need not read the machine's certificate authorities, which takes longer than a test.
        OkHttpClient http = new OkHttpClient.Builder()
                .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                .build();
        MinioAsyncClient client = MinioAsyncClient.builder()
                .endpoint(endpoint.toString())
                .region("us-east-1")
                .credentials(credentials.accessKey(), credentials.secretKey())
                .httpClient(http)
                .build();
        return new HttpBucket(new S3Connection(client, bucket), prefix, pageSize);
    }
}
