package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.RunId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {

    @Test
    void namesAreQuotedForEachLanguageTheyStandIn() {
        assertThat(Names.quoted("a\"; DROP DATABASE x; --")).isEqualTo("\"a\"\"; DROP DATABASE x; --\"");
        assertThat(Names.literal("it's \\ here")).isEqualTo("E'it''s \\\\ here'");
        assertThat(Names.shell("it's $HOME")).isEqualTo("'it'\\''s $HOME'");
        assertThat(Names.shell("points/bank/a1/x.dump.zst.age.00001")).isEqualTo("points/bank/a1/x.dump.zst.age.00001");
        assertThat(Names.connection("a=b' \\")).isEqualTo("dbname='a=b\\' \\\\'");
        assertThatThrownBy(() -> Names.quoted(""))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot quote a name that is empty or holds a NUL character");
    }

    @Test
    void namesTheServerWouldCutAreCutHereAndStayDifferent() {
        String first = Names.fitted("ü".repeat(40) + "a");
        String second = Names.fitted("ü".repeat(40) + "b");

        assertThat(first.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(63);
        assertThat(first).startsWith("üüü").isNotEqualTo(second);
        assertThat(Names.fitted("short")).isEqualTo("short");
        assertThat(Names.application(RunId.of("r".repeat(63)))).hasSizeLessThanOrEqualTo(63);
    }

    @Test
    void listsOfIdentifiersAreTakenApartAsTheServerDoes() {
        assertThat(DatabaseProperties.identifiers("\"$user\", \"Odd, \"\"one\"\"\", Public"))
                .isEqualTo(List.of("$user", "Odd, \"one\"", "public"));
        assertThat(DatabaseProperties.identifiers("")).isEmpty();
    }
}
