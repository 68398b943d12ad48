package io.github.drkit.minio.postgres;

import io.github.drkit.Progress;
import io.github.drkit.TimeSource;
import io.github.drkit.minio.postgres.ToolFailure.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One run of a client program: begun without a shell, with an environment of its own, read and fed through pipes, and
 * ended, children included, when closed. Its output and its waiting can be interrupted.
 */
final class ToolRun implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int SIGNAL = 128;

    private final String name;
    private final Process process;
    private final ToolWords words;
    private final Thread listener;
    private final TimeSource time;
    private final ToolOutput output;

    private ToolRun(String name, Process process, ToolWords words, TimeSource time, Duration patience) {
        this.name = name;
        this.process = process;
        this.words = words;
        this.time = time;
        this.listener = new Thread(this::listen, "drkit-" + name + "-stderr");
        this.output = new ToolOutput(this, process.getInputStream(), time, patience);
    }

    /**
     * Begins a program.
     *
     * @param patience how long it may write nothing at all before it counts as hung
     */
    static ToolRun begin(
            String name,
            Path path,
            List<String> arguments,
            Map<String, String> environment,
            TimeSource time,
            Duration patience)
            throws ToolFailure {
        List<String> command = new ArrayList<>();
        command.add(path.toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> clean = builder.environment();
        String search = clean.getOrDefault("PATH", "/usr/bin:/bin");
        clean.clear();
        clean.put("PATH", search);
        clean.putAll(environment);
        // English words, whatever the host speaks: they are judged.
        clean.put("LC_ALL", "C");
        clean.put("LC_MESSAGES", "C");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            ToolFailure failure = new ToolFailure(Reason.DIED, name + " could not be begun: " + e.getMessage());
            failure.initCause(e);
            throw failure;
        }
        ToolRun run = new ToolRun(name, process, new ToolWords(secrets(environment)), time, patience);
        run.listener.setDaemon(true);
        run.listener.start();
        return run;
    }

    /** Returns its standard output. Its end is reached only when the program ended well; else reading throws. */
    InputStream output() {
        output.begin();
        return output;
    }

    /** Returns its standard input. */
    OutputStream input() {
        return process.getOutputStream();
    }

    ToolWords words() {
        return words;
    }

    /**
     * Waits for the program's end.
     *
     * @throws ToolFailure unless it ended with 0 and complained of nothing
     */
    void requireSuccess(Progress progress) throws ToolFailure, InterruptedException {
        while (!process.waitFor(1, TimeUnit.SECONDS)) {
            progress.moved(0);
        }
        judge();
    }

    /** Waits at most so long for the program's end, and judges it. */
    void requireSuccess(Duration limit) throws ToolFailure, InterruptedException {
        long begin = time.elapsedNanos();
        while (!process.waitFor(1, TimeUnit.SECONDS)) {
            if (time.elapsedNanos() - begin > limit.toNanos()) {
                end();
                throw new ToolFailure(
                        Reason.DIED,
                        name + " closed its output but did not end within " + limit.toSeconds() + " s and was killed");
            }
        }
        judge();
    }

    private void judge() throws ToolFailure, InterruptedException {
        // A grandchild may hold the pipe open for ever.
        listener.join(GRACE.toMillis());
        int code = process.exitValue();
        if (code > SIGNAL && code < SIGNAL + 65) {
            throw new ToolFailure(
                    Reason.DIED, name + " was ended by signal " + (code - SIGNAL) + "; it said: " + words.summary());
        }
        if (code != 0) {
            throw new ToolFailure(
                    Reason.REFUSED,
                    name + " ended with exit code " + code + " but 0 is required; it said: " + words.summary());
        }
        String complaint = words.complaint().orElse("");
        if (!complaint.isEmpty()) {
            throw new ToolFailure(Reason.REFUSED, name + " ended with exit code 0 but " + complaint);
        }
    }

    String name() {
        return name;
    }

    /** Kills the program and its children, politely first. Returns when they are gone, interrupted or not. */
    void end() {
        boolean interrupted = Thread.interrupted();
        List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
        process.destroy();
        family.forEach(ProcessHandle::destroy);
        interrupted |= gone(process);
        // Children begun in the meantime, and those that did not listen.
        Stream.concat(family.stream(), process.descendants()).forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        interrupted |= gone(process);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean gone(Process process) {
        try {
            process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            return false;
        } catch (InterruptedException e) {
            // Remembered by the caller: what was begun is ended first.
            return true;
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            end();
        }
        output.release();
    }

    private void listen() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            StringBuilder line = new StringBuilder();
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                if (c == '\n') {
                    words.line(line.toString());
                    line.setLength(0);
                } else if (line.length() < 8192) {
                    line.append((char) c);
                }
            }
            words.line(line.toString());
        } catch (IOException e) {
            words.line(name + ": error: its messages could not be read to the end: " + e.getMessage());
        }
    }

    private static List<String> secrets(Map<String, String> environment) {
        return environment.entrySet().stream()
                .filter(entry -> entry.getKey().contains("PASSWORD"))
                .map(Map.Entry::getValue)
                .toList();
    }
}
