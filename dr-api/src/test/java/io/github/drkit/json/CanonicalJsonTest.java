package io.github.drkit.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {

    private static final String MUST = " but must be an object, array, Unicode text, whole number or boolean";

    @Test
    void equalObjectsGiveTheSameBytesWhateverTheOrder() {
        Map<String, Object> inner = new LinkedHashMap<>();
        inner.put("z", 1);
        inner.put("a", List.of(true, Long.MAX_VALUE, "é\n\"\\"));
        Map<String, Object> outer = new LinkedHashMap<>();
        outer.put("b", inner);
        outer.put("B", "");

        byte[] bytes = CanonicalJson.write(outer);

        assertThat(new String(bytes, StandardCharsets.UTF_8))
                .isEqualTo("{\"B\":\"\",\"b\":{\"a\":[true,9223372036854775807,\"é\\n\\\"\\\\\"],\"z\":1}}");
        assertThat(CanonicalJson.write(CanonicalJson.read(bytes))).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "\"text\"",
                "1",
                "{",
                "{}{}",
                "{} x",
                "{\"a\":1,\"a\":1}",
                "{\"a\":{\"b\":1,\"b\":2}}",
                "{\"a\":null}",
                "{\"a\":[null]}",
                "{\"a\":1.0}",
                "{\"a\":1e3}",
                "{\"a\":9223372036854775808}",
                "{\"a\":NaN}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1,}",
                "{\"a\":01}",
                "/* c */{}",
                "{\"a\":\"\n\"}",
            })
    void whatIsNotOnePlainObjectIsRefused(String json) {
        assertThatThrownBy(() -> CanonicalJson.read(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("Cannot read JSON: .+");
    }

    @Test
    void whatCannotBeReadIsNotRepeatedInTheMessage() {
        assertThatThrownBy(() -> CanonicalJson.read("{\"password\": hunter2}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot read JSON: the 21 bytes are no well-formed object but must be one")
                .hasNoCause();
    }

    @Test
    void whatIsNotPlainIsNamedByItsPathAndNeitherItsValueNorAStrangeKeyIsRepeated() {
        String strange = "{\"a\":[0,{\"b-1\":{\"pass word\":[[null]]}}]}";

        assertThatThrownBy(() -> CanonicalJson.read("file", strange.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot read file: 'a[1].b-1.?[0][0]' is null" + MUST);
    }

    @Test
    void depthIsBounded() {
        String deep = "{\"a\":".repeat(5000) + "1" + "}".repeat(5000);

        assertThatThrownBy(() -> CanonicalJson.read(deep.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatHasNoPlainFormIsNotWritten() {
        assertThatThrownBy(() -> CanonicalJson.write(Map.of("a", 1.5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot write JSON: 'a' is a number that is not whole, or too large" + MUST);
        assertThatThrownBy(() -> CanonicalJson.write(Map.of("a", Map.of(1, 2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot write JSON: 'a' is a key that is no Unicode text" + MUST);
        assertThatThrownBy(() -> CanonicalJson.write(Map.of("a", "half a pair \uD83D")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot write JSON: 'a' is a text that is not Unicode" + MUST);
        for (String broken : List.of("\uDE00\uD83D", "\uD83Dx", "x\uDE00", "\uD83D\uDE00\uD83D")) {
            assertThatThrownBy(() -> CanonicalJson.write(Map.of("a", broken)))
                    .as("%x", (int) broken.charAt(0))
                    .hasMessage("Cannot write JSON: 'a' is a text that is not Unicode" + MUST);
        }
    }

    @Test
    void textBeyondTheBasicPlaneComesBack() {
        Map<String, Object> faces = Map.of("\uD83D\uDE00", "two \uD83D\uDE00\uD83D\uDE00 and an e\u0301");

        assertThat(CanonicalJson.read(CanonicalJson.write(faces))).isEqualTo(faces);
    }
}
