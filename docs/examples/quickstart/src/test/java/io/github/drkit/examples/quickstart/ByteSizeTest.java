package io.github.drkit.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({"50MB, 50000000", "2gb, 2000000000", "1KB, 1000", "999999TB, 999999000000000000"})
    void readsDecimalUnits(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "50", "50 MB", "-1MB", "1.5GB", "MB", "1PB", "1234567MB"})
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot read size '" + text + "': a whole number and KB, MB, GB or TB is required, like 50MB");
    }

    @Test
    void refusesNothing() {
        assertThatThrownBy(() -> ByteSize.parse("0MB"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot use size 0: it must be positive");
    }

    @ParameterizedTest
    @CsvSource({"999, 999 B", "50000000, 50.0 MB", "2340000000, 2.3 GB", "7000000000000000, 7000.0 TB"})
    void printsTheLargestUnitThatFits(long bytes, String text) {
        assertThat(new ByteSize(bytes)).hasToString(text);
    }
}
