package io.github.drkit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RunId;
import io.github.drkit.status.Unprotected;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.micrometer.core.instrument.Meter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The meters and alarms of docs/status.md, to the letter, over what a Prometheus would read. */
class AlarmsTest {

    private static final Pattern METER =
            Pattern.compile("\\| `(drkit\\.[a-z.]+)` \\| `(drkit_[a-z_]+)` \\| ([a-z, ]*)\\| .+ \\|");

    /** What makes each alarm fire on a bank that was healthy at noon, within a day and two hours. */
    private static final Map<String, Trouble> TROUBLES = new TreeMap<>(Map.ofEntries(
            Map.entry("StatusStale", night -> night.refreshes = false),
            Map.entry("RpoExceeded", night -> night.scheduler = false),
            Map.entry("ObjectiveNotMet", night -> night.scheduler = false),
            Map.entry("BackupFailed", AlarmsTest::letDumpsFail),
            Map.entry("BackupOverdue", night -> night.scheduler = false),
            Map.entry("NotProven", night -> night.bank.time.advance(Duration.ofDays(31))),
            Map.entry("NoDrill", night -> night.bank.recoveries = List::of),
            Map.entry("PointSuspect", AlarmsTest::letTheBankShrink),
            // A restore into what exists already is refused while it is planned.
            Map.entry("RestoreObstacle", night -> night.bank.tables.create("bank-restored")),
            Map.entry(
                    "Unprotected",
                    night -> night.bank.unprotected =
                            () -> List.of(Unprotected.forgotten("database 'x'", "no target lists it"))),
            Map.entry("SingleRecipient", night -> night.bank = MeteredBank.withOneRecipient()),
            Map.entry("RunWaits", AlarmsTest::letABackupDie),
            Map.entry(
                    "CatalogUnreadable",
                    night -> night.bank.store.create(
                            ObjectKey.of("points/bank/bank-x/manifest.json"),
                            "half a man".getBytes(StandardCharsets.UTF_8))),
            Map.entry("JournalUnreadable", AlarmsTest::damageTheJournal)));

    private final MeteredBank bank = new MeteredBank();

    @Test
    void everyMeterStandsOnThePageAndEveryMeterOnThePageExists() throws IOException {
        Map<String, String> page = new TreeMap<>();
        Map<String, String> exported = new TreeMap<>();
        Matcher row = METER.matcher(Files.readString(Alarms.PAGE));
        while (row.find()) {
            page.put(row.group(1), row.group(3).strip());
            exported.put(row.group(1), row.group(2));
        }
        Map<String, String> code = new TreeMap<>();
        bank.registry.getMeters().stream()
                .map(Meter::getId)
                .forEach(id -> code.put(
                        id.getName(),
                        id.getTags().stream()
                                .map(tag -> tag.getKey())
                                .collect(Collectors.toCollection(TreeSet::new))
                                .stream()
                                .collect(Collectors.joining(", "))));

        assertThat(page).isEqualTo(code).hasSizeGreaterThan(20);
        Scrape scrape = bank.scrape();
        assertThat(exported.values()).allMatch(name -> scrape.has(name) || scrape.has(name + "_count"));
    }

    @Test
    void everythingAlarmsBeforeTheFirstStatus() {
        assertThat(pending()).contains("StatusStale", "RpoExceeded", "ObjectiveNotMet", "NotProven", "Unprotected");
    }

    @Test
    void whatWasNeverBackedUpAlarms() {
        bank.metrics.refresh();

        assertThat(pending())
                .containsExactlyInAnyOrder(
                        "RpoExceeded",
                        "ObjectiveNotMet",
                        "BackupOverdue",
                        "NotProven",
                        "NoDrill",
                        "RestoreObstacle",
                        "SingleRecipient");
    }

    @Test
    void aProvenPointSilencesAllThatItCan() throws Exception {
        bank.backUp();
        bank.verify();
        bank.prove();
        bank.metrics.refresh();

        assertThat(pending()).containsExactlyInAnyOrder("NoDrill", "SingleRecipient", "RestoreObstacle");
    }

    @Test
    void anOldPointAlarmsWithoutAnotherStatus() throws Exception {
        bank.backUp();
        bank.verify();
        bank.metrics.refresh();
        bank.time.advance(Duration.ofDays(1));
        assertThat(pending()).contains("StatusStale").doesNotContain("RpoExceeded");

        bank.time.advance(Duration.ofSeconds(1));
        assertThat(pending()).contains("RpoExceeded");
    }

