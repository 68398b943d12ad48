package io.github.drkit.cutover;

import io.github.drkit.Outcome;
import io.github.drkit.RunId;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.journal.JournalEntry;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What an earlier run did, read from its journal. */
record History(
        RunId run,
        Map<String, Map<String, String>> recorded,
        Map<String, Map<String, String>> told,
        Map<String, Instant> succeeded,
        Optional<Outcome> ended) {

    static History of(RunId run, List<JournalEntry> entries) {
        Map<String, Map<String, String>> recorded = new HashMap<>();
        Map<String, Map<String, String>> told = new HashMap<>();
        Map<String, Instant> succeeded = new HashMap<>();
        Optional<Outcome> ended = Optional.empty();
        for (JournalEntry entry : entries) {
            switch (entry.kind()) {
                case STEP_NOTED ->
                    recorded.computeIfAbsent(entry.step(), step -> new TreeMap<>())
                            .putAll(entry.facts());
                case STEP_ENDED -> {
                    succeeded.remove(entry.step());
                    if (entry.outcome().filter(Outcome.SUCCEEDED::equals).isPresent()) {
                        succeeded.put(entry.step(), entry.at());
                        told.put(entry.step(), entry.facts());
                    }
                }
                case RUN_BEGUN -> ended = Optional.empty();
                case RUN_ENDED -> ended = entry.outcome();
                case RUN_TAKEN_OVER -> ended = Optional.of(Outcome.FAILED);
                case PLANNED, STEP_BEGUN, CHECK_ENDED -> {}
            }
        }
        return new History(run, recorded, told, succeeded, ended);
    }

    /** What a step recorded before it acted: empty if it changed nothing. */
    Map<String, String> made(String step) {
        return recorded.getOrDefault(step, Map.of());
    }

    Map<String, String> told(String step) {
        return told.getOrDefault(step, Map.of());
    }

    boolean didSucceed(String step) {
        return succeeded.containsKey(step);
    }

    /** Refuses to undo what may still be going on, or what was put together from other parts. */
    History require(String first, Map<String, String> parts) {
        if (told(first).isEmpty()) {
            throw new NotFoundException(
                    "DRK-CUTOVER-001",
                    "Cannot undo run '" + run + "': the journal has no cut-over of that name that had begun but one is"
                            + " required",
                    "Is it the journal the run was recorded in, and the run that cut over or withdrew?");
        }
        if (ended.filter(outcome -> outcome != Outcome.UNKNOWN).isEmpty()) {
            throw new RequestRefusedException(
                    "DRK-CUTOVER-002",
                    "Cannot undo run '" + run + "': it is " + (ended.isPresent() ? "UNKNOWN" : "not at its end")
                            + " but must have ended",
                    "Resume it first; if nobody can, take it over");
        }
        if (!told(first).equals(parts)) {
            throw new RequestRefusedException(
                    "DRK-CUTOVER-003",
                    "Cannot undo run '" + run + "': it was put together from " + new TreeMap<>(told(first))
                            + " but this cut-over is " + new TreeMap<>(parts),
                    "Put the same parts together, in the same order, with the same copy as the new side");
        }
        return this;
    }
}
