package io.github.drkit.minio;

import java.io.InputStream;
import java.util.Random;

/**
 * Bytes that are the same for the same seed: lines of an account book, so that they compress about as a dump does, or
 * noise, which does not compress at all.
 */
final class SeededStream extends InputStream {

    private static final String[] WORDS = {
        "DEPOSIT", "WITHDRAWAL", "INTEREST", "FEE", "\\N", "t", "f", "2026-11-22 02:00:00", "ACTIVE", "CLOSED", "KES"
    };

    private final Random random;
    private final boolean noise;
    private final byte[] block = new byte[1 << 16];
    private long left;
    private int at = block.length;

    private SeededStream(long seed, long length, boolean noise) {
        this.random = new Random(seed);
        this.left = length;
        this.noise = noise;
    }

    static SeededStream ledger(long seed, long length) {
        return new SeededStream(seed, length, false);
    }

    static SeededStream noise(long seed, long length) {
        return new SeededStream(seed, length, true);
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (left == 0) {
            return -1;
        }
        if (at == block.length) {
            fill();
        }
        int count = (int) Math.min(left, Math.min(length, block.length - at));
        System.arraycopy(block, at, target, offset, count);
        at += count;
        left -= count;
        return count;
    }

    private void fill() {
        at = 0;
        if (noise) {
            random.nextBytes(block);
            return;
        }
        int end = 0;
        while (end < block.length) {
            StringBuilder line = new StringBuilder();
            line.append(random.nextInt(1_000_000)).append('\t').append(WORDS[random.nextInt(WORDS.length)]);
            line.append('\t').append(random.nextInt(10_000_000)).append(".000000\t");
            line.append(WORDS[random.nextInt(WORDS.length)]).append('\t');
            line.append(Long.toHexString(random.nextLong())).append('\n');
            for (int i = 0; i < line.length() && end < block.length; i++) {
                block[end++] = (byte) line.charAt(i);
            }
        }
    }
}
