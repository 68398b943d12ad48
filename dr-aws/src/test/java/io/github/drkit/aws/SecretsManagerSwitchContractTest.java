package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.TimeSource;
import io.github.drkit.cutover.Change;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.cutover.Standing;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.testkit.rds.AwsFault;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** The real client against the fake. */
class SecretsManagerSwitchContractTest extends SecretsManagerSwitchContract {

    private FakeAws aws = new FakeAws();
    private SecretsManagerClient client = aws.secretsClient();

    @AfterEach
    void close() {
        client.close();
        aws.close();
    }

    @Override
    SecretsManagerClient makeAccount() {
        close();
        aws = new FakeAws();
        client = aws.secretsClient();
        return client;
    }

    @Override
    SecretsManagerClient client() {
        return client;
    }

    @Override
    protected TimeSource time() {
        return aws.time;
    }

    @Override
    protected boolean losesAnswer(int number) {
        aws.script.inject(
                number == 1
                        ? AwsFault.dropAfter("PutSecretValue")
                        : AwsFault.dropAfter("UpdateSecretVersionStage").nth(number - 1));
        return true;
    }

    @Test
    void thePlanNamesKeysAndDigestsAndNoValue() {
        Change change = endpoint().plan();

        assertThat(change.title())
                .matches("Change \\[host, jdbc-url\\] of secret 'fineract-db-credentials' \\(host sha256:[0-9a-f]{12},"
                        + " jdbc-url sha256:[0-9a-f]{12}\\)");
        assertThat(change.toString()).doesNotContain("new.example").doesNotContain("hunter2");
    }

    @Test
    void aKeyThatIsNotThereIsRefusedSinceNobodyReadsIt() throws Exception {
        EndpointSwitch misspelt = SecretsManagerSwitch.of(client, SECRET, Map.of("hots", "new.example"), aws.time);
        makeWorld();

        assertThatThrownBy(SecretsManagerSwitch.of(client, SECRET, Map.of("hots", "new.example"), aws.time)::plan)
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot switch " + misspelt.name() + ": it has no key 'hots' but applications must read that"
                                + " key\nHint: It has the keys [host, jdbc-url, password, port] [DRK-SMS-001]");
    }

    @Test
    void aSecretThatIsNoJsonObjectIsRefusedWithoutShowingIt() {
        client.putSecretValue(put -> put.secretId(SECRET).secretString("hunter2"));

        assertThatThrownBy(endpoint()::plan)
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot switch secret 'fineract-db-credentials': its value is not one JSON object of strings,"
                                + " whole numbers and booleans but must be\n"
                                + "Hint: A secret of another form needs a switch of your own [DRK-SMS-002]")
                .hasNoCause();
    }

    @Test
    void aValueThatWouldBeTooLargeIsRefusedBeforeAnythingChanged() {
        assertThatThrownBy(to("n".repeat(40_000))::plan)
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessageStartingWith("Cannot switch secret 'fineract-db-credentials': its value would have ")
                .hasMessageEndingWith(" bytes but 65536 is the most\n"
                        + "Hint: Take something out of the secret first [DRK-SMS-003]");
        assertThat(leads()).isEqualTo("old");
    }

    @Test
    void aVersionThatSomebodyElsePutIsNotMovedBack() {
        changeByOther();
        String theirs = client.getSecretValue(get -> get.secretId(SECRET)).versionId();

        assertThatThrownBy(() -> endpoint().undo(Map.of("before", "v-1", "after", "v-2"), null))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot switch secret 'fineract-db-credentials': version " + theirs
                        + " is current but version v-2 is required\n"
                        + "Hint: Who put it? A rotation does too. Look at the versions, then plan again [DRK-SMS-004]");
    }

    @Test
    void aSecretThatNamesTheNewSideInSomeKeysOnlyIsPartlyMadeThoughNobodyBeganIt() {
        client.putSecretValue(put -> put.secretId(SECRET)
                .secretString(
                        OLD.replace("jdbc:postgresql://old.example/bank", "jdbc:postgresql://NEW.example/other")));
        String version = client.getSecretValue(get -> get.secretId(SECRET)).versionId();
        EndpointSwitch hostAndPort =
                SecretsManagerSwitch.of(client, SECRET, Map.of("host", "new.example", "port", "5432"), aws.time);
        EndpointSwitch portOnly =
                SecretsManagerSwitch.of(client, SECRET, Map.of("host", "third.example", "port", "5432"), aws.time);

        assertThat(hostAndPort.observe(Map.of()))
                .isEqualTo(Standing.partly("version " + version
                        + " is current and names the new side in [jdbc-url] but not in all of [host, port]"));
        assertThat(portOnly.observe(Map.of()))
                .as("a port is the same on both sides")
                .isEqualTo(Standing.unmade("version " + version + " is current and does not name the new side"));
    }

    @Test
    void otherSecretsThatMayNotBeReadAreNamed() {
        put("a-gone", "{\"host\":\"old.example\"}");
        put("b-closed", "{\"host\":\"old.example\"}");
        put("c-keyless", "{\"host\":\"old.example\"}");
        aws.script.inject(
                AwsFault.answer("GetSecretValue", 400, "ResourceNotFoundException")
                        .about(".*a-gone.*"),
                AwsFault.answer("GetSecretValue", 400, "AccessDeniedException").about(".*b-closed.*"),
                AwsFault.answer("GetSecretValue", 400, "DecryptionFailure").about(".*c-keyless.*"));

        assertThat(texts(searching().plan()))
                .containsExactly(
                        RESTART,
                        "whether secrets [b-closed, c-keyless] name the old side is not known: they may not be read");
    }

    @Test
    void secretsThatMayNotBeListedAreSaidToBeUnknown() {
        put("keycloak-db", "{\"host\":\"old.example\"}");
        aws.script.inject(AwsFault.answer("ListSecrets", 400, "AccessDeniedException"));

        assertThat(texts(searching().plan()))
                .containsExactly(RESTART, "which other secrets name the old side is not known: they may not be listed");
    }

    @Test
    @Tag("exhaustive")
    void everyPageOfSecretsIsLookedAt() {
        for (int i = 100; i < 320; i++) {
            put("other-" + i, "{\"host\":\"" + (i % 100 == 99 ? "old" : "third") + ".example\"}");
        }

        assertThat(texts(searching().plan()))
                .containsExactly(
                        RESTART,
                        "secret 'other-199' also names the old side, in [host]; this plan does not change it",
                        "secret 'other-299' also names the old side, in [host]; this plan does not change it");
    }

    private SecretsManagerSwitch searching() {
        return ((SecretsManagerSwitch) endpoint()).searchingOthers();
    }

    @Test
    void anInterruptWhileAwsIsBusyEndsTheWaiting() {
        aws.script.inject(AwsFault.throttled("GetSecretValue").always());
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(endpoint()::plan)
                    .isExactlyInstanceOf(TargetUnavailableException.class)
                    .hasMessage(
                            "Cannot go on with secret 'fineract-db-credentials': the thread was interrupted but has to"
                                    + " wait for an answer\nHint: Resume the run [DRK-SMS-005]");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aSwitchHasKeys() {
        assertThatThrownBy(() -> SecretsManagerSwitch.of(client, SECRET, Map.of()))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot switch secret 'fineract-db-credentials': name one key at least");
    }
}
