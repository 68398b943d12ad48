package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.BackupRequest;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Purpose;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.error.DrException;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.rds.AwsFault;
import io.github.drkit.testkit.rds.Phase;
import io.github.drkit.testkit.rds.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every call of every operation throttled, refused, lost and killed, and every entry of its journal killed before and after. The
 * figure rds/faults runs all of them, the suite every so many.
 */
@Tag("exhaustive")
class RdsFaultsTest {

    private static final int STRIDE = Integer.getInteger("drkit.faults.stride", 101);
    private static final String COPY = "fineract-prod-restored";

    /** What goes wrong at the n-th call, and whether the run must come to a good end all the same. */
    private record Mishap(String name, IntFunction<AwsFault> fault, boolean passes) {}

    private static final List<Mishap> MISHAPS = List.of(
            new Mishap("throttled", n -> AwsFault.throttled("*").nth(n), true),
            new Mishap(
                    "throttled in a storm that passes",
                    n -> AwsFault.throttled("*").nth(n).times(5),
                    true),
            new Mishap("throttled for ever", n -> AwsFault.throttled("*").nth(n).always(), false),
            new Mishap(
                    "answered 500",
                    n -> AwsFault.answer("*", 500, "InternalFailure").nth(n),
                    true),
            new Mishap(
                    "answered 503 thrice",
                    n -> AwsFault.answer("*", 503, "ServiceUnavailable").nth(n).times(3),
                    true),
            new Mishap(
                    "answered 503 for ever",
                    n -> AwsFault.answer("*", 503, "ServiceUnavailable").nth(n).always(),
                    false),
            new Mishap(
                    "dropped before it was done", n -> AwsFault.dropBefore("*").nth(n), true),
            new Mishap("done, and its answer lost", n -> AwsFault.dropAfter("*").nth(n), true),
            new Mishap("done, and its answer cut", n -> AwsFault.cut("*", 40).nth(n), true),
            new Mishap(
                    "killed before it was done", n -> AwsFault.crashBefore("*").nth(n), true),
            new Mishap("killed after it was done", n -> AwsFault.crashAfter("*").nth(n), true));

    private enum Work {
        BACK_UP,
        FROM_SNAPSHOT,
        TO_POINT_IN_TIME,
        PROVE
    }

    private static final class Rehearsal implements AutoCloseable {

        final RdsWorld world = new RdsWorld(VirtualTime.startingAt("2026-11-22T02:00:00Z")).withInstance();
        final RdsBench bench = new RdsBench(world);
        final Supplier<? extends Operation<?>> operation;
        final Plan plan;
        final String original;
        final Work work;

        Rehearsal(Work work) {
            this.work = work;
            world.rds.createDBSnapshot(
                    request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE).dbSnapshotIdentifier("before"));
            world.aws.pass(Duration.ofHours(1));
            world.aws.rds.script(Transition.SNAPSHOT, Phase.of("creating", Duration.ofMinutes(1)));
            world.aws.rds.script(
                    Transition.RESTORE,
                    Phase.of("creating", Duration.ofMinutes(1)),
                    Phase.of("modifying", Duration.ofSeconds(40)));
            world.aws.rds.script(Transition.DELETE, Phase.of("deleting", Duration.ofMinutes(1)));
            world.aws.rds.script(Transition.MODIFY, Phase.of("modifying", Duration.ofSeconds(40)));
            original = world.settings(RdsWorld.INSTANCE);
            RestoreRequest beside = new RestoreRequest(
                    Selection.latest(),
                    new RestoreDestination(RdsWorld.HOME, Map.of(RdsWorld.INSTANCE, COPY), Isolation.BESIDE_ORIGINAL),
                    work == Work.PROVE ? Purpose.PROOF : Purpose.RESTORE);
            switch (work) {
                case BACK_UP -> {
                    operation = () -> target();
                    plan = bench.engine().plan(target(), BackupRequest.manual("faulty"));
                }
                case TO_POINT_IN_TIME -> {
                    operation = () -> RdsRestore.toPointInTime(target()).build();
                    plan = bench.engine()
                            .plan(RdsRestore.toPointInTime(target()).build(), beside);
                }
                default -> {
                    operation = this::snapshots;
                    plan = bench.engine().plan(snapshots(), beside);
                }
            }
            world.script().forgetCalls();
        }

        /** Nothing here takes longer than minutes; what throttles for ever is asked twice a minute until then. */
        private RdsTarget target() {
            return world.target().waitingAtMost(Duration.ofMinutes(30)).build();
        }

        private RdsRestore snapshots() {
            return RdsRestore.fromSnapshot(target())
                    .isolatedBy("sg-isolated")
                    .connections(world.bank::server)
                    .build();
        }

