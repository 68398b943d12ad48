package io.github.drkit.status;

import static io.github.drkit.status.StatusBench.NIGHTLY;
import static io.github.drkit.status.StatusBench.ROOMY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Outcome;
import io.github.drkit.Proof;
import io.github.drkit.RunId;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryJournal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How the whole stands, and whose runs are whose. */
class PlatformTest {

    private final StatusBench bench = new StatusBench();
    private final ListedTarget ledger = new ListedTarget("bank-ledger");

    @Test
    void aRunOfAnotherTargetWhoseNameBeginsAlikeIsNotThisOnes() {
        bench.runs.ended(
                "r1",
                "restore",
                "bank-eu-20260309t020000z-1",
                "2026-03-10T04:00:00Z",
                Duration.ofHours(1),
                Outcome.SUCCEEDED);

        assertThat(bench.status().evidence().lastRestore()).isEmpty();

        bench.runs.ended(
                "r2",
                "restore",
                "bank-20260309t020000z-1",
                "2026-03-10T04:00:00Z",
                Duration.ofHours(2),
                Outcome.SUCCEEDED);
        assertThat(bench.status().evidence().lastRestore().orElseThrow().run().value())
                .isEqualTo("r2");
    }

    @Test
    void theWorstComponentDecidesAndTheFirstOfSeveral() {
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);
        bench.runs.ended("r", "prove", "bank-a", "2026-03-10T04:00:00Z", Duration.ofHours(1), Outcome.SUCCEEDED);

        PlatformStatus status = both().build().status();

