package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

/** The switch of a secret at moto. */
class MotoSecretsManagerSwitchIT extends SecretsManagerSwitchContract {

    private static Optional<MotoServer> moto = Optional.empty();

    private final SecretsManagerClient client = moto.orElseThrow().secretsClient(FakeAws.REGION);

    @BeforeAll
    static void beginServer() throws Exception {
        moto = Optional.of(MotoServer.beginOrSkip());
    }

    @AfterAll
    static void endServer() {
        moto.ifPresent(MotoServer::close);
        moto = Optional.empty();
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Override
    SecretsManagerClient makeAccount() throws Exception {
        moto.orElseThrow().reset();
        return client;
    }

    @Override
    SecretsManagerClient client() {
        return client;
    }

    /** In two calls, since moto's one would leave two versions current. */
    @Override
    protected void changeByOther() {
        String before = current().versionId();
        String theirs = client.putSecretValue(put -> put.secretId(SECRET)
                        .versionStages("theirs")
                        .secretString(value().replaceAll("(old|new)\\.example", "third.example")))
                .versionId();
        move(before, theirs);
    }

    @Test
    @DisplayName("GetSecretValue without a stage does not follow `AWSCURRENT` when that is moved")
    void theValueIsThatOfTheStageCurrent() {
        String before = current().versionId();
        String after = client.putSecretValue(
                        put -> put.secretId(SECRET).versionStages("after").secretString("{}"))
                .versionId();

        move(before, after);

        assertThat(current().versionId()).isEqualTo(after);
        MotoServer.differs(
                () -> assertThat(client.getSecretValue(get -> get.secretId(SECRET))
                                .versionId())
                        .isEqualTo(after),
                before);
    }

    @Test
    @DisplayName(
            "A value that is put after `AWSCURRENT` was moved does not take it away, so that two versions are current")
    void oneVersionIsCurrent() {
        String before = current().versionId();
        String after = client.putSecretValue(
                        put -> put.secretId(SECRET).versionStages("after").secretString("{}"))
                .versionId();
        move(before, after);

        client.putSecretValue(put -> put.secretId(SECRET).secretString("{\"host\":\"third.example\"}"));

        MotoServer.differs(
                () -> assertThat(client.describeSecret(describe -> describe.secretId(SECRET))
                                .versionIdsToStages()
                                .values())
                        .filteredOn(stages -> stages.contains("AWSCURRENT"))
                        .hasSize(1),
                "Expected size: 1 but was: 2");
    }

    private GetSecretValueResponse current() {
        return client.getSecretValue(get -> get.secretId(SECRET).versionStage("AWSCURRENT"));
    }

    private void move(String from, String to) {
        client.updateSecretVersionStage(update -> update.secretId(SECRET)
                .versionStage("AWSCURRENT")
                .removeFromVersionId(from)
                .moveToVersionId(to));
    }
}
