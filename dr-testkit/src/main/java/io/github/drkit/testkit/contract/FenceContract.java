package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.TimeSource;
import io.github.drkit.cutover.Fence;
import io.github.drkit.cutover.Fence.Sessions;
import io.github.drkit.cutover.Standing.State;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What all {@link Fence}s must do: the rules FNC of {@code docs/contract.md}.
 *
 * <p>Rules that try every moment carry the JUnit tag {@code exhaustive}, for a build that runs them apart.
 */
@ExtendWith(NamesTheRule.class)
public abstract class FenceContract {

    private Reversal reversal = new Reversal(VirtualTime.startingAt("2026-11-22T02:00:00Z"));

    /** For subclasses, which need nothing passed in. */
    protected FenceContract() {}

    /**
     * Makes a side on which somebody may write and somebody else may not.
     *
     * @throws Exception whatever doing so throws; the test fails
     */
    protected abstract void makeWorld() throws Exception;

    /**
     * Gives the fence of that side. Called several times in a test, as by several processes.
     *
     * @return the fence
     * @throws Exception whatever doing so throws; the test fails
     */
    protected abstract Fence fence() throws Exception;

    /**
     * Describes completely whom the side admits.
     *
     * @return the same text as long as nothing changed
     * @throws Exception whatever looking throws; the test fails
     */
    protected abstract String world() throws Exception;

    /**
     * Lets an application connect and write.
     *
     * @return whether the row was accepted
     * @throws Exception whatever doing so throws; the test fails
     */
    protected abstract boolean writesAnew() throws Exception;

    /**
     * Opens a session that stays open.
     *
     * @throws Exception whatever doing so throws; the test fails
     */
    protected abstract void openSession() throws Exception;

    /**
     * Writes in the session that was opened.
     *
     * @return whether the row was accepted
     * @throws Exception whatever doing so throws; the test fails
     */
    protected abstract boolean writesInSession() throws Exception;

    /**
     * Lets somebody in through an engaged fence, as an operator could.
     *
     * @return false if this world has no way; the rule is skipped then
     * @throws Exception whatever doing so throws; the test fails
     */
    protected boolean slipsIn() throws Exception {
        return false;
    }

    /**
     * Loses the answer to one of the next effects.
     *
     * @param number which effect from now, 1 for the next
     * @return false if this world cannot, or if there is no such effect; the rule is skipped if there is not one
     * @throws Exception whatever doing so throws; the test fails
     */
    protected boolean losesAnswer(int number) throws Exception {
        return false;
    }

    /**
     * Returns the clock of the runs.
     *
     * @return one on which waiting returns at once
     */
    protected TimeSource time() {
        return VirtualTime.startingAt("2026-11-22T02:00:00Z");
    }

    /**
     * Returns what must not stand in plans, journals and reports.
     *
     * @return secrets of this world, none unless overridden
     */
    protected Set<String> secrets() {
        return Set.of();
    }

    @BeforeEach
    void begin() throws Exception {
        makeWorld();
        reversal = new Reversal(time());
    }

    @Test
    @DisplayName("FNC-001 name and reach are always the same, and somebody is kept out")
    void constant() throws Exception {
        Fence fence = fence();
        String name = fence.name();
        Set<Sessions> reach = fence.keepsOut();
        engaged();

        assertThat(fence().name()).isEqualTo(name).isNotBlank();
        assertThat(fence().keepsOut()).isEqualTo(reach).isNotEmpty();
    }

    @Test
    @DisplayName("FNC-002 planning and observing change nothing")
    void readsOnly() throws Exception {
        String before = world();

        fence().plan();
        fence().observe(Map.of());

        assertThat(world()).isEqualTo(before);
    }

    @Test
    @DisplayName("FNC-003 planning twice says the same")
    void steady() throws Exception {
        assertThat(fence().plan()).isEqualTo(fence().plan());
    }

    @Test
    @DisplayName("FNC-004 what was never engaged is not MADE, and lifting it changes nothing")
    void neverEngaged() throws Exception {
        String before = world();

        assertThat(fence().observe(Map.of()).state()).isNotEqualTo(State.MADE);
        reversal.undoNothing(fence());

        assertThat(world()).isEqualTo(before);
    }

    @Test
    @DisplayName("FNC-005 once it is engaged nobody new can write")
    void newSessions() throws Exception {
        assumeThat(fence().keepsOut()).as("what it keeps out").contains(Sessions.NEW_SESSIONS);
        assertThat(writesAnew()).as("an application writes before").isTrue();

        engaged();

        assertThat(writesAnew()).as("an application writes after").isFalse();
    }

    @Test
    @DisplayName("FNC-006 once it is engaged whoever was connected cannot write any more")
    void openSessions() throws Exception {
        assumeThat(fence().keepsOut()).as("what it keeps out").contains(Sessions.OPEN_SESSIONS);
        openSession();
        assertThat(writesInSession()).as("the session writes before").isTrue();

        engaged();

        assertThat(writesInSession()).as("the session writes after").isFalse();
    }

