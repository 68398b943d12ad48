package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Outcome;
import io.github.drkit.RunId;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.journal.JournalEntry.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every {@link Journal} must do: the rules JRN of {@code docs/contract.md}. */
@ExtendWith(NamesTheRule.class)
public abstract class JournalContract {

    private static final RunId RUN = RunId.of("20261122t020000z-contract");
    private static final Instant AT = Instant.parse("2026-11-22T02:00:00.123456789Z");
    private static final String HOSTILE =
            "\"quotes\", \\ backslash, line\nbreak, tab\t, \u0000 null, é, 漢字, \uD83D\uDE80";

    /** For subclasses, which need nothing passed in. */
    protected JournalContract() {}

    /**
     * Opens the journal. The medium is empty when a test begins; each further call in the same test opens the same medium
     * again, as another process would.
     *
     * @return a journal
     * @throws Exception whatever opening throws; the test fails
     */
    protected abstract Journal journal() throws Exception;

    /**
     * Makes one entry unreadable or removes it, past the journal, as a damaged disk does.
     *
     * @param run of which run
     * @param sequence which entry
     * @throws Exception whatever doing so throws; the test fails
     */
    protected abstract void damage(RunId run, long sequence) throws Exception;

    @Test
    @DisplayName("JRN-001 entries come back as they were appended")
    void entriesComeBack() throws Exception {
        List<JournalEntry> appended = List.of(
                new JournalEntry(RUN, 1, AT, Kind.PLANNED, "", 0, Optional.empty(), HOSTILE, Map.of("digest", "x")),
                new JournalEntry(RUN, 2, AT.plusNanos(1), Kind.STEP_BEGUN, "dump", 3, Optional.empty(), "", Map.of()),
                new JournalEntry(
                        RUN,
                        3,
                        AT.minusSeconds(60),
                        Kind.STEP_ENDED,
                        "dump",
                        3,
                        Optional.of(Outcome.UNKNOWN),
                        "clock went back",
                        Map.of(HOSTILE, HOSTILE)));
        Journal journal = journal();

        appended.forEach(journal::append);

        assertThat(journal().entries(RUN)).isEqualTo(appended);
    }

    @Test
    @DisplayName("JRN-002 a run that is not there has no entries")
    void unknownRunIsEmpty() throws Exception {
        journal().append(entry(RUN, 1, "first"));

        assertThat(journal().entries(RunId.of("another"))).isEmpty();
    }

    @Test
    @DisplayName("JRN-003 a sequence number that is taken is refused, and what is there stays")
    void takenSequenceIsRefused() throws Exception {
        journal().append(entry(RUN, 1, "first"));
        Journal late = journal();

        assertThatThrownBy(() -> late.append(entry(RUN, 1, "second")))
                .as("the second writer of entry 1")
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining(RUN.value());
        assertThat(journal().entries(RUN)).extracting(JournalEntry::text).containsExactly("first");
    }

    @Test
    @DisplayName("JRN-004 of many writers that race for a sequence number one wins, and its entry is what is read")
    void oneWriterWins() throws Exception {
        int writers = 8;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            for (int round = 1; round <= 20; round++) {
                RunId run = RunId.of("race-" + round);
                List<Callable<String>> race = new ArrayList<>();
                for (int writer = 0; writer < writers; writer++) {
                    String text = ("writer " + writer + " ").repeat(writer + 1);
                    Journal journal = journal();
                    race.add(() -> {
                        journal.append(entry(run, 1, text));
                        return text;
                    });
                }
                List<String> winners = new ArrayList<>();
                for (Future<String> end : threads.invokeAll(race)) {
                    try {
                        winners.add(end.get());
                    } catch (ExecutionException e) {
                        assertThat(e.getCause()).as("what a loser is told").isInstanceOf(OutcomeUnknownException.class);
                    }
                }
                assertThat(winners).as("winners of round %s", round).hasSize(1);
                assertThat(journal().entries(run))
                        .as("what is read after round %s", round)
                        .extracting(JournalEntry::text)
                        .isEqualTo(winners);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @DisplayName("JRN-005 an entry is read by others as soon as append has returned")
    void readByOthersAtOnce() throws Exception {
        Journal writer = journal();
        Journal reader = journal();
        for (int sequence = 1; sequence <= 12; sequence++) {
            writer.append(entry(RUN, sequence, "entry"));

            assertThat(reader.entries(RUN)).hasSize(sequence);
        }
    }

    @Test
    @DisplayName("JRN-006 a damaged or missing entry before the last is never read over")
    void damageIsNamed() throws Exception {
        Journal journal = journal();
        for (int sequence = 1; sequence <= 3; sequence++) {
            journal.append(entry(RUN, sequence, "entry"));
        }
        damage(RUN, 2);

        assertThatThrownBy(() -> journal().entries(RUN))
                .as("reading a journal whose entry 2 of 3 is damaged")
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining(RUN.value());
    }

    @Test
    @DisplayName("JRN-007 every run is listed once, in the order of ids")
    void runsAreListed() throws Exception {
        Journal journal = journal();
        assertThat(journal.runs()).isEmpty();
        for (String run : List.of("run-2", "run-10", "run-1", "a")) {
            journal.append(entry(RunId.of(run), 1, run));
            journal.append(entry(RunId.of(run), 2, run));
        }

        assertThat(journal().runs()).extracting(RunId::value).containsExactly("a", "run-1", "run-10", "run-2");
    }

    @Test
    @DisplayName("JRN-008 a run whose id begins like another's is not mixed with it")
    void runsAreNotMixed() throws Exception {
        Journal journal = journal();
        journal.append(entry(RunId.of("run-1"), 1, "one"));
        journal.append(entry(RunId.of("run-10"), 1, "ten"));
        journal.append(entry(RunId.of("run-1.json"), 1, "dot"));

        assertThat(journal.entries(RunId.of("run-1")))
                .extracting(JournalEntry::text)
                .containsExactly("one");
    }

    @Test
    @DisplayName("JRN-009 a run whose first entry is lost is listed all the same")
    void damagedRunIsListed() throws Exception {
        Journal journal = journal();
        journal.append(entry(RUN, 1, "first"));
        journal.append(entry(RUN, 2, "second"));
        damage(RUN, 1);

        assertThat(journal().runs()).containsExactly(RUN);
    }

    private static JournalEntry entry(RunId run, long sequence, String text) {
        return new JournalEntry(run, sequence, AT, Kind.STEP_NOTED, "step", 1, Optional.empty(), text, Map.of());
    }
}
