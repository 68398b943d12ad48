package io.github.drkit.minio;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519KeyFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import io.github.drkit.store.Identity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/** The age file format (https://age-encryption.org/v1) with X25519 recipients, over plain streams. */
final class Age {

    private Age() {}

    /**
     * Returns a stream that encrypts into another; closing it writes the last chunk and closes the other.
     *
     * @throws IllegalArgumentException if a text is no recipient
     */
    static OutputStream encrypting(OutputStream sink, List<String> recipients) throws IOException {
        List<RecipientStanzaWriter> writers = new ArrayList<>();
        try {
            for (String recipient : recipients) {
                writers.add(X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient));
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "Cannot encrypt: recipient " + (writers.size() + 1) + " of " + recipients.size()
                            + " has a wrong checksum",
                    e);
        }
        try {
            return Channels.newOutputStream(
                    new StandardEncryptingChannelFactory().newEncryptingChannel(new Sink(sink), writers));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime since 11 has X25519 and ChaCha20-Poly1305", e);
        }
    }

    /** Returns a stream that decrypts another, whose header is read at once. */
    static InputStream decrypting(InputStream source, List<Identity> identities)
            throws IOException, GeneralSecurityException {
        List<RecipientStanzaReader> readers = new ArrayList<>();
        for (Identity identity : identities) {
            readers.add(X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(identity.reveal()));
        }
        return Channels.newInputStream(
                new StandardDecryptingChannelFactory().newDecryptingChannel(new Source(source), readers));
    }

    /** Returns the recipient an identity belongs to; empty if the text is no identity. */
    static Optional<String> recipientOf(Identity identity) {
        byte[] secret = identity.reveal().getBytes(StandardCharsets.US_ASCII);
        try {
            byte[] recipient = new X25519KeyFactory()
                    .translateKey(new SecretKeySpec(secret, "X25519"))
                    .getEncoded();
            return Optional.of(new String(recipient, StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // A mistyped identity fits nothing; what fits nothing is reported by its number, never by its text.
            return Optional.empty();
        }
    }

    /** The JDK's own adapters copy every byte once more. */
    private static final class Sink implements WritableByteChannel {

        private final OutputStream sink;
        private boolean closed;

        Sink(OutputStream sink) {
            this.sink = sink;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            int length = source.remaining();
            sink.write(source.array(), source.arrayOffset() + source.position(), length);
            source.position(source.limit());
            return length;
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() throws IOException {
            closed = true;
            sink.close();
        }
    }

    private static final class Source implements ReadableByteChannel {

        private final InputStream source;
        private boolean closed;

        Source(InputStream source) {
            this.source = source;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (!target.hasRemaining()) {
                return 0;
            }
            int count = source.read(target.array(), target.arrayOffset() + target.position(), target.remaining());
            if (count > 0) {
                target.position(target.position() + count);
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() throws IOException {
            closed = true;
            source.close();
        }
    }
}
