package io.github.drkit.minio;

import io.github.drkit.TimeSource;
import io.github.drkit.error.DrException;
import io.github.drkit.store.Creation;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.StoredStream.Segment;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Takes the stored bytes of one stream and uploads them, segment by segment, with at most {@code partsInFlight + 1} part
 * buffers. Failures leave as {@link DrException}, so that a caller can tell them from those of its source.
 *
 * <p>Not thread-safe: one thread at a time writes, ends or abandons it.
 */
final class SegmentedUpload extends OutputStream {

    /** How often, and how far apart, a lost answer is looked into: a minute in all while the store answers. */
    private static final int LOOKS = 6;

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

    private final S3Bucket bucket;
    private final ObjectKey base;
    private final Segmentation cut;
    private final int partsInFlight;
    private final TimeSource time;
    private final CompletionService<Sent> sending;
    private final Semaphore idle;

    private final List<Segment> segments = new ArrayList<>();
    private final List<byte[]> spare = new ArrayList<>();
    private final List<Future<Sent>> running = new ArrayList<>();
    private final List<S3Bucket.Part> parts = new ArrayList<>();

    private @Nullable MessageDigest whole;
    private MessageDigest segmentDigest = Digests.sha256();
    private long storedBytes;
    private byte[] buffer;
    private int filled;
    private long segmentBytes;
    private int partNumber;
    private @Nullable String uploadId;
    private boolean beginning;

    /** A part that arrived, and the buffer it was sent from. */
    private record Sent(S3Bucket.Part part, byte[] buffer) {}

    SegmentedUpload(
            S3Bucket bucket, ObjectKey base, Segmentation cut, int partsInFlight, Executor executor, TimeSource time) {
        this.bucket = bucket;
        this.base = base;
        this.cut = cut;
        this.partsInFlight = partsInFlight;
        this.time = time;
        this.idle = new Semaphore(partsInFlight);
        // The permit comes back when the task has left its thread, also when it was cancelled before it began.
        this.sending = new ExecutorCompletionService<>(task -> executor.execute(() -> {
            try {
                task.run();
            } finally {
                idle.release();
            }
        }));
        this.buffer = new byte[cut.partBytes()];
    }

    /** Refuses when a segment of that base exists; also shows whether bucket and credentials are right. */
    void requireAbsent() {
        String prefix = base.value() + ".";
        try {
            for (S3Bucket.Entry entry : bucket.list(prefix)) {
                throw S3Errors.exists(place(entry.key()), S3Errors.NOTHING);
            }
        } catch (IOException e) {
            throw S3Errors.translate(e, "write stream '" + place(base.value()) + "'", S3Errors.NOTHING);
        }
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        int at = offset;
        int left = length;
        while (left > 0) {
            if (filled == buffer.length) {
                // Only now is it known that this part is not the last byte of the stream.
                sendFullPart();
            }
            int step = Math.min(left, buffer.length - filled);
            System.arraycopy(source, at, buffer, filled, step);
            segmentDigest.update(source, at, step);
            if (whole != null) {
                whole.update(source, at, step);
            }
            filled += step;
            at += step;
            left -= step;
        }
    }

    /** Ends the last segment and returns all of them. */
    List<Segment> end() {
        endSegment();
        return List.copyOf(segments);
    }

    long storedBytes() {
        return storedBytes;
    }

    /** Returns the digest of all stored bytes; to be asked once, after the end. */
    String storedSha256() {
        return Digests.hex(Objects.requireNonNull(whole));
    }

