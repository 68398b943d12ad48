package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.TimeSource;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.cutover.Standing.State;
import io.github.drkit.error.DrException;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What all {@link EndpointSwitch}es must do: the rules SWT of {@code docs/contract.md}. */
@ExtendWith(NamesTheRule.class)
public abstract class EndpointSwitchContract {

    private Reversal reversal = new Reversal(VirtualTime.startingAt("2026-11-22T02:00:00Z"));

    /** For subclasses, which need nothing passed in. */
    protected EndpointSwitchContract() {}

    /**
     * Makes an endpoint that leads to the old side, with something else beside it that is not to change.
     *
     * @throws Exception whatever doing so throws; the test fails
     */
    protected abstract void makeWorld() throws Exception;

    /**
     * Gives the switch of that endpoint. Called several times in a test, as by several processes.
     *
     * @return the switch
     * @throws Exception whatever doing so throws; the test fails
     */
    protected abstract EndpointSwitch endpoint() throws Exception;

    /**
     * Reads where an application is led that looks now.
     *
     * @return {@code old}, {@code new} or anything else
     * @throws Exception whatever looking throws; the test fails
     */
    protected abstract String leads() throws Exception;

    /**
     * Reads what lies beside the value and is not to change.
     *
     * @return the same text as long as nothing changed
     * @throws Exception whatever looking throws; the test fails
     */
    protected abstract String beside() throws Exception;

    /**
     * Leads the endpoint to a third place, past the switch.
     *
     * @throws Exception whatever doing so throws; the test fails
     */
    protected abstract void changeByOther() throws Exception;

