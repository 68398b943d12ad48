package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Outcome;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.rds.Phase;
import io.github.drkit.testkit.rds.Transition;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A restore that takes two hours, with the touches of {@code available} in between that real ones have. The figure rds/two-hours. */
class RdsTwoHoursTest {

    /** Five seconds where nothing else runs; the suite shares its machine. */
    private static final Duration BAR = Duration.ofSeconds(Integer.getInteger("drkit.two-hours.seconds", 60));

    @Test
    void twoHoursOfRdsPassInMilliseconds() throws InterruptedException {
        try (RdsWorld world = new RdsWorld(VirtualTime.startingAt("2026-11-22T02:00:00Z")).withInstance()) {
            world.aws.pass(Duration.ofHours(3));
            world.aws.rds.script(
                    Transition.RESTORE,
                    Phase.of("creating", Duration.ofMinutes(95)),
                    Phase.of("backing-up", Duration.ofMinutes(10)),
                    Phase.of("available", Duration.ofSeconds(20)),
                    Phase.of("modifying", Duration.ofMinutes(10)),
                    Phase.of("rebooting", Duration.ofMinutes(5)));
            RdsBench bench = new RdsBench(world);
            RdsRestore strategy =
                    RdsRestore.toPointInTime(world.target().build()).build();
            RestoreRequest request = RestoreRequest.of(
                    Selection.latest(),
                    new RestoreDestination(
                            RdsWorld.HOME, Map.of(RdsWorld.INSTANCE, "restored"), Isolation.BESIDE_ORIGINAL));

            long begun = System.nanoTime();
            RunReport report = bench.run(strategy, request);
            Duration real = Duration.ofNanos(System.nanoTime() - begun);

            Duration virtual = Duration.between(report.begun(), report.ended());
            System.out.println("two-hours " + virtual.toMinutes() + " minutes of RDS in " + real.toMillis() + " ms");
            assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
            assertThat(virtual).isGreaterThan(Duration.ofHours(2)).isLessThan(Duration.ofMinutes(150));
            assertThat(real).isLessThan(BAR);
            assertThat(world.settings("restored")).isEqualTo(world.settings(RdsWorld.INSTANCE));
        }
    }
}
