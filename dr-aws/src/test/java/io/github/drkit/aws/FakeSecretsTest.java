package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.testkit.rds.AwsCall;
import io.github.drkit.testkit.rds.AwsFault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretListEntry;
import software.amazon.awssdk.services.secretsmanager.model.SecretVersionsListEntry;

/** The fake as the real client sees it. */
class FakeSecretsTest {

    private static final String FIRST = "11111111-1111-1111-1111-111111111111";
    private static final String SECOND = "22222222-2222-2222-2222-222222222222";
    private static final String THIRD = "33333333-3333-3333-3333-333333333333";

    private final FakeAws aws = new FakeAws();
    private final SecretsManagerClient secrets = aws.secretsClient();

    @AfterEach
    void close() {
        secrets.close();
        aws.close();
    }

    @Test
    void aNewValueIsCurrentAndTheOldOnePrevious() {
        create();
        put(SECOND, "two");
        put(THIRD, "three");

        assertThat(value(get -> {})).isEqualTo("three");
        assertThat(value(get -> get.versionStage("AWSPREVIOUS"))).isEqualTo("two");
        assertThat(value(get -> get.versionId(FIRST))).isEqualTo("one");
        assertThat(secrets.describeSecret(describe -> describe.secretId("bank")).versionIdsToStages())
                .isEqualTo(Map.of(SECOND, List.of("AWSPREVIOUS"), THIRD, List.of("AWSCURRENT")));
        assertThat(versions(true)).containsExactly(FIRST, SECOND, THIRD);
        assertThat(versions(false)).containsExactly(SECOND, THIRD);
    }

    @Test
    void aTokenThatIsSentAgainMakesNoSecondVersion() {
        create();
        put(SECOND, "two");
        put(SECOND, "two");

        assertThat(versions(true)).containsExactly(FIRST, SECOND);
        assertThatThrownBy(() -> put(SECOND, "other"))
                .isInstanceOf(ResourceExistsException.class)
                .satisfies(code("ResourceExistsException", 400));
    }

    @Test
    void secretsAreListedInPagesWithoutThoseThatAreToBeDeleted() {
        for (String name : List.of("a", "b", "c", "d")) {
            secrets.createSecret(create -> create.name(name).secretString(name));
        }
        secrets.deleteSecret(delete -> delete.secretId("b"));

        assertThat(secrets.listSecretsPaginator(list -> list.maxResults(2)).stream()
                        .flatMap(page -> page.secretList().stream()))
                .extracting(SecretListEntry::name)
                .containsExactly("a", "c", "d");
        assertThatThrownBy(() -> secrets.listSecrets(list -> list.nextToken("nonsense")))
                .satisfies(code("InvalidNextTokenException", 400));
    }

    @Test
    void aPendingValueIsNotReadUntilItsStageIsMoved() {
        create();
        secrets.putSecretValue(put -> put.secretId("bank")
                .clientRequestToken(SECOND)
                .secretString("two")
                .versionStages("AWSPENDING"));
        assertThat(value(get -> {})).isEqualTo("one");
        assertThat(value(get -> get.versionStage("AWSPENDING"))).isEqualTo("two");

        secrets.updateSecretVersionStage(update -> update.secretId("bank")
                .versionStage("AWSCURRENT")
                .removeFromVersionId(FIRST)
                .moveToVersionId(SECOND));

        assertThat(value(get -> {})).isEqualTo("two");
        assertThat(value(get -> get.versionStage("AWSPREVIOUS"))).isEqualTo("one");
    }

    @Test
    void aStageIsMovedOnlyByWhoKnowsWhereItIs() {
        create();
        put(SECOND, "two");

        assertThatThrownBy(() -> secrets.updateSecretVersionStage(update ->
                        update.secretId("bank").versionStage("AWSCURRENT").moveToVersionId(FIRST)))
                .satisfies(code("InvalidParameterException", 400));
        assertThatThrownBy(() -> secrets.updateSecretVersionStage(update -> update.secretId("bank")
                        .versionStage("AWSCURRENT")
                        .removeFromVersionId(FIRST)
                        .moveToVersionId(FIRST)))
                .satisfies(code("InvalidParameterException", 400));
        assertThatThrownBy(() -> secrets.updateSecretVersionStage(update ->
                        update.secretId("bank").versionStage("AWSCURRENT").removeFromVersionId(SECOND)))
                .satisfies(code("InvalidParameterException", 400));
        assertThat(value(get -> {})).isEqualTo("two");
    }

