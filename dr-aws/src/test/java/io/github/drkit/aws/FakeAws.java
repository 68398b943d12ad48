package io.github.drkit.aws;

import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.rds.AwsScript;
import io.github.drkit.testkit.rds.FakeCloudWatch;
import io.github.drkit.testkit.rds.FakeRds;
import io.github.drkit.testkit.rds.FakeSecrets;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** An account's fakes on one clock and one script, and the real clients that talk to them. */
final class FakeAws implements AutoCloseable {

    static final String REGION = "eu-central-1";

    final VirtualTime time;
    final AwsScript script;
    final FakeRds rds;
    final FakeSecrets secrets;
    final FakeCloudWatch metrics;
    private final SdkHttpClient http;

    FakeAws() {
        this(VirtualTime.startingAt("2026-11-22T12:00:00Z"));
    }

    FakeAws(VirtualTime time) {
        // tag::begin
        AwsScript script = new AwsScript();
        FakeRds rds = FakeRds.begin(time, script);
        FakeSecrets secrets = FakeSecrets.begin(time, script);
        FakeCloudWatch metrics = FakeCloudWatch.begin(time, script);
        // end::begin
        this.time = time;
        this.script = script;
        this.rds = rds;
        this.secrets = secrets;
        this.metrics = metrics;
        this.http = new Mortal(UrlConnectionHttpClient.create(), script);
    }

    /** An Error, so that nothing which catches exceptions survives it. */
    static final class ProcessDied extends Error {
        private static final long serialVersionUID = 1L;

        ProcessDied() {
            super("the process died here, as the fault script says");
        }
    }

    RdsClient rdsClient() {
        return rdsClient(REGION);
    }

    RdsClient rdsClient(String region) {
        return client(RdsClient.builder(), rds.endpoint(), region, script.accessKey());
    }

    SecretsManagerClient secretsClient() {
        return secretsClient(REGION, script.accessKey());
    }

    SecretsManagerClient secretsClient(String region, String accessKey) {
        return client(SecretsManagerClient.builder(), secrets.endpoint(), region, accessKey);
    }

    CloudWatchClient metricsClient() {
        return client(CloudWatchClient.builder(), metrics.endpoint(), REGION, script.accessKey());
    }

    RdsClient rdsClientWithKey(String accessKey) {
        return client(RdsClient.builder(), rds.endpoint(), REGION, accessKey);
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
            B builder, URI endpoint, String region, String accessKey) {
        // tag::client
        return builder.httpClient(http)
                .endpointOverride(endpoint)
                .region(Region.of(region))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, script.secretKey())))
                .overrideConfiguration(settings -> settings.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
        // end::client
    }

    void pass(Duration duration) {
        time.advance(duration);
    }

    @Override
    public void close() {
        rds.close();
        secrets.close();
        metrics.close();
        http.close();
    }

    /** Ends the calling thread when the script let its process die: a real death leaves nobody to catch an exception. */
    private record Mortal(SdkHttpClient http, AwsScript script) implements SdkHttpClient {

        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            requireLife();
            ExecutableHttpRequest prepared = http.prepareRequest(request);
            return new ExecutableHttpRequest() {
                @Override
                public HttpExecuteResponse call() throws IOException {
                    try {
                        return prepared.call();
                    } finally {
                        requireLife();
                    }
                }

                @Override
                public void abort() {
                    prepared.abort();
                }
            };
        }

        private void requireLife() {
            if (script.callerIsDead()) {
                throw new ProcessDied();
            }
        }

        @Override
        public void close() {
            http.close();
        }
    }
}
