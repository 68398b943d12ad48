package io.github.drkit.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.ExpiryMark;
import io.github.drkit.catalog.Removal;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.PlanStaleException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.fake.KeyRing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A hold that is placed at any moment of an expiry either keeps its point whole or is told that it came too late. */
@Tag("exhaustive")
class ExpiryHoldTest {

    private static final KeyRing KEYS = KeyRing.fresh();

    @Test
    void aHoldIsKeptOrToldAtEveryCallAnExpiryMakes() throws Exception {
        int kept = 0;
        int late = 0;
        boolean reached = true;
        for (int moment = 1; reached; moment++) {
            ExpiryWorld world = new ExpiryWorld(KEYS).days(5);
            RecoveryPointId oldest = world.listed().get(0);
            Interfering points =
                    new Interfering(new StorePoints(world.points, KEYS.backup()), moment, () -> world.hold(oldest));
            Expiry expiry = Expiry.of(points, world.journal);
            Plan plan = world.dr.plan(Expiry.of(world.points, KEYS.backup(), world.journal), ExpiryWorld.request());

            RunReport report = null;
            try {
                report = world.dr.execute(plan, expiry);
            } catch (PlanStaleException stale) {
                assertThat(world.listed()).contains(oldest);
            }

            reached = points.interfered();
            if (reached && points.outcome() == Outcome.SUCCEEDED) {
                kept++;
                assertThat(world.listed()).as("moment %d", moment).contains(oldest);
                assertThat(world.damages()).as("moment %d", moment).isEmpty();
                world.time.advance(Duration.ofSeconds(1));
                world.expire();
                assertThat(world.listed())
                        .as("moment %d, expired again", moment)
                        .contains(oldest);
            } else if (reached) {
                late++;
                assertThat(world.listed()).as("moment %d", moment).doesNotContain(oldest);
            }
            if (report != null) {
                assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
            }
        }
        assertThat(kept).as("moments at which the hold kept the point").isGreaterThan(5);
        assertThat(late).as("moments at which it came too late").isGreaterThan(1);
    }

    /** Lets somebody else act just before one of its calls. */
    private static final class Interfering implements ExpirablePoints {

        private final ExpirablePoints points;
        private final int moment;
        private final Interference interference;
        private int calls;
        private Optional<Outcome> outcome = Optional.empty();
        private boolean interfered;

        Interfering(ExpirablePoints points, int moment, Interference interference) {
            this.points = points;
            this.moment = moment;
            this.interference = interference;
        }

        boolean interfered() {
            return interfered;
        }

        Outcome outcome() {
            return outcome.orElse(Outcome.FAILED);
        }

        private void call() {
            calls++;
            if (calls == moment) {
                interfered = true;
                try {
                    outcome = Optional.of(interference.act().outcome());
                } catch (NotFoundException | RequestRefusedException gone) {
                    outcome = Optional.empty();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public TargetId target() {
            return points.target();
        }

        @Override
        public String readiness() {
            return points.readiness();
        }

        @Override
        public Stock look(Instant now, Duration rpo) {
            call();
            Stock seen = points.look(now, rpo);
            call();
            return seen;
        }

        @Override
        public ExpiryMark mark(RecoveryPointId point, RunId by) {
            call();
            return points.mark(point, by);
        }

        @Override
        public ExpiryMark answer(ExpiryMark mark, ExpiryMark.State answer, RunId by, String why) {
            call();
            return points.answer(mark, answer, by, why);
        }

        @Override
        public Removal remove(ExpiryMark mark, RunId by) {
            call();
            return points.remove(mark, by);
        }
    }

    private interface Interference {
        RunReport act() throws InterruptedException;
    }
}
