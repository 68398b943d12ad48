package io.github.drkit.minio;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** The digests every Java runtime has. */
final class Digests {

    private Digests() {}

    static MessageDigest sha256() {
        return digest("SHA-256");
    }

    static String sha256Hex(byte[] content, int length) {
        MessageDigest digest = sha256();
        digest.update(content, 0, length);
        return hex(digest);
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    static String md5Base64(byte[] content, int length) {
        MessageDigest digest = digest("MD5");
        digest.update(content, 0, length);
        return Base64.getEncoder().encodeToString(digest.digest());
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has " + algorithm, e);
        }
    }
}
