package io.github.drkit.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.ExpiryMark.State;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.StoredObject;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.KeyRing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PointMarksTest {

    private static final KeyRing KEYS = KeyRing.fresh();
    private static final RecoveryPointId POINT = RecoveryPointId.of("bank-prod-b1");
    private static final String IDENTITY = "db-ABC@2026-11-01T02:00:00Z";
    private static final String ANOTHER = "db-ABC@2026-11-09T02:00:00Z";
    private static final RunId RUN = RunId.of("expiry");
    private static final RunId OTHER = RunId.of("other");

    private final FaultScript faults = new FaultScript();
    private final InMemoryPointStore store =
            InMemoryPointStore.on(VirtualTime.startingAt("2026-11-10T02:00:00Z"), faults, 1 << 10);
    private final PointMarks marks = of("bank");

    private PointMarks of(String target) {
        return PointMarks.of(store, TargetId.of(target), KEYS.trusted());
    }

    @Test
    void aMarkIsPlacedAndAnsweredOnce() {
        ExpiryMark going = marks.mark(POINT, IDENTITY, RUN, KEYS.backup());
        ExpiryMark kept = marks.answer(going, State.KEPT, OTHER, "case 42", KEYS.backup());
        ExpiryMark late = marks.answer(going, State.GONE, RUN, "", KEYS.backup());

        assertThat(going.state()).isEqualTo(State.GOING);
        assertThat(PointMarks.identity(going)).isEqualTo(IDENTITY);
        assertThat(kept.state()).isEqualTo(State.KEPT);
        assertThat(late).as("the first is heard").isEqualTo(kept);
        assertThat(marks.standing(Map.of(POINT, IDENTITY))).containsExactly(kept);
    }

    @Test
    void aPointThatIsGoingIsNotMarkedAgainAndGoneIsForEver() {
        ExpiryMark going = marks.mark(POINT, IDENTITY, RUN, KEYS.backup());
        assertThat(marks.mark(POINT, IDENTITY, OTHER, KEYS.backup())).isEqualTo(going);

        ExpiryMark gone = marks.answer(going, State.GONE, RUN, "", KEYS.backup());

        assertThat(marks.mark(POINT, IDENTITY, OTHER, KEYS.backup())).isEqualTo(gone);
        assertThat(marks.standing(Map.of(POINT, IDENTITY))).containsExactly(gone);
    }

    @Test
    void anotherPointOfTheSameNameAndAnotherTargetsPointHaveOtherMarks() {
        marks.answer(marks.mark(POINT, IDENTITY, RUN, KEYS.backup()), State.GONE, RUN, "", KEYS.backup());

        assertThat(marks.standing(Map.of(POINT, ANOTHER))).isEmpty();
        assertThat(of("other").standing(Map.of(POINT, IDENTITY))).isEmpty();
        assertThat(marks.mark(POINT, ANOTHER, OTHER, KEYS.backup()).state()).isEqualTo(State.GOING);
    }

    @Test
    void aMarkThatSomebodyCopiedToAnotherPointKeepsIt() {
        marks.answer(marks.mark(POINT, IDENTITY, RUN, KEYS.backup()), State.GONE, RUN, "", KEYS.backup());
        List<StoredObject> written = store.list("marks/bank/").objects();
        ExpiryMark probe = marks.mark(POINT, ANOTHER, OTHER, KEYS.backup());
        String gone = written.get(1).key();
        String there = store.list("marks/bank/").stream()
                .map(StoredObject::key)
                .filter(key -> written.stream().noneMatch(object -> object.key().equals(key)))
                .findFirst()
                .orElseThrow()
                .replace("000000000001", "000000000002");
        store.create(ObjectKey.of(there), store.find(ObjectKey.of(gone)).orElseThrow());

        ExpiryMark standing = marks.answer(probe, State.GONE, OTHER, "", KEYS.backup());

        assertThat(standing.state()).isEqualTo(State.KEPT);
        assertThat(standing.detail()).contains("cannot be believed: it belongs to another place");
    }

    @Test
    void aLostAnswerIsSettledByLooking() {
        faults.at(Call.CREATE, 1, Fault.LOSE_ANSWER);

        assertThat(marks.mark(POINT, IDENTITY, RUN, KEYS.backup()).run()).isEqualTo(RUN);
        assertThat(store.list("marks/bank/").objects()).hasSize(1);
    }

    @Test
    void aKeyThatIsNotTrustedMarksNothing() {
        assertThatThrownBy(
                        () -> marks.mark(POINT, IDENTITY, RUN, KeyRing.fresh().backup()))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("DRK-POINT-007");
        assertThat(store.list("").objects()).isEmpty();
    }

    @Test
    void aMarkOfAPointInAStoreHasNoIdentity() {
        ExpiryMark beside = new ExpiryMark(POINT, RUN, store.now(), State.GOING, "", "000000000001");

        assertThatThrownBy(() -> PointMarks.identity(beside))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot tell what 'bank-prod-b1' was: its mark has the token '000000000001' but one with an"
                        + " identity is required");
    }
}
