package io.github.drkit.testkit.fake;

import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.TrustedKeys;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;

/**
 * A backup's and a prover's signing key made for one test, and the trust in both.
 *
 * @param backup signs manifests, called {@code test-backup}
 * @param prover signs verdicts, called {@code test-prover}
 * @param trusted believes both
 */
public record KeyRing(SigningKey backup, SigningKey prover, TrustedKeys trusted) {

    /**
     * Makes two new keys.
     *
     * @return keys that no other ring has
     */
    public static KeyRing fresh() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(255, new SecureRandom());
            KeyPair backup = generator.generateKeyPair();
            KeyPair prover = generator.generateKeyPair();
            return new KeyRing(
                    SigningKey.of("test-backup", backup.getPrivate()),
                    SigningKey.of("test-prover", prover.getPrivate()),
                    TrustedKeys.none()
                            .withBackup("test-backup", backup.getPublic())
                            .withProver("test-prover", prover.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform from 15 on has Ed25519", e);
        }
    }
}
