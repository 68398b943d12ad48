package io.github.drkit.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.VerifyRequest;
import io.github.drkit.cutover.EndpointSwitch.Place;
import io.github.drkit.cutover.Fence.Sessions;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.PlanStaleException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CutOverTest {

    private final CutOverWorld world = new CutOverWorld();

    @Test
    void theOldSideIsFencedBeforeAnyEndpointIsSwitchedAndTheRowInsideTheCopyComesFirst() throws Exception {
        Plan plan = world.plan(CutOverRequest.to("copy new"));

        assertThat(plan.steps().stream().map(PlanStep::name))
                .containsExactly(
                        "check-sides",
                        "fence-old-1",
                        "observe-fence",
                        "switch-1",
                        "note-position",
                        "switch-2",
                        "switch-3",
                        "observe-switch",
                        "undo-if-failed");
        assertThat(plan.find("switch-1").orElseThrow().title()).isEqualTo("Point 'tenant row' at 'new'");
        assertThat(plan.find("switch-2").orElseThrow().traits())
                .containsExactlyInAnyOrder(Trait.DESTRUCTIVE, Trait.POINT_OF_NO_RETURN);
        assertThat(plan.find("fence-old-1").orElseThrow().commands()).containsExactly("lock app", "lock batch");
        assertThat(plan.render())
                .contains("fence-old-1 'roles of old' is [app, batch] may log in")
                .contains("switch-2 'secret' is old");
        assertThat(world.old.roles()).isEqualTo(CutOverWorld.ROLES);
        assertThat(world.secret.value()).isEqualTo("old");
    }

    @Test
    void afterACutOverTheClientGoesOnAtTheNewSideAndNobodyWritesToTheOldOne() throws Exception {
        int session = world.old.connect("app").orElseThrow();
        world.write("before");

        RunReport report = world.forward();

        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.old.write(session, "late")).isEmpty();
        assertThat(world.write("after")).contains("after");
        assertThat(world.old.rows()).containsExactly("before");
        assertThat(world.fresh.rows()).containsExactly("after");
        assertThat(world.old.roles().values()).containsOnly(false);
    }

    @Test
    void anotherCopyThanThePlannedOneIsRefusedWhilePlanning() {
        assertThatThrownBy(() -> world.plan(CutOverRequest.to("copy other")))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot cut over to 'new': the copy found there is copy new but copy other is required\n"
                        + "Hint: Is it the server the copy was restored to? Ask the new side for its identity after the"
                        + " restore [DRK-CUTOVER-004]");
    }

    @Test
    void aRoleThatAppearedAfterPlanningMakesThePlanStale() {
        Plan plan = world.plan(CutOverRequest.to("copy new"));
        world.old.admit("newcomer");

        assertThatThrownBy(() -> world.engine().execute(plan, world.cutOver()))
                .isExactlyInstanceOf(PlanStaleException.class)
                .hasMessageContaining("fence-old-1 'roles of old' is [app, batch, newcomer] may log in but the plan"
                        + " relies on [app, batch] may log in");
        assertThat(world.old.roles()).containsEntry("app", true);
    }

    @Test
    void whatSlipsInBetweenFenceAndSwitchFailsTheRunAndTheOldSideServesOn() throws Exception {
        InMemoryServer old = world.old;
        CutOver slipping = world.parts()
                .endpoint(new Slipping(() -> old.admit("intruder")))
                .build();
        Plan plan = world.engine().plan(slipping, CutOverRequest.to("copy new"));

        RunReport report = world.engine().execute(plan, slipping);

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.find("observe-switch").orElseThrow().message())
                .isEqualTo("'roles of old' is PARTLY ([intruder] may log in, 0 sessions are open) but must be MADE");
        assertThat(report.find("undo-if-failed").orElseThrow().message())
                .isEqualTo("'secret' may have led applications to the new side already; the old side stays fenced. Roll"
                        + " this run back");
    }

    @Test
    void bothSidesBeingOneServerIsSeenAndUndone() throws Exception {
        CutOver confused = CutOver.builder(world.old.newSide(), world.journal)
                .fenceOld(world.old.fence())
                .fenceNew(new Renamed(world.old.fence(), "roles of the new side"))
                .endpoint(world.secret.switchTo("new", Place.OUTSIDE))
                .build();

        RunReport report =
                world.engine().execute(world.engine().plan(confused, CutOverRequest.to("copy old")), confused);

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.find("observe-fence").orElseThrow().message())
                .isEqualTo(
                        "the new side is fenced by 'roles of the new side' but must admit applications; is it another"
                                + " server than the old side?");
        assertThat(world.old.roles()).isEqualTo(CutOverWorld.ROLES);
        assertThat(world.secret.value()).isEqualTo("old");
    }

    @Test
    void aFailureBeforeAnyApplicationWasLedAwayIsUndoneAtOnce() throws Exception {
        // Roles app and batch, sessions, tenant row, and then the secret.
        world.faults.at(Call.CHANGE, 5, Fault.FAIL);

        RunReport report = world.forward();

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.find("undo-if-failed").orElseThrow().message()).isEqualTo("as before: the old side serves");
        assertThat(world.old.roles()).isEqualTo(CutOverWorld.ROLES);
        assertThat(world.row.value()).isEqualTo("old");
        assertThat(world.write("still served")).isPresent();
        assertThat(world.old.rows()).containsExactly("still served");
    }

    @Test
    void aFailureAfterAnApplicationMayHaveBeenLedAwayKeepsTheOldSideFencedAndIsRolledBack() throws Exception {
        world.faults.at(Call.CHANGE, 6, Fault.FAIL);

        RunReport report = world.forward();

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.find("undo-if-failed").orElseThrow().outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(world.old.roles().values()).containsOnly(false);

        RunReport back = world.run(CutOverRequest.back(report.run()));

        assertThat(back.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.old.roles()).isEqualTo(CutOverWorld.ROLES);
        assertThat(List.of(world.secret.value(), world.report.value(), world.row.value()))
                .containsOnly("old");
    }

    @Test
    void beforeTheFirstWriteARollBackIsAPlainInverse() throws Exception {
        RunReport there = world.forward();

        RunReport back = world.run(CutOverRequest.back(there.run()));

        assertThat(back.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(back.find("count-loss").orElseThrow().facts()).containsEntry("rows", "0");
        assertThat(world.old.roles()).isEqualTo(CutOverWorld.ROLES);
        assertThat(List.of(world.secret.value(), world.report.value(), world.row.value()))
                .containsOnly("old");
        assertThat(world.fresh.roles().values()).containsOnly(false);
        assertThat(world.write("served by the old side")).isPresent();
        assertThat(world.old.rows()).containsExactly("served by the old side");
    }

    @Test
    void afterAWriteARollBackIsRefusedWhilePlanningWithWhatWouldBeLost() throws Exception {
        RunReport there = world.forward();
        world.write("a");
        world.write("b");

        assertThatThrownBy(() -> world.plan(CutOverRequest.back(there.run())))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot roll back run '" + there.run() + "': 2 rows or more would be lost (new ledger: 2"
                        + " written, 0 changed or deleted) but none may be unless it is accepted\n"
                        + "Hint: Withdraw, back the new side up, then accept exactly the loss the withdrawal counted"
                        + " [DRK-CUTOVER-007]");
        assertThat(world.fresh.roles()).isEqualTo(CutOverWorld.ROLES);
    }

    @Test
    void aWriteBetweenPlanAndFenceFailsARollBackAndTheNewSideServesOn() throws Exception {
        RunReport there = world.forward();
        Plan plan = world.plan(CutOverRequest.back(there.run()));
        world.write("in between");

        RunReport back = world.engine().execute(plan, world.cutOver());

        assertThat(back.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(back.find("count-loss").orElseThrow().message())
                .isEqualTo("1 rows would be lost (new ledger: 1 written, 0 changed or deleted), "
                        + loss(1).digest(there.run())
                        + ", but no loss is accepted. Withdraw, back the new side up, then accept exactly what the"
                        + " withdrawal counted");
        assertThat(world.fresh.roles()).isEqualTo(CutOverWorld.ROLES);
        assertThat(world.old.roles().values()).containsOnly(false);
        assertThat(world.write("goes on")).isPresent();
    }

    @Test
    void exactlyTheCountedLossIsAcceptedOnceABackupMadeAfterTheFenceHoldsIt() throws Exception {
        RunReport there = world.forward();
        world.write("a");
        RecoveryPointId early = world.backUpTheNewSide();
        world.time.advance(Duration.ofMinutes(5));
        RunReport withdrawn = world.run(CutOverRequest.withdraw(there.run()));
        assertThat(withdrawn.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.write("refused")).isEmpty();
        Map<String, String> counted = withdrawn.find("count-loss").orElseThrow().facts();
        assertThat(counted)
                .containsEntry("rows", "1")
                .containsEntry("table new ledger", "1 written, 0 changed or deleted");
        String digest = counted.get("digest");
        CutOverRequest back = CutOverRequest.back(there.run());

        assertThatThrownBy(() -> world.plan(back.accepting(withdrawn.run(), "sha256:other", early)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot roll back run '" + there.run() + "': run '" + withdrawn.run() + "' counted "
                        + digest + " but sha256:other is accepted\n"
                        + "Hint: Accept the digest that the withdrawal of this cut-over told [DRK-CUTOVER-008]");
        assertThatThrownBy(() -> world.plan(back.accepting(withdrawn.run(), digest, early)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot roll back run '" + there.run() + "': backup '" + early + "' is of "
                        + "2026-11-22T02:01:00Z but must be of 2026-11-22T02:06:00Z or later, when the new side was"
                        + " fenced\n"
                        + "Hint: Back the new side up now; it stays fenced until it is reopened [DRK-CUTOVER-009]");
        RecoveryPointId point = world.backUpTheNewSide();
        assertThatThrownBy(() -> world.plan(back.accepting(withdrawn.run(), digest, point)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot roll back run '" + there.run() + "': backup '" + point
                        + "' is UNPROVEN but VERIFIED is required\nHint: Verify it first [DRK-CUTOVER-010]");
        world.engine().execute(world.engine().plan(world.backups, new VerifyRequest(point)), world.backups);

        RunReport done = world.run(back.accepting(withdrawn.run(), digest, point));

        assertThat(done.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.write("served by the old side")).isPresent();
        assertThat(world.old.rows()).containsExactly("served by the old side");
        assertThat(world.fresh.rows()).containsExactly("a");
        assertThat(world.fresh.roles().values()).containsOnly(false);
    }

    @Test
    void aWithdrawnSideServesAgainWhenItIsReopened() throws Exception {
        RunReport there = world.forward();
        RunReport withdrawn = world.run(CutOverRequest.withdraw(there.run()));
        assertThat(world.write("refused")).isEmpty();

        RunReport reopened = world.run(CutOverRequest.reopen(withdrawn.run()));

        assertThat(reopened.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(world.fresh.roles()).isEqualTo(CutOverWorld.ROLES);
        assertThat(world.write("served")).isPresent();
        assertThat(world.old.roles().values()).containsOnly(false);
    }

    @Test
    void aLossIsNotAcceptedWithoutATargetThatBacksItUp() throws Exception {
        RunReport there = world.forward();
        CutOver without = CutOver.builder(world.fresh.newSide(), world.journal)
                .fenceOld(world.old.fence())
                .fenceNew(world.fresh.fence())
                .endpoint(world.secret.switchTo("new", Place.OUTSIDE))
                .endpoint(world.row.switchTo("new", Place.INSIDE_NEW_SIDE))
                .endpoint(world.report.switchTo("new", Place.OUTSIDE))
                .build();

        assertThatThrownBy(() -> world.engine()
                        .plan(
                                without,
                                CutOverRequest.back(there.run())
                                        .accepting(RunId.of("w"), "sha256:x", RecoveryPointId.of("p"))))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot roll back run '" + there.run() + "': no target backs the new side up but a loss is"
                        + " accepted only with a backup of it\n"
                        + "Hint: Give the cut-over the target whose live system is the new side [DRK-CUTOVER-012]");
    }

    @Test
    void aBackupThatIsNotThereIsNoBackup() throws Exception {
        RunReport there = world.forward();
        world.write("a");
        RunReport withdrawn = world.run(CutOverRequest.withdraw(there.run()));
        String digest = withdrawn.find("count-loss").orElseThrow().facts().get("digest");

        assertThatThrownBy(() -> world.plan(CutOverRequest.back(there.run())
                        .accepting(withdrawn.run(), digest, RecoveryPointId.of("gone"))))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage("Cannot roll back: backup 'gone' of what would be lost does not exist but is required\n"
                        + "Hint: Back the new side up with the target this cut-over was given [DRK-CUTOVER-011]");
    }

    @Test
    void anOldSideThatSomebodyOpenedMeanwhileIsNotReturnedTo() throws Exception {
        RunReport there = world.forward();
        world.old.admit("app");

        assertThatThrownBy(() -> world.plan(CutOverRequest.back(there.run())))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot undo run '" + there.run() + "': 'roles of old' is PARTLY ([app] may log in, 0"
                        + " sessions are open) but the old side must have been fenced all the time\n"
                        + "Hint: Who lifted it? Compare the two sides before anything else: both may have been written"
                        + " to [DRK-CUTOVER-005]");
    }

    @Test
    void anEndpointThatSomebodyChangedMeanwhileIsNotOverwritten() throws Exception {
        RunReport there = world.forward();
        Plan plan = world.plan(CutOverRequest.back(there.run()));
        world.secret.set("third");

        assertThatThrownBy(() -> world.engine().execute(plan, world.cutOver()))
                .isExactlyInstanceOf(PlanStaleException.class);
        assertThat(world.secret.value()).isEqualTo("third");
    }

    @Test
    void aRunThatIsUnknownOrNotThereOrOfOtherPartsIsNotUndone() throws Exception {
        assertThatThrownBy(() -> world.plan(CutOverRequest.back(RunId.of("none"))))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage("Cannot undo run 'none': the journal has no cut-over of that name that had begun but one is"
                        + " required\n"
                        + "Hint: Is it the journal the run was recorded in, and the run that cut over or withdrew?"
                        + " [DRK-CUTOVER-001]");

        world.faults.at(Call.CHANGE, 5, Fault.LOSE_ANSWER);
        RunReport unknown = world.forward();
        assertThat(unknown.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThatThrownBy(() -> world.plan(CutOverRequest.back(unknown.run())))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot undo run '" + unknown.run() + "': it is UNKNOWN but must have ended\n"
                        + "Hint: Resume it first; if nobody can, take it over [DRK-CUTOVER-002]");
        assertThat(world.engine().resume(unknown.run(), world.cutOver()).outcome())
                .isEqualTo(Outcome.SUCCEEDED);

        CutOver other = CutOver.builder(world.fresh.newSide(), world.journal)
                .fenceOld(world.old.fence())
                .fenceNew(world.fresh.fence())
                .endpoint(world.secret.switchTo("new", Place.OUTSIDE))
                .build();
        assertThatThrownBy(() -> world.engine().plan(other, CutOverRequest.back(unknown.run())))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot undo run '" + unknown.run() + "': it was put together from {copy=copy new,"
                        + " fence-new-1=roles of new, fence-old-1=roles of old, switch-1=tenant row, switch-2=secret,"
                        + " switch-3=report secret} but this cut-over is {copy=copy new, fence-new-1=roles of new,"
                        + " fence-old-1=roles of old, switch-1=secret}\n"
                        + "Hint: Put the same parts together, in the same order, with the same copy as the new side"
                        + " [DRK-CUTOVER-003]");
    }

    @Test
    void aCutOverThatFailedEarlyIsNotWithdrawn() throws Exception {
        world.faults.at(Call.CHANGE, 4, Fault.FAIL);
        RunReport failed = world.forward();

        assertThatThrownBy(() -> world.plan(CutOverRequest.withdraw(failed.run())))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot withdraw run '" + failed.run() + "': it ended before an endpoint was switched but one"
                                + " is required\n"
                                + "Hint: Roll it back; nothing was written to the new side because of it [DRK-CUTOVER-006]");
    }

    @Test
    void whatCannotBeLookedAtAfterAnEffectIsUnknownAndResumed() throws Exception {
        Plan plan = world.plan(CutOverRequest.to("copy new"));
        // Looks before that one: 5 preconditions twice, and 3 by which the sides are checked.
        world.faults.at(Call.LOOK, 14, Fault.FAIL);

        RunReport report = world.engine().execute(plan, world.cutOver());

        assertThat(report.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(report.find("fence-old-1").orElseThrow().message())
                .startsWith("Cannot tell how 'roles of old' stands: Cannot look at 'old': the fault script lets call")
                .endsWith("\nHint: Resume the run: it looks first [DRK-CUTOVER-013]");
        assertThat(world.engine().resume(report.run(), world.cutOver()).outcome())
                .isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void aReadOnlyModeIsRefusedAsAFence() {
        Fence readOnly = new Reaching(world.old.fence(), Set.of());

        assertThatThrownBy(() -> world.parts().fenceOld(readOnly).build())
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot put a cut-over together: 'roles of old' keeps out nobody but a fence must; a"
                        + " read-only mode is none, since every session may switch it off");
    }

    @Test
    void aSecurityGroupAloneIsNoFenceBecauseOpenSessionsLiveOn() {
        CutOver.Builder parts = CutOver.builder(world.fresh.newSide(), world.journal)
                .fenceOld(new Reaching(world.old.fence(), Set.of(Sessions.NEW_SESSIONS)))
                .fenceNew(world.fresh.fence())
                .endpoint(world.secret.switchTo("new", Place.OUTSIDE));

        assertThatThrownBy(parts::build)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot put a cut-over together: the fences of the old side leave in [OPEN_SESSIONS] but"
                        + " together they must keep out [NEW_SESSIONS, OPEN_SESSIONS]");
    }

    @Test
    void aCutOverHasEndpointsAndEachPartANameOfItsOwn() {
        assertThatThrownBy(() -> CutOver.builder(world.fresh.newSide(), world.journal)
                        .fenceOld(world.old.fence())
                        .fenceNew(world.fresh.fence())
                        .build())
                .hasMessage("Cannot put a cut-over together: no endpoint is given but at least one is required");
        assertThatThrownBy(() -> world.parts()
                        .endpoint(world.secret.switchTo("elsewhere", Place.OUTSIDE))
                        .build())
                .hasMessage("Cannot put a cut-over together: two parts are called 'secret' but each needs a name of its"
                        + " own");
    }

    @Test
    void aRequestHasThePartsOfItsDirection() {
        assertThatThrownBy(() -> CutOverRequest.to(""))
                .hasMessage("Cannot ask for a cut-over: FORWARD needs an identity and no run");
        assertThatThrownBy(() -> new CutOverRequest(
                        CutOverRequest.Direction.BACK, "x", Optional.of(RunId.of("r")), Optional.empty()))
                .hasMessage("Cannot ask for a cut-over: BACK needs a run and no identity");
        assertThatThrownBy(() -> CutOverRequest.withdraw(RunId.of("r"))
                        .accepting(RunId.of("w"), "sha256:x", RecoveryPointId.of("p")))
                .hasMessage("Cannot ask for a cut-over: a loss is accepted for BACK only, not for WITHDRAW");
        assertThat(CutOverRequest.back(RunId.of("r"))
                        .accepting(RunId.of("w"), "sha256:x", RecoveryPointId.of("p"))
                        .describe())
                .isEqualTo(Map.of("undone", "r", "withdrawal", "w", "accepted-loss", "sha256:x", "backup", "p"));
    }

    /** A fence under another name. */
    private record Renamed(Fence fence, String name) implements Fence {
        @Override
        public Set<Sessions> keepsOut() {
            return fence.keepsOut();
        }

        @Override
        public Change plan() {
            return fence.plan();
        }

        @Override
        public Standing observe(Map<String, String> made) {
            return fence.observe(made);
        }

        @Override
        public void make(PlanStep step, StepContext context) throws InterruptedException {
            fence.make(step, context);
        }

        @Override
        public void undo(Map<String, String> made, StepContext context) throws InterruptedException {
            fence.undo(made, context);
        }
    }

    /** A fence that declares another reach. */
    private record Reaching(Fence fence, Set<Sessions> keepsOut) implements Fence {
        @Override
        public String name() {
            return fence.name();
        }

        @Override
        public Change plan() {
            return fence.plan();
        }

        @Override
        public Standing observe(Map<String, String> made) {
            return fence.observe(made);
        }

        @Override
        public void make(PlanStep step, StepContext context) throws InterruptedException {
            fence.make(step, context);
        }

        @Override
        public void undo(Map<String, String> made, StepContext context) throws InterruptedException {
            fence.undo(made, context);
        }
    }

    /** An endpoint at whose switch something else happens. */
    private record Slipping(Runnable event) implements EndpointSwitch {
        @Override
        public String name() {
            return "slipping";
        }

        @Override
        public Place place() {
            return Place.OUTSIDE;
        }

        @Override
        public Change plan() {
            return new Change("ready", "Let something slip in", Map.of(), List.of(), "nothing", List.of());
        }

        @Override
        public Standing observe(Map<String, String> made) {
            return made.isEmpty() ? Standing.unmade("nothing slipped in") : Standing.made("something slipped in");
        }

        @Override
        public void make(PlanStep step, StepContext context) {
            context.record("slipped", "in");
            event.run();
        }

        @Override
        public void undo(Map<String, String> made, StepContext context) {
            // Nothing of its own is left to undo.
        }
    }

    private static Loss loss(long rows) {
        return new Loss(List.of(new Loss.TableLoss("new", "ledger", rows, 0)));
    }
}
