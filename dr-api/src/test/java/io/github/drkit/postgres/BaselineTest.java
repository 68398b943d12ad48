package io.github.drkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.postgres.Baseline.Entry;
import io.github.drkit.postgres.Difference.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaselineTest {

    private static final String JSON = "{\"canon\":\"pg-row-v1\",\"consistencyTime\":\"2026-11-22T02:00:00.123456Z\","
            + "\"database\":\"bank\",\"depth\":\"ROWS\",\"entries\":[{\"facts\":{\"digest\":\"-12\",\"rows\":\"3\"},"
            + "\"kind\":\"table\",\"object\":\"\\\"public\\\".\\\"t\\\"\"}],\"serverVersion\":150018}";

    @Test
    void writesAndReadsTheDocumentedForm() {
        Baseline baseline = baseline(Depth.ROWS, table("3", "-12"));

        assertThat(new String(baseline.toJson(), StandardCharsets.UTF_8)).isEqualTo(JSON);
        assertThat(Baseline.fromJson(bytes(JSON))).isEqualTo(baseline);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"canon\":\"other\"}",
                "{\"canon\":\"pg-row-v1\"}",
            })
    void otherDocumentsAreRefused(String json) {
        assertThatThrownBy(() -> Baseline.fromJson(bytes(json)))
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessage(
                        "Cannot read baseline: the bytes were read but they are not a baseline of the documented form"
                                + System.lineSeparator()
                                + "Hint: Was the object changed or cut? Its SHA-256 is in the manifest [DRK-PG-019]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"rows\":\"3\"|\"rows\":3",
                "\"rows\":\"3\"|\"rows\":null",
                "150018|150018.0",
                "150018|99999999999",
                "150018}|150018}x",
                "\"ROWS\"|\"rows\"",
                "02:00:00|26:00:00",
                "\"database\":\"bank\",|",
                "\"database\":\"bank\"|\"database\":\"bank\",\"database\":\"bank\"",
                "\"database\":\"bank\"|\"database\":\"bank\",\"more\":\"x\"",
                "\"kind\":\"table\"|\"kind\":\"table\",\"more\":\"x\"",
                "\"bank\",|\"bank\" ,",
                "bank|b\\u0061nk",
            })
    void anyOtherByteIsRefused(String from, String to) {
        String changed = JSON.replace(from, to == null ? "" : to);

        assertThat(changed).isNotEqualTo(JSON);
        assertThatThrownBy(() -> Baseline.fromJson(bytes(changed)))
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessageContaining("[DRK-PG-019]");
    }

    @Test
    void anotherCanonIsNamed() {
        assertThatThrownBy(() -> Baseline.fromJson(bytes(JSON.replace("row-v1", "row-v2"))))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot read baseline: its canon is 'pg-row-v2' but 'pg-row-v1' is required"
                        + System.lineSeparator() + "Hint: Use the version of DR Kit that wrote it [DRK-PG-020]");
    }

    @Test
    void aShallowerCopyIsNotComparedSilently() {
        Baseline deep = baseline(Depth.ROWS, table("3", "-12"));
        Baseline shallow = baseline(Depth.COUNTS, new Entry("table", "t", Map.of("rows", "3")));

        assertThatThrownBy(() -> deep.differences(shallow))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot compare database 'bank': its baseline holds COUNTS but ROWS is required"
                        + System.lineSeparator()
                        + "Hint: Capture the copy at the depth of the baseline it is compared with [DRK-PG-021]");
    }

    @Test
    void aDeeperCopyIsComparedAsFarAsTheBaselineGoes() {
        Baseline counts = baseline(Depth.COUNTS, new Entry("table", "\"public\".\"t\"", Map.of("rows", "3")));

        assertThat(counts.differences(baseline(Depth.ROWS, table("3", "-12")))).isEmpty();
        assertThat(counts.differences(baseline(Depth.ROWS, table("4", "-12"))))
                .containsExactly(new Difference(Kind.CONTENT, "table \"public\".\"t\", rows", "3", "4"));
    }

    @Test
    void rowsThatWereNotReadAreADifference() {
        Entry unread = new Entry("table", "\"public\".\"t\"", Map.of());

        assertThat(baseline(Depth.ROWS, table("3", "-12")).differences(baseline(Depth.ROWS, unread)))
                .extracting(Difference::sentence)
                .containsExactly(
                        "table \"public\".\"t\", digest: -12 expected, absent found",
                        "table \"public\".\"t\", rows: 3 expected, absent found");
    }

    @ParameterizedTest(name = "step {0}: {1} {2} then {3} {4} is {5}")
    @CsvSource({
        "1, 50, true, 60, true, INFORMATION",
        "1, 50, true, 49, true, CONTENT",
        "1, 50, true, 51, false, INFORMATION",
        "1, 50, true, 50, false, CONTENT",
        "-1, -50, true, -60, true, INFORMATION",
        "-1, -50, true, -49, true, CONTENT",
    })
    void aSequenceMayBeAheadButNotBehind(
            String step, String before, String called, String after, String calledAfter, Kind kind) {
        Baseline first = baseline(Depth.STRUCTURE, sequence(step, before, called));

        assertThat(first.differences(baseline(Depth.STRUCTURE, sequence(step, after, calledAfter))))
                .isNotEmpty()
                .allSatisfy(difference -> assertThat(difference.kind()).isEqualTo(kind));
    }

    @ParameterizedTest
    @CsvSource({"150018, STRUCTURE", "170002, INFORMATION"})
    void wordingMattersWithinAMajorOnly(int version, Kind kind) {
        Baseline before = baseline(Depth.STRUCTURE, new Entry("view", "v", Map.of("definition", "sha256 aa")));
        Baseline after = new Baseline(
                "copy",
                version,
                Instant.EPOCH,
                Depth.STRUCTURE,
                List.of(new Entry("view", "v", Map.of("definition", "sha256 bb"))));

        assertThat(before.differences(after))
                .containsExactly(new Difference(kind, "view v, definition", "sha256 aa", "sha256 bb"));
    }

    @Test
    void ownerAndGrantsOfAMissingTableAreNotSaidAgain() {
        Baseline before = baseline(
                Depth.STRUCTURE,
                new Entry("table", "t", Map.of()),
                new Entry("owner", "table t", Map.of("role", "x")),
                new Entry("grants", "table t", Map.of("granted", "\"y\"=SELECT")));

        assertThat(before.differences(baseline(Depth.STRUCTURE)))
                .containsExactly(new Difference(Kind.STRUCTURE, "table t", "present", "absent"));
    }

    private static Baseline baseline(Depth depth, Entry... entries) {
        return new Baseline("bank", 150018, Instant.parse("2026-11-22T02:00:00.123456Z"), depth, List.of(entries));
    }

    private static Entry table(String rows, String digest) {
        return new Entry("table", "\"public\".\"t\"", Map.of("rows", rows, "digest", digest));
    }

    private static Entry sequence(String step, String position, String called) {
        return new Entry(
                "sequence", "s", Map.of("increment", step, "position", position, "called", called, "cycles", "false"));
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
