package io.github.drkit.testkit.rds;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.drkit.TimeSource;
import io.github.drkit.testkit.rds.AwsWire.Credential;
import io.github.drkit.testkit.wire.Body;
import io.github.drkit.testkit.wire.HttpWire.Reply;
import io.github.drkit.testkit.wire.HttpWire.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * AWS Secrets Manager in this process, for the real client of the AWS SDK: versions with stages, idempotent tokens,
 * deletion that is scheduled and can be taken back, the limits and the codes of the real service. No rotation, no
 * replicas, no policies: those are refused with 501 {@code FakeDoesNotUnderstand}, as is any member it does not know.
 * Thread-safe.
 */
public final class FakeSecrets implements AutoCloseable {

    private static final String CURRENT = "AWSCURRENT";
    private static final String PREVIOUS = "AWSPREVIOUS";
    private static final int LARGEST = 65_536;
    private static final int STAGES = 20;

    private final Object lock = new Object();
    private final Map<String, Map<String, Secret>> regions = new TreeMap<>();
    private final ObjectMapper json = new ObjectMapper();
    private final Timeline timeline;
    private final AwsWire wire;
    private int versions;

    private static final class Version {
        final String id;
        final @Nullable String text;
        final @Nullable String binary;
        final Instant created;
        final Set<String> stages = new TreeSet<>();

        Version(String id, @Nullable String text, @Nullable String binary, Instant created) {
            this.id = id;
            this.text = text;
            this.binary = binary;
            this.created = created;
        }

        boolean holds(@Nullable String otherText, @Nullable String otherBinary) {
            return Objects.equals(text, otherText) && Objects.equals(binary, otherBinary);
        }
    }

    private static final class Secret {
        final String name;
        final String arn;
        final Instant created;
        final Map<String, Version> versions = new LinkedHashMap<>();
        final Map<String, String> tags = new TreeMap<>();
        String description = "";
        String key = "";
        Instant changed;

        @Nullable
        Instant deleted;

        Secret(String name, String arn, Instant created) {
            this.name = name;
            this.arn = arn;
            this.created = created;
            this.changed = created;
        }

        @Nullable
        Version staged(String stage) {
            return versions.values().stream()
                    .filter(version -> version.stages.contains(stage))
                    .findFirst()
                    .orElse(null);
        }
    }

    private FakeSecrets(TimeSource time, AwsScript script) {
        this.timeline = new Timeline(time);
        this.wire = new AwsWire("fake-secrets-manager", time, script, new Json());
    }

    /**
     * Begins an account without secrets.
     *
     * @param time its clock
     * @return the running fake; close it to free the port
     */
    public static FakeSecrets begin(TimeSource time) {
        return begin(time, new AwsScript());
    }

