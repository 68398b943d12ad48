package io.github.drkit.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Outcome;
import io.github.drkit.RunId;
import io.github.drkit.journal.JournalEntry.Kind;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JournalEntryTest {

    @Test
    void aRunIsOverWhenItsEndIsKnownOrItWasTakenOver() {
        assertThat(last(Kind.RUN_ENDED, Optional.of(Outcome.SUCCEEDED)).closesRun())
                .isTrue();
        assertThat(last(Kind.RUN_ENDED, Optional.of(Outcome.FAILED)).closesRun())
                .isTrue();
        assertThat(last(Kind.RUN_TAKEN_OVER, Optional.empty()).closesRun()).isTrue();
    }

    @Test
    void aRunThatNobodyKnowsTheEndOfMayGoOn() {
        assertThat(last(Kind.RUN_ENDED, Optional.of(Outcome.UNKNOWN)).closesRun())
                .isFalse();
        assertThat(last(Kind.STEP_ENDED, Optional.of(Outcome.SUCCEEDED)).closesRun())
                .isFalse();
        assertThat(last(Kind.PLANNED, Optional.empty()).closesRun()).isFalse();
    }

    private static JournalEntry last(Kind kind, Optional<Outcome> outcome) {
        return new JournalEntry(RunId.of("run-1"), 9, Instant.EPOCH, kind, "", 0, outcome, "", Map.of());
    }
}
