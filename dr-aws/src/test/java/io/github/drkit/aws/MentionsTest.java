package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MentionsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "old.example",
                "OLD.Example.",
                "jdbc:postgresql://app:secret@old.example:5432/bank",
                "a.example,old.example",
                "host=old.example port=5432"
            })
    void aHostIsFoundWhereverItStandsAsAWhole(String text) {
        assertThat(Mentions.of(List.of("old.example")).in(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "very-old.example", "db.old.example", "old.example.com", "old.examples", "old-example"})
    void aPartOfAnotherNameIsNoMention(String text) {
        assertThat(Mentions.of(List.of("old.example")).in(text)).isFalse();
    }

    @Test
    void aUrlIsLookedForByItsHostsAndNeverByWhoLogsIn() {
        Mentions url = Mentions.of(List.of("jdbc:postgresql://app:secret@old.example:5432,[::1]:5432/bank?user=x"));

        assertThat(url.in("old.example")).isTrue();
        assertThat(url.in("jdbc:postgresql://[::1]:5432/other")).isTrue();
        assertThat(url.in("app")).isFalse();
        assertThat(url.in("secret")).isFalse();
        assertThat(url.in("bank")).isFalse();
    }

    @Test
    void numbersAndNothingArePassedOver() {
        assertThat(Mentions.of(List.of("5432", "")).isEmpty()).isTrue();
        assertThat(Mentions.of(List.of("5432", "old.example"))
                        .in(Map.of("port", 5432L, "host", "old.example", "name", "bank")))
                .containsExactly("host");
    }
}
