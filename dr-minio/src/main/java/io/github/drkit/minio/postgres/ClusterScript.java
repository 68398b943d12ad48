package io.github.drkit.minio.postgres;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Passes a {@code pg_dumpall} script through and refuses one that does not end with its closing line. */
final class ClusterScript extends FilterInputStream {

    private static final String LAST = "-- PostgreSQL database cluster dump complete";
    private static final int TAIL = 400;

    private final StringBuilder tail = new StringBuilder();
    private boolean ended;

    ClusterScript(InputStream source) {
        super(source);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = in.read(target, offset, length);
        if (read > 0) {
            int kept = Math.min(read, TAIL);
            tail.append(new String(target, offset + read - kept, kept, StandardCharsets.ISO_8859_1));
            tail.delete(0, Math.max(0, tail.length() - TAIL));
        } else if (read < 0 && !ended) {
            // 15.14 and later add a line with \\unrestrict and a random word behind it.
            if (tail.indexOf(LAST) < 0) {
                throw new ToolFailure(
                        ToolFailure.Reason.REFUSED, "pg_dumpall's output does not end with '" + LAST + "'");
            }
            ended = true;
        }
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
