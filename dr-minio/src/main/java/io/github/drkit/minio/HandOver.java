package io.github.drkit.minio;

import io.github.drkit.error.DrException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Passes bytes on to a stream that another thread writes, so that compression and encryption each have a core. Holds
 * half a MiB at most. What the other thread meets is thrown by the next call here.
 *
 * <p>One thread writes and closes it. Until {@link #close()} or {@link #stop()} has returned, the other stream belongs
 * to the other thread.
 */
final class HandOver extends OutputStream {

    private static final int CHUNKS = 8;
    private static final int CHUNK = 1 << 16;

    private final OutputStream sink;
    private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(CHUNKS + 1);
    private final BlockingQueue<byte[]> empty = new ArrayBlockingQueue<>(CHUNKS);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final FutureTask<Void> passing = new FutureTask<>(this::pass, null);
    private final String action;

    private byte @Nullable [] current;
    private int filled;
    private boolean closed;
    private volatile boolean discarding;
    private volatile @Nullable Exception failure;

    /** Bytes to pass on; the last chunk has no bytes and only says so. */
    private record Chunk(byte[] bytes, int length, boolean last) {}

    /**
     * Begins to pass on.
     *
     * @param sink written and closed by the other thread
     * @param executor whose thread that is
     * @param action what a failure says could not be done
     */
    HandOver(OutputStream sink, Executor executor, String action) {
        this.sink = sink;
        this.action = action;
        for (int i = 0; i < CHUNKS; i++) {
            empty.add(new byte[CHUNK]);
        }
        executor.execute(() -> {
            try {
                passing.run();
            } finally {
                // Also when it was cancelled before it began.
                ended.countDown();
            }
        });
    }

    private void pass() {
        try {
            for (Chunk chunk = full.take(); !chunk.last(); chunk = full.take()) {
                if (!discarding && failure == null) {
                    send(chunk);
                }
                empty.put(chunk.bytes());
            }
            if (!discarding && failure == null) {
                sink.close();
            }
        } catch (InterruptedException e) {
            // Only stop() interrupts, and it waits for this thread to end.
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
    }

    /** A failure does not end the loop: whoever writes must not wait for an empty chunk that never comes. */
    private void send(Chunk chunk) {
        try {
            sink.write(chunk.bytes(), 0, chunk.length());
        } catch (IOException | RuntimeException e) {
            failure = e;
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
        while (left > 0 && !discarding) {
            throwFailure();
            byte[] chunk = current;
            if (chunk == null) {
                chunk = take();
                current = chunk;
                filled = 0;
            }
            int step = Math.min(left, CHUNK - filled);
            System.arraycopy(source, at, chunk, filled, step);
            filled += step;
            at += step;
            left -= step;
            if (filled == CHUNK) {
                put(new Chunk(chunk, filled, false));
                current = null;
            }
        }
    }

    /** Passes on what is left, has the sink closed by the other thread, and waits for that. */
    @Override
    public void close() {
        if (closed || discarding) {
            return;
        }
        closed = true;
        byte[] chunk = current;
        if (chunk != null) {
            put(new Chunk(chunk, filled, false));
        }
        put(new Chunk(new byte[0], 0, true));
        try {
            ended.await();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        throwFailure();
    }

    /** Drops everything that is written from now on. */
    void discard() {
        discarding = true;
    }

    /** Ends the other thread, cutting what it waits for, and returns when it has let go of the sink. */
    void stop() {
        discarding = true;
        passing.cancel(true);
        boolean interrupted = Thread.interrupted();
        while (ended.getCount() > 0) {
            full.clear();
            // Wakes a thread that was not waiting when it was interrupted, or had not begun.
            full.offer(new Chunk(new byte[0], 0, true));
            try {
                ended.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] take() {
        try {
            return empty.take();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void put(Chunk chunk) {
        try {
            full.put(chunk);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void throwFailure() {
        Exception met = failure;
        if (met instanceof RuntimeException runtime) {
            throw runtime;
        }
        if (met != null) {
            // The upload throws none; so it was the encryption, which needs nothing but memory.
            throw new IllegalStateException("Cannot " + action + ": encryption failed", met);
        }
    }

    private DrException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException interruption = new InterruptedIOException("Interrupted while bytes were passed on");
        interruption.initCause(e);
        return S3Errors.translate(interruption, action, S3Errors.NOTHING);
    }
}
