package io.github.drkit.minio.postgres;

import io.github.drkit.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/** Feeds a stream to a program's standard input. */
final class Feed {

    private static final int BUFFER = 128 * 1024;

    private Feed() {}

    /**
     * Feeds all of it and waits for the program's success.
     *
     * @return how many bytes there were
     * @throws io.github.drkit.store.IntegrityIoException if the stream is damaged; the program is killed before it sees an
     *     end
     * @throws ToolFailure if the program did not do what it should
     */
    static long through(InputStream source, ToolRun run, Progress progress) throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER];
        long total = 0;
        boolean takes = true;
        OutputStream input = run.input();
        for (int count = read(source, buffer, run); count >= 0; count = read(source, buffer, run)) {
            if (takes) {
                takes = offer(input, buffer, count);
                if (!takes) {
                    // It stopped reading. Its own words say why; if it is content, the rest is still read and checked.
                    run.requireSuccess(progress);
                }
            }
            total += count;
            progress.moved(count);
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("Feeding " + run.name() + " was cancelled");
            }
        }
        if (takes) {
            try {
                input.close();
            } catch (IOException e) {
                // Closing flushes nothing here; what the program made of it is judged below.
                progress.moved(0);
            }
            run.requireSuccess(progress);
        }
        return total;
    }

    private static int read(InputStream source, byte[] buffer, ToolRun run) throws IOException {
        try {
            return source.read(buffer);
        } catch (IOException e) {
            run.end();
            throw e;
        }
    }

    private static boolean offer(OutputStream input, byte[] buffer, int count) {
        try {
            input.write(buffer, 0, count);
            input.flush();
            return true;
        } catch (IOException e) {
            // A broken pipe: the program is gone or wants no more.
            return false;
        }
    }
}
