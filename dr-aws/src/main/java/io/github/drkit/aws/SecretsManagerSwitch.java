package io.github.drkit.aws;

import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanStep;
import io.github.drkit.StepContext;
import io.github.drkit.TimeSource;
import io.github.drkit.cutover.Change;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.cutover.Standing;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.json.CanonicalJson;
import io.github.drkit.retry.Retries;
import io.github.drkit.store.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

/**
 * Changes named keys of a JSON secret in AWS Secrets Manager, such as {@code host} and {@code jdbc-url}, and leaves all
 * others as they are. A new version is put beside the current one, and then {@code AWSCURRENT} is moved from exactly the
 * version the plan saw, so that a change by somebody else, a rotation included, is never overwritten. Undoing moves it back
 * to that version, which keeps a label of its own so that it cannot be forgotten meanwhile.
 *
 * <p>No value of the secret is in plans, journals, logs or exceptions: only names of keys and digests of the new values.
 *
 * <p>Immutable and thread-safe, as the client is.
 */
public final class SecretsManagerSwitch implements EndpointSwitch {

    private static final String CURRENT = "AWSCURRENT";
    private static final String BEFORE = "before";
    private static final String AFTER = "after";

    /** What Secrets Manager holds at most, in bytes. */
    private static final int LARGEST = 65_536;

    private final SecretsManagerClient client;
    private final String secret;
    private final Map<String, String> values;
    private final Retries retries;
    private final AwsRequestOverrideConfiguration once;

    private SecretsManagerSwitch(
            SecretsManagerClient client, String secret, Map<String, String> values, TimeSource time) {
        this.client = client;
        this.secret = secret;
        this.values = Map.copyOf(values);
        this.retries = Retries.of(time, new SecureRandom());
        SdkPlugin noRetries =
                configuration -> configuration.overrideConfiguration(configuration.overrideConfiguration().toBuilder()
                        .retryStrategy(AwsRetryStrategy.doNotRetry())
                        .build());
        this.once =
                AwsRequestOverrideConfiguration.builder().addPlugin(noRetries).build();
    }

    /**
     * Describes the switch of a secret.
     *
     * @param client of the secret's account and region; not closed
     * @param secret its name or ARN
     * @param values key to the value it is to have; every key must be in the secret already
     * @return the switch
     * @throws IllegalArgumentException if no key is given
     */
    public static SecretsManagerSwitch of(SecretsManagerClient client, String secret, Map<String, String> values) {
        return of(client, secret, values, TimeSource.system());
    }

