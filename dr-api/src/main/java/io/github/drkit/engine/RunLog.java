package io.github.drkit.engine;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.RunId;
import io.github.drkit.TimeSource;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.journal.JournalEntry.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The journal of one run and its fold: which steps began, how they ended, what they recorded. Everything the engine
 * knows of a run it knows from here. Once an entry could not be written nothing more is: the run stops.
 */
final class RunLog {

    private final Journal journal;
    private final RunId run;
    private final TimeSource time;
    private final Map<String, Integer> attempts = new HashMap<>();
    private final Map<String, Outcome> outcomes = new HashMap<>();
    private final Map<String, Map<String, String>> facts = new HashMap<>();
    private final Set<String> satisfied = new HashSet<>();
    private final List<JournalEntry> entries;
    private boolean broken;

    RunLog(Journal journal, RunId run, TimeSource time) {
        this.journal = journal;
        this.run = run;
        this.time = time;
        this.entries = new ArrayList<>(journal.entries(run));
        entries.forEach(this::fold);
    }

    synchronized List<JournalEntry> entries() {
        return List.copyOf(entries);
    }

    synchronized void append(
            Kind kind, String step, Optional<Outcome> outcome, String text, Map<String, String> recorded) {
        if (broken) {
            throw new IllegalStateException("The journal of run '" + run + "' refused an entry; the run has stopped");
        }
        int attempt = kind == Kind.STEP_BEGUN ? attempts.getOrDefault(step, 0) + 1 : attempts.getOrDefault(step, 0);
        JournalEntry entry =
                new JournalEntry(run, entries.size() + 1L, time.now(), kind, step, attempt, outcome, text, recorded);
        boolean written = false;
        try {
            journal.append(entry);
            written = true;
        } finally {
            broken = !written;
        }
        entries.add(entry);
        fold(entry);
    }

    synchronized boolean broken() {
        return broken;
    }

    synchronized int attempt(String step) {
        return attempts.getOrDefault(step, 0);
    }

    synchronized Optional<Outcome> outcome(String step) {
        return Optional.ofNullable(outcomes.get(step));
    }

    synchronized Map<String, String> facts(String step) {
        return Map.copyOf(facts.getOrDefault(step, Map.of()));
    }

    /** Whether steps after it may begin: it SUCCEEDED, or found nothing to do. */
    synchronized boolean satisfied(String step) {
        return satisfied.contains(step);
    }

    synchronized boolean begun(String step) {
        return attempts.containsKey(step);
    }

    /** Forgets how steps ended, so that they are done again; the journal keeps it. */
    synchronized void reopen(Set<String> steps) {
        outcomes.keySet().removeAll(steps);
        satisfied.removeAll(steps);
    }

    /** The steps a new process must do again, because what they opened died with the old one. */
    static Set<String> lost(Plan plan, RunLog log) {
        Set<String> lost = new HashSet<>();
        for (PlanStep step : plan.steps()) {
            if (step.is(PlanStep.Trait.VOLATILE) && log.satisfied(step.name())) {
                boolean needed = plan.steps().stream()
                        .filter(other -> other.after().contains(step.name()))
                        .anyMatch(other -> !log.satisfied(other.name()));
                if (needed) {
                    lost.add(step.name());
                }
            }
            if (step.after().stream().anyMatch(lost::contains)) {
                lost.add(step.name());
            }
        }
        return lost;
    }

    private void fold(JournalEntry entry) {
        String step = entry.step();
        switch (entry.kind()) {
            case STEP_BEGUN -> {
                attempts.put(step, entry.attempt());
                outcomes.remove(step);
                satisfied.remove(step);
            }
            case STEP_NOTED ->
                facts.computeIfAbsent(step, name -> new HashMap<>()).putAll(entry.facts());
            case STEP_ENDED -> {
                Outcome outcome = entry.outcome().orElse(Outcome.UNKNOWN);
                facts.computeIfAbsent(step, name -> new HashMap<>()).putAll(entry.facts());
                outcomes.put(step, outcome);
                boolean nothingToDo = outcome == Outcome.SKIPPED && attempts.containsKey(step);
                if (outcome == Outcome.SUCCEEDED || nothingToDo) {
                    satisfied.add(step);
                }
            }
            case PLANNED, RUN_BEGUN, CHECK_ENDED, RUN_ENDED, RUN_TAKEN_OVER -> {}
        }
    }
}
