package io.github.drkit.aws;

import static io.github.drkit.aws.FakeSecretsTest.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.testkit.rds.AwsFault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.Metric;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

/** The fake as the real client sees it. */
class FakeCloudWatchTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final FakeAws aws = new FakeAws();
    private final CloudWatchClient metrics = aws.metricsClient();

    @BeforeEach
    void measure() {
        for (int minute = 0; minute < 10; minute++) {
            Instant at = NOON.plus(Duration.ofMinutes(minute));
            aws.metrics.point(FakeAws.REGION, "FreeStorageSpace", "bank", at, 1_000 + minute);
        }
    }

    @AfterEach
    void close() {
        metrics.close();
        aws.close();
    }

    @Test
    void valuesOfAMetricAreGivenPerPeriodNewestFirst() {
        MetricDataResult result =
                metrics.getMetricData(query("bank")).metricDataResults().get(0);

        assertThat(result.id()).isEqualTo("free");
        assertThat(result.label()).isEqualTo("FreeStorageSpace");
        assertThat(result.timestamps()).containsExactly(NOON.plusSeconds(300), NOON);
        assertThat(result.values()).containsExactly(1_007.0, 1_002.0);
        assertThat(result.statusCodeAsString()).isEqualTo("Complete");
    }

    @Test
    void pagesGoOnWhereTheLastOneEnded() {
        GetMetricDataRequest request = query("bank").toBuilder()
                .scanBy(ScanBy.TIMESTAMP_ASCENDING)
                .maxDatapoints(1)
                .build();
        GetMetricDataResponse first = metrics.getMetricData(request);
        GetMetricDataResponse second = metrics.getMetricData(
                request.toBuilder().nextToken(first.nextToken()).build());

        assertThat(first.metricDataResults().get(0).values()).containsExactly(1_002.0);
        assertThat(first.metricDataResults().get(0).statusCodeAsString()).isEqualTo("PartialData");
        assertThat(second.metricDataResults().get(0).values()).containsExactly(1_007.0);
        assertThat(second.nextToken()).isNull();
    }

    @Test
    void statisticsOfAMetricAreGivenPerPeriod() {
        List<Datapoint> points = metrics.getMetricStatistics(get -> get.namespace("AWS/RDS")
                        .metricName("FreeStorageSpace")
                        .dimensions(instance("bank"))
                        .startTime(NOON)
                        .endTime(NOON.plusSeconds(600))
                        .period(600)
                        .statistics(Statistic.MINIMUM, Statistic.MAXIMUM, Statistic.SAMPLE_COUNT))
                .datapoints();

        assertThat(points).hasSize(1);
        assertThat(points.get(0).timestamp()).isEqualTo(NOON);
        assertThat(points.get(0).minimum()).isEqualTo(1_000.0);
        assertThat(points.get(0).maximum()).isEqualTo(1_009.0);
        assertThat(points.get(0).sampleCount()).isEqualTo(10.0);
        assertThat(points.get(0).average()).isNull();
        assertThat(points.get(0).unit()).isEqualTo(StandardUnit.BYTES);
    }

    @Test
    void aMetricNobodyGaveHasNoValues() {
        assertThat(metrics.getMetricData(query("other"))
                        .metricDataResults()
                        .get(0)
                        .values())
                .isEmpty();
    }

    @Test
    void errorsHaveTheirCode() {
        assertThatThrownBy(() -> metrics.getMetricData(
                        query("bank").toBuilder().endTime(NOON).build()))
                .satisfies(code("ValidationError", 400));
        aws.script.inject(AwsFault.throttled("GetMetricData"));
        assertThatThrownBy(() -> metrics.getMetricData(query("bank"))).satisfies(code("Throttling", 400));
        assertThatThrownBy(() -> metrics.listMetrics()).satisfies(code("FakeDoesNotUnderstand", 501));
        assertThat(aws.script.calls().get(0).iamAction()).isEqualTo("cloudwatch:GetMetricData");
    }

    private static Dimension instance(String id) {
        return Dimension.builder().name("DBInstanceIdentifier").value(id).build();
    }

    private static GetMetricDataRequest query(String instance) {
        MetricDataQuery free = MetricDataQuery.builder()
                .id("free")
                .metricStat(stat -> stat.period(300)
                        .stat("Average")
                        .metric(Metric.builder()
                                .namespace("AWS/RDS")
                                .metricName("FreeStorageSpace")
                                .dimensions(instance(instance))
                                .build()))
                .build();
        return GetMetricDataRequest.builder()
                .startTime(NOON)
                .endTime(NOON.plusSeconds(600))
                .metricDataQueries(free)
                .build();
    }
}