    @Test
    void whatIsNotThereIsNotFoundAndWhatIsThereNotCreatedTwice() {
        assertThatThrownBy(() -> value(get -> {}))
                .isInstanceOf(ResourceNotFoundException.class)
                .satisfies(code("ResourceNotFoundException", 400));
        create();
        assertThatThrownBy(() -> value(get -> get.versionStage("AWSPENDING")))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(
                        () -> secrets.createSecret(create -> create.name("bank").secretString("other")))
                .isInstanceOf(ResourceExistsException.class);
        create(); // the same token and the same content once more
    }

    @Test
    void aSecretHoldsBytesOrATextOf65536BytesAtMost() {
        create();
        put(SECOND, "x".repeat(65_536));
        assertThatThrownBy(() -> put(THIRD, "x".repeat(65_537))).satisfies(code("ValidationException", 400));

        SdkBytes bytes = SdkBytes.fromByteArray(new byte[] {0, 1, -1});
        secrets.putSecretValue(
                put -> put.secretId("bank").clientRequestToken(THIRD).secretBinary(bytes));
        assertThat(secrets.getSecretValue(get -> get.secretId("bank")).secretBinary())
                .isEqualTo(bytes);
    }

    @Test
    void aDeletedSecretCanBeTakenBackForSomeDays() {
        create();
        secrets.deleteSecret(delete -> delete.secretId("bank").recoveryWindowInDays(7L));
        assertThatThrownBy(() -> value(get -> {}))
                .isInstanceOf(InvalidRequestException.class)
                .satisfies(code("InvalidRequestException", 400));
        assertThat(secrets.describeSecret(describe -> describe.secretId("bank")).deletedDate())
                .isEqualTo("2026-11-22T12:00:00Z");
        aws.pass(Duration.ofDays(6));
        secrets.restoreSecret(restore -> restore.secretId("bank"));
        assertThat(value(get -> {})).isEqualTo("one");

        aws.pass(Duration.ofDays(6));
        assertThat(value(get -> {})).isEqualTo("one");
        secrets.deleteSecret(delete -> delete.secretId("bank").recoveryWindowInDays(7L));
        aws.pass(Duration.ofDays(7));
        assertThatThrownBy(() -> secrets.describeSecret(describe -> describe.secretId("bank")))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void regionsAndKeysAreToldApart() {
        create();
        SecretsManagerClient stranger = aws.secretsClient(FakeAws.REGION, "AKIASTRANGER");
        SecretsManagerClient elsewhere = aws.secretsClient("eu-west-1", aws.script.accessKey());

        assertThatThrownBy(() -> stranger.getSecretValue(get -> get.secretId("bank")))
                .satisfies(code("UnrecognizedClientException", 400));
        assertThatThrownBy(() -> elsewhere.getSecretValue(get -> get.secretId("bank")))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void aLostAnswerIsAnExceptionAndTheEffectIsThere() {
        create();
        aws.script.inject(AwsFault.dropAfter("PutSecretValue"));

        assertThatThrownBy(() -> put(SECOND, "two")).isInstanceOf(SdkClientException.class);
        assertThat(value(get -> {})).isEqualTo("two");
    }

    @Test
    void callsAreRecordedWithoutTheirSecrets() {
        create();

        AwsCall call = aws.script.calls().get(0);
        assertThat(call.iamAction()).isEqualTo("secretsmanager:CreateSecret");
        assertThat(call.parameters())
                .isEqualTo(Map.of("Name", "bank", "ClientRequestToken", FIRST, "SecretString", "***"));
    }

    @Test
    void aMemberNobodyUnderstandsIsRefused() {
        assertThatThrownBy(
                        () -> secrets.createSecret(create -> create.name("bank").forceOverwriteReplicaSecret(true)))
                .satisfies(code("FakeDoesNotUnderstand", 501))
                .hasMessageContaining("member ForceOverwriteReplicaSecret of CreateSecret");
    }

    private void create() {
        secrets.createSecret(
                create -> create.name("bank").clientRequestToken(FIRST).secretString("one"));
    }

    private void put(String token, String value) {
        secrets.putSecretValue(
                put -> put.secretId("bank").clientRequestToken(token).secretString(value));
    }

    private String value(Consumer<GetSecretValueRequest.Builder> which) {
        return secrets.getSecretValue(which.andThen(get -> get.secretId("bank")))
                .secretString();
    }

    private List<String> versions(boolean all) {
        return secrets.listSecretVersionIds(list -> list.secretId("bank").includeDeprecated(all)).versions().stream()
                .map(SecretVersionsListEntry::versionId)
                .toList();
    }

    static Consumer<Throwable> code(String code, int status) {
        return thrown -> {
            assertThat(thrown).isInstanceOf(AwsServiceException.class);
            AwsServiceException error = (AwsServiceException) thrown;
            assertThat(error.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(error.statusCode()).isEqualTo(status);
        };
    }
}
