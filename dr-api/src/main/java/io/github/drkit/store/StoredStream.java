package io.github.drkit.store;

import java.util.List;

/**
 * What {@link PointStore#write} stored, with everything needed to find and check it again.
 *
 * @param compression {@code zstd}
 * @param encryption {@code age} or {@code none}
 * @param recipients the public recipients it was encrypted to; empty if unencrypted
 * @param plainBytes length before compression
 * @param plainSha256 lower-case hex digest of the plain bytes
 * @param storedBytes length of all segments
 * @param storedSha256 lower-case hex digest of the concatenated segments
 * @param segments in order
 */
public record StoredStream(
        String compression,
        String encryption,
        List<String> recipients,
        long plainBytes,
        String plainSha256,
        long storedBytes,
        String storedSha256,
        List<Segment> segments) {

    /** Copies the lists. */
    public StoredStream {
        recipients = List.copyOf(recipients);
        segments = List.copyOf(segments);
    }

    /**
     * One object of the stream.
     *
     * @param key its name, relative to the store's prefix
     * @param bytes its length
     * @param sha256 lower-case hex digest of its bytes
     */
    public record Segment(ObjectKey key, long bytes, String sha256) {}
}
