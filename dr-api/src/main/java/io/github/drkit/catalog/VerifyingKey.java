package io.github.drkit.catalog;

import io.github.drkit.store.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A public key and the signatures it was seen to have made. The Ed25519 of the JDK is plain Java: a check costs as much
 * as the hash of a megabyte, and every listing asks for the same manifests again. Thread-safe.
 */
final class VerifyingKey {

    /** About 2 MB; beyond it the memory starts anew, which costs time and nothing else. */
    private static final int REMEMBERED = 16_384;

    private final String name;
    private final PublicKey key;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    VerifyingKey(String name, PublicKey key) {
        this.name = name;
        this.key = key;
    }

    boolean made(byte[] message, String signature) {
        // The first digest has one length, so that no two pairs read alike.
        String both = Sha256.hex((Sha256.hex(message) + signature).getBytes(StandardCharsets.UTF_8));
        if (seen.contains(both)) {
            return true;
        }
        boolean made = check(message, signature);
        if (made) {
            if (seen.size() >= REMEMBERED) {
                seen.clear();
            }
            seen.add(both);
        }
        return made;
    }

    private boolean check(byte[] message, String text) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(message);
            byte[] value = Base64.getDecoder().decode(text);
            // A lenient decoder ignores some bits; a signature has one form, so that no bit of it can change unseen.
            return Base64.getEncoder().encodeToString(value).equals(text) && signature.verify(value);
        } catch (SignatureException | IllegalArgumentException e) {
            return false; // a malformed signature is a wrong one
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot check a signature of key '" + name + "': not an Ed25519 key", e);
        }
    }
}
