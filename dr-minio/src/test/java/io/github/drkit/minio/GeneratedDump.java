package io.github.drkit.minio;

import java.io.InputStream;

/**
 * Any length of bytes made quickly from a seed, half of which zstd can remove: each block of 64 KiB is noise in its first
 * half and one repeated line in its second.
 */
final class GeneratedDump extends InputStream {

    private static final int BLOCK = 1 << 16;
    private static final byte[] LINE =
            "1\t2026-11-22 02:00:00+00\tDEPOSIT\t100.000000\tt\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final byte[] block = new byte[BLOCK];
    private long state;
    private long left;
    private int at = BLOCK;

    GeneratedDump(long seed, long length) {
        this.state = seed == 0 ? 1 : seed;
        this.left = length;
        for (int i = BLOCK / 2; i < BLOCK; i++) {
            block[i] = LINE[i % LINE.length];
        }
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
        if (at == BLOCK) {
            fill();
        }
        int count = (int) Math.min(left, Math.min(length, BLOCK - at));
        System.arraycopy(block, at, target, offset, count);
        at += count;
        left -= count;
        return count;
    }

    /** Marsaglia's xorshift: eight bytes a round, so that making the data does not hide the cost of storing it. */
    private void fill() {
        at = 0;
        for (int i = 0; i < BLOCK / 2; i += Long.BYTES) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            long bits = state;
            for (int b = 0; b < Long.BYTES; b++) {
                block[i + b] = (byte) bits;
                bits >>>= 8;
            }
        }
    }
}
