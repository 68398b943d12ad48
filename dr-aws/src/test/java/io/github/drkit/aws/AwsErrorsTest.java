package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.error.DrException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.error.TargetUnavailableException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.rds.model.RdsException;

class AwsErrorsTest {

    private static SdkException answer(int status, String code) {
        return RdsException.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage("whatever it says")
                        .build())
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "400, Throttling, DRK-RDS-001, DRK-RDS-001",
        "400, ThrottlingException, DRK-RDS-001, DRK-RDS-001",
        "503, RequestLimitExceeded, DRK-RDS-001, DRK-RDS-001",
        "500, InternalFailure, DRK-RDS-001, DRK-RDS-008",
        "503, ServiceUnavailable, DRK-RDS-001, DRK-RDS-008",
        "403, AccessDenied, DRK-RDS-002, DRK-RDS-002",
        "400, ExpiredToken, DRK-RDS-002, DRK-RDS-002",
        "400, KMSKeyNotAccessibleFault, DRK-RDS-002, DRK-RDS-002",
        "400, SnapshotQuotaExceeded, DRK-RDS-004, DRK-RDS-004",
        "400, InstanceQuotaExceeded, DRK-RDS-004, DRK-RDS-004",
        "400, StorageQuotaExceeded, DRK-RDS-004, DRK-RDS-004",
        "400, InsufficientDBInstanceCapacity, DRK-RDS-004, DRK-RDS-004",
        "400, InvalidDBInstanceState, DRK-RDS-005, DRK-RDS-005",
        "400, InvalidDBInstanceStateFault, DRK-RDS-005, DRK-RDS-005",
        "400, InvalidDBSnapshotState, DRK-RDS-005, DRK-RDS-005",
        "400, InvalidVPCNetworkStateFault, DRK-RDS-005, DRK-RDS-005",
        "400, DBInstanceAlreadyExists, DRK-RDS-006, DRK-RDS-006",
        "400, DBSnapshotAlreadyExistsFault, DRK-RDS-006, DRK-RDS-006",
        "404, DBInstanceNotFound, DRK-RDS-007, DRK-RDS-007",
        "404, DBSubnetGroupNotFoundFault, DRK-RDS-007, DRK-RDS-007",
        "400, ResourceNotFoundException, DRK-RDS-007, DRK-RDS-007",
        "400, InvalidParameterCombination, DRK-RDS-003, DRK-RDS-003",
        "400, InvalidRestoreFault, DRK-RDS-003, DRK-RDS-003",
    })
    void aCodeMeansTheSameWithAndWithoutItsSuffix(int status, String code, String reading, String writing) {
        assertThat(AwsErrors.ofReading("look", answer(status, code)).code()).hasToString(reading);
        assertThat(AwsErrors.ofWriting("act", answer(status, code)).code()).hasToString(writing);
    }

    @Test
    void eachSituationHasItsWords() {
        assertThat(AwsErrors.ofReading("look", answer(400, "Throttling")))
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessage(
                        "Cannot look: AWS answered Throttling but must take the call\nHint: Too many calls in this account"
                                + " and region; try again later [DRK-RDS-001]");
        assertThat(AwsErrors.ofReading("look", answer(503, "ServiceUnavailable")))
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessage(
                        "Cannot look: AWS answered 503 ServiceUnavailable but must answer the call\nHint: Try again later;"
                                + " is there an entry on the AWS health dashboard? [DRK-RDS-001]");
        assertThat(AwsErrors.ofWriting("act", answer(500, "InternalFailure")))
                .isExactlyInstanceOf(OutcomeUnknownException.class)
                .hasMessage(
                        "Cannot tell whether this was done: act: AWS answered 500 InternalFailure but one is required\n"
                                + "Hint: Resume the run; it looks first [DRK-RDS-008]");
        assertThat(AwsErrors.ofReading("look", answer(403, "AccessDenied")))
                .isExactlyInstanceOf(TargetAccessException.class)
                .hasMessage(
                        "Cannot look: AWS answered AccessDenied but the credentials must allow it\nHint: Compare the role's"
                                + " policy with the one in docs/rds.md; for a KMS key, the key's policy too [DRK-RDS-002]");
        assertThat(AwsErrors.ofWriting("act", answer(400, "InvalidDBInstanceState")))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot act: AWS answered InvalidDBInstanceState but it must be in a state that allows this\nHint:"
                                + " Look at its status; wait until it is available [DRK-RDS-005]");
        assertThat(AwsErrors.ofWriting("act", answer(400, "DBInstanceAlreadyExists")))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot act: AWS answered DBInstanceAlreadyExists but the name must be free\nHint: Whose is it?"
                                + " Nothing was changed [DRK-RDS-006]");
        assertThat(AwsErrors.ofReading("look", answer(404, "DBInstanceNotFound")))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage(
                        "Cannot look: AWS answered DBInstanceNotFound but it must exist\nHint: Is it the right account,"
                                + " region and name? [DRK-RDS-007]");
        assertThat(AwsErrors.ofWriting("act", answer(400, "InvalidParameterValue")))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot act: AWS answered 400 InvalidParameterValue but must accept the call\nHint: The cause has"
                                + " RDS's own words [DRK-RDS-003]");
    }

    @Test
    void anOrderThatNeverLeftIsNotLostAndOneThatDidIs() {
        DrException neverLeft = AwsErrors.ofWriting(
                "act", SdkClientException.create("refused", new ConnectException("connection refused")));
        DrException lost = AwsErrors.ofWriting("act", SdkClientException.create("broken off"));

        assertThat(neverLeft)
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessage(
                        "Cannot act: AWS was not reached but an answer is required\nHint: Is the network up, and do the"
                                + " client's region and credentials resolve? Try again later [DRK-RDS-001]");
        assertThat(lost)
                .isExactlyInstanceOf(OutcomeUnknownException.class)
                .hasMessage(
                        "Cannot tell whether this was done: act: no answer came but one is required\nHint: Resume the run;"
                                + " it looks first [DRK-RDS-008]");
        assertThat(AwsErrors.ofReading("look", SdkClientException.create("broken off")))
                .isExactlyInstanceOf(TargetUnavailableException.class);
    }
}
