package io.github.drkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.error.RequestRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentitySourceTest {

    private static final String ONE = "AGE-SECRET-KEY-1" + "Q".repeat(58);
    private static final String TWO = "AGE-SECRET-KEY-1" + "P".repeat(58);

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("identities.txt");
    }

    @Test
    void aFileIsReadAsAgeKeygenWritesItAndAnewEachTime() throws IOException {
        IdentitySource source = IdentitySource.inFile(file);
        Files.writeString(file, "# created: 2026-11-27T09:52:03Z\n# public key: age1q\n" + ONE + "\n");
        assertThat(source.identities()).extracting(Identity::reveal).containsExactly(ONE);

        Files.writeString(file, "\n  " + TWO + "\r\n\n# the old one\n" + ONE);
        assertThat(source.identities()).extracting(Identity::reveal).containsExactly(TWO, ONE);
    }

    @Test
    void aFileThatIsNotThereIsRefusedAndNotTakenForNoIdentity() {
        refuses("it was not readable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# public key: age1q\n\n"})
    void aFileWithoutIdentityIsRefused(String content) throws IOException {
        Files.writeString(file, content);

        refuses("it holds none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"planted-secret", "age-encryption.org/v1", "age1qqq"})
    void whatIsNoIdentityIsRefusedAndNotRepeated(String line) throws IOException {
        Files.writeString(file, ONE + "\n" + line + "\n");

        refuses("it holds a line that is no age identity");
        assertThatThrownBy(() -> IdentitySource.inFile(file).identities())
                .rootCause()
                .message()
                .doesNotContain(line);
    }

    private void refuses(String actual) {
        assertThatThrownBy(() -> IdentitySource.inFile(file).identities())
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot read identities '" + file + "': " + actual
                        + " but one or more lines AGE-SECRET-KEY-1… are required" + "\n"
                        + "Hint: Is the secret there, and readable by this user? age-keygen makes such a file; one locked"
                        + " by a passphrase is opened first (age -d) [DRK-STORE-021]");
    }
}
