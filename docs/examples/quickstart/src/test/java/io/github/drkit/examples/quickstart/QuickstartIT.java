package io.github.drkit.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Outcome;
import io.github.drkit.json.CanonicalJson;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class QuickstartIT {

    @Test
    void theBankIsLostRestoredCutOverAndReported(@TempDir Path folder) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Screen screen = new Screen(new PrintStream(printed, true, StandardCharsets.UTF_8), false);

        Outcome outcome = new Quickstart(Options.parse("--size", "30MB", "--folder", folder.toString()), screen).run();

        String text = printed.toString(StandardCharsets.UTF_8);
        assertThat(outcome).as(text).isEqualTo(Outcome.SUCCEEDED);
        assertThat(text.lines().toList().get((int) text.lines().count() - 1))
                .isEqualTo(folder.resolve("report.json").toString());
        Map<String, Object> report = CanonicalJson.read(
                Files.readString(folder.resolve("report.json")).strip().getBytes(StandardCharsets.UTF_8));
        assertThat(report).containsEntry("outcome", "SUCCEEDED").containsKeys("rto", "rpo");
        assertThat((List<?>) report.get("steps"))
                .isNotEmpty()
                .allSatisfy(step -> assertThat((Map<?, ?>) step)
                        .extracting(Map::keySet)
                        .satisfies(names -> assertThat(names.toString()).contains("start", "end", "outcome")));
        assertThat((List<?>) report.get("recoveryPoints"))
                .singleElement()
                .satisfies(point -> assertThat(((Map<?, ?>) point).get("proof")).isEqualTo("PROVEN"));
        assertThat((List<?>) report.get("checks"))
                .singleElement()
                .satisfies(
                        check -> assertThat(((Map<?, ?>) check).get("outcome")).isEqualTo("SUCCEEDED"));
    }
}
