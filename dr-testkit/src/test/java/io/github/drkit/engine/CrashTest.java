package io.github.drkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Effect;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryJournal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Lets the process die at every journal entry, before and after it was written, and then again at every entry of the
 * resumed run. Whatever the pair of moments, the world ends as if nothing had happened.
 */
@Tag("exhaustive")
class CrashTest {

    @Test
    void aBackupThatDiesAnywhereTwiceEndsAsIfItHadNot() {
        World undisturbed = new World("");
        undisturbed.run();
        assertThat(undisturbed.outcome).isEqualTo(Outcome.SUCCEEDED);
        int pairs = 0;
        for (Fault first : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            for (Fault second : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
                for (int one = 1; one <= undisturbed.entries(); one++) {
                    // One more than any run writes, so that the last round resumes undisturbed.
                    for (int two = 1; two <= undisturbed.entries() + 1; two++) {
                        String moment = first + " entry " + one + ", then " + second + " entry " + two;
                        World world = new World(moment);
                        world.faults.at(Call.APPEND, one, first);
                        world.run();
                        world.faults.at(Call.APPEND, two, second);
                        world.run();
                        world.run();

                        assertThat(world.outcome).as(moment).isEqualTo(Outcome.SUCCEEDED);
                        assertThat(world.committed).as(moment).hasSize(1);
                        assertThat(world.committed.get(0))
                                .as("%s: dumps of one snapshot", moment)
                                .matches("(\\d+)=\\1");
                        assertThat(world.made).as(moment).isEqualTo(undisturbed.made);
                        assertThat(world.wrong).as(moment).isEmpty();
                        pairs++;
                    }
                }
            }
        }
        int entries = undisturbed.entries();
        assertThat(pairs).as("pairs of moments").isEqualTo(4 * entries * (entries + 1));
    }

    @Test
    void aFailingBackupThatDiesAnywhereStillFailsAndRemovesWhatItMadeAndNothingElse() {
        World undisturbed = new World("").failing();
        undisturbed.run();
        assertThat(undisturbed.outcome).isEqualTo(Outcome.FAILED);
        assertThat(undisturbed.made).isEmpty();
        for (Fault fault : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            for (int entry = 1; entry <= undisturbed.entries(); entry++) {
                String moment = fault + " entry " + entry;
                World world = new World(moment).failing();
                world.faults.at(Call.APPEND, entry, fault);
                world.run();
                world.run();

                assertThat(world.outcome).as(moment).isEqualTo(Outcome.FAILED);
                assertThat(world.committed).as(moment).isEmpty();
                assertThat(world.made).as("%s: what is left", moment).isEmpty();
                assertThat(world.wrong).as(moment).isEmpty();
            }
        }
    }

    /** A live system with a snapshot, two dumps of it, a named resource, a commit, and what cleans up. */
    private static final class World {

        private final String moment;
        private final FaultScript faults = new FaultScript();
        private final InMemoryJournal journal = new InMemoryJournal(faults);
        private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:00Z");
        private final Map<String, String> made = new TreeMap<>();
        private final List<String> committed = new ArrayList<>();
        private final List<String> wrong = new ArrayList<>();
        private boolean fails;
        private int snapshots;
        private Outcome outcome = Outcome.UNKNOWN;
        private Optional<Plan> plan = Optional.empty();

        World(String moment) {
            this.moment = moment;
        }

        World failing() {
            fails = true;
            return this;
        }

        int entries() {
            return journal.entries(plan.orElseThrow().run()).size();
        }

        /** Executes or resumes in a new process, until that one dies or the run ends. */
        void run() {
            ScriptedOperation operation = operation();
            DisasterRecovery dr = DisasterRecovery.builder(journal)
                    .time(time)
                    .ids(() -> "id")
                    .sideBySide(1)
                    .build();
            try {
                if (outcome != Outcome.UNKNOWN) {
                    return;
                }
                Plan mine = plan.orElseGet(() -> dr.plan(operation, ScriptedOperation.REQUEST));
                plan = Optional.of(mine);
                outcome = resumeOrExecute(dr, mine, operation).outcome();
            } catch (InterruptedException e) {
                throw new AssertionError(moment, e);
            } catch (AssertionError e) {
                throw e;
            } catch (Error died) {
                faults.revive();
            }
        }

        private RunReport resumeOrExecute(DisasterRecovery dr, Plan mine, ScriptedOperation operation)
                throws InterruptedException {
            try {
                return dr.resume(mine.run(), operation);
            } catch (NotFoundException notBegun) {
                return dr.execute(mine, operation);
            } catch (RequestRefusedException ended) {
                // It died after its last entry: there is nothing left but to read how it ended.
                return dr.report(mine.run());
            }
        }

        private ScriptedOperation operation() {
            return new ScriptedOperation()
                    .precondition("place", () -> committed.isEmpty() ? "free" : "taken")
                    .step(step("place"), context -> make("place", "x", context))
                    .step(step("snapshot").traits(Trait.VOLATILE), context -> {
                        snapshots++;
                        int number = snapshots;
                        context.keepOpen("snapshot", new Held(number));
                        return StepResult.succeeded("open");
                    })
                    .step(step("dump-1").after("snapshot"), context -> dump("1", context))
                    .step(
                            step("dump-2").after("snapshot", "place"),
                            context -> fails ? StepResult.failed("cannot dump") : dump("2", context))
                    .step(step("commit").after("dump-1", "dump-2").changes("place"), this::commit)
                    .step(step("remove").traits(Trait.ON_FAILURE), context -> {
                        made.clear();
                        return StepResult.succeeded("removed");
                    })
                    .step(step("tidy").traits(Trait.CLEAN_UP), context -> StepResult.succeeded("tidy"));
        }

        private StepResult dump(String name, StepContext context) {
            Held snapshot = context.opened("snapshot", Held.class);
            make("dump-" + name, "x", context);
            return StepResult.succeeded("dumped", Map.of("of", String.valueOf(snapshot.number())));
        }

        private StepResult commit(StepContext context) {
            String content = context.facts("dump-1").get("of") + "="
                    + context.facts("dump-2").get("of");
            if (committed.isEmpty()) {
                committed.add(content);
            } else if (context.attempt() == 1) {
                wrong.add("told that commit is new, but it was done");
            } else if (!committed.get(0).equals(content)) {
                wrong.add("wants to commit " + content + " over " + committed.get(0));
            }
            return StepResult.succeeded("committed");
        }

        private StepResult make(String name, String value, StepContext context) {
            if (made.put(name, value) != null && context.attempt() == 1) {
                wrong.add("told that " + name + " is new, but it was made before");
            }
            return StepResult.succeeded("made");
        }

        private static PlanStep.Builder step(String name) {
            return PlanStep.named(name, "Do " + name, Effect.NAMED);
        }
    }

    private record Held(int number) implements AutoCloseable {
        @Override
        public void close() {}
    }

    /** Names what this test would otherwise only imply. */
    @Test
    void aRunIsFoundByItsIdAfterACrash() {
        World world = new World("");
        world.faults.at(Call.APPEND, 4, Fault.CRASH_AFTER);
        world.run();

        RunId run = world.plan.orElseThrow().run();

        assertThat(world.journal.runs()).containsExactly(run);
    }
}