    /**
     * Describes the switch of a secret, with another clock than the system's.
     *
     * @param client of the secret's account and region; not closed
     * @param secret its name or ARN
     * @param values key to the value it is to have; every key must be in the secret already
     * @param time the way to wait between repeated questions
     * @return the switch
     * @throws IllegalArgumentException if no key is given
     */
    public static SecretsManagerSwitch of(
            SecretsManagerClient client, String secret, Map<String, String> values, TimeSource time) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("Cannot switch secret '" + secret + "': name one key at least");
        }
        return new SecretsManagerSwitch(client, secret, values, time);
    }

    @Override
    public String name() {
        return "secret '" + secret + "'";
    }

    @Override
    public Place place() {
        return Place.OUTSIDE;
    }

    @Override
    public Change plan() {
        Current current = current();
        for (String key : new TreeSet<>(values.keySet())) {
            if (!current.content().containsKey(key)) {
                throw new RequestRefusedException(
                        "DRK-SMS-001",
                        "Cannot switch " + name() + ": it has no key '" + key + "' but applications must read that key",
                        "It has the keys " + new TreeSet<>(current.content().keySet()));
            }
        }
        changed(current);
        List<String> digests = new ArrayList<>();
        new TreeMap<>(values).forEach((key, value) -> digests.add(key + " " + digest(value)));
        return new Change(
                "version " + current.version(),
                "Change " + new TreeSet<>(values.keySet()) + " of secret '" + secret + "' ("
                        + String.join(", ", digests) + ")",
                Map.of(BEFORE, current.version()),
                List.of(
                        "aws secretsmanager put-secret-value --secret-id " + secret
                                + " --version-stages drkit --secret-string file:///dev/fd/3",
                        "aws secretsmanager update-secret-version-stage --secret-id " + secret + " --version-stage "
                                + CURRENT + " --remove-from-version-id " + current.version()
                                + " --move-to-version-id \"$NEW_VERSION\""),
                "move " + CURRENT + " back to version " + current.version(),
                List.of(new Remark(
                        Remark.Kind.NOTE,
                        "applications that read secret '" + secret
                                + "' once must be restarted, and copies of it, such as"
                                + " those of an External Secrets operator, refreshed")));
    }

    @Override
    public Standing observe(Map<String, String> made) {
        Current current = current();
        boolean leads = values.entrySet().stream()
                .allMatch(
                        value -> value.getValue().equals(text(current.content().get(value.getKey()))));
        String detail = "version " + current.version() + " is current and "
                + (leads ? "names the new side" : "does not name the new side");
        if (leads) {
            return Standing.made(detail);
        }
        if (made.isEmpty()) {
            Set<String> naming = naming(current);
            return naming.isEmpty()
                    ? Standing.unmade(detail)
                    : Standing.partly("version " + current.version() + " is current and names the new side in " + naming
                            + " but not in all of " + new TreeSet<>(values.keySet()));
        }
        return current.version().equals(made.get(BEFORE)) ? Standing.unmade(detail) : Standing.partly(detail);
    }

    /** The keys in whose text one of the new values stands. Numbers are passed over: a port is often the same on both sides. */
    private Set<String> naming(Current current) {
        Set<String> naming = new TreeSet<>();
        current.content().forEach((key, held) -> {
            String text = text(held).toLowerCase(Locale.ROOT);
            boolean names = values.values().stream()
                    .filter(value -> !value.matches("\\d*"))
                    .anyMatch(value -> text.contains(value.toLowerCase(Locale.ROOT)));
            if (names) {
                naming.add(key);
            }
        });
        return naming;
    }

    @Override
    public void make(PlanStep step, StepContext context) {
        String planned = step.parameters().getOrDefault(BEFORE, "");
        String token = Sha256.hex((context.plan().run() + "\n" + secret).getBytes(StandardCharsets.UTF_8));
        Current current = current();
        if (current.version().equals(token)) {
            return;
        }
        requireVersion(current, planned);
        context.record(BEFORE, planned);
        context.record(AFTER, token);
        // The token is the version's id: sent again with the same content it makes no second one.
        repeat(
                "put a version of " + name(),
                () -> client.putSecretValue(request -> request.secretId(secret)
                        .clientRequestToken(token)
                        .versionStages(label(token))
                        .secretString(changed(current))
                        .overrideConfiguration(once)));
        // A version without a label may be forgotten; this one is needed to go back.
        move(keep(token), null, planned);
        move(CURRENT, planned, token);
    }

    @Override
    public void undo(Map<String, String> made, StepContext context) {
        @Nullable String before = made.get(BEFORE);
        @Nullable String after = made.get(AFTER);
        if (before == null || after == null) {
            return;
        }
        Current current = current();
        if (current.version().equals(before)) {
            return;
        }
        requireVersion(current, after);
        move(CURRENT, after, before);
    }

    /** What is current now. */
    private record Current(String version, Map<String, Object> content) {
        @Override
        public String toString() {
            return "Current[" + version + "]";
        }
    }

    private Current current() {
        GetSecretValueResponse answer = ask(
                "read " + name(),
                () -> client.getSecretValue(request ->
                        request.secretId(secret).versionStage(CURRENT).overrideConfiguration(once)));
        try {
            return new Current(
                    answer.versionId(),
                    CanonicalJson.read(Objects.requireNonNullElse(answer.secretString(), "")
                            .getBytes(StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException notAnObject) {
            throw new RequestRefusedException(
                    "DRK-SMS-002",
                    "Cannot switch " + name() + ": its value is not one JSON object of strings, whole numbers and"
                            + " booleans but must be",
                    "A secret of another form needs a switch of your own");
        }
    }

    private String changed(Current current) {
        Map<String, Object> content = new TreeMap<>(current.content());
        // A port may be a number; it stays one.
        values.forEach((key, value) -> content.put(
                key, content.get(key) instanceof Long && value.matches("\\d{1,9}") ? Long.valueOf(value) : value));
        byte[] bytes = CanonicalJson.write(content);
        if (bytes.length > LARGEST) {
            throw new RequestRefusedException(
                    "DRK-SMS-003",
                    "Cannot switch " + name() + ": its value would have " + bytes.length + " bytes but " + LARGEST
                            + " is the most",
                    "Take something out of the secret first");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void requireVersion(Current current, String required) {
        if (!current.version().equals(required)) {
            throw new RequestRefusedException(
                    "DRK-SMS-004",
                    "Cannot switch " + name() + ": version " + current.version() + " is current but version " + required
                            + " is required",
                    "Who put it? A rotation does too. Look at the versions, then plan again");
        }
    }

    private void move(String stage, @Nullable String from, String to) {
        repeat(
                "move stage " + stage + " of " + name(),
                () -> client.updateSecretVersionStage(request -> request.secretId(secret)
                        .versionStage(stage)
                        .removeFromVersionId(from)
                        .moveToVersionId(to)
                        .overrideConfiguration(once)));
    }

    private static String label(String token) {
        return "drkit-" + token.substring(0, 12);
    }

    private static String keep(String token) {
        return "drkit-before-" + token.substring(0, 12);
    }

    private static String digest(String value) {
        return "sha256:" + Sha256.hex(value.getBytes(StandardCharsets.UTF_8)).substring(0, 12);
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : String.valueOf(value);
    }

    private <T> T ask(String what, Supplier<T> question) {
        return call(() -> {
            try {
                return question.get();
            } catch (SdkException e) {
                throw AwsErrors.ofReading(what, e);
            }
        });
    }

    /** Orders that AWS refused for being busy, or that never left, are sent again; a lost answer is not. */
    private <T> T repeat(String what, Supplier<T> order) {
        return call(() -> {
            try {
                return order.get();
            } catch (SdkException e) {
                throw AwsErrors.ofWriting(what, e);
            }
        });
    }

    private <T> T call(Supplier<T> call) {
        try {
            return retries.<T, RuntimeException>call(call::get);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TargetUnavailableException(
                    "DRK-SMS-005",
                    "Cannot go on with " + name() + ": the thread was interrupted but has to wait for an answer",
                    "Resume the run",
                    e);
        }
    }
}
