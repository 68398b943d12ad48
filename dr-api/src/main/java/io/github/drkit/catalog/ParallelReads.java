package io.github.drkit.catalog;

import io.github.drkit.error.TargetUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Reads of small objects, several at a time: a store answers each after tens of milliseconds, and there are hundreds. The
 * results stand in the order of what was asked for, whichever came first.
 */
final class ParallelReads {

    private ParallelReads() {}

    /** Reads everything or throws what the first of the items that could not be read gave; no thread stays behind. */
    static <T, R> List<R> of(List<T> items, int atOnce, String what, Function<T, R> read) {
        if (items.size() < 2 || atOnce < 2) {
            return items.stream().map(read).toList();
        }
        ExecutorService readers = Executors.newFixedThreadPool(Math.min(atOnce, items.size()), ParallelReads::reader);
        try {
            List<Future<R>> asked = new ArrayList<>();
            for (T item : items) {
                asked.add(readers.submit(() -> read.apply(item)));
            }
            List<R> answers = new ArrayList<>();
            for (Future<R> one : asked) {
                answers.add(one.get());
            }
            return answers;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TargetUnavailableException(
                    "DRK-POINT-008",
                    "Cannot read " + what + ": interrupted, but every one must be read",
                    "Was the run cancelled? Nothing was changed",
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unreadable) {
                throw unreadable;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("Stores throw no checked exceptions", e);
        } finally {
            end(readers);
        }
    }

    /** The caller may close the store as soon as it has its answer. */
    private static void end(ExecutorService readers) {
        readers.shutdownNow();
        boolean interrupted = Thread.interrupted();
        while (!readers.isTerminated()) {
            try {
                readers.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread reader(Runnable work) {
        Thread thread = new Thread(work, "drkit-read");
        thread.setDaemon(true);
        return thread;
    }
}
