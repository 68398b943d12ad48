package io.github.drkit.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import org.junit.jupiter.api.Test;

class TrustedKeysTest {

    private static final byte[] MESSAGE = bytes("the point of two o'clock");

    private final KeyPair pair = keyPair();
    private final String signature = SigningKey.of("mine", pair.getPrivate()).sign(MESSAGE);
    private final TrustedKeys trusted = TrustedKeys.none().withBackup("mine", pair.getPublic());

    @Test
    void aSignatureIsBelievedEachTimeItIsShown() {
        assertThat(trusted.signedByBackup("mine", MESSAGE, signature)).isTrue();
        assertThat(trusted.signedByBackup("mine", MESSAGE, signature)).isTrue();
    }

    @Test
    void whatWasBelievedOnceIsNotBelievedOfAnythingElse() {
        KeyPair other = keyPair();
        TrustedKeys more = trusted.withBackup("other", other.getPublic()).withProver("prover", other.getPublic());
        assertThat(more.signedByBackup("mine", MESSAGE, signature)).isTrue();

        assertThat(more.signedByBackup("mine", bytes("the point of three o'clock"), signature))
                .as("another message")
                .isFalse();
        assertThat(more.signedByBackup(
                        "mine",
                        MESSAGE,
                        SigningKey.of("other", other.getPrivate()).sign(MESSAGE)))
                .as("another's signature")
                .isFalse();
        assertThat(more.signedByBackup("other", MESSAGE, signature))
                .as("another key")
                .isFalse();
        assertThat(more.signedByProver("prover", MESSAGE, signature))
                .as("another part")
                .isFalse();
        assertThat(more.signedByProver("mine", MESSAGE, signature))
                .as("a backup's key is no prover's")
                .isFalse();
        assertThat(trusted.withBackup("mine", other.getPublic()).signedByBackup("mine", MESSAGE, signature))
                .as("a key that took its name")
                .isFalse();
    }

    @Test
    void aWrongSignatureStaysWrong() {
        String wrong = signature.substring(0, 10) + (signature.charAt(10) == 'A' ? 'B' : 'A') + signature.substring(11);

        assertThat(trusted.signedByBackup("mine", MESSAGE, wrong)).isFalse();
        assertThat(trusted.signedByBackup("mine", MESSAGE, wrong)).isFalse();
        assertThat(trusted.signedByBackup("mine", MESSAGE, "no base64!")).isFalse();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform from 15 on has Ed25519", e);
        }
    }
}
