package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RdsTagsTest {

    private static final String SNAPSHOT = "arn:aws:rds:eu-central-1:123456789012:snapshot:before";
    private static final RunId RUN = RunId.of("one-run");

    @ParameterizedTest
    @ValueSource(strings = {"", "pre v1.13.0 upgrade", "a=b & \"c\" (d) #1, 100 %", "Zoë's 升级 🏦", "=41", "=", "==4"})
    void aLabelComesBackAsItWasWhateverItHolds(String label) {
        String encoded = RdsTags.encode(label);

        assertThat(RdsTags.decode(encoded)).isEqualTo(label);
        assertThat(encoded).matches("^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$");
    }

    @Test
    void aTagThatRdsCopiedFromSomethingElseDoesNotCount() {
        Map<String, String> ours = RdsTags.made(SNAPSHOT, RUN, TargetId.of("bank"));

        assertThat(RdsTags.madeIt(ours, SNAPSHOT)).isTrue();
        assertThat(RdsTags.madeBy(RUN, ours, SNAPSHOT)).isTrue();
        assertThat(RdsTags.madeBy(RunId.of("another"), ours, SNAPSHOT)).isFalse();
        for (String wearer : new String[] {
            SNAPSHOT.replace("snapshot:", "db:"), SNAPSHOT.replace("before", "copy"), SNAPSHOT.replace("eu-", "us-")
        }) {
            assertThat(RdsTags.madeIt(ours, wearer)).as(wearer).isFalse();
        }
    }

    @Test
    void onlyPeoplesTagsAreCarried() {
        assertThat(RdsTags.peoples(
                        Map.of("Environment", "production", "drkit:run", "x", "aws:cloudformation:stack", "y")))
                .containsExactly(Map.entry("Environment", "production"));
    }

    @Test
    void pairsComeBackFromTheirText() {
        assertThat(RdsTags.read(RdsTags.write(Map.of("a", "=", "b", "\n,\""))))
                .isEqualTo(Map.of("a", "=", "b", "\n,\""));
        assertThat(RdsTags.write(Map.of())).isEmpty();
        assertThat(RdsTags.read("")).isEmpty();
    }
}
