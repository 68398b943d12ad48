package io.github.drkit.status;

import io.github.drkit.Outcome;
import io.github.drkit.RunId;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.DrException;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.report.RunReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The runs of a journal. Remembers those that are over, since no entry can change them any more. Thread-safe. */
final class PastRuns {

    private final Journal journal;
    private final Map<RunId, PastRun> over = new ConcurrentHashMap<>();

    PastRuns(Journal journal) {
        this.journal = journal;
    }

    /** All runs that can be read, and a sentence for each one that cannot, or for the journal as a whole. */
    Reading read() {
        List<PastRun> runs = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        boolean complete = true;
        try {
            for (RunId run : journal.runs()) {
                try {
                    runs.add(read(run));
                } catch (IntegrityException e) {
                    problems.add(e.problem());
                }
            }
        } catch (DrException e) {
            complete = false;
            problems.add(e.problem());
        }
        runs.sort(Comparator.comparing(PastRun::begun)
                .thenComparing(run -> run.run().value()));
        return new Reading(List.copyOf(runs), List.copyOf(problems), complete);
    }

    private PastRun read(RunId id) {
        PastRun known = over.get(id);
        if (known != null) {
            return known;
        }
        List<JournalEntry> entries = journal.entries(id);
        RunReport report = DisasterRecovery.report(id, entries);
        JournalEntry last = entries.get(entries.size() - 1);
        PastRun run = new PastRun(
                id,
                report.kind(),
                report.subject(),
                report.outcome(),
                condition(last),
                report.begun(),
                report.ended(),
                Math.toIntExact(entries.stream()
                        .filter(entry -> entry.kind() == JournalEntry.Kind.RUN_BEGUN)
                        .count()));
        if (run.condition() == PastRun.Condition.ENDED || run.condition() == PastRun.Condition.GIVEN_UP) {
            over.put(id, run);
        }
        return run;
    }

    private static PastRun.Condition condition(JournalEntry last) {
        return switch (last.kind()) {
            case RUN_TAKEN_OVER -> PastRun.Condition.GIVEN_UP;
            case RUN_ENDED ->
                last.outcome().orElse(Outcome.UNKNOWN) == Outcome.UNKNOWN
                        ? PastRun.Condition.UNDECIDED
                        : PastRun.Condition.ENDED;
            default -> PastRun.Condition.UNFINISHED;
        };
    }

    /**
     * What a journal told.
     *
     * @param runs in the order they began
     * @param problems one sentence each
     * @param complete whether every run was read, but for damaged ones
     */
    record Reading(List<PastRun> runs, List<String> problems, boolean complete) {}
}
