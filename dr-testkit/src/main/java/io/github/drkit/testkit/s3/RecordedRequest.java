package io.github.drkit.testkit.s3;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request as it reached a {@link FakeS3}.
 *
 * @param call what it asked for
 * @param method the HTTP method
 * @param target path and query, as sent
 * @param headers the headers by name, in any case; several of one name are joined by commas
 * @param body the body as Latin-1 text if it had 64 KiB at most, else empty
 * @param status the status answered, or 0 if the connection was dropped instead
 */
public record RecordedRequest(
        S3Call call, String method, String target, Map<String, String> headers, String body, int status) {

    /** Copies the headers. */
    public RecordedRequest {
        Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(headers);
        headers = Collections.unmodifiableMap(copy);
    }

    /**
     * Returns everything that was sent, to search for what must not be in it.
     *
     * @return request line, headers and recorded body
     */
    public String text() {
        StringBuilder text =
                new StringBuilder(method).append(' ').append(target).append('\n');
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append('\n'));
        return text.append('\n').append(body).toString();
    }
}
