package io.github.drkit.retention;

import static io.github.drkit.retention.Points.failed;
import static io.github.drkit.retention.Points.inventory;
import static io.github.drkit.retention.Points.labelled;
import static io.github.drkit.retention.Points.proven;
import static io.github.drkit.retention.Points.scheduledFor;
import static io.github.drkit.retention.Points.suspect;
import static io.github.drkit.retention.Points.unproven;
import static io.github.drkit.retention.Points.verified;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.schedule.Schedule;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionDecisionTest {

    private static final RetentionPolicy TWO_DAYS = RetentionPolicy.builder("two days")
            .tier("daily", Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC), 2)
            .minimumProven(1)
            .build();

    @Test
    void firstCountingPointOwnsItsSlotAndTheRestMayGo() {
        RetentionDecision decision = TWO_DAYS.decide(inventory(
                "2026-03-04T12:00:00Z",
                proven("a", "2026-03-01T02:00:10Z"),
                proven("b", "2026-03-02T02:00:10Z"),
                proven("c", "2026-03-03T02:00:10Z"),
                proven("d", "2026-03-03T09:00:00Z"),
                proven("e", "2026-03-04T02:00:10Z")));

        assertThat(fates(decision))
                .containsExactly(
                        "e KEEP OWNS_SLOT",
                        "d DROP SUPERSEDED",
                        "c KEEP OWNS_SLOT",
                        "b DROP SUPERSEDED",
                        "a DROP SUPERSEDED");
        assertThat(explanation(decision, "e"))
                .isEqualTo("daily 1/2 (slot of 2026-03-04T02:00:00Z), floor, leaves not before 2026-03-06T01:45:00Z");
        assertThat(explanation(decision, "c"))
                .isEqualTo("daily 2/2 (slot of 2026-03-03T02:00:00Z), leaves not before 2026-03-05T01:45:00Z");
        assertThat(explanation(decision, "d"))
                .isEqualTo("not needed by any tier, daily slot of 2026-03-03T02:00:00Z belongs to c");
        assertThat(explanation(decision, "b")).isEqualTo("not needed by any tier, daily slot 3 of 2");
        assertThat(decision.bytesFreed()).isEqualTo(300);
    }

    @Test
    void aRunBelongsToItsFiringWhenItIsAQuarterOfAnHourEarly() {
        RetentionDecision decision = TWO_DAYS.decide(inventory(
                "2026-03-04T12:00:00Z",
                scheduledFor(proven("a", "2026-03-03T01:44:59Z"), "2026-03-03T02:00:00Z"),
                scheduledFor(proven("b", "2026-03-04T01:45:00Z"), "2026-03-04T02:00:00Z")));

        assertThat(slotOf(decision, "a")).isEqualTo("2026-03-02T02:00:00Z");
        assertThat(slotOf(decision, "b")).isEqualTo("2026-03-04T02:00:00Z");
    }

    @Test
    void whatDoesNotCountStaysUntilItIsOldAndANewerPointCounts() {
        RetentionDecision decision = TWO_DAYS.decide(inventory(
                "2026-03-31T12:00:00Z",
                failed("failed", "2026-03-01T02:00:00Z"),
                suspect(verified("suspect", "2026-03-01T03:00:00Z")),
                proven("good", "2026-03-30T12:00:00Z"),
                unproven("new", "2026-03-31T02:00:00Z"),
                failed("worse", "2026-03-31T03:00:00Z"),
                verified("later", "2026-04-01T02:00:00Z"),
                labelled(failed("manual", "2026-01-01T00:00:00Z"), "pre-upgrade")));

        assertThat(fates(decision))
                .containsExactly(
                        "later SKIP FUTURE",
                        "worse SKIP FAILED",
                        "new SKIP UNPROVEN",
                        "good KEEP OWNS_SLOT",
                        "suspect DROP SUSPECT",
                        "failed DROP FAILED",
                        "manual KEEP MANUAL");
    }

    private static List<String> fates(RetentionDecision decision) {
        List<String> fates = new ArrayList<>();
        for (RetentionEntry entry : decision.entries()) {
            RecoveryPoint point = entry.point();
            fates.add(point.id() + " " + entry.fate() + " " + entry.reason());
        }
        return fates;
    }

    private static RetentionEntry entry(RetentionDecision decision, String id) {
        return decision.find(RecoveryPointId.of(id)).orElseThrow();
    }

    private static String explanation(RetentionDecision decision, String id) {
        return entry(decision, id).explanation();
    }

    private static String slotOf(RetentionDecision decision, String id) {
        return entry(decision, id).slots().get(0).begins().toString();
    }
}
