package io.github.drkit.testkit.s3;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a body in {@code aws-chunked} encoding, signed or not, with or without trailers.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html">the encoding</a>
 */
final class AwsChunked extends InputStream {

    private final InputStream in;
    private final Map<String, String> trailers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private long left;
    private boolean begun;
    private boolean ended;

    AwsChunked(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int read = in.read(buffer, offset, (int) Math.min(length, left));
        if (read < 0) {
            throw new EOFException("Cannot read an aws-chunked body: it ended within a chunk");
        }
        left -= read;
        return read;
    }

    /** What followed the last chunk; complete once the body was read to its end. */
    Map<String, String> trailers() {
        return trailers;
    }

    private void nextChunk() throws IOException {
        if (ended) {
            return;
        }
        if (begun) {
            line();
        }
        begun = true;
        String head = line();
        int end = head.indexOf(';');
        try {
            left = Long.parseLong(end < 0 ? head.trim() : head.substring(0, end).trim(), 16);
        } catch (NumberFormatException e) {
            throw new IOException("Cannot read an aws-chunked body: '" + head + "' but a chunk size was due", e);
        }
        if (left == 0) {
            ended = true;
            for (String trailer = line(); !trailer.isEmpty(); trailer = line()) {
                int colon = trailer.indexOf(':');
                if (colon > 0) {
                    trailers.put(
                            trailer.substring(0, colon).trim(),
                            trailer.substring(colon + 1).trim());
                }
            }
        }
    }

    // The end of the body also ends the last line: clients differ in whether they send the closing empty one.
    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.append((char) b);
            }
            if (line.length() > 8192) {
                throw new IOException("Cannot read an aws-chunked body: a line is longer than 8192 bytes");
            }
        }
        return line.toString();
    }
}
