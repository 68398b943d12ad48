package io.github.drkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupRequestTest {

    private static final Instant FIRING = Instant.parse("2026-11-22T01:00:00Z");

    /** It would be promised to stay, and go as soon as its slot is old. */
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u2003\u3000"})
    void whatNobodyAskedForByNameIsRefused(String label) {
        assertThatThrownBy(() -> BackupRequest.manual(label))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot back up: there is neither the firing of a schedule nor a label but one of them is"
                        + " required; say what the point is for, such as 'before the upgrade'");
    }

    /** A label keeps a point for ever, so that each run of a schedule would stay. */
    @Test
    void aScheduleGivesNoLabel() {
        assertThatThrownBy(() -> new BackupRequest(Optional.of(FIRING), "nightly"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot back up: the firing 2026-11-22T01:00:00Z and the label 'nightly' are given but only"
                        + " one of them is allowed; leave out the label for a schedule, the firing for a person");
    }

    @Test
    void aBlankLabelBesideAFiringIsNone() {
        assertThat(new BackupRequest(Optional.of(FIRING), "  ")).isEqualTo(BackupRequest.scheduledFor(FIRING));
    }

    @ParameterizedTest
    @ValueSource(strings = {"two\nlines", "\t"})
    void aLabelIsOnePrintableLine(String label) {
        assertThatThrownBy(() -> BackupRequest.manual(label))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot back up: the label has " + label.length()
                        + " characters but at most 200 printable are allowed");
    }

    @Test
    void aLabelHasAtMost200Characters() {
        assertThat(BackupRequest.manual("x".repeat(200)).label()).hasSize(200);
        assertThatThrownBy(() -> BackupRequest.manual("x".repeat(201)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot back up: the label has 201 characters but at most 200 printable are allowed");
    }

    @Test
    void aPlanShowsWhoAsked() {
        assertThat(BackupRequest.manual("before the upgrade").describe())
                .isEqualTo(Map.of("label", "before the upgrade"));
        assertThat(BackupRequest.scheduledFor(FIRING).describe())
                .isEqualTo(Map.of("scheduled-for", "2026-11-22T01:00:00Z", "label", ""));
    }
}
