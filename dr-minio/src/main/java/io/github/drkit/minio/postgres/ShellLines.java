package io.github.drkit.minio.postgres;

import io.github.drkit.catalog.Manifest;
import io.github.drkit.store.StoredStream;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a person would type where DR Kit has never been. */
final class ShellLines {

    private ShellLines() {}

    /** Returns the pipe that gives the plain bytes of a content, its segments being in the current folder. */
    static String plain(StoredStream stream) {
        String segments = stream.segments().stream()
                .map(segment -> Names.shell(segment.key().value()))
                .collect(Collectors.joining(" "));
        return "cat " + segments + (stream.encryption().equals("age") ? " | age -d -i identity.txt" : "")
                + " | zstd -d";
    }

    static Optional<String> decode(Manifest.Content content, boolean decoded) {
        if (!decoded) {
            return Optional.of("cat "
                    + content.stream().segments().stream()
                            .map(segment -> Names.shell(segment.key().value()))
                            .collect(Collectors.joining(" "))
                    + " | sha256sum   # " + content.stream().storedSha256());
        }
        return Optional.of(plain(content.stream())
                + (content.kind().equals(Contents.DUMP) ? " | pg_restore --file=/dev/null" : " | sha256sum"));
    }
}