    @Test
    void whatCannotBeToldAlarmsToo() throws Exception {
        bank.backUp();
        bank.verify();
        bank.prove();
        bank.inStore.at(Call.LIST, 1, Fault.FAIL);
        bank.unprotected = () -> List.of(Unprotected.forgotten("database 'x'", "no target lists it"));
        bank.metrics.refresh();

        assertThat(pending()).contains("RpoExceeded", "ObjectiveNotMet", "NotProven", "RestoreObstacle", "Unprotected");
    }

    @Test
    void aProcessThatIsGoneAlarms() {
        assertThat(Alarms.ofThePage().firing(bank.time.now(), Scrape.of(""))).containsExactly("StatusStale");
    }

    /** Every night the day-old point exceeds an RPO of 24 hours until the new one counts; nobody gets up for that. */
    @Tag("exhaustive")
    @Test
    void aHealthyDailyTargetIsTruthfullyLateAtFivePastTwoAndAlarmsNobody() throws Exception {
        Nights nights = new Nights(MeteredBank.healthy());
        nights.until("2026-03-12T02:05:00Z");

        assertThat(nights.state("rpo"))
                .as("MISSED, for a day and five minutes would be lost")
                .isEqualTo(3);
        assertThat(nights.alarms.pending(nights.bank.scrape()))
                .containsExactlyInAnyOrder("RpoExceeded", "ObjectiveNotMet");
        assertThat(nights.fired).isEmpty();

        nights.until("2026-03-12T02:20:00Z");
        assertThat(nights.state("rpo"))
                .as("AT_RISK: the schedule leaves no room")
                .isEqualTo(1);
        nights.until("2026-03-13T12:00:00Z");
        assertThat(nights.fired).isEmpty();
    }

    @Test
    void aNightWithoutABackupAlarmsAfterAnHour() throws Exception {
        Nights nights = new Nights(MeteredBank.healthy());
        nights.until("2026-03-12T01:30:00Z");
        nights.scheduler = false;

        nights.until("2026-03-12T02:05:00Z");
        assertThat(nights.fired).isEmpty();
        nights.until("2026-03-12T03:00:00Z");
        assertThat(nights.fired).isEmpty();

        nights.until("2026-03-12T03:05:00Z");
        assertThat(nights.fired).containsExactlyInAnyOrder("RpoExceeded", "ObjectiveNotMet", "BackupOverdue");
    }

    /** At noon there was a point, so that the RPO holds until the next noon. */
    @Test
    void threeFailedAttemptsAlarmLongBeforeTheRpoHasPassed() throws Exception {
        Nights nights = new Nights(MeteredBank.healthy());
        letDumpsFail(nights);
        nights.until("2026-03-11T04:00:00Z");

        assertThat(nights.state("rpo")).as("AT_RISK, which no rule asks for").isEqualTo(1);
        assertThat(nights.bank.scrape().value("drkit_rpo_now_seconds", "component=\"bank\""))
                .isEqualTo(16 * 3600);
        assertThat(nights.fired).containsExactlyInAnyOrder("BackupFailed", "BackupOverdue");
    }

    @Test
    void anAttemptThatIsMadeGoodWithinTheHourAlarmsNobody() throws Exception {
        Nights nights = new Nights(MeteredBank.healthy());
        nights.bank.inStore.at(Call.SEGMENT, 1, Fault.FAIL);
        nights.until("2026-03-11T02:10:00Z");
        assertThat(nights.alarms.pending(nights.bank.scrape())).containsExactly("BackupFailed");

        nights.until("2026-03-11T12:00:00Z");
        assertThat(nights.fired).isEmpty();
    }

    /** Such a run leaves no journal: only what is missing tells of it. */
    @Test
    void aBackupThatCannotEvenBePlannedAlarms() throws Exception {
        Nights nights = new Nights(MeteredBank.healthy());
        nights.bank.tables.drop("bank");
        nights.until("2026-03-11T03:05:00Z");

        assertThat(nights.bank.scrape().value("drkit_backup_outcome", "component=\"bank\""))
                .isZero();
        assertThat(nights.fired).containsExactly("BackupOverdue");
    }