    @Test
    @DisplayName("FNC-007 who slips in is seen, and the fence is not MADE any more")
    void slippedIn() throws Exception {
        Plan plan = engaged();
        assumeThat(slipsIn()).as("somebody can slip in").isTrue();

        assertThat(fence().observe(reversal.recorded(plan)).state()).isNotEqualTo(State.MADE);
    }

    @Test
    @DisplayName("FNC-008 engaging it again takes nothing more, and lifting it gives back all")
    void twice() throws Exception {
        String before = world();
        Plan first = engaged();
        String fenced = world();
        Plan second = engaged();
        assertThat(world()).isEqualTo(fenced);

        reversal.undo(second, fence());
        assertThat(world()).as("after lifting what took nothing").isEqualTo(fenced);
        reversal.undo(first, fence());

        assertThat(world()).isEqualTo(before);
    }

    @Test
    @DisplayName("FNC-009 lifting it gives back exactly what was taken")
    void exact() throws Exception {
        String before = world();
        Plan plan = engaged();
        assertThat(world()).isNotEqualTo(before);

        RunReport lifted = reversal.undo(plan, fence());

        assertThat(lifted.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world()).isEqualTo(before);
        assertThat(fence().observe(reversal.recorded(plan)).state()).isEqualTo(State.UNMADE);
    }

    @Test
    @DisplayName("FNC-010 lifting it again changes nothing")
    void liftedTwice() throws Exception {
        String before = world();
        Plan plan = engaged();
        reversal.undo(plan, fence());

        RunReport again = reversal.undo(plan, fence());

        assertThat(again.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world()).isEqualTo(before);
    }

    @Test
    @Tag("exhaustive")
    @DisplayName("FNC-011 a process that dies at any entry of the journal is survived by resuming")
    void resumed() throws Exception {
        for (Fault crash : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            boolean died = true;
            for (int entry = 1; died && entry < Rehearsal.MANY; entry++) {
                begin();
                String before = world();
                Plan plan = reversal.plan(fence());
                died = reversal.makeUntil(entry, crash, plan, fence());

                RunReport report = reversal.goOn(plan, fence());

                assertThat(report.outcome()).as("%s entry %d", crash, entry).isEqualTo(Outcome.SUCCEEDED);
                assertThat(fence().observe(reversal.recorded(plan)).state()).isEqualTo(State.MADE);
                reversal.undo(plan, fence());
                assertThat(world()).as("%s entry %d, then lifted", crash, entry).isEqualTo(before);
            }
        }
    }

    @Test
    @Tag("exhaustive")
    @DisplayName("FNC-012 lifting gives back what a process took that died at any entry of the journal")
    void halfEngaged() throws Exception {
        for (Fault crash : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            boolean died = true;
            for (int entry = 1; died && entry < Rehearsal.MANY; entry++) {
                begin();
                String before = world();
                Plan plan = reversal.plan(fence());
                died = reversal.makeUntil(entry, crash, plan, fence());

                reversal.undo(plan, fence());

                assertThat(world()).as("%s entry %d", crash, entry).isEqualTo(before);
            }
        }
    }

    @Test
    @Tag("exhaustive")
    @DisplayName("FNC-013 an effect whose answer was lost is UNKNOWN, and resuming engages it")
    void lostAnswers() throws Exception {
        int lost = 0;
        for (int number = 1; number < Rehearsal.MANY; number++) {
            begin();
            String before = world();
            Plan plan = reversal.plan(fence());
            if (!losesAnswer(number)) {
                break;
            }
            RunReport report = reversal.make(plan, fence());
            if (number > 1 && report.outcome() == Outcome.SUCCEEDED) {
                break; // there is no such effect, so no answer of it was lost
            }
            lost++;
            assertThat(report.outcome()).as("answer %d lost", number).isEqualTo(Outcome.UNKNOWN);
            assertThat(reversal.goOn(plan, fence()).outcome()).isEqualTo(Outcome.SUCCEEDED);
            reversal.undo(plan, fence());
            assertThat(world()).as("answer %d lost, then lifted", number).isEqualTo(before);
        }
        assumeThat(lost).as("answers this world can lose").isPositive();
    }

    @Test
    @DisplayName("FNC-014 no secret stands in a plan, a journal or a report")
    void silent() throws Exception {
        assumeThat(secrets()).as("secrets given").isNotEmpty();
        Plan plan = engaged();

        assertThat(reversal.traces(plan)).doesNotContain(secrets().toArray(String[]::new));
    }

    private Plan engaged() throws Exception {
        Plan plan = reversal.plan(fence());
        RunReport report = reversal.make(plan, fence());
        assertThat(report.outcome()).as(() -> report.steps().get(0).message()).isEqualTo(Outcome.SUCCEEDED);
        return plan;
    }
}
