package io.github.drkit.expiry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.error.PlanStaleException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.report.RunReport;
import io.github.drkit.store.StoredObject;
import io.github.drkit.testkit.fake.KeyRing;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExpiryTest {

    private static final KeyRing KEYS = KeyRing.fresh();

    private final ExpiryWorld world = new ExpiryWorld(KEYS);
    private List<RecoveryPointId> all = List.of();

    @BeforeEach
    void backUpForFiveDays() throws InterruptedException {
        world.days(5);
        all = world.listed();
        assertThat(all).hasSize(5);
    }

    @Test
    void whatThePolicyDoesNotNeedIsGoneAndNothingElse() throws Exception {
        RunReport report = world.expire();

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.listed()).isEqualTo(all.subList(2, 5));
        assertThat(world.damages()).isEmpty();
        assertThat(world.place(all.get(0))).containsExactly("manifest.json");
        assertThat(world.points.leftovers()).isEmpty();
    }

    @Test
    void planningWritesNothingAndSaysWhatBecomesOfEachPoint() {
        List<StoredObject> before = world.store.list("").objects();

        Plan plan = world.plan();

        assertThat(world.store.list("").objects()).isEqualTo(before);
        assertThat(plan.steps())
                .extracting(PlanStep::name)
                .containsExactly(
                        "lock", "mark", "wait", "expire-" + all.get(0), "expire-" + all.get(1), "keep-the-rest");
        assertThat(plan.render())
                .contains("note: tier daily: ")
                .contains("lost: DROP 2026-11-01T02:00:00Z " + all.get(0))
                .contains("note: KEEP 2026-11-05T02:00:00Z " + all.get(4))
                .contains("note: restorable before: 2026-11-01T02:00:00Z .. 2026-11-05T02:00:00Z (5 points, ")
                .contains("note: restorable after:  2026-11-03T02:00:00Z .. 2026-11-05T02:00:00Z (3 points, ");
    }

    @Test
    void aPlanTheWorldHasMovedAwayFromIsRefused() throws Exception {
        Plan plan = world.plan();
        world.hold(all.get(0));

        assertThatThrownBy(() -> world.dr.execute(plan, world.expiry)).isInstanceOf(PlanStaleException.class);

        assertThat(world.listed()).isEqualTo(all);
    }

    @Test
    void nothingGoesWhenTheNewestPointIsTooOld() {
        world.time.advance(Duration.ofHours(27));

        assertThatThrownBy(world::plan)
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("DRK-RETENTION-008");
    }

    @Test
    void aManualPointNeverGoes() throws Exception {
        RecoveryPointId manual = world.backUp(BackupRequest.manual("before the upgrade"));
        world.time.advance(Duration.ofHours(23));
        world.days(5);

        assertThat(world.expire().outcome()).isEqualTo(Outcome.SUCCEEDED);

        assertThat(world.listed()).hasSize(4).contains(manual);
    }
}