    @Tag("exhaustive")
    @TestFactory
    Stream<DynamicTest> everyAlarmFiresWhenItsTroubleComes() {
        assertThat(TROUBLES.keySet()).isEqualTo(Alarms.ofThePage().names());
        return TROUBLES.entrySet().stream()
                .map(trouble -> DynamicTest.dynamicTest(trouble.getKey(), () -> {
                    Nights nights = new Nights(MeteredBank.healthy());
                    trouble.getValue().comesOver(nights);
                    Instant end = nights.bank.time.now().plus(Duration.ofHours(26));
                    while (!nights.fired.contains(trouble.getKey())
                            && nights.bank.time.now().isBefore(end)) {
                        nights.goOn();
                    }
                    assertThat(nights.fired).contains(trouble.getKey());
                }));
    }

    private static void letDumpsFail(Nights nights) {
        for (int attempt = 1; attempt <= 3; attempt++) {
            nights.bank.inStore.at(Call.SEGMENT, attempt, Fault.FAIL);
        }
    }

    private static void letTheBankShrink(Nights nights) throws InterruptedException {
        for (int day = 0; day < 3; day++) {
            for (int row = 0; row < 100; row++) {
                nights.bank.tables.add("bank", "ledger", day + ";" + row + ";" + Math.floorMod(row * 7919, 1009));
            }
            nights.bank.backUp();
            nights.bank.verify();
            nights.bank.time.advance(Duration.ofMinutes(1));
        }
        nights.bank.tables.drop("bank");
        nights.bank.tables.add("bank", "ledger", "1;1");
    }

    private static void damageTheJournal(Nights nights) throws InterruptedException {
        List<RunId> before = nights.bank.journal.runs();
        nights.bank.backUp();
        nights.bank.journal.runs().stream()
                .filter(run -> !before.contains(run)) // what was read once is remembered
                .forEach(run -> nights.bank.journal.lose(run, 1));
    }

    private static void letABackupDie(Nights nights) {
        nights.bank.inStore.at(Call.SEGMENT, 1, Fault.CRASH_BEFORE);
        assertThatThrownBy(nights.bank::backUp).isInstanceOf(Error.class);
        nights.bank.inStore.revive();
    }

    private Set<String> pending() {
        return Alarms.ofThePage().pending(bank.scrape());
    }

    /** What a day may bring. */
    private interface Trouble {
        void comesOver(Nights nights) throws Exception;
    }

    /**
     * A host at work: every five minutes from 02:00 to 04:00, and every half hour otherwise, it does what is due, verifies what was
     * backed up twenty minutes ago, asks for the status, and a Prometheus evaluates its rules.
     */
    private static final class Nights {

        private static final Duration AT_NIGHT = Duration.ofMinutes(5);
        private static final Duration BY_DAY = Duration.ofMinutes(30);
        private static final Duration VERIFIED_AFTER = Duration.ofMinutes(20);

        MeteredBank bank;
        boolean scheduler = true;
        boolean refreshes = true;
        final Alarms alarms = Alarms.ofThePage();
        final Set<String> fired = new TreeSet<>();

        Nights(MeteredBank bank) {
            this.bank = bank;
        }

        void until(String end) throws InterruptedException {
            while (bank.time.now().isBefore(Instant.parse(end))) {
                goOn();
            }
        }

        void goOn() throws InterruptedException {
            Instant now = bank.time.now();
            int hour = now.atOffset(ZoneOffset.UTC).getHour();
            long step = (hour == 2 || hour == 3 ? AT_NIGHT : BY_DAY).toSeconds();
            bank.time.advance(Duration.ofSeconds(step - Math.floorMod(now.getEpochSecond(), step)));
            if (scheduler) {
                bank.due.runDue();
                verify();
            }
            if (refreshes) {
                bank.metrics.refresh();
            }
            fired.addAll(alarms.firing(bank.time.now(), bank.scrape()));
        }

        double state(String objective) {
            return bank.scrape().value("drkit_objective_state", "component=\"bank\",objective=\"" + objective + "\"");
        }

        private void verify() throws InterruptedException {
            RecoveryPoint newest = bank.newest();
            Instant due = newest.consistencyTime().plus(VERIFIED_AFTER);
            if (newest.proof().level() == Proof.Level.UNPROVEN && !due.isAfter(bank.time.now())) {
                bank.verify();
            }
        }
    }
}
