package io.github.drkit.testkit.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Bytes of an object or an answer, kept in pieces; or only their number, when they were discarded. Not for hosts; may change
 * without notice.
 */
public final class Body {

    /** No bytes. */
    public static final Body EMPTY = new Body(List.of(), 0, false);

    private final List<byte[]> pieces;
    private final long length;
    private final boolean discarded;

    private Body(List<byte[]> pieces, long length, boolean discarded) {
        this.pieces = pieces;
        this.length = length;
        this.discarded = discarded;
    }

    /**
     * Makes a body of pieces, which are not copied.
     *
     * @param pieces the bytes in their order
     * @return the body
     */
    public static Body of(List<byte[]> pieces) {
        long length = 0;
        for (byte[] piece : pieces) {
            length += piece.length;
        }
        return new Body(List.copyOf(pieces), length, false);
    }

    /**
     * Makes a body of a text in UTF-8.
     *
     * @param text the text
     * @return the body
     */
    public static Body of(String text) {
        return of(List.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Makes a body of which only the length is known.
     *
     * @param length its length in bytes
     * @return the body
     */
    public static Body discarded(long length) {
        return new Body(List.of(), length, true);
    }

    /**
     * Puts bodies behind one another. Without bytes if one of them has none.
     *
     * @param parts the bodies in their order
     * @return the long body
     */
    public static Body joined(List<Body> parts) {
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

    /**
     * Returns the length.
     *
     * @return in bytes, of discarded ones too
     */
    public long length() {
        return length;
    }

    /**
     * Tells whether only the length is known.
     *
     * @return true if there are no bytes
     */
    public boolean isDiscarded() {
        return discarded;
    }

    /**
     * Cuts out a part.
     *
     * @param from its first byte, from 0
     * @param to the byte after its last
     * @return the part
     */
    public Body range(long from, long to) {
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

    /**
     * Writes all bytes.
     *
     * @param out where to
     * @throws IOException if that does not take them
     */
    public void writeTo(OutputStream out) throws IOException {
        for (byte[] piece : pieces) {
            out.write(piece);
        }
    }

    /**
     * Returns all bytes.
     *
     * @return a copy
     */
    public byte[] bytes() {
        byte[] all = new byte[Math.toIntExact(length)];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, all, at, piece.length);
            at += piece.length;
        }
        return all;
    }
}
