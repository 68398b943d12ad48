package io.github.drkit.testkit.s3;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** A running digest of one of the kinds S3 knows. */
interface Sum {

    /** The algorithms of the {@code x-amz-checksum-} headers this fake computes. */
    enum Kind {
        CRC32,
        CRC32C,
        SHA1,
        SHA256;

        String header() {
            return "x-amz-checksum-" + name().toLowerCase(Locale.ROOT);
        }

        Sum begin() {
            return switch (this) {
                case CRC32 -> of(new CRC32());
                case CRC32C -> of(new CRC32C());
                case SHA1 -> of("SHA-1");
                case SHA256 -> of("SHA-256");
            };
        }
    }

    void update(byte[] buffer, int length);

    byte[] value();

    static Sum of(String algorithm) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Cannot compute " + algorithm + ": this JDK has no such digest", e);
        }
        return new Sum() {
            @Override
            public void update(byte[] buffer, int length) {
                digest.update(buffer, 0, length);
            }

            @Override
            public byte[] value() {
                return digest.digest();
            }
        };
    }

    private static Sum of(Checksum checksum) {
        return new Sum() {
            @Override
            public void update(byte[] buffer, int length) {
                checksum.update(buffer, 0, length);
            }

            @Override
            public byte[] value() {
                byte[] wide =
                        ByteBuffer.allocate(8).putLong(checksum.getValue()).array();
                return Arrays.copyOfRange(wide, 4, 8);
            }
        };
    }
}
