package io.github.drkit.due;

import io.github.drkit.RunId;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runs a journal tells of since some instant. */
final class KnownRuns {

    private static final Logger LOG = LoggerFactory.getLogger(KnownRuns.class);

    /** By so much the clocks of two hosts may differ, and a run may be named before it begins. */
    private static final Duration MARGIN = Duration.ofDays(1);

    private final List<KnownRun> runs;

    private KnownRuns(List<KnownRun> runs) {
        this.runs = runs;
    }

    /** Run ids tell when they were given, so that not every journal of ten years is read. */
    static KnownRuns since(Instant instant, Journal journal) {
        List<KnownRun> runs = new ArrayList<>();
        for (RunId run : journal.runs()) {
            if (!run.namedAt().orElse(Instant.MAX).isBefore(instant.minus(MARGIN))) {
                try {
                    List<JournalEntry> entries = journal.entries(run);
                    runs.add(new KnownRun(DisasterRecovery.planned(run, entries), entries));
                } catch (IntegrityException e) {
                    LOG.warn("Left run '{}' out of what is known", run, e);
                }
            }
        }
        runs.sort(Comparator.comparing(KnownRun::begun)
                .thenComparing(run -> run.id().value()));
        return new KnownRuns(runs);
    }

    /** The backups of a target for a firing, oldest first. */
    List<KnownRun> backups(String target, Instant firing) {
        return runs.stream()
                .filter(run -> run.plan().kind().equals("back up")
                        && run.plan().subject().equals(target)
                        && firing.toString().equals(run.plan().request().get("scheduled-for")))
                .toList();
    }

    /** The runs of a kind that were asked for by the very same words since an instant, oldest first. */
    List<KnownRun> of(String kind, Map<String, String> request, Instant since) {
        return runs.stream()
                .filter(run -> run.plan().kind().equals(kind)
                        && run.plan().request().equals(request)
                        && !run.begun().isBefore(since))
                .toList();
    }
}