    /**
     * Ends the running part uploads and aborts the unfinished segment, so that nothing of it stays. A failure of this is attached to the cause.
     */
    void abandon(Exception cause) {
        running.forEach(part -> part.cancel(true));
        // Cut requests end at once. Aborting before they ended could leave a part behind.
        idle.acquireUninterruptibly(partsInFlight);
        String id = uploadId;
        if (id == null && !beginning) {
            return;
        }
        uploadId = null;
        boolean interrupted = Thread.interrupted();
        try {
            if (id != null) {
                bucket.abortUpload(key(), id);
            } else {
                giveUpUploads(key(), "");
            }
        } catch (IOException e) {
            cause.addSuppressed(S3Errors.translate(e, "abort upload of '" + place(key()) + "'", changed()));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private String key() {
        return base.value() + Segmentation.suffix(segments.size() + 1);
    }

    private String place(String key) {
        return bucket.location() + "/" + key;
    }

    private String changed() {
        return segments.isEmpty()
                ? S3Errors.NOTHING
                : segments.size() + " segments of '" + place(base.value()) + "' are stored and no manifest names them";
    }

    private void sendFullPart() {
        if (partNumber == cut.partsPerSegment() - 1) {
            endSegment();
            return;
        }
        try {
            send();
            buffer = emptyBuffer();
            filled = 0;
        } catch (IOException e) {
            throw S3Errors.translate(e, "write object '" + place(key()) + "'", changed());
        }
    }

    private void send() throws IOException {
        String id = uploadId;
        String key = key();
        if (id == null) {
            id = begin(key);
            uploadId = id;
        }
        while (running.size() == partsInFlight) {
            collectOne();
        }
        partNumber++;
        String upload = id;
        int number = partNumber;
        byte[] content = buffer;
        int length = filled;
        segmentBytes += length;
        idle.acquireUninterruptibly();
        boolean handedOver = false;
        try {
            running.add(
                    sending.submit(() -> new Sent(bucket.uploadPart(key, upload, number, content, length), content)));
            handedOver = true;
        } finally {
            if (!handedOver) {
                idle.release();
            }
        }
    }

    /** Begins anew when an answer was lost; what the lost one may have begun is given up. */
    private String begin(String key) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("Interrupted before an upload was begun");
        }
        for (int look = 0; ; look++) {
            beginning = true;
            try {
                String id = bucket.beginUpload(key, Map.of());
                if (look > 0) {
                    giveUpUploads(key, id);
                }
                beginning = false;
                return id;
            } catch (IOException e) {
                if (!RetryingBucket.passes(e) || look == LOOKS) {
                    throw e;
                }
                waitBeforeLook(e);
            }
        }
    }

    /** Aborts all uploads of a key but one. The key is this stream's own: no object had it when the stream began. */
    private void giveUpUploads(String key, String but) throws IOException {
        for (S3Bucket.Upload upload : bucket.listUploads(key)) {
            if (upload.key().equals(key) && !upload.uploadId().equals(but)) {
                bucket.abortUpload(key, upload.uploadId());
            }
        }
    }

    private byte[] emptyBuffer() {
        return spare.isEmpty() ? new byte[cut.partBytes()] : spare.remove(spare.size() - 1);
    }

    private void collectOne() throws IOException {
        try {
            Future<Sent> done = sending.take();
            running.remove(done);
            Sent sent = done.get();
            parts.add(sent.part());
            spare.add(sent.buffer());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("Interrupted while parts were uploaded").initCause(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IOException("A part upload ended unexpectedly", e.getCause());
        }
    }

    private void endSegment() {
        String key = key();
        long bytes = segmentBytes + filled;
        MessageDigest ended = segmentDigest;
        if (whole == null) {
            whole = copy(ended);
        }
        String sha256 = Digests.hex(ended);
        try {
            if (uploadId == null) {
                createWhole(key, bytes, sha256);
            } else {
                complete(key, bytes);
            }
            observe(key, bytes);
        } catch (IOException e) {
            throw S3Errors.translate(e, "write object '" + place(key) + "'", changed());
        }
        segments.add(new Segment(ObjectKey.of(key), bytes, sha256));
        storedBytes += bytes;
        segmentDigest = Digests.sha256();
        segmentBytes = 0;
        partNumber = 0;
        filled = 0;
        parts.clear();
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The SHA-256 of the Java runtime can be copied", e);
        }
    }

