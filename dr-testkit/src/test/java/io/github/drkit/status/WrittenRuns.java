package io.github.drkit.status;

import io.github.drkit.Effect;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanRequest;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryJournal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes journals as the engine does, of runs that took a given time. */
final class WrittenRuns {

    private final Journal journal;

    WrittenRuns(Journal journal) {
        this.journal = journal;
    }

    /** A run that ended. */
    void ended(String run, String kind, String subject, String begun, Duration took, Outcome outcome) {
        entries(run, kind, subject, begun, took, outcome).forEach(journal::append);
    }

    /** A run that SUCCEEDED after a second process had taken it up. */
    void resumed(String run, String kind, String subject, String begun, Duration took) {
        int sequence = 0;
        for (JournalEntry entry : entries(run, kind, subject, begun, took, Outcome.SUCCEEDED)) {
            int times = entry.kind() == JournalEntry.Kind.RUN_BEGUN ? 2 : 1;
            for (int time = 0; time < times; time++) {
                journal.append(new JournalEntry(
                        entry.run(),
                        ++sequence,
                        entry.at(),
                        entry.kind(),
                        entry.step(),
                        entry.attempt(),
                        entry.outcome(),
                        entry.text(),
                        entry.facts()));
            }
        }
    }

    /** A run that has no end in its journal. */
    void unfinished(String run, String kind, String subject, String begun) {
        List<JournalEntry> all = entries(run, kind, subject, begun, Duration.ZERO, Outcome.SUCCEEDED);
        all.stream()
                .takeWhile(entry -> entry.kind() != JournalEntry.Kind.STEP_ENDED)
                .forEach(journal::append);
    }

    private static List<JournalEntry> entries(
            String run, String kind, String subject, String begun, Duration took, Outcome outcome) {
        VirtualTime time = VirtualTime.startingAt(Instant.parse(begun));
        InMemoryJournal scratch = new InMemoryJournal();
        Plan plan = new Plan(
                RunId.of(run),
                kind,
                subject,
                Map.of(),
                List.of(),
                List.of(PlanStep.named("work", "Do it", Effect.READ_ONLY).build()),
                List.of(),
                Optional.empty());
        try {
            DisasterRecovery.builder(scratch).time(time).build().execute(plan, new Lasting(time, took, outcome));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return scratch.entries(RunId.of(run));
    }

    private record Lasting(VirtualTime time, Duration took, Outcome outcome) implements Operation<PlanRequest> {

        @Override
        public Plan plan(PlanRequest request, PlanContext context) {
            throw new AssertionError("planned already");
        }

        @Override
        public String observe(Precondition precondition, PlanContext context) {
            throw new AssertionError("there are no preconditions");
        }

        @Override
        public StepResult execute(PlanStep step, StepContext context) {
            time.advance(took);
            return new StepResult(outcome, "did", Map.of());
        }
    }
}
