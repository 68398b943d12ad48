package io.github.drkit.testkit.s3;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Bytes of an object or an answer, kept in pieces; or only their number, when they were discarded. */
final class Body {

    static final Body EMPTY = new Body(List.of(), 0, false);

    private final List<byte[]> pieces;
    private final long length;
    private final boolean discarded;

    private Body(List<byte[]> pieces, long length, boolean discarded) {
        this.pieces = pieces;
        this.length = length;
        this.discarded = discarded;
    }

    static Body of(List<byte[]> pieces) {
        long length = 0;
        for (byte[] piece : pieces) {
            length += piece.length;
        }
        return new Body(List.copyOf(pieces), length, false);
    }

    static Body of(String text) {
        return of(List.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    static Body discarded(long length) {
        return new Body(List.of(), length, true);
    }

    static Body joined(List<Body> parts) {
        List<byte[]> pieces = new ArrayList<>();
        long length = 0;
        boolean discarded = false;
        for (Body part : parts) {
            pieces.addAll(part.pieces);
            length += part.length;
            discarded |= part.discarded;
        }
        return discarded ? discarded(length) : new Body(List.copyOf(pieces), length, false);
    }

    long length() {
        return length;
    }

    boolean isDiscarded() {
        return discarded;
    }

    Body range(long from, long to) {
        List<byte[]> cut = new ArrayList<>();
        long at = 0;
        for (byte[] piece : pieces) {
            int begin = (int) Math.max(0, Math.min(piece.length, from - at));
            int end = (int) Math.max(0, Math.min(piece.length, to - at));
            if (begin < end) {
                cut.add(begin == 0 && end == piece.length ? piece : Arrays.copyOfRange(piece, begin, end));
            }
            at += piece.length;
        }
        return of(cut);
    }

    void writeTo(OutputStream out) throws IOException {
        for (byte[] piece : pieces) {
            out.write(piece);
        }
    }

    byte[] bytes() {
        byte[] all = new byte[Math.toIntExact(length)];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, all, at, piece.length);
            at += piece.length;
        }
        return all;
    }
}
