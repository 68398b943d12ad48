package io.github.drkit.testkit.assertj;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Catalog;
import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.retention.Inventory;
import io.github.drkit.retention.RetentionDecision;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetentionDecisionAssertTest {

    private static final TargetId BANK = TargetId.of("bank");
    private static final RetentionPolicy ONE_DAY = RetentionPolicy.builder("one day")
            .tier("daily", Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC), 1)
            .minimumProven(1)
            .build();
    private static final RecoveryPoint MONDAY = point("monday", "2026-03-02T02:00:00Z", Proof.Level.VERIFIED);
    private static final RecoveryPoint TUESDAY = point("tuesday", "2026-03-03T02:00:00Z", Proof.Level.VERIFIED);

    private final RetentionDecision decision = decide("2026-03-03T12:00:00Z");

    @Test
    void whatHoldsIsAccepted() {
        DrAssertions.assertThat(decision)
                .keeps("tuesday")
                .drops("monday")
                .because("daily slot 2 of 1")
                .dropsOnly("monday")
                .neverDropsLastProven();
        DrAssertions.assertThat(decide("2026-03-09T12:00:00Z"))
                .isRefused("DRK-RETENTION-008")
                .keeps("monday", "tuesday");
    }

    @Test
    void whatGoesAlthoughItShouldStayIsShown() {
        assertThatThrownBy(() -> DrAssertions.assertThat(decision).keeps("monday"))
                .isExactlyInstanceOf(AssertionError.class)
                .hasMessage(
                        "Expected point 'monday' to stay but it may go:%n  DROP 2026-03-02T02:00:00Z monday verified  not"
                                        .formatted()
                                + " needed by any tier, daily slot 2 of 1  100 bytes");
    }

    @Test
    void whatStaysAlthoughItShouldGoIsShownWithItsReason() {
        assertThatThrownBy(() -> DrAssertions.assertThat(decision).drops("tuesday"))
                .isExactlyInstanceOf(AssertionError.class)
                .hasMessageStartingWith("Expected point 'tuesday' to go but it stays:%n  KEEP ".formatted())
                .hasMessageEndingWith("%n  nothing stands against expiring".formatted());
        assertThatThrownBy(() ->
                        DrAssertions.assertThat(decide("2026-03-09T12:00:00Z")).drops("monday"))
                .hasMessageContaining("%n  DRK-RETENTION-008 Cannot expire points of 'bank': ".formatted());
    }

    @Test
    void wrongReasonIsShownBesideTheRightOne() {
        assertThatThrownBy(
                        () -> DrAssertions.assertThat(decision).drops("monday").because("FAILED"))
                .isExactlyInstanceOf(AssertionError.class)
                .hasMessage("Expected point 'monday' to go because of 'FAILED' but:%n  DROP 2026-03-02T02:00:00Z monday"
                                .formatted()
                        + " verified  not needed by any tier, daily slot 2 of 1  100 bytes");
    }

    @Test
    void moreOrLessThanExpectedIsShownWithTheWholeDecision() {
        assertThatThrownBy(() -> DrAssertions.assertThat(decision).dropsOnly())
                .isExactlyInstanceOf(AssertionError.class)
                .hasMessage("Expected only [] to go but [monday] may:%n".formatted() + decision.render());
        assertThatThrownBy(() -> DrAssertions.assertThat(decision).dropsOnly("tuesday", "monday"))
                .hasMessageStartingWith("Expected only [monday, tuesday] to go but [monday] may:");
    }

    @Test
    void unknownPointIsNoPassedAssertion() {
        assertThatThrownBy(() -> DrAssertions.assertThat(decision).keeps("sunday"))
                .isExactlyInstanceOf(AssertionError.class)
                .hasMessage(
                        "Expected the decision to know point 'sunday' but it knows:%n".formatted() + decision.render());
    }

    @Test
    void missingRefusalIsShown() {
        assertThatThrownBy(() -> DrAssertions.assertThat(decision).isRefused("DRK-RETENTION-008"))
                .isExactlyInstanceOf(AssertionError.class)
                .hasMessage("Expected expiry to be refused by DRK-RETENTION-008 but:%n  nothing stands against expiring"
                        .formatted());
    }

    private static RetentionDecision decide(String now) {
        return ONE_DAY.decide(Inventory.of(
                BANK,
                new Catalog(List.of(MONDAY, TUESDAY), List.of(), List.of()),
                Instant.parse(now),
                Duration.ofHours(26)));
    }

    private static RecoveryPoint point(String id, String time, Proof.Level level) {
        return new RecoveryPoint(
                RecoveryPointId.of(id),
                BANK,
                RunId.of(id),
                "pg-dump/1",
                Instant.parse(time),
                Optional.empty(),
                "",
                100,
                "memory",
                new Proof(level, Optional.empty(), ""),
                Plausibility.OK,
                List.of());
    }
}
