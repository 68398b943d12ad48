package io.github.drkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IdentifiersTest {

    @Test
    void everyNameIsQuotedAndQuotesAreDoubled() {
        assertThat(Identifiers.qualified("public", "a\"; DROP TABLE b; --"))
                .isEqualTo("\"public\".\"a\"\"; DROP TABLE b; --\"");
    }

    @Test
    void literalsDoNotDependOnStandardConformingStrings() {
        assertThat(Identifiers.literal("it's")).isEqualTo("'it''s'");
        assertThat(Identifiers.literal("a\\'b")).isEqualTo(" E'a\\\\''b'");
    }

    @Test
    void aNameWithNulIsRefusedWithoutRepeatingIt() {
        assertThatThrownBy(() -> Identifiers.quoted("a\0b"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot quote identifier: it is empty or holds a NUL character");
    }
}
