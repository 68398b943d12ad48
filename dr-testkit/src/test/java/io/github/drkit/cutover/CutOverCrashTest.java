package io.github.drkit.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.error.DrException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Lets a cut-over, a roll back and a withdrawal go wrong once at every journal entry, effect and look, in every way there is,
 * and takes them up again. At no moment may applications be led to one side while the other one admits them by the run's
 * doing, and a roll back always ends where the cut-over began.
 */
@Timeout(60)
@Tag("exhaustive")
class CutOverCrashTest {

    private static final Map<Call, List<Fault>> WRONG = Map.of(
            Call.APPEND, List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER),
            Call.CHANGE,
                    List.of(Fault.FAIL, Fault.LOSE_ANSWER, Fault.LOSE_REQUEST, Fault.CRASH_BEFORE, Fault.CRASH_AFTER),
            Call.LOOK, List.of(Fault.FAIL, Fault.CRASH_BEFORE));

    @Test
    void aCutOverThatGoesWrongAnywhereEndsOnOneSideAndIsRolledBackExactly() throws Exception {
        int moments = 0;
        for (Map.Entry<Call, List<Fault>> call : WRONG.entrySet()) {
            for (Fault fault : call.getValue()) {
                for (int number = 1; ; number++) {
                    CutOverWorld world = new CutOverWorld();
                    String moment = fault + " at " + call.getKey() + " " + number;
                    Plan plan = world.plan(CutOverRequest.to("copy new"));
                    int before = world.faults.count(call.getKey());
                    world.faults.at(call.getKey(), number, fault);

                    Outcome outcome = settle(world, plan, moment);

                    if (world.faults.count(call.getKey()) - before < number) {
                        break;
                    }
                    moments++;
                    assertThat(outcome).as(moment).isIn(Outcome.SUCCEEDED, Outcome.FAILED);
                    if (outcome == Outcome.SUCCEEDED) {
                        assertThat(world.secret.value()).as(moment).isEqualTo("new");
                        assertThat(world.old.roles().values()).as(moment).containsOnly(false);
                    }
                    world.faults.forget();
                    rollBack(world, plan, moment);
                    assertAsBefore(world, moment);
                }
            }
        }
        assertThat(moments).as("moments at which something went wrong").isGreaterThan(140);
    }

    @Test
    void aRollBackThatGoesWrongAnywhereIsFinishedAndNothingIsServedTwice() throws Exception {
        int moments = 0;
        for (Map.Entry<Call, List<Fault>> call : WRONG.entrySet()) {
            for (Fault fault : call.getValue()) {
                for (int number = 1; ; number++) {
                    CutOverWorld world = new CutOverWorld();
                    String moment = fault + " at " + call.getKey() + " " + number;
                    RunReport there = world.forward();
                    Plan plan = world.plan(CutOverRequest.back(there.run()));
                    int before = world.faults.count(call.getKey());
                    world.faults.at(call.getKey(), number, fault);

                    Outcome outcome = settle(world, plan, moment);

                    if (world.faults.count(call.getKey()) - before < number) {
                        break;
                    }
                    moments++;
                    world.faults.forget();
                    for (int again = 0; outcome != Outcome.SUCCEEDED && again < 2; again++) {
                        assertThat(outcome).as(moment).isEqualTo(Outcome.FAILED);
                        outcome = settle(world, world.plan(CutOverRequest.back(there.run())), moment);
                    }
                    assertThat(outcome).as(moment).isEqualTo(Outcome.SUCCEEDED);
                    assertAsBefore(world, moment);
                    assertThat(world.fresh.roles().values()).as(moment).containsOnly(false);
                }
            }
        }
        assertThat(moments).as("moments at which something went wrong").isGreaterThan(140);
    }

    /** Takes the run up again as long as it is UNKNOWN, whatever dies on the way. */
    private static Outcome settle(CutOverWorld world, Plan plan, String moment) throws InterruptedException {
        Outcome outcome = Outcome.UNKNOWN;
        for (int process = 0; outcome == Outcome.UNKNOWN && process < 5; process++) {
            try {
                outcome = world.live(plan).outcome();
            } catch (DrException refusedBeforeAnything) {
                if (world.journal.entries(plan.run()).isEmpty()) {
                    return Outcome.FAILED;
                }
            }
            assertNotSplit(world, moment);
        }
        return outcome;
    }

    /** Also right after a failure that undid itself; there is nothing left to do then. */
    private static void rollBack(CutOverWorld world, Plan plan, String moment) throws InterruptedException {
        try {
            assertThat(world.run(CutOverRequest.back(plan.run())).outcome())
                    .as(moment)
                    .isEqualTo(Outcome.SUCCEEDED);
        } catch (NotFoundException nothingWasBegun) {
            assertThat(world.journal.entries(plan.run()))
                    .as("%s: what the run recorded before it acted", moment)
                    .noneMatch(entry -> entry.kind() == JournalEntry.Kind.STEP_NOTED);
        }
    }

    /** Where the client is led it must not write beside others who are led elsewhere. */
    private static void assertNotSplit(CutOverWorld world, String moment) {
        boolean oldAdmits = world.old.roles().getOrDefault("app", false);
        boolean ledAway = List.of(world.secret.value(), world.report.value()).contains("new");
        assertThat(oldAdmits && ledAway)
                .as("%s: the old side admits while an endpoint leads to the new one", moment)
                .isFalse();
    }

    private static void assertAsBefore(CutOverWorld world, String moment) {
        assertThat(world.old.roles()).as(moment).isEqualTo(CutOverWorld.ROLES);
        assertThat(List.of(world.secret.value(), world.report.value(), world.row.value()))
                .as(moment)
                .containsOnly("old");
        assertThat(world.write("served")).as(moment).isPresent();
        assertThat(world.old.rows()).as(moment).containsExactly("served");
    }
}
