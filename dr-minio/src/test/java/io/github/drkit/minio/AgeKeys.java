package io.github.drkit.minio;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import io.github.drkit.store.Identity;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;

/** A new age key pair for a test. */
public record AgeKeys(String identityText, String recipient) {

    public static AgeKeys generate() {
        try {
            KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
            return new AgeKeys(
                    new String(pair.getPrivate().getEncoded(), StandardCharsets.US_ASCII),
                    new String(pair.getPublic().getEncoded(), StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public Identity identity() {
        return Identity.of(identityText);
    }
}
