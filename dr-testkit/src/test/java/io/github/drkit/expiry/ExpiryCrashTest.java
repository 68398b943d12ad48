package io.github.drkit.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.CollectRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.error.DrException;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.KeyRing;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Lets an expiry die, fail, or lose an answer at every call it makes to the store and to its journal. Whatever the moment,
 * what the policy keeps is listed and whole, nothing is listed that is not, and resuming, another expiry, or the collector
 * ends with nothing left over.
 */
@Tag("exhaustive")
class ExpiryCrashTest {

    /** 1 tries every moment; more tries each so many-th, so that the suite stays quick. */
    private static final int STRIDE = Integer.getInteger("drkit.expiry.stride", 97);

    private static final KeyRing KEYS = KeyRing.fresh();

    @Test
    void anExpiryThatIsCutOffAnywhereIsFinishedByResuming() throws Exception {
        int moments = everywhere(0, (world, plan, moment) -> {
            if (!world.journal.entries(plan.run()).isEmpty() && world.outcome(plan) == Outcome.UNKNOWN) {
                world.dr.resume(plan.run(), world.expiry);
            }
            requireNothingLost(world, moment);
            // What failed outright was undone, and is planned again.
            world.time.advance(Duration.ofSeconds(1));
            world.expire();
        });
        assertThat(moments).as("moments").isGreaterThanOrEqualTo(500 / STRIDE);
        System.out.println("moments an expiry was cut off at: " + moments);
    }

    @Test
    void anExpiryThatIsCutOffAnywhereIsFinishedByAnother() throws Exception {
        everywhere(STRIDE / 3, (world, plan, moment) -> {
            world.time.advance(Duration.ofSeconds(1));
            assertThat(world.expire().outcome()).as(moment).isEqualTo(Outcome.SUCCEEDED);
        });
    }

    @Test
    void whatAnExpiryThatIsCutOffLetGoIsFinishedByTheCollector() throws Exception {
        everywhere(2 * STRIDE / 3, (world, plan, moment) -> {
            world.time.advance(Duration.ofDays(2));
            collect(world);
            requireNothingLost(world, moment);
            for (RecoveryPointId point : world.all.subList(0, 2)) {
                boolean whole = world.listed().contains(point) || world.going().contains(point);
                if (!whole) {
                    assertThat(world.place(point)).as(moment).containsExactly("manifest.json");
                }
            }
            List<RecoveryPointId> before = world.listed();
            world.days(3);
            world.expire();
            world.all = world.listed();
            assertThat(world.all).as(moment).hasSize(3).doesNotContainAnyElementsOf(before);
        });
    }

    private static int everywhere(int first, Finishing finishing) throws Exception {
        Map<Call, Integer> calls = undisturbed();
        int moments = 0;
        int at = first;
        for (Call call : Call.values()) {
            for (Fault fault : Fault.values()) {
                for (int number = 1; fault != Fault.NONE && number <= calls.getOrDefault(call, 0); number++) {
                    if (at++ % STRIDE == 0) {
                        strike(call, number, fault, finishing);
                        moments++;
                    }
                }
            }
        }
        return moments;
    }

    /** How often an expiry makes each call when nothing goes wrong. */
    private static Map<Call, Integer> undisturbed() throws Exception {
        ExpiryWorld world = new ExpiryWorld(KEYS).days(5);
        Plan plan = world.plan();
        Map<Call, Integer> before = counts(world);
        assertThat(world.dr.execute(plan, world.expiry).outcome()).isEqualTo(Outcome.SUCCEEDED);
        Map<Call, Integer> calls = counts(world);
        before.forEach((call, count) -> calls.merge(call, -count, Integer::sum));
        return calls;
    }

    private static Map<Call, Integer> counts(ExpiryWorld world) {
        Map<Call, Integer> counts = new EnumMap<>(Call.class);
        for (Call call : Call.values()) {
            counts.put(call, script(world, call).count(call));
        }
        return counts;
    }

    private static FaultScript script(ExpiryWorld world, Call call) {
        return call == Call.APPEND || call == Call.ENTRIES || call == Call.RUNS ? world.inJournal : world.inStore;
    }

    private static void strike(Call call, int number, Fault fault, Finishing finishing) throws Exception {
        ExpiryWorld world = new ExpiryWorld(KEYS).days(5);
        world.all = world.listed();
        Plan plan = world.plan();
        FaultScript script = script(world, call);
        script.at(call, number, fault);
        String moment = fault + " at " + call + " " + number;
        try {
            world.dr.execute(plan, world.expiry);
        } catch (DrException told) {
            // It never began, or the journal is not to be written.
            assertThat(told.hint()).as(moment).isNotBlank();
        } catch (AssertionError e) {
            throw e;
        } catch (Error crash) {
            script.revive();
        }
        script.forget();
        requireNothingLost(world, moment);
        finishing.finish(world, plan, moment);
        requireNothingLost(world, moment);
        List<RecoveryPointId> dropped = world.all.subList(0, world.all.size() - 3);
        for (RecoveryPointId point : dropped) {
            assertThat(world.listed()).as(moment).doesNotContain(point);
            assertThat(world.place(point)).as(moment).containsExactly("manifest.json");
        }
        world.time.advance(Duration.ofDays(2));
        assertThat(world.points.leftovers()).as(moment).isEmpty();
    }

    private static void requireNothingLost(ExpiryWorld world, String moment) throws Exception {
        List<RecoveryPointId> kept = world.all.subList(world.all.size() - 3, world.all.size());
        assertThat(world.listed()).as(moment).containsAll(kept);
        assertThat(world.damages()).as(moment).isEmpty();
    }

    private static void collect(ExpiryWorld world) throws InterruptedException {
        world.run(world.target, CollectRequest.ofEndedRuns());
    }

    private interface Finishing {
        void finish(ExpiryWorld world, Plan plan, String moment) throws Exception;
    }
}
