package io.github.drkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.RestoreRequest.Selection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectionTest {

    private static final Instant NOW = Instant.parse("2026-11-22T02:00:00Z");
    private static final String SECOND_BEHIND = "2026-11-22T01:59:59Z";
    private static final String WITHIN_SKEW = "2026-11-22T02:15:00Z";
    private static final String BEYOND_SKEW = "2026-11-22T02:15:01Z";

    /** Plans and journals hold it. */
    @Test
    void theTextIsWhatPlansHold() {
        RestoreDestination beside = RestoreDestination.besideOriginal("db:5432");
        assertThat(Stream.of(
                                Selection.point(RecoveryPointId.of("bank-1")),
                                Selection.instant(Instant.parse("2026-11-22T02:00:00.5Z")),
                                Selection.latest())
                        .map(selection ->
                                RestoreRequest.of(selection, beside).describe().get("selection")))
                .containsExactly("point:bank-1", "instant:2026-11-22T02:00:00.500Z", "latest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"point:bank-1", "instant:2026-11-22T02:00:00Z", "latest"})
    void theTextIsReadBack(String text) {
        assertThat(Selection.parse(text)).hasToString(text);
        assertThat(Selection.parse(text)).isEqualTo(Selection.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bank-1", "newest", "LATEST", "instant:yesterday", "point"})
    void nothingIsGuessed(String text) {
        assertThatThrownBy(() -> Selection.parse(text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot select '" + text + "': expected point:<id>, instant:<UTC> or latest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNPROVEN", "STORED", "VERIFIED", "PROVEN"})
    void theNewestIsChosenHoweverFarItIsProven(String level) {
        Catalog catalog = catalog(
                proven("older", "2026-11-20T02:00:00Z"),
                point("newer", "2026-11-21T02:00:00Z", Proof.Level.valueOf(level)));

        assertThat(chosen(catalog, Selection.latest())).contains("newer");
        assertThat(chosen(catalog, Selection.instant(NOW))).contains("newer");
        assertThat(catalog.passedOver(Selection.latest(), NOW)).isEmpty();
    }

    @Test
    void aSuspectPointIsChosen() {
        RecoveryPoint odd = proven("odd", SECOND_BEHIND);
        Catalog catalog = catalog(
                proven("older", "2026-11-20T02:00:00Z"),
                odd.judged(odd.proof(), Plausibility.SUSPECT, List.of("small")));

        assertThat(chosen(catalog, Selection.latest())).contains("odd");
        assertThat(chosen(catalog, Selection.point(odd.id()))).contains("odd");
    }

    @Test
    void aFailedPointIsChosenByItsIdAlone() {
        Catalog catalog = catalog(
                point("older", "2026-11-19T02:00:00Z", Proof.Level.FAILED),
                proven("good", "2026-11-20T02:00:00Z"),
                point("bad", "2026-11-21T02:00:00Z", Proof.Level.FAILED));

        assertThat(chosen(catalog, Selection.latest())).contains("good");
        assertThat(chosen(catalog, Selection.instant(NOW))).contains("good");
        assertThat(catalog.passedOver(Selection.latest(), NOW)).containsExactly("'bad' is FAILED: [bad said so]");
        assertThat(chosen(catalog, Selection.point(RecoveryPointId.of("bad")))).contains("bad");
        assertThat(catalog.passedOver(Selection.point(RecoveryPointId.of("bad")), NOW))
                .isEmpty();
    }

    /** A point made by a machine whose clock was a year ahead would be the latest for a year. */
    @Test
    void aPointDatedInTheFutureIsChosenByItsIdAlone() {
        Catalog catalog = catalog(proven("good", SECOND_BEHIND), proven("ahead", BEYOND_SKEW));

        assertThat(chosen(catalog, Selection.latest())).contains("good");
        assertThat(chosen(catalog, Selection.instant(NOW.plusSeconds(86_400)))).contains("good");
        assertThat(catalog.passedOver(Selection.latest(), NOW))
                .containsExactly("'ahead' is dated 2026-11-22T02:15:01Z, after now: was a clock wrong?");
        assertThat(chosen(catalog, Selection.point(RecoveryPointId.of("ahead"))))
                .contains("ahead");
    }

    /** The clock of who made it may be a little ahead: what was just backed up is the latest. */
    @Test
    void clocksMayDifferBy15Minutes() {
        Catalog catalog = catalog(proven("good", SECOND_BEHIND), proven("just-made", WITHIN_SKEW));

        assertThat(chosen(catalog, Selection.latest())).contains("just-made");
        assertThat(chosen(catalog, Selection.instant(NOW))).contains("good");
    }

    @Test
    void nothingAfterTheInstantIsChosenOrSaidToBePassedOver() {
        Catalog catalog = catalog(
                proven("first", "2026-11-20T02:00:00Z"),
                point("bad", "2026-11-21T02:00:00Z", Proof.Level.FAILED),
                proven("last", SECOND_BEHIND));

        assertThat(chosen(catalog, Selection.instant(Instant.parse("2026-11-20T02:00:00Z"))))
                .contains("first");
        assertThat(catalog.passedOver(Selection.instant(Instant.parse("2026-11-20T23:00:00Z")), NOW))
                .isEmpty();
        assertThat(chosen(catalog, Selection.instant(Instant.parse("2026-11-20T01:59:59Z"))))
                .isEmpty();
    }

    @Test
    void aPointThatIsGoingIsNotChosen() {
        Catalog catalog = new Catalog(
                List.of(proven("good", "2026-11-20T02:00:00Z")),
                List.of(),
                List.of(),
                List.of(proven("going", SECOND_BEHIND)));

        assertThat(chosen(catalog, Selection.latest())).contains("good");
        assertThat(chosen(catalog, Selection.point(RecoveryPointId.of("going"))))
                .isEmpty();
    }

    private static Optional<String> chosen(Catalog catalog, Selection selection) {
        return catalog.choose(selection, NOW).map(point -> point.id().value());
    }

    private static Catalog catalog(RecoveryPoint... points) {
        return new Catalog(List.of(points), List.of(), List.of());
    }

    private static RecoveryPoint proven(String id, String time) {
        return point(id, time, Proof.Level.PROVEN);
    }

    private static RecoveryPoint point(String id, String time, Proof.Level level) {
        return new RecoveryPoint(
                RecoveryPointId.of(id),
                TargetId.of("bank"),
                RunId.of("run"),
                "pg-dump/1",
                Instant.parse(time),
                Optional.empty(),
                "",
                1,
                "memory",
                new Proof(level, Optional.empty(), ""),
                Plausibility.OK,
                List.of(id + " said so"));
    }
}
