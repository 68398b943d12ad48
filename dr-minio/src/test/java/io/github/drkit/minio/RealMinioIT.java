package io.github.drkit.minio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.BucketExistsArgs;
import io.minio.GetObjectLockConfigurationArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealMinioIT {

    @TempDir
    Path folder;

    @Test
    void answersWithItsKeysAndLocksObjectsUntilItIsClosed() throws Exception {
        RealMinio minio = RealMinio.begin(folder.resolve("store"));
        MinioClient client = MinioClient.builder()
                .endpoint(minio.endpoint().toString())
                .credentials(minio.accessKey(), minio.secretKey())
                .build();
        try (minio) {
            client.makeBucket(
                    MakeBucketArgs.builder().bucket("vault").objectLock(true).build());

            assertThat(client.bucketExists(
                            BucketExistsArgs.builder().bucket("vault").build()))
                    .isTrue();
            assertThat(client.getObjectLockConfiguration(GetObjectLockConfigurationArgs.builder()
                            .bucket("vault")
                            .build()))
                    .isNotNull();
        }
        client.close();

        assertThatThrownBy(() -> HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(minio.endpoint()).build(), BodyHandlers.discarding()))
                .isExactlyInstanceOf(ConnectException.class);
    }
}
