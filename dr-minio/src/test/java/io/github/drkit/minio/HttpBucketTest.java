package io.github.drkit.minio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as the answer to a completed upload. */
class HttpBucketTest {

    private static final String BEGIN = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><CompleteMultipartUploadResult"
            + " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Location>http://here/bank/dump</Location>"
            + "<Bucket>bank</Bucket><Key>dump</Key>";
    private static final String END = "</CompleteMultipartUploadResult>";

    @Test
    void anEntityTagIsReadWithoutItsQuotes() throws IOException {
        assertThat(HttpBucket.completedEtag(BEGIN + "<ETag>&quot;5d41-1&quot;</ETag>" + END))
                .isEqualTo("5d41-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<ETag></ETag>", "<ETag/>"})
    void anEmptyEntityTagIsAnAnswerAllTheSame(String etag) throws IOException {
        assertThat(HttpBucket.completedEtag(BEGIN + etag + END)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>busy</html>", BEGIN})
    void whatIsNoResultIsNoAnswer(String text) {
        assertThatThrownBy(() -> HttpBucket.completedEtag(text))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("The store's answer is not the XML document that belongs to the call");
    }
}
