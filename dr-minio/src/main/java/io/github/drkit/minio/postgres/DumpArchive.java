package io.github.drkit.minio.postgres;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Passes a {@code pg_dump -Fc} archive through and refuses one that cannot be whole: it must begin with the archive's
 * magic and, where the database has tables, end with the mark that closes a data block.
 *
 * <p>The archive has no trailer. Each table's data, an empty table's too, ends with a line's end and a zero length: a sign
 * byte and four zero bytes ({@code pg_backup_custom.c}, {@code _EndData}; {@code pg_backup_archiver.c},
 * {@code WriteInt}). Large objects end with two such lengths. Data stands last; the table of contents before it ends
 * with eight zero bytes, which must not be taken for either. So an archive cut short shows, unless the cut falls behind a data block; the digest of a verified point
 * and the comparison with the baseline find that one.
 */
final class DumpArchive extends FilterInputStream {

    private static final byte[] MAGIC = "PGDMP".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 11;
    private static final int FORMAT = 10;
    private static final byte CUSTOM = 1;
    private static final int MARK = 10;
    private static final int LENGTH = 5;

    /** Whether the database had tables whose data must be in the archive. */
    enum Expectation {
        DATA,
        STRUCTURE_ONLY
    }

    private final Expectation expectation;
    private final byte[] head = new byte[HEADER];
    private final byte[] tail = new byte[MARK];
    private long count;
    private boolean ended;

    DumpArchive(InputStream source, Expectation expectation) {
        super(source);
        this.expectation = expectation;
    }

    long count() {
        return count;
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
            look(target, offset, read);
        } else if (read < 0 && !ended) {
            requireWhole();
            ended = true;
        }
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void look(byte[] bytes, int offset, int length) throws ToolFailure {
        if (count < HEADER) {
            int wanted = (int) Math.min(HEADER - count, length);
            System.arraycopy(bytes, offset, head, (int) count, wanted);
            if (count + wanted == HEADER) {
                requireHead();
            }
        }
        if (length >= MARK) {
            System.arraycopy(bytes, offset + length - MARK, tail, 0, MARK);
        } else {
            System.arraycopy(tail, length, tail, 0, MARK - length);
            System.arraycopy(bytes, offset, tail, MARK - length, length);
        }
        count += length;
    }

    private void requireHead() throws ToolFailure {
        if (!Arrays.equals(MAGIC, Arrays.copyOf(head, MAGIC.length)) || head[FORMAT] != CUSTOM) {
            throw new ToolFailure(
                    ToolFailure.Reason.REFUSED, "pg_dump's output does not begin like a custom-format archive");
        }
    }

    private boolean endsWithData() {
        boolean largeObjects = Arrays.equals(tail, new byte[MARK]);
        boolean rows = tail[MARK - LENGTH - 1] == '\n'
                && Arrays.equals(Arrays.copyOfRange(tail, MARK - LENGTH, MARK), new byte[LENGTH]);
        return rows || largeObjects;
    }

    private void requireWhole() throws ToolFailure {
        if (count < HEADER) {
            throw new ToolFailure(
                    ToolFailure.Reason.REFUSED,
                    "pg_dump's output ended after " + count + " bytes but an archive's header has " + HEADER);
        }
        if (expectation == Expectation.DATA && !endsWithData()) {
            throw new ToolFailure(
                    ToolFailure.Reason.REFUSED,
                    "pg_dump's output of " + count
                            + " bytes does not end with a closed data block but the database has tables");
        }
    }
}
