package io.github.drkit.minio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.TargetUnavailableException;
import java.io.InterruptedIOException;
import org.junit.jupiter.api.Test;

/** Errors that no fault of a server brings about; the others are met in {@link S3StoreFaultTest}. */
class S3ErrorsTest {

    private static final String NL = System.lineSeparator();

    @Test
    void aSmallObjectThatIsNoneIsNotRead() {
        assertThat(S3Errors.tooLarge("s3://bank/points/x/manifest.json", 16_777_216))
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessage(
                        "Cannot read object 's3://bank/points/x/manifest.json': it is longer than 16777216 bytes but"
                                + " small objects are not" + NL
                                + "Hint: Who else writes under this prefix? [DRK-STORE-014]");
    }

    @Test
    void anInterruptIsToldFromASilentStore() {
        InterruptedIOException failure = new InterruptedIOException("timeout");

        assertThat(S3Errors.translate(failure, "list objects under 's3://bank'", S3Errors.NOTHING))
                .hasMessageEndingWith("[DRK-STORE-001]");
        Thread.currentThread().interrupt();
        try {
            assertThat(S3Errors.translate(failure, "list objects under 's3://bank'", S3Errors.NOTHING))
                    .isExactlyInstanceOf(TargetUnavailableException.class)
                    .hasMessage("Cannot list objects under 's3://bank': the thread was interrupted but has to wait for"
                            + " the store" + NL
                            + "Hint: Was the run cancelled on purpose? If so, nothing is to be done [DRK-STORE-015]");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
