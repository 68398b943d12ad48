package io.github.drkit.catalog;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The public keys whose manifests and verdicts are believed, by name, and what each may sign. Whatever is signed by
 * another key counts as unsigned. The keys never change. Thread-safe: what was once seen signed is remembered, at most
 * 2 MB per key, so that listing the same points again costs no second check.
 */
public final class TrustedKeys {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private final Map<String, VerifyingKey> backup;
    private final Map<String, VerifyingKey> prover;

    private TrustedKeys(Map<String, VerifyingKey> backup, Map<String, VerifyingKey> prover) {
        this.backup = Map.copyOf(backup);
        this.prover = Map.copyOf(prover);
    }

    /**
     * Trusts nobody yet.
     *
     * @return no keys
     */
    public static TrustedKeys none() {
        return new TrustedKeys(Map.of(), Map.of());
    }

    /**
     * Adds a key that may sign manifests.
     *
     * @param name what the key is called in signatures
     * @param key an Ed25519 public key
     * @return more keys
     */
    public TrustedKeys withBackup(String name, PublicKey key) {
        return new TrustedKeys(with(backup, name, key), prover);
    }

    /**
     * Adds a key that may sign verdicts.
     *
     * @param name what the key is called in signatures; stands in reports as who proved
     * @param key an Ed25519 public key
     * @return more keys
     */
    public TrustedKeys withProver(String name, PublicKey key) {
        return new TrustedKeys(backup, with(prover, name, key));
    }

    /**
     * Reads a public key as {@code openssl pkey -pubout} writes it.
     *
     * @param pem X.509 PEM text
     * @return an Ed25519 public key
     * @throws IllegalArgumentException if the text is not such a key
     */
    public static PublicKey publicKey(String pem) {
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(Pem.decode(pem)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException("Cannot read public key: it is not an Ed25519 key in X.509 PEM form", e);
        }
    }

    boolean signedByBackup(String name, byte[] message, String signature) {
        return made(backup, name, message, signature);
    }

    boolean signedByProver(String name, byte[] message, String signature) {
        return made(prover, name, message, signature);
    }

    static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("Cannot accept key name '" + name
                    + "': expected at most 63 lower-case letters, digits, '.', '_' and '-'");
        }
    }

    private static Map<String, VerifyingKey> with(Map<String, VerifyingKey> keys, String name, PublicKey key) {
        requireName(name);
        Map<String, VerifyingKey> more = new TreeMap<>(keys);
        more.put(name, new VerifyingKey(name, key));
        return more;
    }

    private static boolean made(Map<String, VerifyingKey> keys, String name, byte[] message, String signature) {
        VerifyingKey key = keys.get(name);
        return key != null && key.made(message, signature);
    }

    @Override
    public String toString() {
        return "TrustedKeys[backup=" + new TreeMap<>(backup).keySet() + ", prover=" + new TreeMap<>(prover).keySet()
                + "]";
    }
}
