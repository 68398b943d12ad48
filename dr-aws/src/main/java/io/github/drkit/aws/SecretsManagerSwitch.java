package io.github.drkit.aws;

import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanStep;
import io.github.drkit.StepContext;
import io.github.drkit.TimeSource;
import io.github.drkit.cutover.Change;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.cutover.Standing;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.json.CanonicalJson;
import io.github.drkit.retry.Retries;
import io.github.drkit.store.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
import software.amazon.awssdk.services.secretsmanager.model.ListSecretsResponse;

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
    private final boolean searching;
    private final TimeSource time;
    private final Retries retries;
    private final AwsRequestOverrideConfiguration once;

    private SecretsManagerSwitch(
            SecretsManagerClient client,
            String secret,
            Map<String, String> values,
            boolean searching,
            TimeSource time) {
        this.client = client;
        this.secret = secret;
        this.values = Map.copyOf(values);
        this.searching = searching;
        this.time = time;
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
        return new SecretsManagerSwitch(client, secret, values, false, time);
    }

    /**
     * Looks through all other secrets of the account and region while planning, and names in the plan those that hold what this
     * switch leads away from. They are only read. Without it the plan names other keys of this secret only, since reading every
     * secret takes more than a switch needs: {@code secretsmanager:ListSecrets}, and {@code secretsmanager:GetSecretValue} of
     * those to be looked at. What may not be read is named as such.
     *
     * @return a switch like this one
     */
    public SecretsManagerSwitch searchingOthers() {
        return new SecretsManagerSwitch(client, secret, values, true, time);
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
                remarks(current));
    }

    private List<Remark> remarks(Current current) {
        List<Remark> remarks = new ArrayList<>();
        remarks.add(
                note("applications that read secret '" + secret + "' once must be restarted, and copies of it, such as"
                        + " those of an External Secrets operator, refreshed"));
        Mentions old = Mentions.of(values.entrySet().stream()
                .map(value -> Map.entry(value.getValue(), text(current.content().get(value.getKey()))))
                .filter(value -> !value.getKey().equals(value.getValue()))
                .map(Map.Entry::getValue)
                .toList());
        Set<String> here = old.in(current.content());
        here.removeAll(values.keySet());
        if (!here.isEmpty()) {
            remarks.add(note(name() + " also names the old side in " + here
                    + ", which is left so: name these keys too if" + " applications read them"));
        }
        if (searching && !old.isEmpty()) {
            search(old, remarks);
        }
        return remarks;
    }

    private void search(Mentions old, List<Remark> remarks) {
        Set<String> others;
        try {
            others = others();
        } catch (TargetAccessException refused) {
            remarks.add(note("which other secrets name the old side is not known: they may not be listed"));
            return;
        }
        Set<String> unread = new TreeSet<>();
        for (String other : others) {
            try {
                held(other)
                        .flatMap(text -> where(old, text))
                        .ifPresent(where -> remarks.add(note("secret '" + other + "' also names the old side, in "
                                + where + "; this plan does not change it")));
            } catch (TargetAccessException | RequestRefusedException refused) {
                unread.add(other);
            }
        }
        if (!unread.isEmpty()) {
            remarks.add(note("whether secrets " + unread + " name the old side is not known: they may not be read"));
        }
    }

    private Set<String> others() {
        Set<String> names = new TreeSet<>();
        @Nullable String[] next = {null};
        do {
            ListSecretsResponse page = ask(
                    "list secrets",
                    () -> client.listSecrets(
                            request -> request.nextToken(next[0]).overrideConfiguration(once)));
            page.secretList().stream()
                    .filter(entry ->
                            !entry.name().equals(secret) && !entry.arn().equals(secret))
                    .forEach(entry -> names.add(entry.name()));
            next[0] = page.nextToken();
        } while (next[0] != null);
        return names;
    }

    /** What another secret holds now; nothing if it is no text, or gone. */
    private Optional<String> held(String other) {
        try {
            return Optional.ofNullable(ask(
                            "read secret '" + other + "'",
                            () -> client.getSecretValue(request -> request.secretId(other)
                                    .versionStage(CURRENT)
                                    .overrideConfiguration(once)))
                    .secretString());
        } catch (NotFoundException gone) {
            return Optional.empty();
        }
    }

    private static Optional<String> where(Mentions old, String text) {
        if (!old.in(text)) {
            return Optional.empty();
        }
        try {
            Set<String> keys = old.in(CanonicalJson.read(text.getBytes(StandardCharsets.UTF_8)));
            return Optional.of(keys.isEmpty() ? "its text" : keys.toString());
        } catch (IllegalArgumentException notAnObject) {
            return Optional.of("its text");
        }
    }

    private static Remark note(String text) {
        return new Remark(Remark.Kind.NOTE, text);
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
            Set<String> naming = Mentions.of(values.values()).in(current.content());
            return naming.isEmpty()
                    ? Standing.unmade(detail)
                    : Standing.partly("version " + current.version() + " is current and names the new side in " + naming
                            + " but not in all of " + new TreeSet<>(values.keySet()));
        }
        return current.version().equals(made.get(BEFORE)) ? Standing.unmade(detail) : Standing.partly(detail);
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
