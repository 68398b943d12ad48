package io.github.drkit.minio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.drkit.Progress;
import io.github.drkit.TimeSource;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.StoredStream;
import io.github.drkit.testkit.s3.FakeS3;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was stored is read by the programs of others: {@code age} and {@code zstd} on the path, else it is skipped. */
class WithoutUsIT {

    @TempDir
    Path folder;

    @BeforeAll
    static void areInstalled() throws Exception {
        for (String tool : List.of("age", "zstd")) {
            boolean installed;
            try {
                installed = new ProcessBuilder(tool, "--version")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
            } catch (IOException e) {
                installed = false;
            }
            assumeThat(installed).as("program %s: not on the path", tool).isTrue();
        }
    }

    @Test
    void ageAndZstdDecodeTheConcatenatedSegmentsForEachRecipient() throws Exception {
        AgeKeys first = AgeKeys.generate();
        AgeKeys second = AgeKeys.generate();
        long length = 30_000_000;
        StoredStream stream;
        Path stored = folder.resolve("dump.zst.age");
        try (FakeS3 server = FakeS3.begin(TimeSource.system()).bucket("bank");
                S3Store store = S3Store.builder(server.endpoint(), "bank")
                        .withoutTls()
                        .credentials(() -> S3Credentials.of(server.accessKey(), server.secretKey()))
                        .segmentation(new Segmentation(5 << 20, 1))
                        .build()) {
            stream = store.write(
                    ObjectKey.of("dump"),
                    SeededStream.ledger(7, length),
                    Encryption.to(first.recipient(), second.recipient()),
                    Progress.silent());
            try (OutputStream file = Files.newOutputStream(stored)) {
                for (StoredStream.Segment segment : stream.segments()) {
                    file.write(server.content("bank", segment.key().value()));
                }
            }
        }
        assertThat(stream.segments()).hasSizeGreaterThan(1);
        for (AgeKeys keys : List.of(first, second)) {
            Path identity =
                    Files.write(folder.resolve("identity"), keys.identityText().getBytes(UTF_8));
            Path plain = folder.resolve("plain");

            List<Process> pipe = ProcessBuilder.startPipeline(List.of(
                    new ProcessBuilder("age", "-d", "-i", identity.toString(), stored.toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT),
                    new ProcessBuilder("zstd", "-dc")
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .redirectOutput(plain.toFile())));

            for (Process program : pipe) {
                assertThat(program.waitFor()).isZero();
            }
            try (InputStream decoded = Files.newInputStream(plain);
                    InputStream written = SeededStream.ledger(7, length)) {
                assertThat(decoded).hasSameContentAs(written);
            }
        }
    }
}