    /**
     * Loses the answer to one of the next effects.
     *
     * @param number which effect from now, 1 for the next
     * @return false if this world cannot; the rule is skipped then
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
    @DisplayName("SWT-001 name and place are always the same")
    void constant() throws Exception {
        EndpointSwitch.Place place = endpoint().place();
        String name = endpoint().name();
        switched();

        assertThat(endpoint().name()).isEqualTo(name).isNotBlank();
        assertThat(endpoint().place()).isEqualTo(place);
    }

    @Test
    @DisplayName("SWT-002 planning and observing change nothing")
    void readsOnly() throws Exception {
        String before = beside();

        endpoint().plan();
        endpoint().observe(Map.of());

        assertThat(leads()).isEqualTo("old");
        assertThat(beside()).isEqualTo(before);
    }

    @Test
    @DisplayName("SWT-003 planning twice says the same")
    void steady() throws Exception {
        assertThat(endpoint().plan()).isEqualTo(endpoint().plan());
    }

    @Test
    @DisplayName("SWT-004 once it is made, whoever looks is led to the new side")
    void leadsToNew() throws Exception {
        Plan plan = switched();

        assertThat(leads()).isEqualTo("new");
        assertThat(endpoint().observe(reversal.recorded(plan)).state()).isEqualTo(State.MADE);
    }

    @Test
    @DisplayName("SWT-005 what was never made is not MADE, and undoing it changes nothing")
    void neverMade() throws Exception {
        assertThat(endpoint().observe(Map.of()).state()).isEqualTo(State.UNMADE);

        reversal.undoNothing(endpoint());

        assertThat(leads()).isEqualTo("old");
    }

    @Test
    @DisplayName("SWT-006 what lies beside the value stays as it is")
    void besideStays() throws Exception {
        String before = beside();
        Plan plan = switched();

        assertThat(beside()).isEqualTo(before);
        reversal.undo(plan, endpoint());
        assertThat(beside()).isEqualTo(before);
    }

    @Test
    @DisplayName("SWT-007 undoing it leads back to where it led")
    void leadsBack() throws Exception {
        Plan plan = switched();

        RunReport undone = reversal.undo(plan, endpoint());

        assertThat(undone.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(leads()).isEqualTo("old");
        assertThat(endpoint().observe(reversal.recorded(plan)).state()).isEqualTo(State.UNMADE);
    }

    @Test
    @DisplayName("SWT-008 undoing it again changes nothing")
    void undoneTwice() throws Exception {
        Plan plan = switched();
        reversal.undo(plan, endpoint());

        RunReport again = reversal.undo(plan, endpoint());

        assertThat(again.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(leads()).isEqualTo("old");
    }

    @Test
    @DisplayName("SWT-009 a value that somebody changed after planning is not overwritten")
    void changedBefore() throws Exception {
        Plan plan = reversal.plan(endpoint());
        changeByOther();
        String theirs = leads();

        try {
            assertThat(reversal.make(plan, endpoint()).outcome()).isNotEqualTo(Outcome.SUCCEEDED);
        } catch (DrException refused) {
            assertThat(refused).hasMessageContaining("Cannot");
        }

        assertThat(leads()).isEqualTo(theirs);
    }

    @Test
    @DisplayName("SWT-010 a value that somebody changed after it was made is seen, and not overwritten by undoing it")
    void changedAfter() throws Exception {
        Plan plan = switched();
        changeByOther();
        String theirs = leads();

        assertThat(endpoint().observe(reversal.recorded(plan)).state()).isEqualTo(State.PARTLY);
        assertThat(reversal.undo(plan, endpoint()).outcome()).isNotEqualTo(Outcome.SUCCEEDED);

        assertThat(leads()).isEqualTo(theirs);
    }

    @Test
    @DisplayName("SWT-011 a process that dies at any entry of the journal is survived by resuming")
    void resumed() throws Exception {
        for (Fault crash : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            boolean died = true;
            for (int entry = 1; died && entry < Rehearsal.MANY; entry++) {
                begin();
                Plan plan = reversal.plan(endpoint());
                died = reversal.makeUntil(entry, crash, plan, endpoint());

                RunReport report = reversal.goOn(plan, endpoint());

                assertThat(report.outcome()).as("%s entry %d", crash, entry).isEqualTo(Outcome.SUCCEEDED);
                assertThat(leads()).as("%s entry %d", crash, entry).isEqualTo("new");
                reversal.undo(plan, endpoint());
                assertThat(leads()).as("%s entry %d, then undone", crash, entry).isEqualTo("old");
            }
        }
    }

    @Test
    @DisplayName("SWT-012 undoing leads back after a process that died at any entry of the journal")
    void halfMade() throws Exception {
        for (Fault crash : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            boolean died = true;
            for (int entry = 1; died && entry < Rehearsal.MANY; entry++) {
                begin();
                Plan plan = reversal.plan(endpoint());
                died = reversal.makeUntil(entry, crash, plan, endpoint());

                reversal.undo(plan, endpoint());

                assertThat(leads()).as("%s entry %d", crash, entry).isEqualTo("old");
            }
        }
    }

    @Test
    @DisplayName("SWT-013 an effect whose answer was lost is UNKNOWN, and resuming makes it")
    void lostAnswers() throws Exception {
        int lost = 0;
        for (int number = 1; number < Rehearsal.MANY; number++) {
            begin();
            Plan plan = reversal.plan(endpoint());
            if (!losesAnswer(number)) {
                break;
            }
            RunReport report = reversal.make(plan, endpoint());
            if (number > 1 && report.outcome() == Outcome.SUCCEEDED) {
                break; // there is no such effect, so no answer of it was lost
            }
            lost++;
            assertThat(report.outcome()).as("answer %d lost", number).isEqualTo(Outcome.UNKNOWN);
            assertThat(reversal.goOn(plan, endpoint()).outcome()).isEqualTo(Outcome.SUCCEEDED);
            assertThat(leads()).isEqualTo("new");
            reversal.undo(plan, endpoint());
            assertThat(leads()).as("answer %d lost, then undone", number).isEqualTo("old");
        }
        assumeThat(lost).as("answers this world can lose").isPositive();
    }

    @Test
    @DisplayName("SWT-014 no secret stands in a plan, a journal or a report")
    void silent() throws Exception {
        assumeThat(secrets()).as("secrets given").isNotEmpty();
        Plan plan = switched();

        assertThat(reversal.traces(plan)).doesNotContain(secrets().toArray(String[]::new));
    }

    private Plan switched() throws Exception {
        Plan plan = reversal.plan(endpoint());
        RunReport report = reversal.make(plan, endpoint());
        assertThat(report.outcome()).as(() -> report.steps().get(0).message()).isEqualTo(Outcome.SUCCEEDED);
        return plan;
    }
}
