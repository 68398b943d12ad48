package io.github.drkit.minio;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.github.drkit.store.Identity;
import io.github.drkit.store.IntegrityIoException;
import io.github.drkit.store.StoredStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts and decompresses stored bytes and checks length and digest of what comes out when the end is reached.
 * Decoding begins with the first read, since an age header is data that may be damaged like any other.
 */
final class PlainBytes extends InputStream {

    private final StoredBytes stored;
    private final StoredStream stream;
    private final List<Identity> identities;
    private final String place;
    private final MessageDigest digest = Digests.sha256();

    private @Nullable InputStream decrypted;
    private @Nullable InputStream plain;
    private long bytes;
    private boolean ended;
    private boolean closed;

    PlainBytes(StoredBytes stored, StoredStream stream, List<Identity> identities, String place) {
        this.stored = stored;
        this.stream = stream;
        this.identities = identities;
        this.place = place;
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
        if (ended) {
            return -1;
        }
        try {
            int count = decoded().read(target, offset, length);
            if (count > 0) {
                bytes += count;
                digest.update(target, offset, count);
                return count;
            }
            end();
            return -1;
        } catch (IntegrityIoException e) {
            throw e;
        } catch (IOException | GeneralSecurityException e) {
            throw new IntegrityIoException(
                    "Stream '" + place + "' cannot be decoded after " + bytes + " plain bytes of "
                            + stream.plainBytes(),
                    e);
        }
    }

    private InputStream decoded() throws IOException, GeneralSecurityException {
        InputStream open = plain;
        if (open == null) {
            InputStream source = stream.recipients().isEmpty() ? stored : Age.decrypting(stored, identities);
            decrypted = source;
            open = new ZstdInputStreamNoFinalizer(source);
            plain = open;
        }
        return open;
    }

    private void end() throws IOException {
        // The decoders may stop before the last stored byte; what follows has to be checked as well.
        InputStream source = decrypted;
        if (source != null && source.read() >= 0) {
            throw new IntegrityIoException("Stream '" + place + "' goes on after its compressed data");
        }
        if (stored.read() >= 0) {
            throw new IntegrityIoException("Stream '" + place + "' goes on after its encrypted data");
        }
        String sha256 = Digests.hex(digest);
        if (bytes != stream.plainBytes() || !sha256.equals(stream.plainSha256())) {
            throw new IntegrityIoException("Stream '" + place + "' decodes to " + bytes + " bytes with SHA-256 "
                    + sha256 + ", but " + stream.plainBytes() + " with " + stream.plainSha256() + " were written");
        }
        ended = true;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        InputStream open = plain;
        // Each stream closes the one it reads from, and the innermost cuts the connection.
        if (open != null) {
            open.close();
        } else {
            stored.close();
        }
    }
}
