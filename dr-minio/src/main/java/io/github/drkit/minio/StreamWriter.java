package io.github.drkit.minio;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.github.drkit.Progress;
import io.github.drkit.TimeSource;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.StoredStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Digests, compresses, encrypts and uploads streams; each in the thread that asks and in some of this writer's. */
final class StreamWriter implements AutoCloseable {

    private static final int STEP = 1 << 17;

    private final S3Bucket bucket;
    private final Segmentation cut;
    private final int partsInFlight;
    private final int level;
    private final TimeSource time;
    private final ExecutorService threads;

    StreamWriter(S3Bucket bucket, Segmentation cut, int partsInFlight, int level, TimeSource time) {
        this.bucket = bucket;
        this.cut = cut;
        this.partsInFlight = partsInFlight;
        this.level = level;
        this.time = time;
        AtomicInteger number = new AtomicInteger();
        // Each write takes one thread to encrypt, and one for each part in flight.
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "drkit-s3-write-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** As {@link io.github.drkit.store.PointStore#write}. */
    StoredStream write(ObjectKey base, InputStream source, Encryption encryption, Progress progress)
            throws IOException {
        SegmentedUpload upload = new SegmentedUpload(bucket, base, cut, partsInFlight, threads, time);
        upload.requireAbsent();
        MessageDigest digest = Digests.sha256();
        OutputStream sink = encryption.encrypts() ? Age.encrypting(upload, encryption.recipients()) : upload;
        HandOver handOver =
                new HandOver(sink, threads, "write stream '" + bucket.location() + "/" + base.value() + "'");
        try {
            long plainBytes = compress(source, digest, handOver, progress);
            List<StoredStream.Segment> segments = upload.end();
            return new StoredStream(
                    "zstd",
                    encryption.encrypts() ? "age" : "none",
                    encryption.recipients(),
                    plainBytes,
                    Digests.hex(digest),
                    upload.storedBytes(),
                    upload.storedSha256(),
                    segments);
        } catch (IOException | RuntimeException e) {
            handOver.stop();
            upload.abandon(e);
            throw e;
        }
    }

    private long compress(InputStream source, MessageDigest digest, HandOver sink, Progress progress)
            throws IOException {
        long plainBytes = 0;
        // Closed also after a failure, because it holds native memory.
        try (ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(sink, level)) {
            boolean whole = false;
            try {
                zstd.setChecksum(true);
                // As the zstd program has it: beside this thread, which digests meanwhile, and in whole pieces of 8 MiB
                // instead of a ring, which took 1.2 times the processor time. Costs about 40 MiB of native memory.
                zstd.setWorkers(1);
                byte[] step = new byte[STEP];
                for (int count = source.read(step); count >= 0; count = source.read(step)) {
                    digest.update(step, 0, count);
                    zstd.write(step, 0, count);
                    plainBytes += count;
                    progress.moved(count);
                }
                whole = true;
            } finally {
                if (!whole) {
                    // Closing writes what is buffered, and must not begin what nobody would end.
                    sink.discard();
                }
            }
        }
        return plainBytes;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