        assertThat(status.rpo()).isEqualTo(new Judgement(State.MISSED, "there is no recovery point", "ledger"));
        assertThat(status.rto().decidedBy()).isEqualTo("ledger");
        assertThat(status.whole()).isEqualTo(status.rpo());
        assertThat(status.rpoNow()).isEmpty();
        assertThat(status.find("bank").orElseThrow().rpo().state()).isEqualTo(State.MET);
        assertThat(status.find("nobody")).isEmpty();
    }

    @Test
    void ofTwoThatAreEquallyBadTheFirstDecides() {
        PlatformStatus status = both().build().status();

        assertThat(status.rpo().decidedBy()).isEqualTo("bank");
        assertThat(status.rto().decidedBy()).isEqualTo("bank");
    }

    @Test
    void oneUnreachableTargetHidesNothingElse() {
        bench.bank.failure =
                Optional.of(new TargetUnavailableException("DRK-STORE-001", "Cannot list: no answer", "Look"));
        ledger.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);

        PlatformStatus status = both().build().status();

        assertThat(status.rpo())
                .isEqualTo(new Judgement(
                        State.UNKNOWN, "its recovery points cannot be listed: Cannot list: no answer", "bank"));
        assertThat(status.find("ledger").orElseThrow().rpo().state()).isEqualTo(State.MET);
    }

    @Test
    void theLargestLossIsThatOfTheWhole() {
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);
        ledger.point("a", "2026-03-10T01:50:00Z", Proof.Level.VERIFIED);

        assertThat(both().build().status().rpoNow()).contains(Duration.ofMinutes(610));
    }

    @Test
    void whatExistsWithoutATargetIsBackedUpByNobody() {
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);
        ledger.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);

        PlatformStatus status =
                both().consistsOf("bank", "ledger", "keycloak").build().status();

        assertThat(status.unprotected())
                .containsExactly(Unprotected.forgotten("component 'keycloak'", "it exists and has no target"));
        assertThat(status.rpo())
                .isEqualTo(new Judgement(
                        State.MISSED,
                        "nobody backs up component 'keycloak': it exists and has no target",
                        "component 'keycloak'"));
        assertThat(status.rpoNow()).isEmpty();
    }

    /** Nobody can back up what does not exist, and nobody has forgotten it either. */
    @Test
    void whatIsToBeBackedUpAndDoesNotExistIsToldAsMissingAndMissesTheWhole() {
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);
        ledger.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);

        PlatformStatus status = both().lookForUnprotected(
                        "the server",
                        () -> List.of(
                                Unprotected.missing(
                                        "database 'gone'", "a target lists it and the server does not have it"),
                                Unprotected.forgotten("database 'new'", "no target lists it")))
                .build()
                .status();

        assertThat(status.rpo())
                .isEqualTo(new Judgement(
                        State.MISSED,
                        "database 'gone' is not there to be backed up: a target lists it and the server does not have it;"
                                + " and 1 more",
                        "database 'gone'"));
        assertThat(status.render())
                .contains("\n  missing    database 'gone': a target lists it and the server does not have it\n"
                        + "  nobody     backs up database 'new': no target lists it\n");
        assertThat(status.toJson())
                .contains(
                        "{\"kind\":\"MISSING\",\"what\":\"database 'gone'\",\"why\":\"a target lists it and the server"
                                + " does not have it\"}");
    }

    @Test
    void whereItCannotBeLookedTheWholeIsUnknownAtBest() {
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);
        ledger.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);

        PlatformStatus status = both().lookForUnprotected("the server", () -> {
                    throw new TargetUnavailableException("DRK-PG-002", "Cannot connect: no answer", "Look");
                })
                .lookForUnprotected("the cluster", List::of)
                .build()
                .status();

        assertThat(status.rpo())
                .isEqualTo(new Judgement(
                        State.UNKNOWN,
                        "cannot tell what nobody backs up in the server: Cannot connect: no answer",
                        ""));
        assertThat(status.unseen()).hasSize(1);
        assertThat(status.components()).extracting(each -> each.rpo().state()).containsOnly(State.MET);
    }

    @Test
    void nothingProtectedIsNotMet() {
        PlatformStatus status =
                Platform.builder(bench.journal).time(bench.time).build().status();

        assertThat(status.whole()).isEqualTo(new Judgement(State.UNKNOWN, "nothing is protected here", ""));
    }

    @Test
    void aRunBelongsToTheTargetItsSubjectIsAPointOfListedOrGone() {
        ledger.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);
        bench.bank.point("ledger-x", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);
        bench.runs.ended("r1", "back up", "bank", "2026-03-10T02:00:00Z", Duration.ofMinutes(1), Outcome.SUCCEEDED);
        bench.runs.ended(
                "r2", "back up", "bank-ledger", "2026-03-10T03:00:00Z", Duration.ofMinutes(2), Outcome.SUCCEEDED);
        bench.runs.ended(
                "p1",
                "prove",
                "bank-ledger-20260309t020000z-gone",
                "2026-03-10T04:00:00Z",
                Duration.ofMinutes(3),
                Outcome.SUCCEEDED);
        bench.runs.ended(
                "p2", "prove", "bank-ledger-x", "2026-03-10T05:00:00Z", Duration.ofMinutes(4), Outcome.SUCCEEDED);
        bench.runs.ended("o", "back up", "banking", "2026-03-10T06:00:00Z", Duration.ofMinutes(5), Outcome.SUCCEEDED);

        PlatformStatus status = both().build().status();

        ComponentStatus bank = status.find("bank").orElseThrow();
        ComponentStatus other = status.find("ledger").orElseThrow();
        assertThat(bank.rhythm().lastBackup().orElseThrow().run().value()).isEqualTo("r1");
        assertThat(bank.evidence().lastRestore().orElseThrow().run().value()).isEqualTo("p2");
        assertThat(other.rhythm().lastBackup().orElseThrow().run().value()).isEqualTo("r2");
        assertThat(other.evidence().lastRestore().orElseThrow().run().value()).isEqualTo("p1");
    }

    @Test
    void aSilentRunWaitsForAPersonAfterAnHour() {
        bench.runs.unfinished("r", "back up", "bank", "2026-03-10T11:00:00Z");
        bench.runs.unfinished("x", "cut over", "elsewhere", "2026-03-10T11:00:00Z");

        assertThat(both().build().status().waiting()).isEmpty();

        bench.time.advance(Duration.ofNanos(1));
        PlatformStatus status = both().build().status();
        assertThat(status.waiting())
                .extracting(PastRun::toString)
                .containsExactly(
                        "run 'x' to cut over elsewhere has not ended and was last heard of at 2026-03-10T11:00:00Z");
        assertThat(status.find("bank").orElseThrow().rhythm().waiting())
                .extracting(PastRun::toString)
                .containsExactly("run 'r' to back up bank has not ended and was last heard of at 2026-03-10T11:00:00Z");
    }

    @Test
    void aRunMayBeSilentForTwiceAsLongAsTheLongestTook() {
        bench.runs.ended("r1", "back up", "bank", "2026-03-09T02:00:00Z", Duration.ofHours(2), Outcome.SUCCEEDED);
        bench.runs.unfinished("r2", "back up", "bank", "2026-03-10T08:00:00Z");

        assertThat(bench.status().rhythm().waiting()).isEmpty();

        bench.time.advance(Duration.ofNanos(1));
        assertThat(bench.status().rhythm().waiting()).hasSize(1);
    }

    @Test
    void aRunThatWasTakenOverWaitsForNobody() {
        bench.runs.unfinished("r", "back up", "bank", "2026-03-09T02:00:00Z");
        DisasterRecovery.builder(bench.journal).time(bench.time).build().takeOver(RunId.of("r"), "the machine is gone");

        ComponentStatus status = bench.status();

        assertThat(status.rhythm().waiting()).isEmpty();
        assertThat(status.rhythm().lastBackup().orElseThrow().toString())
                .isEqualTo("run 'r' to back up bank was taken over at 2026-03-10T12:00:00Z");
    }

    @Test
    void aDamagedJournalOfOneRunIsNamedAndTheOthersAreRead() {
        bench.runs.ended("r1", "back up", "bank", "2026-03-09T02:00:00Z", Duration.ofHours(2), Outcome.SUCCEEDED);
        bench.runs.ended("r2", "back up", "bank", "2026-03-08T02:00:00Z", Duration.ofHours(2), Outcome.SUCCEEDED);
        bench.journal.lose(RunId.of("r2"), 2);

        PlatformStatus status = both().build().status();

        assertThat(status.problems())
                .containsExactly("Cannot read journal of run 'r2': entry 2 is missing but entry 3 is there");
        assertThat(status.find("bank").orElseThrow().rhythm().lastBackup()).isPresent();
    }

    @Test
    void aJournalThatCannotBeReadIsARiskOfEveryComponent() {
        FaultScript faults = new FaultScript();
        InMemoryJournal gone = new InMemoryJournal(faults);
        faults.at(FaultScript.Call.RUNS, 1, FaultScript.Fault.FAIL);
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);

        PlatformStatus status = Platform.builder(bench.journal)
                .journal(gone)
                .time(bench.time)
                .protect(bench.protection(ROOMY).build())
                .build()
                .status();

        assertThat(status.problems()).containsExactly("Cannot list runs: the fault script lets call 1 of RUNS fail");
        assertThat(status.rpo().state()).isEqualTo(State.AT_RISK);
        assertThat(status.rpo().why())
                .endsWith("but not every run can be read from the journal, so a failed one may be hidden");
    }

    @Test
    void runsThatAreOverAreReadOnce() {
        FaultScript faults = new FaultScript();
        InMemoryJournal journal = new InMemoryJournal(faults);
        new WrittenRuns(journal)
                .ended("r1", "back up", "bank", "2026-03-09T02:00:00Z", Duration.ofHours(2), Outcome.SUCCEEDED);
        Platform platform = Platform.builder(journal)
                .time(bench.time)
                .protect(bench.protection(ROOMY).build())
                .build();
        PlatformStatus first = platform.status();

        int read = faults.count(FaultScript.Call.ENTRIES);

        assertThat(platform.status()).isEqualTo(first);
        assertThat(faults.count(FaultScript.Call.ENTRIES)).isEqualTo(read);
    }

    @Test
    void twoComponentsOfOneNameAreRefused() {
        Platform.Builder platform = both();

        assertThatThrownBy(() -> platform.protect(bench.protection(ROOMY).build()))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot protect component 'bank': it is protected already, and each has a name of its own");
    }

    @Test
    void namesOfComponentsHaveAGrammar() {
        assertThatThrownBy(() -> Protection.builder("The Bank", bench.bank, ROOMY))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot accept component 'The Bank': expected at most 63 lower-case letters, digits, '.', '_'"
                                + " and '-', beginning with a letter or digit");
        assertThatThrownBy(() -> both().consistsOf(""))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot accept component ''");
    }

    private Platform.Builder both() {
        return Platform.builder(bench.journal)
                .time(bench.time)
                .protect(bench.protection(ROOMY).build())
                .protect(Protection.builder("ledger", ledger, ROOMY)
                        .schedule(NIGHTLY)
                        .build());
    }
}
