package io.github.drkit.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.error.RequestRefusedException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectivesTest {

    private static final String FILE = """
            {"schema": "drkit-objectives/1", "environments": {
              "production": {"rto": "PT1H", "rpo": "PT30M"},
              "staging": {"rto": "PT8H", "rpo": "P2D"}}}
            """;

    @Test
    void presetsAreThoseOfTheGuide() {
        assertThat(Objectives.production())
                .isEqualTo(new Objectives("production", Duration.ofHours(4), Duration.ofHours(24)));
        assertThat(Objectives.uat()).isEqualTo(new Objectives("uat", Duration.ofHours(8), Duration.ofHours(24)));
        assertThat(Objectives.dev()).isEqualTo(new Objectives("dev", Duration.ofHours(24), Duration.ofHours(48)));
    }

    @Test
    void aFileGivesTheBlockThatIsAskedFor() {
        assertThat(Objectives.fromJson(FILE, "production"))
                .isEqualTo(new Objectives("production", Duration.ofHours(1), Duration.ofMinutes(30)));
        assertThat(Objectives.fromJson(FILE, "staging"))
                .isEqualTo(new Objectives("staging", Duration.ofHours(8), Duration.ofDays(2)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | the 0 bytes are no well-formed object but must be one",
                "null | it is null but must be an object",
                "{\"environments\":{\"dev\":{\"rto\":4.5}}} | 'environments.dev.rto' is a number that is not whole, or too"
                        + " large but must be an object, array, Unicode text, whole number or boolean",
            })
    void whatIsNoPlainObjectIsNamedByWhereItStands(String json, String problem) {
        assertThatThrownBy(() -> Objectives.fromJson(json, "production"))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot read objectives: " + problem
                        + "\nHint: Compare with docs/status.md; no default takes the place of what is missing"
                        + " [DRK-OBJECTIVE-001]");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "another schema | {\"schema\":\"drkit-objectives/2\",\"environments\":{}} | DRK-OBJECTIVE-004 |"
                        + " 'schema' is 'drkit-objectives/2' but must be 'drkit-objectives/1'",
                "no environments | {\"schema\":\"drkit-objectives/1\"} | DRK-OBJECTIVE-003 | 'environments' of the file"
                        + " is missing but must be given",
                "an unknown member | {\"schema\":\"drkit-objectives/1\",\"environments\":{},\"rto\":\"PT1H\"} |"
                        + " DRK-OBJECTIVE-002 | the file has the unknown member 'rto' but must be one of [environments,"
                        + " schema]",
                "environments as a list | {\"schema\":\"drkit-objectives/1\",\"environments\":[]} | DRK-OBJECTIVE-004 |"
                        + " 'environments' is no object but must be an object",
                "the block that was asked for is missing |"
                        + " {\"schema\":\"drkit-objectives/1\",\"environments\":{\"dev\":{\"rto\":\"PT1H\",\"rpo\":\"PT1H\"}}}"
                        + " | DRK-OBJECTIVE-003 | the environment 'production' is missing but must be one of [dev]",
                "a block without an RPO |"
                        + " {\"schema\":\"drkit-objectives/1\",\"environments\":{\"production\":{\"rto\":\"PT1H\"}}} |"
                        + " DRK-OBJECTIVE-003 | 'rpo' of 'production' is missing but must be given",
                "a wrong block that nobody asked for |"
                        + " {\"schema\":\"drkit-objectives/1\",\"environments\":{\"dev\":3,\"production\":{\"rto\":\"PT1H\",\"rpo\":\"PT1H\"}}}"
                        + " | DRK-OBJECTIVE-004 | 'dev' is no object but must be an object",
                "a zero |"
                        + " {\"schema\":\"drkit-objectives/1\",\"environments\":{\"production\":{\"rto\":\"PT0S\",\"rpo\":\"PT1H\"}}}"
                        + " | DRK-OBJECTIVE-004 | 'rto' of 'production' is PT0S but must be longer than zero",
                "a negative |"
                        + " {\"schema\":\"drkit-objectives/1\",\"environments\":{\"production\":{\"rto\":\"PT1H\",\"rpo\":\"-PT1H\"}}}"
                        + " | DRK-OBJECTIVE-004 | 'rpo' of 'production' is PT-1H but must be longer than zero",
                "a number |"
                        + " {\"schema\":\"drkit-objectives/1\",\"environments\":{\"production\":{\"rto\":4,\"rpo\":\"PT1H\"}}}"
                        + " | DRK-OBJECTIVE-004 | 'rto' of 'production' is '4' but must be a duration such as 'PT4H'",
                "a blank name |"
                        + " {\"schema\":\"drkit-objectives/1\",\"environments\":{\" \":{\"rto\":\"PT1H\",\"rpo\":\"PT1H\"}}}"
                        + " | DRK-OBJECTIVE-003 | 'environment' is blank but must be a name",
            })
    void whateverIsWrongIsNamed(String what, String json, String code, String problem) {
        assertThatThrownBy(() -> Objectives.fromJson(json, "production"))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot accept objectives: " + problem
                        + "\nHint: Compare with docs/status.md; no default takes the place of what is missing [" + code
                        + "]");
    }

    @Test
    void aKeyThatStandsTwiceIsRefused() {
        assertThatThrownBy(() -> Objectives.fromJson(FILE.replace("staging", "production"), "production"))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("are no well-formed object")
                .hasMessageEndingWith("[DRK-OBJECTIVE-001]");
    }
}
