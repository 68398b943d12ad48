package io.github.drkit.minio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentationTest {

    private static final long SEGMENT = 8_000L * (8 << 20);

    @ParameterizedTest(name = "{0} bytes: {1} segments, the last of {2} bytes in {3} parts")
    @CsvSource({
        "0, 1, 0, 1",
        "1, 1, 1, 1",
        "8388607, 1, 8388607, 1",
        "8388608, 1, 8388608, 1",
        "8388609, 1, 8388609, 2",
        "16777216, 1, 16777216, 2",
        "67108863999, 1, 67108863999, 8000",
        "67108864000, 1, 67108864000, 8000",
        "67108864001, 2, 1, 1",
        "134217728000, 2, 67108864000, 8000",
        "134217728001, 3, 1, 1",
        "5497558138879, 82, 61740154879, 7360",
        "5497558138880, 82, 61740154880, 7360",
        "5497558138881, 82, 61740154881, 7361",
    })
    void cutsAtEveryEdge(long storedBytes, long segments, long lastBytes, int lastParts) {
        Segmentation cut = Segmentation.DEFAULT;

        assertThat(cut.segments(storedBytes)).isEqualTo(segments);
        assertThat(cut.bytesOfSegment(storedBytes, segments)).isEqualTo(lastBytes);
        assertThat(cut.parts(lastBytes)).isEqualTo(lastParts);
    }

    @Test
    void aSegmentIsSixtyTwoAndAHalfGibibytes() {
        assertThat(Segmentation.DEFAULT.segmentBytes()).isEqualTo(SEGMENT).isEqualTo((125L << 30) / 2);
    }

    @Test
    void segmentsAlwaysAddUpAndStayWithinTheLimitsOfS3() {
        long seed = 20261122;
        Random random = new Random(seed);
        long most = 5L << 40;
        for (int round = 0; round < 20_000; round++) {
            long stored = random.nextLong(most + 1);
            long sum = 0;
            long segments = Segmentation.DEFAULT.segments(stored);
            for (long number = 1; number <= segments; number++) {
                long bytes = Segmentation.DEFAULT.bytesOfSegment(stored, number);
                assertThat(bytes)
                        .as("seed %d, %d stored bytes, segment %d", seed, stored, number)
                        .isBetween(number == 1 ? 0L : 1L, SEGMENT);
                assertThat(Segmentation.DEFAULT.parts(bytes)).isBetween(1, 8_000);
                sum += bytes;
            }
            assertThat(sum).as("seed %d, %d stored bytes", seed, stored).isEqualTo(stored);
        }
    }

    @Test
    void suffixesSortLikeTheirNumbers() {
        assertThat(Segmentation.suffix(1)).isEqualTo(".00001");
        assertThat(Segmentation.suffix(99_999)).isEqualTo(".99999");
        assertThatThrownBy(() -> Segmentation.suffix(100_000))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot name segment 100000: 1 to 99999 needed");
    }

    @Test
    void moreThanTenThousandPartsAreRefused() {
        assertThatThrownBy(() -> new Segmentation(8 << 20, 10_001))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot cut into 10001 parts of 8388608 bytes: 1 to 10000 parts needed");
    }
}
