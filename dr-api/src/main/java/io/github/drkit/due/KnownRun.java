package io.github.drkit.due;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.RunId;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.journal.JournalEntry.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A run the journal tells of. */
record KnownRun(Plan plan, List<JournalEntry> entries) {

    RunId id() {
        return plan.run();
    }

    Instant begun() {
        return entries.get(0).at();
    }

    Instant lastHeard() {
        return last().at();
    }

    /** How often a process took it up. */
    int taken() {
        return (int)
                entries.stream().filter(entry -> entry.kind() == Kind.RUN_BEGUN).count();
    }

    /** Whether it could be executed further: it did not end, or ended UNKNOWN, and was not taken over. */
    boolean isOpen() {
        return !last().closesRun();
    }

    boolean succeeded() {
        return last().kind() == Kind.RUN_ENDED && last().outcome().equals(Optional.of(Outcome.SUCCEEDED));
    }

    private JournalEntry last() {
        return entries.get(entries.size() - 1);
    }
}
