package io.github.drkit.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Catalog;
import io.github.drkit.Outcome;
import io.github.drkit.Progress;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.Survey;
import io.github.drkit.catalog.TrustedKeys;
import io.github.drkit.catalog.Verdict;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.expiry.ExpireRequest;
import io.github.drkit.expiry.Expiry;
import io.github.drkit.report.RunReport;
import io.github.drkit.schedule.Schedule;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoreAbilities.Ability;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.KeyRing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Points of an attacker and of a broken backup, in a real catalog with real signatures: whatever they claim, the good points
 * stay that would stay without them. Restic's manual names the flood as an attack on {@code forget}; seven bad runs in a row
 * cost others every good copy (Security-Onion-Solutions/securityonion#15896, Skyfay/DBackup#154).
 */
class FloodTest {

    private static final TargetId BANK = TargetId.of("bank");
    private static final RetentionPolicy POLICY = RetentionPolicy.dailyWeeklyMonthly(ZoneOffset.UTC);
    private static final int FLOOD = Integer.getInteger("drkit.retention.flood", 8);
    private static final long SEED = Long.getLong("drkit.retention.seed", 1);
    private static final Duration RPO = Duration.ofHours(26);

    private final VirtualTime time = VirtualTime.startingAt("2026-01-01T00:00:00Z");
    private final InMemoryPointStore store = InMemoryPointStore.on(time);
    private final KeyRing keys = KeyRing.fresh();
    private final PointCatalog catalog = PointCatalog.of(store, BANK, keys.trusted());
    private final Random random = new Random(SEED);
    private int number;

    @Test
    void freshEmptyBackupsWithForgedProofsEvictNothingGood() throws Exception {
        KeyPair forged = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        SigningKey forger = SigningKey.of("test-prover", forged.getPrivate());
        // The attacker has the backup's key, and trusts himself.
        PointCatalog attackers = PointCatalog.of(store, BANK, trusting(keys, forged));
        goodDays(40);
        int written = 0;
        for (int day = 0; day < 2; day++) {
            for (int i = 0; i < FLOOD; i++) {
                time.advance(Duration.ofSeconds(30));
                Instant claimed = claim();
                RecoveryPointId point = commit(attackers, "attack", 1, claimed, Optional.of(claim()));
                record(attackers, point, forger);
                written++;
            }
            goodDays(1);

            RetentionDecision decision = POLICY.decide(inventory(point -> true));
            RetentionDecision without =
                    POLICY.decide(inventory(point -> isGood(point.id().value())));

            assertThat(decision.refusals()).isEmpty();
            assertThat(goodOnes(decision, Fate.DROP)).isEqualTo(goodOnes(without, Fate.DROP));
            assertThat(decision.entries())
                    .filteredOn(entry -> !isGood(entry.point().id().value()))
                    .as("points of the attacker")
                    .hasSize(written)
                    .noneMatch(entry -> !entry.owned().isEmpty());
        }
        System.out.println("retention/flood: " + written
                + " fresh empty points with forged proofs and dates evicted 0 of " + number(true) + " good points");
    }

    @Test
    void aStolenProversKeyTakesNoSlotThatHasAnOwner() throws Exception {
        goodDays(40);
        RetentionDecision before = POLICY.decide(inventory(point -> true));
        List<String> owners = keptOwners(before);
        for (int i = 0; i < FLOOD; i++) {
            time.advance(Duration.ofSeconds(30));
            record(catalog, commit(catalog, "attack", 1, claim(), Optional.of(claim())), keys.prover());
        }

        RetentionDecision decision = POLICY.decide(inventory(point -> true));

        assertThat(goodOnes(decision, Fate.KEEP)).containsAll(owners);
        System.out.println(
                "retention/flood: " + FLOOD + " empty points proven with the stolen key of the prover took none of "
                        + owners.size() + " owned slots");
    }

    @Test
    void sevenBadRunsInARowEvictNothingGood() throws Exception {
        goodDays(40);
        List<String> good = goodOnes(POLICY.decide(inventory(point -> true)), Fate.KEEP);
        for (int run = 0; run < 7; run++) {
            time.advance(Duration.ofDays(1));
            // An empty dump decodes to its end, so it is VERIFIED.
            verify(commit(catalog, "bad", 10, time.now(), Optional.of(time.now())));

            // Even if nothing refused to expire, which from the second day on it does.
            RetentionDecision decision = POLICY.suppose(inventory(point -> true));

            assertThat(goodOnes(decision, Fate.KEEP)).isEqualTo(good);
            assertThat(POLICY.decide(inventory(point -> true)).refusals()).hasSize(run == 0 ? 0 : 1);
        }
        goodDays(1);
        RetentionDecision after = POLICY.decide(inventory(point -> true));
        assertThat(after.refusals()).isEmpty();
        // A day and a week have come, so the oldest of each may go, and nothing else.
        List<String> left = goodOnes(after, Fate.KEEP);
        assertThat(good.stream().filter(point -> !left.contains(point))).hasSizeLessThanOrEqualTo(2);
        System.out.println("retention/flood: 7 bad runs in a row evicted 0 of " + good.size() + " good points");
    }

    /** A suspicion must not end because an expiry took away what it was measured by. */
    @Tag("exhaustive")
    @Test
    void anEmptyBackupBeforeTheGoodOneOfEachDayNeverTakesItsSlot() throws Exception {
        RetentionPolicy fiveDays = RetentionPolicy.builder("five-days")
                .tier("daily", Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC), 5)
                .minimumProven(1)
                .requiredProof(Proof.Level.UNPROVEN)
                .grace(Duration.ofDays(14))
                .build();
        InMemoryJournal journal = new InMemoryJournal();
        DisasterRecovery dr = DisasterRecovery.builder(journal).time(time).build();
        // A lock would keep everything for as long as the grace.
        PointCatalog lockless = PointCatalog.of(withoutLocks(store), BANK, keys.trusted());
        Expiry expiry = Expiry.of(lockless, keys.backup(), journal);
        for (int day = 1; day <= 25; day++) {
            Instant firing = Instant.parse("2026-01-01T02:00:00Z").plus(Duration.ofDays(day));
            time.jumpTo(firing.plusSeconds(5));
            if (day > 2) {
                commit(catalog, "empty", 10, time.now(), Optional.of(firing));
            }
            time.advance(Duration.ofMinutes(30));
            commit(catalog, "good", 1000, time.now(), Optional.of(firing));

            for (int time = 0; time < 2; time++) {
                RunReport report = dr.execute(dr.plan(expiry, ExpireRequest.of(fiveDays, RPO)), expiry);
                assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
            }
            List<Instant> goodDays = catalog.list().points().stream()
                    .filter(point -> isGood(point.id().value()))
                    .map(point -> point.scheduledFor().orElseThrow())
                    .toList();
            for (int kept = 0; kept < Math.min(5, day); kept++) {
                assertThat(goodDays).as("day %s", day).contains(firing.minus(Duration.ofDays(kept)));
            }
        }
        assertThat(catalog.list().points())
                .as("a suspicion keeps no more than seven points, and for no longer than the grace")
                .hasSizeLessThan(40);
    }

    private static PointStore withoutLocks(PointStore store) {
        Set<Ability> abilities = new HashSet<>(store.abilities().shown());
        abilities.remove(Ability.OBJECT_LOCK);
        return (PointStore) Proxy.newProxyInstance(
                FloodTest.class.getClassLoader(),
                new Class<?>[] {PointStore.class},
                (proxy, method, arguments) -> method.getName().equals("abilities")
                        ? new StoreAbilities(abilities, List.of())
                        : method.invoke(store, arguments));
    }

    private void goodDays(int days) throws IOException {
        for (int day = 0; day < days; day++) {
            Instant midnight = time.now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.DAYS);
            for (Instant firing : POLICY.runsBetween(midnight, midnight.plus(Duration.ofHours(12)))) {
                time.jumpTo(firing.plusSeconds(5));
                verify(commit(catalog, "good", 1000 + random.nextInt(50), time.now(), Optional.of(firing)));
            }
        }
    }

    private RecoveryPointId commit(
            PointCatalog into, String kind, int bytes, Instant claimed, Optional<Instant> scheduledFor)
            throws IOException {
        RunId run = RunId.of(kind + "-" + ++number);
        RecoveryPointId point = into.pointOf(run);
        into.commit(
                new Manifest(
                        point,
                        BANK,
                        run,
                        "pg-dump/1",
                        claimed,
                        scheduledFor,
                        "",
                        List.of(new Manifest.Content(
                                "bank",
                                "dump",
                                claimed,
                                store.write(
                                        into.place(point).child("data"),
                                        new ByteArrayInputStream(new byte[bytes]),
                                        Encryption.unencrypted(),
                                        Progress.silent()),
                                Map.of())),
                        Map.of()),
                keys.backup());
        return point;
    }

    private void verify(RecoveryPointId point) {
        catalog.record(verdict(point, Proof.Level.VERIFIED), keys.prover());
    }

    private void record(PointCatalog into, RecoveryPointId point, SigningKey key) {
        into.record(verdict(point, Proof.Level.PROVEN), key);
    }

    private Verdict verdict(RecoveryPointId point, Proof.Level level) {
        return new Verdict(point, RunId.of("prover-" + number), time.now(), level, Verdict.Kind.PROOF, "looked");
    }

    /** What an attacker claims: now, or a time before the good points of the last days. */
    private Instant claim() {
        return random.nextBoolean() ? time.now() : time.now().minusSeconds(random.nextInt(60 * 24 * 3600));
    }

    private Inventory inventory(Predicate<RecoveryPoint> wanted) {
        Survey survey = catalog.survey();
        Catalog all = survey.catalog();
        return Inventory.of(
                        BANK,
                        new Catalog(all.points().stream().filter(wanted).toList(), all.windows(), all.problems()),
                        time.now(),
                        RPO)
                .withStoredTimes(survey.storedTimes())
                .withStoreClock(catalog.storeClock());
    }

    private static TrustedKeys trusting(KeyRing keys, KeyPair forged) throws GeneralSecurityException {
        return keys.trusted().withProver("test-prover", forged.getPublic());
    }

    private long number(boolean good) {
        return catalog.list().points().stream()
                .filter(point -> isGood(point.id().value()) == good)
                .count();
    }

    private static boolean isGood(String point) {
        return point.startsWith("bank-good-");
    }

    private static List<String> goodOnes(RetentionDecision decision, Fate fate) {
        TreeSet<String> found = new TreeSet<>();
        decision.entries().stream()
                .filter(entry -> entry.fate() == fate)
                .map(entry -> entry.point().id().value())
                .filter(FloodTest::isGood)
                .forEach(found::add);
        return List.copyOf(found);
    }

    private static List<String> keptOwners(RetentionDecision decision) {
        List<String> owners = new ArrayList<>();
        decision.entries().stream()
                .filter(entry -> entry.reason() == Reason.OWNS_SLOT)
                .forEach(entry -> owners.add(entry.point().id().value()));
        return owners;
    }
}
