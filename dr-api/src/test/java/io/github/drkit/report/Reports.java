package io.github.drkit.report;

import io.github.drkit.Effect;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.journal.JournalEntry.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Journals written by hand, and the reports they give. */
final class Reports {

    static final Instant BEGIN = Instant.parse("2026-11-22T02:00:00Z");

    private final RunId run;
    private final List<PlanStep> steps = new ArrayList<>();
    private final List<JournalEntry> entries = new ArrayList<>();
    private Instant now = BEGIN;

    private Reports(String run) {
        this.run = RunId.of(run);
    }

    static Reports run(String run) {
        return new Reports(run).entry(Kind.PLANNED, "", 0, Optional.empty(), "{}", Map.of());
    }

    Reports planned(String name, String... after) {
        steps.add(
                PlanStep.named(name, "does " + name, Effect.NAMED).after(after).build());
        return this;
    }

    Reports later(long millis) {
        now = now.plusMillis(millis);
        return this;
    }

    Reports resumed() {
        return entry(Kind.RUN_BEGUN, "", 0, Optional.empty(), "begun", Map.of());
    }

    Reports begun(String step, int attempt) {
        return entry(Kind.STEP_BEGUN, step, attempt, Optional.empty(), "does " + step, Map.of());
    }

    Reports noted(String step, String name, String value) {
        return entry(Kind.STEP_NOTED, step, 1, Optional.empty(), name, Map.of(name, value));
    }

    Reports ended(String step, Outcome outcome, String message, Map<String, String> facts) {
        return entry(Kind.STEP_ENDED, step, 1, Optional.of(outcome), message, facts);
    }

    Reports ended(String step, Outcome outcome, String message) {
        return ended(step, outcome, message, Map.of());
    }

    Reports checked(String name, Outcome outcome, String expected, String actual) {
        return entry(
                Kind.CHECK_ENDED,
                name,
                0,
                Optional.of(outcome),
                "checked",
                Map.of("expected", expected, "actual", actual));
    }

    RunReport ended(Outcome outcome) {
        return entry(Kind.RUN_ENDED, "", 0, Optional.of(outcome), "ended", Map.of())
                .report();
    }

    RunReport report() {
        return report("back up", "bank");
    }

    RunReport report(String kind, String subject) {
        return RunReport.of(
                new Plan(run, kind, subject, Map.of(), List.of(), steps, List.of(), Optional.empty()), entries);
    }

    /** A run whose names and messages hold whatever breaks tables, pages and XML. */
    static RunReport hostile() {
        String step = "a|b`c\n<script>alert(1)</script>";
        return run("r-1")
                .planned(step)
                .planned("_lost_ \"&'[x](y)*", step)
                .planned("skipped\u0000\uD800", step)
                .later(1000)
                .begun(step, 1)
                .later(1250)
                .ended(step, Outcome.FAILED, "Cannot dump '</td>]]>'\nHint: \\ look | here")
                .begun("_lost_ \"&'[x](y)*", 1)
                .checked("ledger|1", Outcome.FAILED, "<0>", "a\r\nb")
                .entry(Kind.RUN_ENDED, "", 0, Optional.of(Outcome.UNKNOWN), "ended", Map.of())
                .report("back up", "bank|<b>");
    }

    static RecoveryPoint point(Proof proof, String... remarks) {
        return new RecoveryPoint(
                RecoveryPointId.of("bank-r-1"),
                TargetId.of("bank"),
                RunId.of("r-1"),
                "rows/1",
                BEGIN,
                Optional.empty(),
                "",
                100,
                "memory://store",
                proof,
                Plausibility.OK,
                List.of(remarks));
    }

    private Reports entry(
            Kind kind, String step, int attempt, Optional<Outcome> outcome, String text, Map<String, String> facts) {
        entries.add(new JournalEntry(run, entries.size() + 1L, now, kind, step, attempt, outcome, text, facts));
        return this;
    }
}
