package io.github.drkit.expiry;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.journal.JournalEntry.Kind;
import io.github.drkit.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which points are in use by runs that have not ended, and when points of a target were last expired, as the journal
 * tells. A run that ended UNKNOWN has not ended: it may be resumed.
 */
final class RunsUnderWay {

    /** No run takes longer, so that not every journal of ten years is read. The engine's run ids tell when they began. */
    private static final Duration LONGEST = Duration.ofDays(30);

    /** Where the words of a plan may name a point. */
    private static final String POINT = "point:";

    private final Map<String, RunId> users = new HashMap<>();
    private Optional<Instant> lastExpiry = Optional.empty();

    private RunsUnderWay() {}

    /**
     * Reads what runs say.
     *
     * @param own whether a run is the one that asks; its use of a point stands against nothing
     */
    static RunsUnderWay read(Journal journal, TargetId target, Predicate<RunId> own, Instant now) {
        RunsUnderWay under = new RunsUnderWay();
        for (RunId run : journal.runs()) {
            if (own.test(run) || !run.namedAt().orElse(Instant.MAX).isBefore(now.minus(LONGEST))) {
                under.add(run, journal.entries(run), target, own.test(run));
            }
        }
        return under;
    }

    /** The run that uses a point. */
    Optional<RunId> userOf(RecoveryPointId point) {
        return Optional.ofNullable(users.get(point.value()));
    }

    Optional<Instant> lastExpiry() {
        return lastExpiry;
    }

    private void add(RunId run, List<JournalEntry> entries, TargetId target, boolean own) {
        if (entries.isEmpty() || entries.get(0).kind() != Kind.PLANNED) {
            return;
        }
        Map<String, Object> plan = planned(run, entries.get(0), target);
        if ("expire".equals(plan.get("kind")) && target.value().equals(plan.get("subject"))) {
            // The latest, and not the last: a clock that went back has written the entries after it.
            entries.stream()
                    .map(JournalEntry::at)
                    .max(Comparator.naturalOrder())
                    .filter(at -> lastExpiry.filter(at::isBefore).isEmpty())
                    .ifPresent(at -> lastExpiry = Optional.of(at));
        }
        if (!own && !entries.get(entries.size() - 1).closesRun()) {
            named(plan).forEach(name -> users.put(name, run));
        }
    }

    private static Map<String, Object> planned(RunId run, JournalEntry first, TargetId target) {
        try {
            return CanonicalJson.read(first.text().getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new IntegrityException(
                    "DRK-EXPIRY-004",
                    "Cannot expire points of '" + target + "': the plan of run '" + run
                            + "' cannot be read in the journal but it tells which points are in use",
                    "Who damaged the journal? If that run has ended, remove its journal",
                    e);
        }
    }

    /** Everything a plan says it is about: its subject, its request, and what its preconditions look at. */
    private static Set<String> named(Map<String, Object> plan) {
        Set<String> names = new HashSet<>();
        add(names, plan.get("subject"));
        if (plan.get("request") instanceof Map<?, ?> request) {
            request.values().forEach(value -> add(names, value));
        }
        if (plan.get("preconditions") instanceof List<?> preconditions) {
            for (Object precondition : preconditions) {
                if (precondition instanceof Map<?, ?> members) {
                    add(names, members.get("about"));
                }
            }
        }
        return names;
    }

    private static void add(Set<String> names, @Nullable Object value) {
        if (value instanceof String text) {
            names.add(text.startsWith(POINT) ? text.substring(POINT.length()) : text);
        }
    }
}
