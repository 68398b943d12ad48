package io.github.drkit.journal;

import io.github.drkit.RunId;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.TargetUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Journals in a folder: one folder per run, one file per entry, created exclusively and forced to disk. Works when the
 * store is down. The folder must lie on a file system with atomic exclusive creation, which NFS before version 3 lacks.
 */
public final class FileJournal implements Journal {

    private static final Pattern ENTRY = Pattern.compile("[0-9]{6,}\\.json");

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
        try {
            Files.createDirectories(directory);
            Path draft = draft(directory, JournalJson.write(entry));
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

    /** Its name is nobody else's: once linked, draft and entry are one file, and writing to one would change both. */
    private static Path draft(Path directory, byte[] content) throws IOException {
        long pid = ProcessHandle.current().pid();
        for (int number = 0; ; number++) {
            Path draft = directory.resolve("." + pid + "." + number);
            try (FileChannel channel =
                    FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
                return draft;
            } catch (FileAlreadyExistsException e) {
                // Of another thread, another host, or a process that died: theirs, so the next number is tried.
                continue;
            }
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
                entries.add(JournalJson.read(Files.readAllBytes(file), run, sequence));
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
                    .filter(FileJournal::hasEntry)
                    .flatMap(directory -> runId(directory.getFileName().toString()).stream())
                    .sorted(Comparator.comparing(RunId::value))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new TargetUnavailableException(
                    "DRK-RUN-002",
                    "Cannot list runs: the folder '" + folder + "' is unreadable",
                    "Is the folder readable by this user?",
                    e);
        }
    }

    /** Any entry will do: a run whose first one is lost must be seen to be damaged, not to be absent. */
    private static boolean hasEntry(Path directory) {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> isEntry(file.getFileName().toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty for what is no name of a run: others may keep things beside the journals. */
    static Optional<RunId> runId(String name) {
        try {
            return Optional.of(RunId.of(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static boolean isEntry(String name) {
        return ENTRY.matcher(name).matches();
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
