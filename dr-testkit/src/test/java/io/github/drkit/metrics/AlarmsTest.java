package io.github.drkit.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.status.Unprotected;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The meters and alarms of docs/status.md, to the letter, over what a Prometheus would read. */
class AlarmsTest {

    private static final Path PAGE = Path.of("../docs/status.md");
    private static final Pattern METER =
            Pattern.compile("\\| `(drkit\\.[a-z.]+)` \\| `(drkit_[a-z_]+)` \\| ([a-z, ]*)\\| .+ \\|");
    private static final Pattern ALARM = Pattern.compile("- alert: (\\w+)\\s*\\n\\s+expr: (.+)");

    private final MeteredBank bank = new MeteredBank();

    @Test
    void everyMeterStandsOnThePageAndEveryMeterOnThePageExists() throws IOException {
        Map<String, String> page = new TreeMap<>();
        Map<String, String> exported = new TreeMap<>();
        Matcher row = METER.matcher(Files.readString(PAGE));
        while (row.find()) {
            page.put(row.group(1), row.group(3).strip());
            exported.put(row.group(1), row.group(2));
        }
        Map<String, String> code = new TreeMap<>();
        bank.registry.getMeters().stream()
                .map(Meter::getId)
                .forEach(id -> code.put(
                        id.getName(),
                        id.getTags().stream().map(Tag::getKey).collect(Collectors.toCollection(TreeSet::new)).stream()
                                .collect(Collectors.joining(", "))));

        assertThat(page).isEqualTo(code).hasSizeGreaterThan(20);
        Scrape scrape = bank.scrape();
        assertThat(exported.values()).allMatch(name -> scrape.has(name) || scrape.has(name + "_count"));
    }

    @Test
    void everythingAlarmsBeforeTheFirstStatus() throws IOException {
        assertThat(firing()).contains("StatusStale", "RpoExceeded", "ObjectiveNotMet", "NotProven", "Unprotected");
    }

    @Test
    void whatWasNeverBackedUpAlarms() throws IOException {
        bank.metrics.refresh();

        assertThat(firing())
                .containsExactlyInAnyOrder("RpoExceeded", "ObjectiveNotMet", "NotProven", "NoDrill", "SingleRecipient");
    }

    @Test
    void aProvenPointSilencesAllThatItCan() throws Exception {
        bank.backUp();
        bank.verify();
        bank.prove();
        bank.metrics.refresh();

        assertThat(firing()).containsExactlyInAnyOrder("NoDrill", "SingleRecipient");
    }

    @Test
    void anOldPointAlarmsWithoutAnotherStatus() throws Exception {
        bank.backUp();
        bank.verify();
        bank.metrics.refresh();
        bank.time.advance(Duration.ofDays(1));
        assertThat(firing()).contains("StatusStale").doesNotContain("RpoExceeded");

        bank.time.advance(Duration.ofSeconds(1));
        assertThat(firing()).contains("RpoExceeded");
    }

    @Test
    void whatCannotBeToldAlarmsToo() throws Exception {
        bank.backUp();
        bank.verify();
        bank.prove();
        bank.inStore.at(Call.LIST, 1, Fault.FAIL);
        bank.unprotected = () -> List.of(Unprotected.forgotten("database 'x'", "no target lists it"));
        bank.metrics.refresh();

        assertThat(firing()).contains("RpoExceeded", "ObjectiveNotMet", "NotProven", "Unprotected");
    }

    @Test
    void aProcessThatIsGoneAlarms() throws IOException {
        assertThat(Scrape.of("").query(alarms().get("StatusStale"))).isNotEmpty();
    }

    private List<String> firing() throws IOException {
        Scrape scrape = bank.scrape();
        return alarms().entrySet().stream()
                .filter(alarm -> !scrape.query(alarm.getValue()).isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Map<String, String> alarms() throws IOException {
        Map<String, String> alarms = new TreeMap<>();
        Matcher alarm = ALARM.matcher(Files.readString(PAGE));
        while (alarm.find()) {
            alarms.put(alarm.group(1), alarm.group(2).strip());
        }
        assertThat(alarms).hasSizeGreaterThan(6);
        return alarms;
    }
}
