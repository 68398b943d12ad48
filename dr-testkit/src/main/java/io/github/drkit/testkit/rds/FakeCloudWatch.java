package io.github.drkit.testkit.rds;

import io.github.drkit.TimeSource;
import io.github.drkit.testkit.rds.AwsWire.Credential;
import io.github.drkit.testkit.wire.Body;
import io.github.drkit.testkit.wire.HttpWire.Reply;
import io.github.drkit.testkit.wire.HttpWire.Request;
import java.net.URI;
import java.nio.BufferUnderflowException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Amazon CloudWatch's metrics in this process, for the real client of the AWS SDK, which speaks Smithy RPC v2 in CBOR.
 * There is no metric unless a test {@linkplain #point gives} one, and no metric of RDS says whether a backup succeeded. No
 * expressions, no percentiles: those are refused with 501 {@code FakeDoesNotUnderstand}, as is any member it does not know.
 * Thread-safe.
 */
public final class FakeCloudWatch implements AutoCloseable {

    private static final Set<String> STATISTICS = Set.of("Average", "Sum", "Minimum", "Maximum", "SampleCount");
    private static final int MOST_POINTS = 1_440;
    private static final int MOST_OF_A_PAGE = 100_800;

    /** In which unit RDS publishes a metric. Amazon RDS User Guide, "Amazon CloudWatch metrics for Amazon RDS". */
    private static final Map<String, String> UNITS = Map.ofEntries(
            Map.entry("CPUUtilization", "Percent"),
            Map.entry("DatabaseConnections", "Count"),
            Map.entry("FreeableMemory", "Bytes"),
            Map.entry("FreeStorageSpace", "Bytes"),
            Map.entry("OldestReplicationSlotLag", "Bytes"),
            Map.entry("ReplicaLag", "Seconds"),
            Map.entry("ReplicationSlotDiskUsage", "Bytes"),
            Map.entry("SwapUsage", "Bytes"),
            Map.entry("TransactionLogsDiskUsage", "Bytes"));

    private record Metric(String region, String namespace, String name, Map<String, String> dimensions) {}

    private final Map<Metric, NavigableMap<Instant, Double>> metrics = new LinkedHashMap<>();
    private final Map<String, String> units = new TreeMap<>(UNITS);
    private final AwsWire wire;

    private FakeCloudWatch(TimeSource time, AwsScript script) {
        this.wire = new AwsWire("fake-cloudwatch", time, script, new Rpc());
    }

    /**
     * Begins an account without metrics.
     *
     * @param time its clock
     * @return the running fake; close it to free the port
     */
    public static FakeCloudWatch begin(TimeSource time) {
        return begin(time, new AwsScript());
    }

    /**
     * Begins an account without metrics that fails, dies and records together with others.
     *
     * @param time its clock
     * @param script what is to go wrong
     * @return the running fake; close it to free the port
     */
    public static FakeCloudWatch begin(TimeSource time, AwsScript script) {
        return new FakeCloudWatch(time, script);
    }

    /**
     * Gives a metric of an RDS instance one value.
     *
     * @param region the region's name
     * @param metric the metric's name in the namespace AWS/RDS, such as {@code FreeStorageSpace}
     * @param instance the instance's identifier
     * @param at when
     * @param value the value, in the metric's own unit
     * @return this
     */
    public FakeCloudWatch point(String region, String metric, String instance, Instant at, double value) {
        Metric key = new Metric(region, "AWS/RDS", metric, Map.of("DBInstanceIdentifier", instance));
        synchronized (metrics) {
            metrics.computeIfAbsent(key, any -> new TreeMap<>()).put(at, value);
        }
        return this;
    }

    /**
     * Says in which unit all values of a metric are. Those of RDS's storage, memory, processor and connections have theirs; the
     * rest has {@code None} unless it is said.
     *
     * @param metric the metric's name
     * @param unit as CloudWatch spells it, such as {@code Megabytes}
     * @return this
     */
    public FakeCloudWatch unit(String metric, String unit) {
        synchronized (metrics) {
            units.put(metric, unit);
        }
        return this;
    }

    /**
     * Returns where it answers, for all regions.
     *
     * @return an {@code http} address with port
     */
    public URI endpoint() {
        return wire.endpoint();
    }

    /**
     * Returns what is to go wrong and what was asked, and the access key.
     *
     * @return the script, for good
     */
    public AwsScript script() {
        return wire.script();
    }

    /** Drops all connections and frees the port. A second call does nothing. */
    @Override
    public void close() {
        wire.close();
    }

    /** Names the endpoint, never the secret. */
    @Override
    public String toString() {
        return "FakeCloudWatch[" + endpoint() + "]";
    }

    // --- the calls ---------------------------------------------------------------------------------------------------

    private Map<String, Object> metricData(String region, Members asked) throws AwsRefusal {
        Instant from = time(asked, "StartTime");
        Instant to = time(asked, "EndTime");
        boolean oldestFirst = asked.text("ScanBy", "TimestampDescending").equals("TimestampAscending");
        long most = asked.number("MaxDatapoints", MOST_OF_A_PAGE);
        int skipped = skipped(asked.text("NextToken", "0"));
        List<Members> queries = asked.structures("MetricDataQueries");
        asked.refuseTheRest();
        refuseBackwards(from, to);
        List<Object> results = new ArrayList<>();
        int seen = 0;
        int given = 0;
        boolean more = false;
        for (Members query : queries) {
            String id = query.text("Id", "");
            String label = query.text("Label", "");
            boolean returned = query.flag("ReturnData", true);
            Members stat = structure(query, "MetricStat");
            query.refuseTheRest();
            Members named = structure(stat, "Metric");
            Metric metric = metric(region, named);
            named.refuseTheRest();
            long period = period(stat.number("Period", 0));
            String statistic = statistic(stat.text("Stat", ""));
            stat.refuseTheRest();
            List<Object> times = new ArrayList<>();
            List<Object> values = new ArrayList<>();
            List<Map.Entry<Instant, DoubleSummaryStatistics>> points =
                    new ArrayList<>(points(metric, from, to, period).entrySet());
            if (!oldestFirst) {
                Collections.reverse(points);
            }
            for (Map.Entry<Instant, DoubleSummaryStatistics> point : returned ? points : points.subList(0, 0)) {
                if (seen++ < skipped) {
                    continue;
                }
                more |= given == most;
                if (given < most) {
                    given++;
                    times.add(point.getKey());
                    values.add(value(statistic, point.getValue()));
                }
            }
            if (returned) {
                results.add(Map.of(
                        "Id", id,
                        "Label", label.isEmpty() ? metric.name() : label,
                        "Timestamps", times,
                        "Values", values,
                        "StatusCode", more ? "PartialData" : "Complete"));
            }
        }
        Map<String, Object> answer = new LinkedHashMap<>(Map.of("MetricDataResults", results));
        if (more) {
            answer.put("NextToken", String.valueOf(skipped + given));
        }
        return answer;
    }

    private Map<String, Object> statistics(String region, Members asked) throws AwsRefusal {
        Instant from = time(asked, "StartTime");
        Instant to = time(asked, "EndTime");
        Metric metric = metric(region, asked);
        long period = period(asked.number("Period", 0));
        List<String> wanted = asked.texts("Statistics");
        asked.refuseTheRest();
        refuseBackwards(from, to);
        if (wanted == null || wanted.isEmpty()) {
            throw new AwsRefusal(
                    400, "InvalidParameterCombination", "Must specify either Statistics or ExtendedStatistics");
        }
        for (String statistic : wanted) {
            statistic(statistic);
        }
        Map<Instant, DoubleSummaryStatistics> points = points(metric, from, to, period);
        if (points.size() > MOST_POINTS) {
            throw new AwsRefusal(
                    400,
                    "InvalidParameterCombination",
                    "You have requested up to " + points.size() + " datapoints, which exceeds the limit of "
                            + MOST_POINTS + ".");
        }
        String unit;
        synchronized (metrics) {
            unit = units.getOrDefault(metric.name(), "None");
        }
        List<Object> datapoints = new ArrayList<>();
        points.forEach((at, values) -> {
            Map<String, Object> point = new LinkedHashMap<>(Map.of("Timestamp", at, "Unit", unit));
            wanted.forEach(statistic -> point.put(statistic, value(statistic, values)));
            datapoints.add(point);
        });
        return Map.of("Label", metric.name(), "Datapoints", datapoints);
    }

    private static Instant time(Members asked, String name) throws AwsRefusal {
        Instant time = asked.time(name);
        if (time == null) {
            throw new AwsRefusal(400, "MissingParameter", "The parameter " + name + " is required.");
        }
        return time;
    }

    private static Members structure(Members asked, String name) throws AwsRefusal {
        Members structure = asked.structure(name);
        if (structure == null) {
            throw new AwsRefusal(400, "ValidationError", "The parameter " + name + " is required.");
        }
        return structure;
    }

    private static Metric metric(String region, Members asked) throws AwsRefusal {
        Map<String, String> dimensions = new TreeMap<>();
        for (Members dimension : asked.structures("Dimensions")) {
            dimensions.put(dimension.text("Name", ""), dimension.text("Value", ""));
            dimension.refuseTheRest();
        }
        return new Metric(region, asked.text("Namespace", ""), asked.text("MetricName", ""), dimensions);
    }

    private NavigableMap<Instant, DoubleSummaryStatistics> points(
            Metric metric, Instant from, Instant to, long period) {
        NavigableMap<Instant, DoubleSummaryStatistics> points = new TreeMap<>();
        synchronized (metrics) {
            metrics.getOrDefault(metric, new TreeMap<>())
                    .subMap(from, to)
                    .forEach((at, value) -> points.computeIfAbsent(
                                    Instant.ofEpochSecond(at.getEpochSecond() - at.getEpochSecond() % period),
                                    any -> new DoubleSummaryStatistics())
                            .accept(value));
        }
        return points;
    }

    private static Double value(String statistic, DoubleSummaryStatistics values) {
        return switch (statistic) {
            case "Sum" -> values.getSum();
            case "Minimum" -> values.getMin();
            case "Maximum" -> values.getMax();
            case "SampleCount" -> (double) values.getCount();
            default -> values.getAverage();
        };
    }

    private static String statistic(String name) throws AwsRefusal {
        if (!STATISTICS.contains(name)) {
            throw AwsRefusal.notUnderstood("statistic " + name);
        }
        return name;
    }

    private static long period(long seconds) throws AwsRefusal {
        if (!Set.of(1L, 5L, 10L, 20L, 30L).contains(seconds) && (seconds < 60 || seconds % 60 != 0)) {
            throw new AwsRefusal(
                    400, "InvalidParameterValue", "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.");
        }
        return seconds;
    }

    private static int skipped(String token) throws AwsRefusal {
        if (!token.matches("\\d{1,9}")) {
            throw new AwsRefusal(400, "InvalidNextToken", "The next token is not valid: " + token);
        }
        return Integer.parseInt(token);
    }

    private static void refuseBackwards(Instant from, Instant to) throws AwsRefusal {
        if (!from.isBefore(to)) {
            throw new AwsRefusal(
                    400, "ValidationError", "The parameter StartTime must be less than the parameter EndTime.");
        }
    }

    /** Smithy RPC v2: the action is in the path, the rest in CBOR. */
    private final class Rpc implements AwsWire.Protocol {

        private static final Pattern PATH = Pattern.compile("/service/([^/]+)/operation/([^/]+)");

        @Override
        public Asked read(Request request, byte[] body, Credential credential) throws AwsRefusal {
            Matcher path = PATH.matcher(request.path());
            if (!path.matches() || !request.header("smithy-protocol").equals("rpc-v2-cbor")) {
                throw AwsRefusal.notUnderstood("protocol of " + request.method() + " " + request.path());
            }
            try {
                Object value = body.length == 0 ? Map.of() : Cbor.read(body);
                Map<?, ?> members = value instanceof Map<?, ?> map ? map : Map.of();
                Map<String, String> parameters = new TreeMap<>();
                members.forEach((name, member) -> parameters.put(String.valueOf(name), String.valueOf(member)));
                return new Asked(
                        "monitoring",
                        credential.region(),
                        credential.accessKey(),
                        path.group(2),
                        parameters,
                        Map.of("body", members));
            } catch (BufferUnderflowException | IllegalArgumentException e) {
                throw new AwsRefusal(400, "SerializationException", "The request is not CBOR: " + e.getMessage());
            }
        }

        @Override
        public Reply run(Asked asked) throws AwsRefusal {
            Members members = new Members(asked.action(), asked.content().get("body"));
            return reply(
                    200,
                    switch (asked.action()) {
                        case "GetMetricData" -> metricData(asked.region(), members);
                        case "GetMetricStatistics" -> statistics(asked.region(), members);
                        default -> throw AwsRefusal.notUnderstood("action " + asked.action());
                    },
                    Map.of());
        }

        @Override
        public Reply refusal(AwsRefusal refusal, String requestId) {
            String side = refusal.status() < 500 ? "Sender" : "Receiver";
            return reply(
                    refusal.status(),
                    Map.of("__type", "com.amazonaws.cloudwatch#" + refusal.code(), "message", refusal.text()),
                    Map.of("x-amzn-query-error", refusal.code() + ";" + side));
        }

        @Override
        public AwsRefusal wrongKey() {
            return new AwsRefusal(
                    403, "InvalidClientTokenId", "The security token included in the request is invalid.");
        }

        private static Reply reply(int status, Map<String, ?> members, Map<String, String> more) {
            Map<String, String> headers = new TreeMap<>(more);
            headers.put("Content-Type", "application/cbor");
            headers.put("smithy-protocol", "rpc-v2-cbor");
            return Reply.of(status, headers, Body.of(List.of(Cbor.write(members))));
        }
    }
}
