package io.github.drkit.examples.architecture.bad.engine;

import io.github.drkit.examples.architecture.bad.minio.MinioUsingAws;
import io.github.drkit.examples.architecture.bad.testkit.FakeUsingTheClient;

public record EngineUsingAnAdapter(MinioUsingAws adapter, FakeUsingTheClient fake) {}