        /** What must hold whatever went wrong; the world answers again. */
        void requireNoHarm(String moment, Outcome outcome) {
            List<String> instances = world.aws.rds.instances(RdsWorld.HOME);
            List<String> snapshots = new ArrayList<>(world.aws.rds.snapshots(RdsWorld.HOME));
            snapshots.removeIf(name -> name.startsWith("rds:"));
            assertThat(instances)
                    .as("%s: instances", moment)
                    .contains(RdsWorld.INSTANCE)
                    .isSubsetOf(RdsWorld.INSTANCE, COPY);
            assertThat(snapshots)
                    .as("%s: snapshots", moment)
                    .contains("before")
                    .isSubsetOf("before", "fineract-prod-faulty");
            assertThat(world.settings(RdsWorld.INSTANCE))
                    .as("%s: the original", moment)
                    .isEqualTo(original);
            if (outcome != Outcome.SUCCEEDED) {
                return;
            }
            switch (work) {
                case BACK_UP ->
                    assertThat(world.rds
                                    .describeDBSnapshots(
                                            request -> request.dbSnapshotIdentifier("fineract-prod-faulty"))
                                    .dbSnapshots()
                                    .get(0)
                                    .status())
                            .as(moment)
                            .isEqualTo("available");
                case PROVE -> assertThat(instances).as(moment).containsExactly(RdsWorld.INSTANCE);
                default -> assertThat(world.settings(COPY)).as(moment).isEqualTo(original);
            }
        }

        @Override
        public void close() {
            world.close();
        }
    }

    @Test
    void whateverGoesWrongEndsInAStatedOutcomeAndHarmsNothing() throws InterruptedException {
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        int offset = new Random().nextInt(STRIDE);
        int number = 0;
        int runs = 0;
        for (Work work : Work.values()) {
            int calls;
            int entries;
            try (Rehearsal clean = new Rehearsal(work)) {
                RunReport report = clean.bench.goOn(clean.plan, clean.operation, 1);
                assertThat(report.outcome())
                        .as("%s\n%s", work, report.toMarkdown())
                        .isEqualTo(Outcome.SUCCEEDED);
                clean.requireNoHarm(work + " without a mishap", report.outcome());
                entries = clean.bench.journal.entries(clean.plan.run()).size();
                calls = clean.world.script().calls().size();
            }
            for (Mishap mishap : MISHAPS) {
                for (int call = 1; call <= calls; call++) {
                    if (number++ % STRIDE == offset) {
                        outcomes.merge(atCall(work, mishap, call), 1, Integer::sum);
                        runs++;
                    }
                }
            }
            for (FaultScript.Fault death : List.of(FaultScript.Fault.CRASH_BEFORE, FaultScript.Fault.CRASH_AFTER)) {
                for (int entry = 1; entry <= entries; entry++) {
                    if (number++ % STRIDE == offset) {
                        outcomes.merge(atEntry(work, death, entry), 1, Integer::sum);
                        runs++;
                    }
                }
            }
        }
        System.out.println("faults " + runs + " of " + number + " moments: " + outcomes
                + ", 0 with two instances, 0 falsely SUCCEEDED, 0 originals or manual snapshots deleted");
    }

    private static Outcome atCall(Work work, Mishap mishap, int call) throws InterruptedException {
        try (Rehearsal rehearsal = new Rehearsal(work)) {
            String moment = work + ", call " + call + " " + mishap.name();
            rehearsal.world.script().inject(mishap.fault().apply(call));
            RunReport report;
            Outcome outcome;
            try {
                report = rehearsal.bench.goOn(rehearsal.plan, rehearsal.operation, 4);
                outcome = report.outcome();
                moment += "\n" + report.toMarkdown();
            } catch (DrException refused) {
                outcome = Outcome.FAILED;
                moment += "\n" + refused.getMessage();
            }
            rehearsal.world.script().heal();
            rehearsal.requireNoHarm(moment, outcome);
            if (mishap.passes()) {
                assertThat(outcome).as(moment).isEqualTo(Outcome.SUCCEEDED);
            } else if (outcome == Outcome.UNKNOWN) {
                RunReport resumed = rehearsal.bench.goOn(rehearsal.plan, rehearsal.operation, 4);
                assertThat(resumed.outcome())
                        .as("%s\nresumed\n%s", moment, resumed.toMarkdown())
                        .isEqualTo(Outcome.SUCCEEDED);
                rehearsal.requireNoHarm(moment, resumed.outcome());
            }
            return outcome;
        }
    }

    private static Outcome atEntry(Work work, FaultScript.Fault death, int entry) throws InterruptedException {
        try (Rehearsal rehearsal = new Rehearsal(work)) {
            String moment = work + ", " + death + " entry " + entry;
            rehearsal.bench.faults.at(FaultScript.Call.APPEND, entry, death);
            RunReport report = rehearsal.bench.goOn(rehearsal.plan, rehearsal.operation, 4);
            rehearsal.requireNoHarm(moment, report.outcome());
            assertThat(report.outcome())
                    .as("%s\n%s", moment, report.toMarkdown())
                    .isEqualTo(Outcome.SUCCEEDED);
            return report.outcome();
        }
    }
}
