package io.github.drkit.journal;

import io.github.drkit.Outcome;
import io.github.drkit.RunId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One line of a journal.
 *
 * @param run the run it belongs to
 * @param sequence 1 for the first entry of a run, then without gaps
 * @param at when it was written, UTC
 * @param kind what it says
 * @param step the step it is about, or empty
 * @param attempt the attempt at the step, or 0
 * @param outcome how the step or run ended; only in the kinds that end something
 * @param text one sentence, or the plan in a {@link Kind#PLANNED} entry
 * @param facts names and values; no secrets
 */
public record JournalEntry(
        RunId run,
        long sequence,
        Instant at,
        Kind kind,
        String step,
        int attempt,
        Optional<Outcome> outcome,
        String text,
        Map<String, String> facts) {

    /** Copies the facts. */
    public JournalEntry {
        facts = Map.copyOf(facts);
    }

    /**
     * Tells whether a run whose journal ends with this entry is over: it ended and it is known how, or it was taken over. Any
     * other could be executed further, by a process that sleeps or by a new one.
     *
     * @return true if nothing more is to come
     */
    public boolean closesRun() {
        return kind == Kind.RUN_TAKEN_OVER
                || kind == Kind.RUN_ENDED
                        && outcome.filter(known -> known != Outcome.UNKNOWN).isPresent();
    }

    /** What an entry says. */
    public enum Kind {
        /** The plan that is about to be executed; always the first entry. */
        PLANNED,
        /** A process begins to execute the plan, or takes it up again. */
        RUN_BEGUN,
        /** A step is about to act. */
        STEP_BEGUN,
        /** A step reports a fact before going on. */
        STEP_NOTED,
        /** A step has ended. */
        STEP_ENDED,
        /** A check has ended; its step is the check's name. */
        CHECK_ENDED,
        /** The run has ended, unless its outcome is UNKNOWN: then it waits to be resumed. */
        RUN_ENDED,
        /** Somebody declared the run dead; whoever still executes it must stop. */
        RUN_TAKEN_OVER
    }
}
