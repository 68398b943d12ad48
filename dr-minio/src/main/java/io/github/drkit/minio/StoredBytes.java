package io.github.drkit.minio;

import io.github.drkit.error.DrException;
import io.github.drkit.store.IntegrityIoException;
import io.github.drkit.store.StoredStream;
import io.github.drkit.store.StoredStream.Segment;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.List;

/**
 * Reads the segments of a stream one after the other and checks length and digest of each when its end is reached, and
 * those of the whole after the last. Opens the next segment only when it is needed.
 */
final class StoredBytes extends InputStream {

    private final S3Bucket bucket;
    private final StoredStream stream;
    private final List<Segment> segments;
    private final MessageDigest whole = Digests.sha256();

    private int index;
    private InputStream body = InputStream.nullInputStream();
    private boolean opened;
    private MessageDigest digest = Digests.sha256();
    private long bytes;
    private long total;
    private boolean ended;
    private boolean closed;

    StoredBytes(S3Bucket bucket, StoredStream stream) {
        this.bucket = bucket;
        this.stream = stream;
        this.segments = stream.segments();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("The stream is closed");
        }
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!opened) {
                if (index == segments.size()) {
                    endWhole();
                    break;
                }
                open(segments.get(index));
            }
            int count = read(segments.get(index), target, offset, length);
            if (count >= 0) {
                return count;
            }
            endSegment(segments.get(index));
        }
        return -1;
    }

    private void open(Segment segment) throws IOException {
        try {
            body = bucket.get(segment.key().value(), "", 0)
                    .orElseThrow(() ->
                            new IntegrityIoException("Object '" + place(segment) + "' is missing: " + segment.bytes()
                                    + " bytes with SHA-256 " + segment.sha256() + " were stored under that key"));
            opened = true;
        } catch (IntegrityIoException e) {
            throw e;
        } catch (IOException e) {
            throw unreadable(segment, e);
        }
    }

    private int read(Segment segment, byte[] target, int offset, int length) throws IOException {
        int count;
        try {
            count = body.read(target, offset, length);
        } catch (IOException e) {
            throw unreadable(segment, e);
        }
        if (count > 0) {
            bytes += count;
            if (bytes > segment.bytes()) {
                throw new IntegrityIoException("Object '" + place(segment) + "' is longer than the " + segment.bytes()
                        + " bytes that were stored");
            }
            digest.update(target, offset, count);
            whole.update(target, offset, count);
        }
        return count;
    }

    private void endSegment(Segment segment) throws IOException {
        if (bytes != segment.bytes()) {
            throw new IntegrityIoException(
                    "Object '" + place(segment) + "' has " + bytes + " bytes, but " + segment.bytes() + " were stored");
        }
        String sha256 = Digests.hex(digest);
        if (!sha256.equals(segment.sha256())) {
            throw new IntegrityIoException("Object '" + place(segment) + "' has SHA-256 " + sha256 + ", but "
                    + segment.sha256() + " was stored");
        }
        body.close();
        total += bytes;
        bytes = 0;
        digest = Digests.sha256();
        opened = false;
        index++;
    }

    private void endWhole() throws IOException {
        String sha256 = Digests.hex(whole);
        if (total != stream.storedBytes() || !sha256.equals(stream.storedSha256())) {
            throw new IntegrityIoException("The segments of '" + bucket.location() + "/" + name(stream) + "' have "
                    + total + " bytes with SHA-256 " + sha256 + ", but " + stream.storedBytes() + " with "
                    + stream.storedSha256() + " were stored");
        }
        ended = true;
    }

    private DrException unreadable(Segment segment, IOException e) {
        return S3Errors.translate(e, "read object '" + place(segment) + "'", S3Errors.NOTHING);
    }

    private String place(Segment segment) {
        return bucket.location() + "/" + segment.key();
    }

    /** Names a stream by its first segment, without its number. */
    static String name(StoredStream stream) {
        if (stream.segments().isEmpty()) {
            return "?";
        }
        String first = stream.segments().get(0).key().value();
        String suffix = Segmentation.suffix(1);
        return first.endsWith(suffix) ? first.substring(0, first.length() - suffix.length()) : first;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        body.close();
    }
}
