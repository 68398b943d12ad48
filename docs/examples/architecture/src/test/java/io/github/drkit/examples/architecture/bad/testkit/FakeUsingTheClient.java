package io.github.drkit.examples.architecture.bad.testkit;

import io.minio.MinioClient;

public final class FakeUsingTheClient {

    private final MinioClient client;

    FakeUsingTheClient(MinioClient client) {
        this.client = client;
    }

    @Override
    public String toString() {
        return client.toString();
    }
}
