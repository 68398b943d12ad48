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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

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
    private final Map<String, Long> begunAt = new HashMap<>();
    private final List<JournalEntry> entries;
    private @Nullable RuntimeException refusal;
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
            throw refusal();
        }
        int attempt = kind == Kind.STEP_BEGUN ? attempts.getOrDefault(step, 0) + 1 : attempts.getOrDefault(step, 0);
        JournalEntry entry =
                new JournalEntry(run, entries.size() + 1L, time.now(), kind, step, attempt, outcome, text, recorded);
        broken = true;
        try {
            write(entry);
        } catch (RuntimeException e) {
            refusal = e;
            throw e;
        }
        broken = false;
        entries.add(entry);
        fold(entry);
    }

    /**
     * Writes on a thread nobody interrupts: an interrupt cancels work, and must not tear the record of it. The caller
     * waits, and keeps its interrupt.
     */
    private void write(JournalEntry entry) {
        FutureTask<Void> writing = new FutureTask<>(() -> journal.append(entry), null);
        Thread writer = new Thread(writing, "drkit-journal");
        writer.setDaemon(true);
        writer.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    writing.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("Journals throw no checked exceptions", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    synchronized boolean broken() {
        return broken;
    }

    /** What the journal said when it refused an entry: the reason why this run has stopped. */
    synchronized RuntimeException refusal() {
        return refusal != null
                ? refusal
                : new IllegalStateException("The journal of run '" + run + "' died at an entry; the run has stopped");
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

    /** Whether nobody can tell how the step ended: it began without an end, or ended UNKNOWN. */
    synchronized boolean undecided(String step) {
        return begun(step)
                && outcome(step).filter(outcome -> outcome != Outcome.UNKNOWN).isEmpty();
    }

    /** Whether the step began after another one did. */
    private synchronized boolean laterThan(String step, String other) {
        return begunAt.getOrDefault(step, 0L) > begunAt.getOrDefault(other, 0L);
    }

    /**
     * The steps that ended and that a new process must do again, because what they rest on died with the old one, or was
     * made anew after they had used it. Nothing is done again for clean-up alone.
     */
    static Set<String> lost(Plan plan, RunLog log) {
        List<PlanStep> work =
                plan.steps().stream().filter(step -> !isCleanUp(step)).toList();
        boolean failed = work.stream()
                .anyMatch(step ->
                        log.outcome(step.name()).filter(Outcome.FAILED::equals).isPresent());
        Set<String> lost = new HashSet<>();
        for (PlanStep step : work) {
            boolean again = step.is(PlanStep.Trait.VOLATILE)
                    && log.begun(step.name())
                    && (log.undecided(step.name())
                            || work.stream()
                                    .filter(other -> other.after().contains(step.name()))
                                    .anyMatch(other -> needs(log, other, step, failed)));
            boolean used = log.satisfied(step.name()) || log.undecided(step.name());
            boolean stale = used
                    && step.after().stream()
                            .anyMatch(before -> lost.contains(before)
                                    || (log.begun(step.name()) && log.laterThan(before, step.name())));
            if (again || stale) {
                lost.add(step.name());
            }
        }
        return lost;
    }

    /** Whether a step will still begin, or has to begin again, in the world a volatile one makes. */
    private static boolean needs(RunLog log, PlanStep step, PlanStep onVolatile, boolean failed) {
        if (log.undecided(step.name())) {
            return true;
        }
        boolean stale = log.begun(step.name()) && log.laterThan(onVolatile.name(), step.name());
        return !failed && (log.outcome(step.name()).isEmpty() || stale);
    }

    static boolean isCleanUp(PlanStep step) {
        return step.is(PlanStep.Trait.CLEAN_UP) || step.is(PlanStep.Trait.ON_FAILURE);
    }

    private void fold(JournalEntry entry) {
        String step = entry.step();
        switch (entry.kind()) {
            case STEP_BEGUN -> {
                attempts.put(step, entry.attempt());
                begunAt.put(step, entry.sequence());
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
