package io.github.drkit.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The digest that manifests, verdicts and segments are named and checked by. */
public final class Sha256 {

    private Sha256() {}

    /**
     * Begins a digest of bytes that come piece by piece.
     *
     * @return an empty digest, not thread-safe
     */
    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /**
     * Digests bytes that are all there.
     *
     * @param content the bytes
     * @return 64 lower-case hex digits
     */
    public static String hex(byte[] content) {
        return HexFormat.of().formatHex(begin().digest(content));
    }
}
