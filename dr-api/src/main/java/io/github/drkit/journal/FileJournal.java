package io.github.drkit.journal;

import io.github.drkit.RunId;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.TargetUnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Journals in a folder: one folder per run, one file per entry, created exclusively and forced to disk. Works when the
 * store is down. The folder must lie on a file system with atomic exclusive creation, which NFS before version 3 lacks.
 */
public final class FileJournal implements Journal {

    private final Path folder;

    private FileJournal(Path folder) {
        this.folder = folder;
    }

    /**
     * Keeps journals in a folder.
     *
     * @param folder made when first needed
     * @return the journal
     */
    public static FileJournal in(Path folder) {
        return new FileJournal(folder);
    }

    @Override
    public void append(JournalEntry entry) {
        Path directory = folder.resolve(entry.run().value());
        Path file = directory.resolve(name(entry.sequence()));
        Path draft = directory.resolve(
                "." + name(entry.sequence()) + "." + ProcessHandle.current().pid());
        try {
            Files.createDirectories(directory);
            try (FileChannel channel = FileChannel.open(
                    draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(JournalJson.write(entry));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            try {
                // A hard link appears whole or not at all, and never replaces: a crash leaves no half entry.
                Files.createLink(file, draft);
            } finally {
                Files.delete(draft);
            }
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        } catch (FileAlreadyExistsException e) {
            throw ownedByAnother(entry, e);
        } catch (IOException e) {
            throw new TargetUnavailableException(
                    "DRK-RUN-002",
                    "Cannot write journal of run '" + entry.run() + "': the folder '" + folder + "' refused entry "
                            + entry.sequence(),
                    "Is the disk full, or the folder not writable?",
                    e);
        }
    }

    @Override
    public List<JournalEntry> entries(RunId run) {
        Path directory = folder.resolve(run.value());
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        // Listed first, so that a hole is told from the end.
        long count;
        try (Stream<Path> files = Files.list(directory)) {
            count = files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .count();
        } catch (IOException e) {
            throw unreadable(run, directory.toString(), e);
        }
        List<JournalEntry> entries = new ArrayList<>();
        for (long sequence = 1; sequence <= count; sequence++) {
            Path file = directory.resolve(name(sequence));
            try {
                entries.add(JournalJson.read(Files.readAllBytes(file)));
            } catch (IOException | IllegalArgumentException e) {
                throw unreadable(run, file.toString(), e);
            }
        }
        return entries;
    }

    @Override
    public List<RunId> runs() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> directories = Files.list(folder)) {
            return directories
                    .filter(directory -> Files.exists(directory.resolve(name(1))))
                    .map(directory -> RunId.of(directory.getFileName().toString()))
                    .sorted((a, b) -> a.value().compareTo(b.value()))
                    .toList();
        } catch (IOException e) {
            throw new TargetUnavailableException(
                    "DRK-RUN-002",
                    "Cannot list runs: the folder '" + folder + "' is unreadable",
                    "Is the folder readable by this user?",
                    e);
        }
    }

    static String name(long sequence) {
        return String.format("%06d.json", sequence);
    }

    static IntegrityException unreadable(RunId run, String where, @Nullable Throwable cause) {
        return new IntegrityException(
                "DRK-RUN-003",
                "Cannot read journal of run '" + run + "': '" + where + "' is missing or unreadable",
                "Look at what is there; a run with a damaged journal is not resumed",
                "nothing",
                cause);
    }

    static OutcomeUnknownException ownedByAnother(JournalEntry entry, Throwable cause) {
        return new OutcomeUnknownException(
                "DRK-RUN-001",
                "Cannot go on with run '" + entry.run() + "': journal entry " + entry.sequence()
                        + " was written by somebody else but a run has one writer",
                "Another process executes, resumed or took over this run; this one stopped and cleaned nothing up",
                "what the journal says",
                cause);
    }
}
