package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.minio.postgres.DumpArchive.Expectation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class DumpArchiveTest {

    // Header of pg_dump 15 -Fc -Z0, made-up table of contents and data, the empty table's data, closing mark.
    private static final byte[] WHOLE = HexFormat.of()
            .parseHex("5047444d50" + "010e00" + "04" + "08" + "01" + "aabbccddeeff" + "030000000000000000"
                    + "5c2e0a0a0a" + "0000000000");

    @Test
    void aWholeArchivePassesUnchanged() throws Exception {
        assertThat(read(WHOLE, Expectation.DATA, 4096)).isEqualTo(WHOLE);
        assertThat(read(WHOLE, Expectation.DATA, 1)).isEqualTo(WHOLE);
        assertThat(read(WHOLE, Expectation.DATA, 3)).isEqualTo(WHOLE);
    }

    @Test
    void everyTruncationThatDoesNotFallBehindADataBlockIsRefused() {
        for (int length = 0; length < WHOLE.length; length++) {
            byte[] cut = Arrays.copyOf(WHOLE, length);

            for (int chunk : new int[] {1, 2, 7, 4096}) {
                assertThatThrownBy(() -> read(cut, Expectation.DATA, chunk))
                        .as("cut after %s bytes, read by %s", length, chunk)
                        .isExactlyInstanceOf(ToolFailure.class);
            }
        }
    }

    @Test
    void refusalsSayWhatWasFound() {
        assertThatThrownBy(() -> read(Arrays.copyOf(WHOLE, 9), Expectation.DATA, 4096))
                .hasMessage("pg_dump's output ended after 9 bytes but an archive's header has 11");
        assertThatThrownBy(() -> read(Arrays.copyOf(WHOLE, 20), Expectation.DATA, 4096))
                .hasMessage("pg_dump's output of 20 bytes does not end with a closed data block but the database has"
                        + " tables");
        assertThatThrownBy(() -> read("-- a plain dump\n".getBytes(), Expectation.DATA, 4096))
                .hasMessage("pg_dump's output does not begin like a custom-format archive");
    }

    @Test
    void largeObjectsEndWithTwoClosingMarks() throws Exception {
        byte[] archive = HexFormat.of().parseHex("5047444d50010e00040801" + "aabbcc" + "0000000000" + "0000000000");

        assertThat(read(archive, Expectation.DATA, 4096)).isEqualTo(archive);
    }

    @Test
    void aDatabaseWithoutTablesNeedsNoDataBlock() throws Exception {
        byte[] structure = Arrays.copyOf(WHOLE, 26);

        assertThat(read(structure, Expectation.STRUCTURE_ONLY, 4096)).isEqualTo(structure);
    }

    private static byte[] read(byte[] archive, Expectation expectation, int chunk) throws IOException {
        InputStream source = new ByteArrayInputStream(archive) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, chunk));
            }
        };
        try (DumpArchive stream = new DumpArchive(source, expectation)) {
            return stream.readAllBytes();
        }
    }
}
