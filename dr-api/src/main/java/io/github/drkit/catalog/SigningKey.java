package io.github.drkit.catalog;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/**
 * An Ed25519 key that signs manifests or verdicts. The prover's key is not the backup's. Never shows its secret in
 * {@link #toString()}. Thread-safe.
 */
public final class SigningKey {

    private final String name;
    private final PrivateKey key;

    private SigningKey(String name, PrivateKey key) {
        this.name = name;
        this.key = key;
    }

    /**
     * Reads a key as {@code openssl genpkey -algorithm ed25519} writes it.
     *
     * @param name what the key is called in {@link TrustedKeys}, such as {@code backup-2026}
     * @param pem PKCS#8 PEM text
     * @return the key
     * @throws IllegalArgumentException if the text is not such a key; the message does not repeat it
     */
    public static SigningKey ofPem(String name, String pem) {
        TrustedKeys.requireName(name);
        try {
            return new SigningKey(
                    name, KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(Pem.decode(pem))));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // The cause is left out on purpose: parsers like to quote what they could not read.
            throw new IllegalArgumentException(
                    "Cannot read signing key '" + name + "': it is not an Ed25519 key in PKCS#8 PEM form");
        }
    }

    /**
     * Wraps a key.
     *
     * @param name what the key is called in {@link TrustedKeys}
     * @param key an Ed25519 key
     * @return the key
     */
    public static SigningKey of(String name, PrivateKey key) {
        TrustedKeys.requireName(name);
        return new SigningKey(name, key);
    }

    /**
     * Returns the key's name.
     *
     * @return what it is called in {@link TrustedKeys}
     */
    public String name() {
        return name;
    }

    String sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(message);
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot sign with key '" + name + "': the platform refused Ed25519", e);
        }
    }

    @Override
    public String toString() {
        return "SigningKey[" + name + "]";
    }
}
