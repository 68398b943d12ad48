package io.github.drkit.examples.architecture.bad.minio;

import io.github.drkit.examples.architecture.bad.aws.AwsUsingTheEngine;

public record MinioUsingAws(AwsUsingTheEngine other) {}