    /**
     * Begins an account without secrets that fails, dies and records together with others.
     *
     * @param time its clock
     * @param script what is to go wrong
     * @return the running fake; close it to free the port
     */
    public static FakeSecrets begin(TimeSource time, AwsScript script) {
        return new FakeSecrets(time, script);
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

    /** Names the endpoint, never a secret. */
    @Override
    public String toString() {
        return "FakeSecrets[" + endpoint() + "]";
    }

    // --- the calls ---------------------------------------------------------------------------------------------------

    private ObjectNode create(String region, Members asked) throws AwsRefusal {
        String name = required(asked, "Name");
        Content content = content(asked);
        String token = asked.text("ClientRequestToken");
        String description = asked.text("Description");
        String key = asked.text("KmsKeyId");
        Map<String, String> tags = tags(asked);
        asked.refuseTheRest();
        if (!name.matches("[A-Za-z0-9/_+=.@-]{1,512}")) {
            throw new AwsRefusal(
                    400,
                    "ValidationException",
                    "Invalid name. Must be a valid name containing"
                            + " alphanumeric characters, or any of the following: -/_+=.@!");
        }
        Secret known = secrets(region).get(name);
        if (known != null && known.deleted != null) {
            throw new AwsRefusal(
                    400,
                    "InvalidRequestException",
                    "You can't create this secret because a secret with this name is"
                            + " already scheduled for deletion.");
        }
        if (known != null) {
            Version same = token == null ? null : known.versions.get(token);
            if (same == null || !same.holds(content.text(), content.binary())) {
                throw new AwsRefusal(
                        400,
                        "ResourceExistsException",
                        "The operation failed because the secret " + name + " already exists.");
            }
            return described(known).put("VersionId", same.id);
        }
        Secret secret = new Secret(
                name,
                "arn:aws:secretsmanager:" + region + ":" + RdsState.ACCOUNT + ":secret:" + name + "-Fake01",
                timeline.now());
        secret.description = description == null ? "" : description;
        secret.key = key == null ? "" : key;
        secret.tags.putAll(tags);
        secrets(region).put(name, secret);
        ObjectNode answer = described(secret);
        if (!content.isEmpty()) {
            answer.put("VersionId", put(secret, token, content, Set.of(CURRENT)).id);
        }
        return answer;
    }

    private ObjectNode value(String region, Members asked) throws AwsRefusal {
        Secret secret = living(region, required(asked, "SecretId"));
        String id = asked.text("VersionId");
        String stage = asked.text("VersionStage");
        asked.refuseTheRest();
        Version version = id != null ? secret.versions.get(id) : secret.staged(stage == null ? CURRENT : stage);
        if (version != null && id != null && stage != null && !version.stages.contains(stage)) {
            throw new AwsRefusal(
                    400,
                    "InvalidRequestException",
                    "You provided a VersionStage that is not associated to the provided" + " VersionId.");
        }
        if (version == null) {
            throw new AwsRefusal(
                    400,
                    "ResourceNotFoundException",
                    "Secrets Manager can't find the specified secret value" + " for "
                            + (id != null
                                    ? "VersionId: " + id
                                    : "staging label: " + (stage == null ? CURRENT : stage)));
        }
        ObjectNode answer = described(secret).put("VersionId", version.id).put("CreatedDate", seconds(version.created));
        if (version.text != null) {
            answer.put("SecretString", version.text);
        }
        if (version.binary != null) {
            answer.put("SecretBinary", version.binary);
        }
        stages(answer, version);
        return answer;
    }

    private ObjectNode putValue(String region, Members asked) throws AwsRefusal {
        Secret secret = living(region, required(asked, "SecretId"));
        Content content = content(asked);
        String token = asked.text("ClientRequestToken");
        List<String> stages = asked.texts("VersionStages");
        asked.refuseTheRest();
        if (content.isEmpty()) {
            throw new AwsRefusal(
                    400, "InvalidRequestException", "You must provide either SecretString or SecretBinary.");
        }
        if (stages != null && (stages.isEmpty() || stages.size() > STAGES)) {
            throw new AwsRefusal(400, "InvalidParameterException", "A version has 1 to " + STAGES + " staging labels.");
        }
        Version version = put(secret, token, content, stages == null ? Set.of(CURRENT) : new TreeSet<>(stages));
        ObjectNode answer = described(secret).put("VersionId", version.id);
        stages(answer, version);
        return answer;
    }

    private Version put(Secret secret, @Nullable String token, Content content, Set<String> stages) throws AwsRefusal {
        if (content.size() > LARGEST) {
            throw new AwsRefusal(
                    400,
                    "ValidationException",
                    "1 validation error detected: Value at 'secretString' failed to satisfy"
                            + " constraint: Member must have length less than or equal to " + LARGEST);
        }
        String id = token == null ? new UUID(0, ++versions).toString() : token;
        if (id.length() < 32 || id.length() > 64) {
            throw new AwsRefusal(400, "InvalidParameterException", "ClientRequestToken must be 32-64 characters long.");
        }
        Version known = secret.versions.get(id);
        if (known != null) {
            if (!known.holds(content.text(), content.binary())) {
                throw new AwsRefusal(
                        400,
                        "ResourceExistsException",
                        "You can't modify an existing version, you can only create a" + " new version.");
            }
            return known;
        }
        Version version = new Version(id, content.text(), content.binary(), timeline.now());
        secret.versions.put(id, version);
        for (String stage : stages) {
            stage(secret, stage, secret.staged(stage), version);
        }
        if (secret.staged(CURRENT) == null) {
            version.stages.add(CURRENT);
        }
        secret.changed = timeline.now();
        return version;
    }

    /** Moves a label; what was current becomes previous. */
    private static void stage(Secret secret, String stage, @Nullable Version from, @Nullable Version to) {
        if (from != null) {
            from.stages.remove(stage);
        }
        if (to != null) {
            to.stages.add(stage);
        }
        if (stage.equals(CURRENT) && from != null && from != to) {
            Version before = secret.staged(PREVIOUS);
            if (before != null) {
                before.stages.remove(PREVIOUS);
            }
            from.stages.add(PREVIOUS);
        }
    }

    private ObjectNode updateStage(String region, Members asked) throws AwsRefusal {
        Secret secret = living(region, required(asked, "SecretId"));
        String stage = required(asked, "VersionStage");
        String from = asked.text("RemoveFromVersionId");
        String to = asked.text("MoveToVersionId");
        asked.refuseTheRest();
        Version held = secret.staged(stage);
        Version target = to == null ? null : secret.versions.get(to);
        if (to != null && target == null || from != null && !secret.versions.containsKey(from)) {
            throw new AwsRefusal(
                    400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret version.");
        }
        if (to == null && stage.equals(CURRENT)) {
            throw new AwsRefusal(
                    400,
                    "InvalidParameterException",
                    "You can only move staging label AWSCURRENT to a different secret"
                            + " version. It can't be completely removed.");
        }
        if (held != null && held != target && !held.id.equals(from)) {
            throw new AwsRefusal(
                    400,
                    "InvalidParameterException",
                    "The parameter RemoveFromVersionId can't be empty. Staging label "
                            + stage + " is currently attached to version " + held.id
                            + ", so you must explicitly reference that version in RemoveFromVersionId.");
        }
        if (from != null && (held == null || !held.id.equals(from))) {
            throw new AwsRefusal(
                    400,
                    "InvalidParameterException",
                    "The staging label " + stage + " is not attached to version " + from);
        }
        stage(secret, stage, held, target);
        secret.changed = timeline.now();
        return described(secret);
    }

    private ObjectNode describe(String region, Members asked) throws AwsRefusal {
        Secret secret = any(region, required(asked, "SecretId"));
        asked.refuseTheRest();
        ObjectNode answer = described(secret)
                .put("CreatedDate", seconds(secret.created))
                .put("LastChangedDate", seconds(secret.changed));
        if (!secret.description.isEmpty()) {
            answer.put("Description", secret.description);
        }
        if (!secret.key.isEmpty()) {
            answer.put("KmsKeyId", secret.key);
        }
        if (secret.deleted != null) {
            answer.put("DeletedDate", seconds(secret.deleted));
        }
        ObjectNode stages = answer.putObject("VersionIdsToStages");
        secret.versions.values().stream()
                .filter(version -> !version.stages.isEmpty())
                .forEach(version -> version.stages.forEach(stages.putArray(version.id)::add));
        var tags = answer.putArray("Tags");
        secret.tags.forEach((key, value) -> tags.addObject().put("Key", key).put("Value", value));
        return answer;
    }

    private ObjectNode listVersions(String region, Members asked) throws AwsRefusal {
        Secret secret = any(region, required(asked, "SecretId"));
        boolean all = asked.flag("IncludeDeprecated", false);
        long size = asked.number("MaxResults", 100);
        String next = asked.text("NextToken");
        asked.refuseTheRest();
        List<Version> found = new ArrayList<>(secret.versions.values().stream()
                .filter(version -> all || !version.stages.isEmpty())
                .toList());
        List<Version> page = page(found, size, next);
        ObjectNode answer = described(secret);
        var list = answer.putArray("Versions");
        for (Version version : page) {
            ObjectNode one = list.addObject().put("VersionId", version.id).put("CreatedDate", seconds(version.created));
            stages(one, version);
        }
        tellNext(answer, found, page);
        return answer;
    }

    /** Without those that are scheduled for deletion, as the service does unless asked for them. */
    private ObjectNode list(String region, Members asked) throws AwsRefusal {
        long size = asked.number("MaxResults", 100);
        String next = asked.text("NextToken");
        asked.refuseTheRest();
        List<Secret> found = secrets(region).values().stream()
                .filter(secret -> secret.deleted == null)
                .toList();
        List<Secret> page = page(found, size, next);
        ObjectNode answer = json.createObjectNode();
        var list = answer.putArray("SecretList");
        page.forEach(secret -> list.add(described(secret)));
        tellNext(answer, found, page);
        return answer;
    }

    private static <T> List<T> page(List<T> found, long size, @Nullable String next) throws AwsRefusal {
        if (size < 1 || size > 100 || next != null && !next.matches("\\d{1,9}")) {
            throw new AwsRefusal(400, "InvalidNextTokenException", "The NextToken value is invalid.");
        }
        int from = next == null ? 0 : Math.min(found.size(), Integer.parseInt(next));
        return found.subList(from, (int) Math.min(found.size(), from + size));
    }

    private static <T> void tellNext(ObjectNode answer, List<T> found, List<T> page) {
        int to = page.isEmpty() ? found.size() : found.indexOf(page.get(page.size() - 1)) + 1;
        if (to < found.size()) {
            answer.put("NextToken", String.valueOf(to));
        }
    }

    private ObjectNode delete(String region, Members asked) throws AwsRefusal {
        Secret secret = any(region, required(asked, "SecretId"));
        Long days = asked.number("RecoveryWindowInDays");
        boolean force = asked.flag("ForceDeleteWithoutRecovery", false);
        asked.refuseTheRest();
        if (force && days != null) {
            throw new AwsRefusal(
                    400,
                    "InvalidParameterException",
                    "You can't use ForceDeleteWithoutRecovery in conjunction with" + " RecoveryWindowInDays.");
        }
        if (days != null && (days < 7 || days > 30)) {
            throw new AwsRefusal(
                    400,
                    "InvalidParameterException",
                    "The RecoveryWindowInDays value must be between 7 and 30 days" + " (inclusive).");
        }
        Instant now = timeline.now();
        Instant end = force ? now : now.plus(Duration.ofDays(days == null ? 30 : days));
        secret.deleted = now;
        if (force) {
            secrets(region).remove(secret.name);
        } else {
            timeline.at(end, () -> {
                if (now.equals(secret.deleted)) {
                    secrets(region).remove(secret.name);
                }
            });
        }
        return described(secret).put("DeletionDate", seconds(end));
    }

    private ObjectNode restore(String region, Members asked) throws AwsRefusal {
        Secret secret = any(region, required(asked, "SecretId"));
        asked.refuseTheRest();
        secret.deleted = null;
        return described(secret);
    }

    // --- looking things up -------------------------------------------------------------------------------------------

    private Map<String, Secret> secrets(String region) {
        return regions.computeIfAbsent(region, any -> new TreeMap<>());
    }

    private Secret any(String region, String id) throws AwsRefusal {
        return secrets(region).values().stream()
                .filter(secret -> secret.name.equals(id) || secret.arn.equals(id))
                .findFirst()
                .orElseThrow(() -> new AwsRefusal(
                        400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret."));
    }

    private Secret living(String region, String id) throws AwsRefusal {
        Secret secret = any(region, id);
        if (secret.deleted != null) {
            throw new AwsRefusal(
                    400,
                    "InvalidRequestException",
                    "You can't perform this operation on the secret because it was" + " marked for deletion.");
        }
        return secret;
    }

    private ObjectNode described(Secret secret) {
        return json.createObjectNode().put("ARN", secret.arn).put("Name", secret.name);
    }

    private static void stages(ObjectNode answer, Version version) {
        version.stages.forEach(answer.putArray("VersionStages")::add);
    }

    private static double seconds(Instant instant) {
        return instant.toEpochMilli() / 1000.0;
    }

    /** What a version holds: a text, or bytes in Base64. */
    private record Content(@Nullable String text, @Nullable String binary) {

        boolean isEmpty() {
            return text == null && binary == null;
        }

        int size() {
            return text != null
                    ? text.getBytes(StandardCharsets.UTF_8).length
                    : AwsWire.orEmpty(binary).length() * 3 / 4;
        }
    }

    private static String required(Members asked, String name) throws AwsRefusal {
        String value = asked.text(name);
        if (value == null || value.isEmpty()) {
            throw new AwsRefusal(400, "ValidationException", "Missing required parameter " + name);
        }
        return value;
    }

    private static Content content(Members asked) throws AwsRefusal {
        Content content = new Content(asked.text("SecretString"), asked.text("SecretBinary"));
        if (content.text() != null && content.binary() != null) {
            throw new AwsRefusal(
                    400,
                    "InvalidParameterException",
                    "You can't specify both a binary secret value and a string secret value in the same secret.");
        }
        return content;
    }

    private static Map<String, String> tags(Members asked) {
        Map<String, String> tags = new TreeMap<>();
        asked.structures("Tags").forEach(tag -> tags.put(tag.text("Key", ""), tag.text("Value", "")));
        return tags;
    }

    /** The JSON protocol, version 1.1. */
    private final class Json implements AwsWire.Protocol {

        private static final String TARGET = "secretsmanager.";

        @Override
        public Asked read(Request request, byte[] body, Credential credential) throws AwsRefusal {
            String target = request.header("X-Amz-Target");
            if (!target.startsWith(TARGET)) {
                throw new AwsRefusal(400, "UnknownOperationException", "");
            }
            try {
                Map<?, ?> members = json.readValue(body, Map.class);
                Map<String, String> parameters = new TreeMap<>();
                members.forEach((name, member) -> parameters.put(String.valueOf(name), String.valueOf(member)));
                return new Asked(
                        "secretsmanager",
                        credential.region(),
                        credential.accessKey(),
                        target.substring(TARGET.length()),
                        parameters,
                        Map.of("body", members));
            } catch (IOException e) {
                throw new AwsRefusal(400, "SerializationException", "The request is not JSON");
            }
        }

        @Override
        public Reply run(Asked asked) throws AwsRefusal {
            Members members = new Members(asked.action(), asked.content().get("body"));
            String region = asked.region();
            synchronized (lock) {
                timeline.settle();
                return reply(
                        200,
                        switch (asked.action()) {
                            case "CreateSecret" -> create(region, members);
                            case "GetSecretValue" -> value(region, members);
                            case "PutSecretValue" -> putValue(region, members);
                            case "UpdateSecretVersionStage" -> updateStage(region, members);
                            case "DescribeSecret" -> describe(region, members);
                            case "ListSecretVersionIds" -> listVersions(region, members);
                            case "ListSecrets" -> list(region, members);
                            case "DeleteSecret" -> delete(region, members);
                            case "RestoreSecret" -> restore(region, members);
                            default -> throw AwsRefusal.notUnderstood("action " + asked.action());
                        });
            }
        }

        @Override
        public Reply refusal(AwsRefusal refusal, String requestId) {
            return reply(
                    refusal.status(),
                    json.createObjectNode().put("__type", refusal.code()).put("Message", refusal.text()));
        }

        @Override
        public AwsRefusal wrongKey() {
            return new AwsRefusal(
                    400, "UnrecognizedClientException", "The security token included in the request is invalid.");
        }

        private Reply reply(int status, ObjectNode node) {
            try {
                return Reply.of(
                        status,
                        Map.of("Content-Type", "application/x-amz-json-1.1"),
                        Body.of(json.writeValueAsString(node)));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("Cannot write JSON to memory", e);
            }
        }
    }
}
