package io.github.drkit.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Catalog;
import io.github.drkit.Plausibility;
import io.github.drkit.Progress;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.json.CanonicalJson;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.StoredObject;
import io.github.drkit.store.StoredStream;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.KeyRing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PointCatalogTest {

    private static final Instant BEGIN = Instant.parse("2026-11-22T02:00:00Z");
    private static final TargetId BANK = TargetId.of("bank");

    private final VirtualTime time = VirtualTime.startingAt(BEGIN);
    private final FaultScript faults = new FaultScript();
    private final InMemoryPointStore store = InMemoryPointStore.on(time, faults, 1 << 20);
    private final KeyRing keys = KeyRing.fresh();
    private final PointCatalog catalog = PointCatalog.of(store, BANK, keys.trusted());

    @Test
    void aPointExistsWhenItsManifestDoes() throws IOException {
        Manifest manifest = stored("r1", 100);
        assertThat(catalog.list().points()).isEmpty();

        catalog.commit(manifest, keys.backup());

        RecoveryPoint point = only();
        assertThat(point.id()).isEqualTo(RecoveryPointId.of("bank-r1"));
        assertThat(point.proof()).isEqualTo(Proof.none());
        assertThat(point.plausibility()).isEqualTo(Plausibility.OK);
        assertThat(point.sizeBytes()).isEqualTo(100);
        assertThat(point.location()).isEqualTo("memory://store/points/bank/bank-r1/");
        assertThat(catalog.load(point.id())).isEqualTo(manifest);
    }

    @Test
    void committingTheSameManifestAgainIsSafeAndAnotherOneIsRefused() throws IOException {
        Manifest manifest = stored("r1", 100);
        catalog.commit(manifest, keys.backup());
        catalog.commit(manifest, keys.backup());
        Manifest other = new Manifest(
                manifest.point(),
                BANK,
                manifest.run(),
                "rows/1",
                BEGIN.plusSeconds(9),
                Optional.empty(),
                "",
                manifest.contents(),
                Map.of());

        assertThatThrownBy(() -> catalog.commit(other, keys.backup()))
                .isInstanceOf(IntegrityException.class)
                .hasMessage("Cannot commit recovery point 'bank-r1':"
                        + " 'points/bank/bank-r1/manifest.json' holds something else but must be free\nHint: Was the"
                        + " run taken over or collected by another operator? Nothing was overwritten [DRK-POINT-005]");
        assertThat(catalog.load(manifest.point())).isEqualTo(manifest);
    }

    @Test
    void aLostAnswerToTheCommitIsSettledByLooking() throws IOException {
        Manifest manifest = stored("r1", 100);
        faults.at(Call.CREATE, 1, Fault.LOSE_ANSWER);

        catalog.commit(manifest, keys.backup());

        assertThat(only().id()).isEqualTo(manifest.point());
    }

    @Test
    void whatWouldNotBeListedIsNotCommitted() throws IOException {
        Manifest manifest = stored("r1", 100);
        KeyRing stranger = KeyRing.fresh();
        assertThatThrownBy(() -> catalog.commit(manifest, stranger.backup()))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot sign with key 'test-backup': it is not trusted for manifests of 'bank' but what it"
                        + " signs would be ignored\nHint: Is its public key among the trusted keys, under the same name"
                        + " and for the same use? [DRK-POINT-007]");
        assertThatThrownBy(() -> catalog.commit(manifest, keys.prover())).isInstanceOf(RequestRefusedException.class);
        Manifest elsewhere = new Manifest(
                manifest.point(),
                TargetId.of("another"),
                manifest.run(),
                "rows/1",
                BEGIN,
                Optional.empty(),
                "",
                manifest.contents(),
                Map.of());
        assertThatThrownBy(() -> catalog.commit(elsewhere, keys.backup())).isInstanceOf(IllegalArgumentException.class);
        assertThat(store.list("").objects()).extracting(StoredObject::key).noneMatch(key -> key.endsWith(".json"));
    }

    @Tag("exhaustive")
    @Test
    void everySingleFlippedBitOfAManifestIsFound() throws IOException {
        Manifest full = stored("r1", 100);
        // As short as a manifest can be: each bit costs a signature check.
        catalog.commit(
                new Manifest(
                        full.point(), BANK, full.run(), "r", BEGIN, Optional.empty(), "", full.contents(), Map.of()),
                keys.backup());
        String key = "points/bank/bank-r1/manifest.json";
        long bits = bits(key);
        assertThat(bits).isGreaterThan(4000);
        for (long bit = 0; bit < bits; bit++) {
            store.flip(key, bit);

            Catalog damaged = catalog.list();

            assertThat(damaged.points()).as("points with bit %s flipped", bit).isEmpty();
            assertThat(damaged.problems())
                    .as("problems with bit %s flipped", bit)
                    .hasSize(1);
            store.flip(key, bit);
        }
        assertThat(only().id()).isEqualTo(full.point());
    }

    /** Every byte of it, and every bit of its signature, whose encoding has bits to spare. */
    @Tag("exhaustive")
    @Test
    void everySingleFlippedBitOfAVerdictTakesItsWeightAndIsNamed() throws IOException {
        catalog.commit(stored("r1", 100), keys.backup());
        prove("r1", Proof.Level.PROVEN);
        String key = store.list("points/bank/bank-r1/proofs/").objects().get(0).key();
        assertThat(only().proof().level()).isEqualTo(Proof.Level.PROVEN);
        long bits = bits(key);
        // The signature ends two braces before the end: ...","value":"<88 characters>"}}
        long signature = bits - 8 * (88 + 3);
        for (long bit = 0; bit < bits; bit += bit < signature ? 9 : 1) {
            store.flip(key, bit);

            RecoveryPoint point = only();

            assertThat(point.proof()).as("proof with bit %s flipped", bit).isEqualTo(Proof.none());
            assertThat(point.remarks())
                    .as("remarks with bit %s flipped", bit)
                    .singleElement()
                    .asString()
                    .startsWith("ignored " + key + ": ");
            store.flip(key, bit);
        }
        assertThat(only().proof().level()).isEqualTo(Proof.Level.PROVEN);
    }

    @Test
    void forgedUnsignedCopiedAndNewerManifestsAreNamedAndHideNothing() throws IOException {
        Manifest good = stored("good", 100);
        catalog.commit(good, keys.backup());
        byte[] document =
                store.find(ObjectKey.of("points/bank/bank-good/manifest.json")).orElseThrow();
        Map<String, Object> payload = ManifestJson.toMap(good);
        store.overwrite("points/bank/bank-copied/manifest.json", document);
        store.overwrite(
                "points/bank/bank-forged/manifest.json",
                SignedDocument.sign(payload, KeyRing.fresh().backup()));
        store.overwrite("points/bank/bank-prover/manifest.json", SignedDocument.sign(payload, keys.prover()));
        store.overwrite("points/bank/bank-unsigned/manifest.json", CanonicalJson.write(payload));
        Map<String, Object> newer = new HashMap<>(payload);
        newer.put("schema", "drkit-manifest/2");
        newer.put("unheard-of", "x");
        store.overwrite("points/bank/bank-newer/manifest.json", SignedDocument.sign(newer, keys.backup()));
        store.overwrite("points/bank/bank-empty/manifest.json", new byte[0]);
        store.overwrite("points/bank/bank-huge/manifest.json", new byte[(16 << 20) + 1]);
        store.overwrite("points/bank/not ours: é/manifest.json", bytes("{}"));
        store.overwrite("points/bank/stray", bytes("x"));

        Catalog listed = catalog.list();

        assertThat(listed.points()).extracting(point -> point.id().value()).containsExactly("bank-good");
        assertThat(listed.problems())
                .extracting(problem -> problem.where().split("/")[2] + " " + problem.code())
                .containsExactlyInAnyOrder(
                        "bank-copied DRK-POINT-001",
                        "bank-forged DRK-POINT-002",
                        "bank-prover DRK-POINT-002",
                        "bank-unsigned DRK-POINT-001",
                        "bank-newer DRK-POINT-003",
                        "bank-empty DRK-POINT-001",
                        "bank-huge DRK-POINT-001",
                        "not ours: é DRK-POINT-001");
        assertThatThrownBy(() -> catalog.load(RecoveryPointId.of("bank-newer")))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot load recovery point 'bank-newer': its manifest has the format 'drkit-manifest/2' but"
                                + " this version reads drkit-manifest/1\nHint: Use the version of DR Kit that wrote it, or the"
                                + " shell lines in docs/format.md [DRK-POINT-003]");
        assertThatThrownBy(() -> catalog.load(RecoveryPointId.of("bank-forged")))
                .isInstanceOf(IntegrityException.class)
                .hasMessage(
                        "Cannot load recovery point 'bank-forged': its manifest is not signed by a trusted backup key"
                                + " but only such are believed\nHint: Use another recovery point; was the key that signed it"
                                + " left out of the trusted keys? [DRK-POINT-002]");
        assertThatThrownBy(() -> catalog.load(RecoveryPointId.of("bank-empty")))
                .isInstanceOf(IntegrityException.class)
                .hasMessage("Cannot load recovery point 'bank-empty': its manifest is corrupt (Cannot read JSON: the 0"
                        + " bytes are no well-formed object but must be one) but must be whole\nHint: Use another recovery point;"
                        + " was the key that signed it left out of the trusted keys? [DRK-POINT-001]");
        assertThatThrownBy(() -> catalog.load(RecoveryPointId.of("bank-nothing")))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("Cannot load recovery point 'bank-nothing': there is no such point of 'bank' in"
                        + " memory://store\nHint: List the points of the target; is it the right store and prefix?"
                        + " [DRK-POINT-004]");
    }

    @Test
    void aMissingOrShortenedSegmentFailsThePoint() throws IOException {
        catalog.commit(stored("r1", 100), keys.backup());
        prove("r1", Proof.Level.PROVEN);
        StoredObject segment = store.list("points/bank/bank-r1/data").objects().get(0);
        store.overwrite(segment.key(), new byte[99]);

        assertThat(only().proof().level()).isEqualTo(Proof.Level.FAILED);
        assertThat(only().remarks())
                .containsExactly("points/bank/bank-r1/data.00001 has 99 bytes but 100 were written");

        store.delete(store.list(segment.key()).objects().get(0));
        assertThat(only().remarks()).containsExactly("points/bank/bank-r1/data.00001 is missing but 100 were written");
    }

    @Test
    void aLaterFailureBeatsAnEarlierSuccessAndOnlyARestoreClearsIt() throws IOException {
        catalog.commit(stored("r1", 100), keys.backup());

        assertThat(after(Proof.Level.STORED)).isEqualTo(Proof.Level.STORED);
        assertThat(after(Proof.Level.PROVEN)).isEqualTo(Proof.Level.PROVEN);
        assertThat(after(Proof.Level.VERIFIED)).as("less than what is known").isEqualTo(Proof.Level.PROVEN);
        assertThat(after(Proof.Level.FAILED)).isEqualTo(Proof.Level.FAILED);
        assertThat(after(Proof.Level.STORED)).isEqualTo(Proof.Level.FAILED);
        assertThat(after(Proof.Level.VERIFIED)).isEqualTo(Proof.Level.FAILED);
        assertThat(after(Proof.Level.UNPROVEN)).isEqualTo(Proof.Level.FAILED);
        assertThat(after(Proof.Level.PROVEN)).isEqualTo(Proof.Level.PROVEN);
        assertThat(only().proof().by()).isEqualTo("test-prover");
    }

    @Test
    void ofTwoVerdictsAtTheSameTimeTheFailureCounts() throws IOException {
        catalog.commit(stored("r1", 100), keys.backup());
        record("r1", RunId.of("a-failed"), Proof.Level.FAILED, Verdict.Kind.PROOF);
        record("r1", RunId.of("b-proven"), Proof.Level.PROVEN, Verdict.Kind.PROOF);
        record("r1", RunId.of("c-failed"), Proof.Level.VERIFIED, Verdict.Kind.PROOF);

        assertThat(only().proof().level()).isEqualTo(Proof.Level.FAILED);
    }

    @Test
    void aVerdictOfAStrangerOrOnAnotherManifestIsIgnoredAndNamed() throws IOException {
        catalog.commit(stored("r1", 100), keys.backup());
        catalog.commit(stored("r2", 100), keys.backup());
        prove("r2", Proof.Level.PROVEN);
        StoredObject proof = store.list("points/bank/bank-r2/proofs/").objects().get(0);
        byte[] document = store.find(ObjectKey.of(proof.key())).orElseThrow();
        store.overwrite(proof.key().replace("bank-r2", "bank-r1"), document);
        Map<String, Object> payload = SignedDocument.read("verdict", document).payload();
        store.overwrite(
                "points/bank/bank-r1/proofs/forged.json",
                SignedDocument.sign(payload, KeyRing.fresh().prover()));
        store.overwrite("points/bank/bank-r1/proofs/by-backup.json", SignedDocument.sign(payload, keys.backup()));
        payload.put("at", "yesterday");
        store.overwrite("points/bank/bank-r1/proofs/odd.json", SignedDocument.sign(payload, keys.prover()));
        store.overwrite("points/bank/bank-r1/proofs/a b.json", document);

        RecoveryPoint point = catalog.list().find(RecoveryPointId.of("bank-r1")).orElseThrow();

        assertThat(point.proof()).isEqualTo(Proof.none());
        assertThat(point.remarks()).hasSize(5).allMatch(remark -> remark.startsWith("ignored "));
        assertThatThrownBy(() -> catalog.record(
                        verdict("r1", RunId.of("x"), Proof.Level.PROVEN, Verdict.Kind.PROOF), keys.backup()))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageStartingWith("Cannot sign with key 'test-backup': it is not trusted for verdicts of 'bank'");
    }

    @Test
    void aPointThatShrankAgainstTheMedianOfThoseBeforeItIsSuspectUntilClearedOrProven() throws IOException {
        int[] sizes = {100, 104, 96, 1000, 102, 51, 50, 49};
        for (int number = 0; number < sizes.length; number++) {
            time.advance(Duration.ofDays(1));
            catalog.commit(stored("r" + number, sizes[number]), keys.backup());
        }
        assertThat(suspects()).as("half the median of 102 is 51").containsExactly("bank-r6", "bank-r7");

        record("r6", RunId.of("person"), Proof.Level.UNPROVEN, Verdict.Kind.CLEARANCE);
        prove("r7", Proof.Level.PROVEN);

        assertThat(suspects()).isEmpty();
        assertThat(catalog.list()
                        .find(RecoveryPointId.of("bank-r6"))
                        .orElseThrow()
                        .remarks())
                .containsExactly("cleared by test-prover: looked");
    }

    @Test
    void suspectsDoNotBecomeTheNewNormal() throws IOException {
        for (int number = 0; number < 20; number++) {
            time.advance(Duration.ofDays(1));
            catalog.commit(stored("r" + (100 + number), number < 3 ? 1000 : 10), keys.backup());
        }

        assertThat(suspects()).hasSize(17);
    }

    @Test
    void leftoversAreOldEnoughAndNamedByNoManifest() throws IOException {
        stored("died", 10);
        Manifest good = stored("good", 10);
        store.write(
                catalog.place(good.point()).child("earlier-attempt"),
                new ByteArrayInputStream(new byte[5]),
                Encryption.unencrypted(),
                Progress.silent());
        catalog.commit(good, keys.backup());
        prove("good", Proof.Level.VERIFIED);
        store.overwrite("points/bank/another-hand/notes.txt", bytes("not ours"));
        assertThat(catalog.leftovers()).as("younger than a day").isEmpty();

        time.advance(Duration.ofDays(1).plusSeconds(1));

        assertThat(catalog.leftovers())
                .extracting(left -> left.run() + " " + left.committed() + " "
                        + left.objects().stream().map(StoredObject::key).toList())
                .containsExactly(
                        "died NOTHING [points/bank/bank-died/data.00001]",
                        "good MANIFEST [points/bank/bank-good/earlier-attempt.00001]");
    }

    @Test
    void aPlaceThatIsStillWrittenToIsNoLeftover() throws IOException {
        Manifest slow = stored("slow", 10);
        time.advance(Duration.ofDays(2));
        store.write(
                catalog.place(slow.point()).child("more"),
                new ByteArrayInputStream(new byte[5]),
                Encryption.unencrypted(),
                Progress.silent());

        assertThat(catalog.leftovers()).isEmpty();
    }

    @Test
    void nothingIsCollectedBesideAManifestThatCannotBeRead() throws IOException {
        stored("died", 10);
        store.overwrite("points/bank/bank-odd/manifest.json", bytes("?"));
        time.advance(Duration.ofDays(2));

        assertThatThrownBy(catalog::leftovers)
                .isInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot collect leftovers of 'bank': points/bank/bank-odd/manifest.json is unreadable, but"
                        + " only a store that is wholly understood may be collected\nHint: Settle what is named;"
                        + " nothing was deleted [DRK-POINT-006]");
    }

    @Test
    void aTombstoneBeforeTheCommitKeepsThePointFromEverExisting() throws IOException {
        Manifest late = stored("late", 10);
        time.advance(Duration.ofDays(2));
        Leftover leftover = catalog.leftovers().get(0);

        assertThat(catalog.collect(leftover, RunId.of("collector"), keys.backup()))
                .isEqualTo(10);

        assertThatThrownBy(() -> catalog.commit(late, keys.backup())).isInstanceOf(IntegrityException.class);
        assertThat(catalog.list()).isEqualTo(new Catalog(List.of(), List.of(), List.of()));
        assertThat(catalog.leftovers()).isEmpty();
        assertThat(store.list("").objects())
                .extracting(StoredObject::key)
                .containsExactly("points/bank/bank-late/manifest.json");
    }

    @Test
    void aCommitBeforeTheTombstoneSavesThePoint() throws IOException {
        Manifest late = stored("late", 10);
        time.advance(Duration.ofDays(2));
        Leftover leftover = catalog.leftovers().get(0);
        catalog.commit(late, keys.backup());

        assertThat(catalog.collect(leftover, RunId.of("collector"), keys.backup()))
                .isEqualTo(0);

        assertThat(only().proof().level()).isNotEqualTo(Proof.Level.FAILED);
        assertThat(store.list("points/bank/bank-late/data").objects()).hasSize(1);
    }

    @Test
    void aCollectionThatDiedHalfWayIsTakenUpAgain() throws IOException {
        stored("died", 10);
        time.advance(Duration.ofDays(2));
        faults.at(Call.DELETE, 1, Fault.CRASH_BEFORE);
        Leftover leftover = catalog.leftovers().get(0);
        assertThatThrownBy(() -> catalog.collect(leftover, RunId.of("collector"), keys.backup()))
                .isInstanceOf(Error.class);
        faults.revive();

        Leftover again = catalog.leftovers().get(0);

        assertThat(again.committed()).isEqualTo(Leftover.Committed.TOMBSTONE);
        assertThat(catalog.collect(again, RunId.of("collector-2"), keys.backup()))
                .isEqualTo(10);
        assertThat(catalog.leftovers()).isEmpty();
    }

    @Test
    void aTombstoneCopiedFromElsewhereHidesNothing() throws IOException {
        stored("died", 10);
        catalog.commit(stored("good", 10), keys.backup());
        time.advance(Duration.ofDays(2));
        catalog.collect(catalog.leftovers().get(0), RunId.of("collector"), keys.backup());
        byte[] tombstone =
                store.find(ObjectKey.of("points/bank/bank-died/manifest.json")).orElseThrow();
        store.overwrite("points/bank/bank-good/manifest.json", tombstone);

        assertThat(catalog.list().problems())
                .extracting(Catalog.Problem::where)
                .containsExactly("points/bank/bank-good/manifest.json");
    }

    @Test
    void aTargetWhoseNameBeginsLikeAnothersIsNotMixedWithIt() throws IOException {
        catalog.commit(stored("r1", 10), keys.backup());

        assertThat(PointCatalog.of(store, TargetId.of("ban"), keys.trusted())
                        .list()
                        .points())
                .isEmpty();
        assertThat(PointCatalog.of(store, TargetId.of("bank-2"), keys.trusted())
                        .list()
                        .points())
                .isEmpty();
    }

    private long bits(String key) {
        return store.find(ObjectKey.of(key)).orElseThrow().length * 8L;
    }

    private RecoveryPoint only() {
        Catalog listed = catalog.list();
        assertThat(listed.problems()).isEmpty();
        assertThat(listed.points()).hasSize(1);
        return listed.points().get(0);
    }

    private List<String> suspects() {
        return catalog.list().points().stream()
                .filter(point -> point.plausibility() == Plausibility.SUSPECT)
                .map(point -> point.id().value())
                .toList();
    }

    private Proof.Level after(Proof.Level level) {
        prove("r1", level);
        return only().proof().level();
    }

    private void prove(String run, Proof.Level level) {
        time.advance(Duration.ofMinutes(1));
        record(run, RunId.of("prover"), level, Verdict.Kind.PROOF);
    }

    private void record(String run, RunId by, Proof.Level level, Verdict.Kind kind) {
        catalog.record(verdict(run, by, level, kind), keys.prover());
    }

    private Verdict verdict(String run, RunId by, Proof.Level level, Verdict.Kind kind) {
        return new Verdict(catalog.pointOf(RunId.of(run)), by, time.now(), level, kind, "looked");
    }

    private Manifest stored(String run, int size) throws IOException {
        RecoveryPointId point = catalog.pointOf(RunId.of(run));
        StoredStream stream = store.write(
                catalog.place(point).child("data"),
                new ByteArrayInputStream(new byte[size]),
                Encryption.unencrypted(),
                Progress.silent());
        return new Manifest(
                point,
                BANK,
                RunId.of(run),
                "rows/1",
                time.now(),
                Optional.of(BEGIN),
                "é \"quoted\"",
                List.of(new Manifest.Content("bank", "dump", time.now(), stream, Map.of("tool", "15.8"))),
                Map.of("host", "a"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
