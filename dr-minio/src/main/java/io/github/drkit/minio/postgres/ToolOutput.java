package io.github.drkit.minio.postgres;

import io.github.drkit.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A program's standard output. A pump thread moves it through a bounded queue, because reading a pipe cannot be
 * interrupted and a queue can. For one reader.
 */
final class ToolOutput extends InputStream {

    private static final int CHUNK = 128 * 1024;
    private static final int CHUNKS = 8;

    private record Chunk(byte[] bytes, int length, @Nullable IOException failure) {}

    private final ToolRun run;
    private final InputStream source;
    private final TimeSource time;
    private final Duration patience;
    private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(CHUNKS);
    private final BlockingQueue<byte[]> empty = new ArrayBlockingQueue<>(CHUNKS + 2);
    private final AtomicBoolean released = new AtomicBoolean();
    private final Thread pump;
    private @Nullable Chunk current;
    private int position;
    private long total;
    private boolean ended;
    private boolean begun;

    ToolOutput(ToolRun run, InputStream source, TimeSource time, Duration patience) {
        this.run = run;
        this.source = source;
        this.time = time;
        this.patience = patience;
        this.pump = new Thread(this::pump, "drkit-" + run.name() + "-stdout");
        pump.setDaemon(true);
    }

    void begin() {
        if (!begun) {
            begun = true;
            pump.start();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (ended) {
            return -1;
        }
        Chunk chunk = current == null ? take() : current;
        current = chunk;
        if (chunk.length() < 0) {
            atEnd(chunk);
            return -1;
        }
        int count = Math.min(length, chunk.length() - position);
        System.arraycopy(chunk.bytes(), position, target, offset, count);
        position += count;
        total += count;
        if (position == chunk.length()) {
            current = null;
            position = 0;
            empty.offer(chunk.bytes());
        }
        return count;
    }

    private void atEnd(Chunk chunk) throws IOException {
        if (chunk.failure() != null) {
            throw chunk.failure();
        }
        try {
            run.requireSuccess(patience);
        } catch (InterruptedException e) {
            throw interrupted();
        }
        if (total == 0) {
            throw new ToolFailure(ToolFailure.Reason.REFUSED, run.name() + " ended with exit code 0 but wrote nothing");
        }
        ended = true;
    }

    private Chunk take() throws IOException {
        long begin = time.elapsedNanos();
        try {
            while (true) {
                Chunk chunk = full.poll(1, TimeUnit.SECONDS);
                if (chunk != null) {
                    return chunk;
                }
                if (time.elapsedNanos() - begin > patience.toNanos()) {
                    run.end();
                    throw new ToolFailure(
                            ToolFailure.Reason.REFUSED,
                            run.name() + " wrote nothing for " + patience.toSeconds() + " s and was killed; it said: "
                                    + run.words().summary());
                }
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private InterruptedIOException interrupted() {
        run.end();
        Thread.currentThread().interrupt();
        return new InterruptedIOException("Reading from " + run.name() + " was cancelled; it was killed");
    }

    private void pump() {
        try {
            while (!released.get()) {
                byte[] buffer = empty.poll();
                if (buffer == null) {
                    buffer = new byte[CHUNK];
                }
                int count = source.read(buffer);
                hand(new Chunk(buffer, count, null));
                if (count < 0) {
                    return;
                }
            }
        } catch (IOException e) {
            hand(new Chunk(new byte[0], -1, e));
        }
    }

    private void hand(Chunk chunk) {
        boolean interrupted = false;
        boolean handed = false;
        while (!handed && !released.get()) {
            try {
                handed = full.offer(chunk, 1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                // Nobody but the reader ends the pump.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the pump go. */
    void release() {
        released.set(true);
        full.clear();
    }

    @Override
    public void close() {
        run.close();
    }
}
