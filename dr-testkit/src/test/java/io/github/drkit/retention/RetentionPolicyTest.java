package io.github.drkit.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Proof;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.schedule.Schedule;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionPolicyTest {

    private static final String PRESET = """
            {
              "schema": "drkit-retention/1",
              "name": "daily-7-weekly-4-monthly-12",
              "tiers": [
                {"name": "daily", "cron": "0 2 * * *", "zone": "Africa/Douala", "keep": 7},
                {"name": "weekly", "cron": "0 1 * * SUN", "zone": "Africa/Douala", "keep": 4},
                {"name": "monthly", "cron": "0 1 * * SUN#1", "zone": "Africa/Douala", "keep": 12}
              ],
              "minimumProven": 3,
              "requiredProof": "VERIFIED",
              "grace": "P14D"
            }
            """;

    private static final Schedule DAILY = Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC);

    @Test
    void presetIsTheFileOfThePage() {
        RetentionPolicy policy = RetentionPolicy.dailyWeeklyMonthly(ZoneId.of("Africa/Douala"));

        assertThat(RetentionPolicy.fromJson(PRESET)).isEqualTo(policy);
        assertThat(RetentionPolicy.fromJson(policy.toJson())).isEqualTo(policy);
        assertThat(policy.toJson())
                .isEqualTo("{\"grace\":\"PT336H\",\"minimumProven\":3,\"name\":\"daily-7-weekly-4-monthly-12\","
                        + "\"requiredProof\":\"VERIFIED\",\"schema\":\"drkit-retention/1\",\"tiers\":["
                        + "{\"cron\":\"0 2 * * *\",\"keep\":7,\"name\":\"daily\",\"zone\":\"Africa/Douala\"},"
                        + "{\"cron\":\"0 1 * * SUN\",\"keep\":4,\"name\":\"weekly\",\"zone\":\"Africa/Douala\"},"
                        + "{\"cron\":\"0 1 * * SUN#1\",\"keep\":12,\"name\":\"monthly\",\"zone\":\"Africa/Douala\"}]}");
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ | [ | DRK-RETENTION-001 | the 416 bytes are no well-formed object but must be one",
                "\"P14D\" | null | DRK-RETENTION-001 | 'grace' is null but must be an object, array, Unicode text, whole number or boolean",
                "\"keep\": 4 | \"keep\": 4.0 | DRK-RETENTION-001 | 'tiers[1].keep' is a number that is not whole, or too large but must be an object, array, Unicode text, whole number or boolean",
                "\"grace\": | \"grace\": \"P1D\", \"grace\": | DRK-RETENTION-001 | the 432 bytes are no well-formed object but must be one",
                "\"grace\" | \"grase\" | DRK-RETENTION-002 | the policy has the unknown member 'grase' but must be one of [grace, minimumProven, name, requiredProof, schema, tiers]",
                "\"keep\": 4 | \"keep\": 4, \"kep\": 1 | DRK-RETENTION-002 | tier 2 has the unknown member 'kep' but must be one of [cron, keep, name, zone]",
                "\"minimumProven\": 3, | `` | DRK-RETENTION-003 | 'minimumProven' of the policy is missing but must be given",
                "\"zone\": \"Africa/Douala\", \"keep\": 12 | \"keep\": 12 | DRK-RETENTION-003 | 'zone' of tier 3 is missing but must be given",
                "drkit-retention/1 | drkit-retention/2 | DRK-RETENTION-004 | 'schema' is 'drkit-retention/2' but must be 'drkit-retention/1'",
                "\"keep\": 4 | \"keep\": 0 | DRK-RETENTION-004 | 'keep' of tier 2 is 0 but must be a whole number of at least 1",
                "\"keep\": 4 | \"keep\": -4 | DRK-RETENTION-004 | 'keep' of tier 2 is -4 but must be a whole number of at least 1",
                "\"keep\": 4 | \"keep\": \"4\" | DRK-RETENTION-004 | 'keep' of tier 2 is 4 but must be a whole number of at least 1",
                "\"keep\": 4 | \"keep\": 2147483648 | DRK-RETENTION-004 | 'keep' of tier 2 is 2147483648 but must be a whole number of at least 1",
                "\"minimumProven\": 3 | \"minimumProven\": 0 | DRK-RETENTION-004 | 'minimumProven' of the policy is 0 but must be a whole number of at least 1",
                "VERIFIED | GOOD | DRK-RETENTION-004 | 'requiredProof' is 'GOOD' but must be UNPROVEN, STORED, VERIFIED or PROVEN",
                "P14D | 14 days | DRK-RETENTION-004 | 'grace' is '14 days' but must be a duration such as 'P14D'",
                "Africa/Douala | Africa/Bank | DRK-RETENTION-004 | 'zone' of tier 1 is 'Africa/Bank' but must be a zone such as 'Africa/Douala' or 'UTC'",
                "\"daily-7-weekly-4-monthly-12\" | \" \" | DRK-RETENTION-004 | 'name' of the policy is no text but must be a text",
            })
    void whatIsWrongInAFileIsNamed(String sound, String wrong, String code, String problem) {
        assertThatThrownBy(() -> RetentionPolicy.fromJson(PRESET.replace(sound, wrong)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot read retention policy: " + problem
                        + "\nHint: Nothing was expired; compare with docs/retention.md and try again [" + code + "]");
    }

    @Test
    void aListOfTiersMustBeOneOfObjects() {
        assertThatThrownBy(() -> RetentionPolicy.fromJson(PRESET.replaceAll("(?s)\\[.*]", "7")))
                .hasMessageContaining("'tiers' is no list but must be a list of tiers");
        assertThatThrownBy(() -> RetentionPolicy.fromJson(PRESET.replaceAll("(?s)\\[.*]", "[7]")))
                .hasMessageContaining("tier 1 is no object but must be an object");
    }

    @Test
    void policyOfNoTierIsRefused() {
        refused("DRK-RETENTION-003", "'tiers' is empty but must be at least one", RetentionPolicy.builder("none"));
    }

    @Test
    void blankNamesAreRefused() {
        refused("DRK-RETENTION-003", "'name' is blank but must be a name", policy(" "));
        assertThatThrownBy(() -> new RetentionPolicy.Tier(" ", DAILY, 1))
                .hasMessageContaining("'name' of a tier is blank but must be a name");
    }

    @Test
    void nothingMayBeZeroOrNegative() {
        assertThatThrownBy(() -> policy("p").tier("more", DAILY, 0))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("'keep' of tier 'more' is 0 but must be at least 1");
        refused(
                "DRK-RETENTION-004",
                "'minimumProven' is 0 but must be at least 1",
                policy("p").minimumProven(0));
        refused(
                "DRK-RETENTION-004",
                "'grace' is PT23H59M59S but must be at least one day",
                policy("p").grace(Duration.ofDays(1).minusSeconds(1)));
        refused(
                "DRK-RETENTION-004",
                "'requiredProof' is FAILED but must be UNPROVEN, STORED, VERIFIED or PROVEN",
                policy("p").requiredProof(Proof.Level.FAILED));
    }

    @Test
    void least() {
        assertThat(policy("p")
                        .minimumProven(1)
                        .grace(Duration.ofDays(1))
                        .build()
                        .minimumProven())
                .isEqualTo(1);
    }

    @Test
    void tiersOfOneNameAreRefused() {
        refused(
                "DRK-RETENTION-005",
                "the tier 'daily' stands twice but must be each once",
                policy("p").tier("daily", DAILY, 2));
    }

    private static RetentionPolicy.Builder policy(String name) {
        return RetentionPolicy.builder(name).tier("daily", DAILY, 7);
    }

    private static void refused(String code, String problem, RetentionPolicy.Builder builder) {
        assertThatThrownBy(builder::build)
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot accept retention policy: " + problem
                        + "\nHint: Nothing was expired; correct the policy and try again [" + code + "]");
    }
}