    /** A segment of one part is one conditional PUT, which may be repeated: the content tells whose the object is. */
    private void createWhole(String key, long bytes, String sha256) throws IOException {
        for (int look = 0; ; look++) {
            IOException lost;
            try {
                if (bucket.putIfAbsent(key, buffer, filled) == Creation.CREATED) {
                    return;
                }
                if (look > 0 && sha256.equals(sha256At(key, bytes))) {
                    return;
                }
                throw S3Errors.exists(place(key), changed());
            } catch (IOException e) {
                // AWS answers 409 to one of two concurrent conditional writes and asks to repeat it.
                boolean conflict = e instanceof S3ErrorAnswer answer && answer.status() == 409;
                if (!conflict && !RetryingBucket.passes(e)) {
                    throw e;
                }
                lost = e;
            }
            if (look == LOOKS) {
                throw S3Errors.unknown(place(key), lost);
            }
            waitBeforeLook(lost);
        }
    }

    private String sha256At(String key, long bytes) throws IOException {
        Optional<InputStream> content = bucket.get(key, "", 0);
        if (content.isEmpty()) {
            return "";
        }
        try (InputStream body = content.get()) {
            byte[] read = body.readNBytes((int) bytes + 1);
            return Digests.sha256Hex(read, read.length);
        }
    }

    private void complete(String key, long bytes) throws IOException {
        send();
        while (!running.isEmpty()) {
            collectOne();
        }
        buffer = emptyBuffer();
        parts.sort(Comparator.comparingInt(S3Bucket.Part::number));
        String id = Objects.requireNonNull(uploadId);
        try {
            bucket.completeUpload(key, id, parts, Map.of("If-None-Match", "*"));
            uploadId = null;
        } catch (S3ErrorAnswer e) {
            if (e.status() == 412) {
                throw S3Errors.exists(place(key), changed());
            }
            if (!RetryingBucket.passes(e) && e.status() != 404) {
                throw e;
            }
            settle(key, id, bytes, e);
        } catch (IOException e) {
            settle(key, id, bytes, e);
        }
    }

    /**
     * Looks until it is clear whether a completion whose answer was lost took place. An upload that is still listed
     * while no object is there was not completed, and is completed again; an object without an upload is ours, since
     * there was none when this stream began. Anything else is not settled, and then nothing is cleaned up.
     */
    private void settle(String key, String id, long bytes, IOException lost) throws IOException {
        // Whatever comes of it: an upload that may be completing is not to be aborted.
        uploadId = null;
        IOException last = lost;
        for (int look = 0; look < LOOKS; look++) {
            if (RetryingBucket.passes(last) || last instanceof S3ErrorAnswer) {
                waitBeforeLook(last);
            } else {
                throw S3Errors.unknown(place(key), last);
            }
            try {
                long size = observedSize(key);
                boolean unfinished = bucket.listUploads(key).stream()
                        .anyMatch(upload -> upload.uploadId().equals(id));
                if (size == bytes && !unfinished) {
                    return;
                }
                if (size < 0 && unfinished) {
                    bucket.completeUpload(key, id, parts, Map.of("If-None-Match", "*"));
                    return;
                }
            } catch (IOException e) {
                e.addSuppressed(lost);
                last = e;
            }
        }
        throw S3Errors.unknown(place(key), last);
    }

    private void waitBeforeLook(IOException lost) {
        try {
            time.sleep(BETWEEN_LOOKS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw S3Errors.unknown(place(key()), lost);
        }
    }

    private void observe(String key, long bytes) throws IOException {
        long size = observedSize(key);
        if (size != bytes) {
            throw S3Errors.observed(place(key), size, bytes);
        }
    }

    /** By a listing and not by HEAD: credentials that may only write and list can do it too. */
    private long observedSize(String key) throws IOException {
        return bucket.list(key).stream()
                .filter(entry -> entry.key().equals(key))
                .mapToLong(S3Bucket.Entry::sizeBytes)
                .findFirst()
                .orElse(-1);
    }
}
