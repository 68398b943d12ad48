package io.github.drkit.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Outcome;
import io.github.drkit.RunId;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.TargetUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileJournalTest {

    private static final RunId RUN = RunId.of("r-1");

    @TempDir
    private Path folder;

    @Test
    void anEntryOfAnotherWriterStopsThisOne() {
        FileJournal journal = FileJournal.in(folder);
        journal.append(entry(1));

        assertThatThrownBy(() -> journal.append(entry(1)))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessage("Cannot go on with run 'r-1': journal entry 1 was written by somebody else but a run has"
                        + " one writer\nHint: Another process executes, resumed or took over this run; this one"
                        + " stopped and cleaned nothing up [DRK-RUN-001]");
    }

    @Test
    void aFolderThatRefusesAnEntryIsNamed() throws IOException {
        Path occupied = Files.writeString(folder.resolve("occupied"), "a file");

        assertThatThrownBy(() -> FileJournal.in(occupied).append(entry(1)))
                .isInstanceOf(TargetUnavailableException.class)
                .hasMessage("Cannot write journal of run 'r-1': the folder '" + occupied + "' refused entry 1\n"
                        + "Hint: Is the disk full, or the folder not writable? [DRK-RUN-002]");
    }

    @Test
    void aHoleIsToldFromTheEnd() throws IOException {
        FileJournal journal = FileJournal.in(folder);
        journal.append(entry(1));
        journal.append(entry(2));
        Path first = folder.resolve("r-1/000001.json");
        Files.delete(first);

        assertThatThrownBy(() -> journal.entries(RUN))
                .isInstanceOf(IntegrityException.class)
                .hasMessage("Cannot read journal of run 'r-1': '" + first + "' is missing or unreadable\n"
                        + "Hint: Look at what is there; a run with a damaged journal is not resumed [DRK-RUN-003]");
        assertThat(journal.runs()).containsExactly(RUN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9000000000", "\"1\"", "[]", "true"})
    void anEntryWithAMemberThatIsNoSuchValueIsDamagedLikeAnyOther(String attempt) throws IOException {
        FileJournal journal = FileJournal.in(folder);
        journal.append(entry(1));
        Path first = folder.resolve("r-1/000001.json");
        Files.writeString(first, Files.readString(first).replaceFirst("\"attempt\":\\d+", "\"attempt\":" + attempt));

        assertThatThrownBy(() -> journal.entries(RUN))
                .isInstanceOf(IntegrityException.class)
                .hasMessage("Cannot read journal of run 'r-1': '" + first + "' is missing or unreadable\n"
                        + "Hint: Look at what is there; a run with a damaged journal is not resumed [DRK-RUN-003]")
                .hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatOthersKeepBesideTheJournalsIsNoRun() throws IOException {
        FileJournal journal = FileJournal.in(folder);
        journal.append(entry(1));
        Files.createDirectory(folder.resolve("empty"));
        Files.createDirectory(folder.resolve("Not A Run"));
        Files.writeString(folder.resolve("Not A Run/000001.json"), "{}");
        Files.writeString(folder.resolve("notes.txt"), "x");

        assertThat(journal.runs()).containsExactly(RUN);
        assertThat(FileJournal.in(folder.resolve("nowhere")).runs()).isEmpty();
    }

    private static JournalEntry entry(long sequence) {
        return new JournalEntry(
                RUN,
                sequence,
                Instant.parse("2026-11-22T02:00:00Z"),
                JournalEntry.Kind.STEP_ENDED,
                "dump",
                1,
                Optional.of(Outcome.SUCCEEDED),
                "stored",
                Map.of());
    }
}
