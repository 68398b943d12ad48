package io.github.drkit.minio;

import io.github.drkit.TimeSource;
import io.github.drkit.testkit.s3.FakeS3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A program: an S3 store that answers as one does, checks the digests sent with bodies and throws the bodies away. Runs
 * until its standard input ends, so it does not outlive whoever began it.
 */
final class DiscardingStore {

    private DiscardingStore() {}

    /** Writes endpoint, access key and secret key into the file named by the first argument, a line each. */
    public static void main(String[] arguments) throws IOException {
        try (FakeS3 store = FakeS3.begin(TimeSource.system()).bucket("figures").discardsBodies()) {
            Path file = Path.of(arguments[0]);
            Path whole = file.resolveSibling(file.getFileName() + ".new");
            Files.write(whole, List.of(store.endpoint().toString(), store.accessKey(), store.secretKey()));
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
            System.in.readAllBytes();
        }
    }
}
