package io.github.drkit.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Effect;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.Plausibility;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.KeyRing;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Verdicts on points that nothing can be put beside. */
class PointVerdictsTest {

    private static final TargetId BANK = TargetId.of("bank");
    private static final RecoveryPointId POINT = RecoveryPointId.of("before-the-upgrade");
    private static final String IDENTITY = "db-1@2026-11-22T02:00:00Z";
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final KeyRing keys = KeyRing.fresh();
    private final InMemoryPointStore store = InMemoryPointStore.on(VirtualTime.startingAt(NOW));
    private final PointVerdicts verdicts = PointVerdicts.of(store, BANK, keys.trusted());

    private static Plan plan(Precondition... preconditions) {
        return new Plan(
                RunId.of("proof-1"),
                "prove",
                POINT.value(),
                Map.of(),
                List.of(preconditions),
                List.of(PlanStep.named("restore", "Restore", Effect.NAMED).build()),
                List.of(),
                Optional.empty());
    }

    private static Plan planOf(String identity) {
        return plan(new Precondition(PointVerdicts.POINT, "eu-central-1:before-the-upgrade", identity));
    }

    private static Verdict verdict(String run, Instant at, Proof.Level level) {
        return new Verdict(POINT, RunId.of(run), at, level, Verdict.Kind.PROOF, "restored and compared");
    }

    private static RecoveryPoint point() {
        return new RecoveryPoint(
                POINT,
                BANK,
                RunId.of("by-hand"),
                "rds-snapshot/1",
                NOW,
                Optional.empty(),
                "before the upgrade",
                1,
                "arn",
                Proof.none(),
                Plausibility.OK,
                List.of("of a person"));
    }

    private RecoveryPoint judged(String identity) {
        return verdicts.judged(List.of(point()), Map.of(POINT, identity)).get(0);
    }

    @Test
    void aPointNobodyJudgedIsAsItWas() {
        assertThat(judged(IDENTITY)).isEqualTo(point());
    }

    @Test
    void aVerdictCountsForThePointItNames() {
        verdicts.record(verdict("proof-1", NOW, Proof.Level.PROVEN), planOf(IDENTITY), keys.prover());

        assertThat(judged(IDENTITY).proof()).isEqualTo(new Proof(Proof.Level.PROVEN, Optional.of(NOW), "test-prover"));
        assertThat(judged(IDENTITY).remarks()).containsExactly("of a person");
    }

    @Test
    void anotherPointThatTookTheNameIsNotProvenByIt() {
        verdicts.record(verdict("proof-1", NOW, Proof.Level.PROVEN), planOf(IDENTITY), keys.prover());

        RecoveryPoint other = judged("db-2@2026-11-23T02:00:00Z");

        assertThat(other.proof()).isEqualTo(Proof.none());
        assertThat(other.remarks())
                .contains(
                        "ignored verdicts/bank/before-the-upgrade/20261122T100000Z-proof-1.json: it is a verdict on another"
                                + " point");
    }

    @Test
    void aLaterFailureBeatsAnEarlierSuccess() {
        verdicts.record(verdict("proof-1", NOW, Proof.Level.PROVEN), planOf(IDENTITY), keys.prover());
        verdicts.record(verdict("proof-2", NOW.plusSeconds(1), Proof.Level.FAILED), planOf(IDENTITY), keys.prover());

        assertThat(judged(IDENTITY).proof().level()).isEqualTo(Proof.Level.FAILED);
    }

    @Test
    void repeatingAVerdictIsSafeAndChangingOneIsRefused() {
        Verdict first = verdict("proof-1", NOW, Proof.Level.PROVEN);
        verdicts.record(first, planOf(IDENTITY), keys.prover());
        verdicts.record(first, planOf(IDENTITY), keys.prover());

        assertThatThrownBy(() ->
                        verdicts.record(verdict("proof-1", NOW, Proof.Level.FAILED), planOf(IDENTITY), keys.prover()))
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessageContaining("DRK-POINT-005");
        assertThat(judged(IDENTITY).proof().level()).isEqualTo(Proof.Level.PROVEN);
    }

    @Test
    void whatAnotherKeySignedOrNobodyDidIsIgnoredByName() {
        KeyRing others = KeyRing.fresh();
        PointVerdicts.of(store, BANK, others.trusted())
                .record(verdict("forged", NOW, Proof.Level.PROVEN), planOf(IDENTITY), others.prover());
        store.create(
                ObjectKey.of("verdicts/bank/before-the-upgrade/rubbish.json"), "{}".getBytes(StandardCharsets.UTF_8));

        RecoveryPoint judged = judged(IDENTITY);

        assertThat(judged.proof()).isEqualTo(Proof.none());
        assertThat(judged.remarks())
                .anyMatch(remark -> remark.endsWith("it is not signed by a trusted prover's key"))
                .anyMatch(remark -> remark.startsWith("ignored verdicts/bank/before-the-upgrade/rubbish.json: "));
    }

    @Test
    void aKeyThatNobodyWouldBelieveSignsNothing() {
        assertThatThrownBy(() ->
                        verdicts.record(verdict("proof-1", NOW, Proof.Level.PROVEN), planOf(IDENTITY), keys.backup()))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("DRK-POINT-007");
        assertThat(store.list("verdicts/").objects()).isEmpty();
    }

    @Test
    void aPlanThatNamesNoPointGivesNoVerdict() {
        assertThatThrownBy(() -> verdicts.record(verdict("proof-1", NOW, Proof.Level.PROVEN), plan(), keys.prover()))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot record the verdict on 'before-the-upgrade': its plan relies on no point but the verdict must"
                                + " name what was restored\nHint: Prove with a strategy whose plans have the precondition 'point'"
                                + " [DRK-POINT-010]");
    }
}
