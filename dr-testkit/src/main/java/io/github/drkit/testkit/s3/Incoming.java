package io.github.drkit.testkit.s3;

import io.github.drkit.testkit.wire.Body;
import io.github.drkit.testkit.wire.HttpWire;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request's body, decoded, with its digests.
 *
 * @param body the bytes, or only their number
 * @param recorded the bytes as Latin-1 text if there were few, else empty
 * @param md5 in hexadecimal; of nothing for a body that was discarded
 * @param sums the digests sent with it, by header name, in Base64, as computed here
 * @param complaint what does not match, if anything
 */
record Incoming(Body body, String recorded, String md5, Map<String, String> sums, Optional<S3Refusal> complaint) {

    /** Bodies up to this length are recorded and never discarded. */
    static final int SMALL = 64 * 1024;

    private static final int PIECE = 256 * 1024;

    static Incoming read(HttpWire.Request request, boolean discards, S3Flavour flavour) throws IOException, S3Refusal {
        String sha256 = request.header("x-amz-content-sha256");
        boolean streaming = sha256.startsWith("STREAMING-");
        InputStream in = request.body();
        AwsChunked chunks = new AwsChunked(in);
        if (streaming) {
            in = chunks;
        }
        Map<Sum.Kind, Sum> sums = new EnumMap<>(Sum.Kind.class);
        String trailing = request.header("x-amz-trailer").toLowerCase(Locale.ROOT);
        for (Sum.Kind kind : Sum.Kind.values()) {
            if (request.headers().containsKey(kind.header()) || trailing.equals(kind.header())) {
                sums.put(kind, kind.begin());
            }
        }
        boolean hexDigest = sha256.length() == 64;
        Sum whole = Sum.of("SHA-256");
        Sum md5 = Sum.of("MD5");
        String declared = request.header(streaming ? "x-amz-decoded-content-length" : "Content-Length");
        boolean large = !declared.isEmpty() && Long.parseLong(declared) > SMALL;
        // What is put may be thrown away; what is posted says what to do.
        boolean discarded = discards && large && request.method().equals("PUT");
        boolean md5Wanted = !discarded || !request.header("Content-MD5").isEmpty();
        List<byte[]> pieces = new ArrayList<>();
        byte[] buffer = new byte[(int) Math.min(PIECE, declared.isEmpty() ? PIECE : Long.parseLong(declared) + 1)];
        long length = 0;
        for (int read = in.readNBytes(buffer, 0, buffer.length);
                read > 0;
                read = in.readNBytes(buffer, 0, buffer.length)) {
            length += read;
            for (Sum sum : sums.values()) {
                sum.update(buffer, read);
            }
            if (hexDigest) {
                whole.update(buffer, read);
            }
            if (md5Wanted) {
                md5.update(buffer, read);
            }
            if (!discarded) {
                pieces.add(Arrays.copyOf(buffer, read));
            }
        }
        if (!declared.isEmpty() && Long.parseLong(declared) != length) {
            throw new S3Refusal(
                    400, "IncompleteBody", "You did not provide the number of bytes specified by the header");
        }
        Body body = discarded ? Body.discarded(length) : Body.of(pieces);
        String recorded =
                length <= SMALL && !body.isDiscarded() ? new String(body.bytes(), StandardCharsets.ISO_8859_1) : "";
        byte[] md5Value = md5.value();
        Map<String, String> computed = new TreeMap<>();
        sums.forEach((kind, sum) -> computed.put(kind.header(), base64(sum.value())));
        Optional<S3Refusal> complaint = Optional.empty();
        for (Map.Entry<String, String> sum : computed.entrySet()) {
            String sent = request.headers()
                    .getOrDefault(sum.getKey(), chunks.trailers().getOrDefault(sum.getKey(), ""));
            if (!sent.equals(sum.getValue())) {
                complaint = Optional.of(new S3Refusal(
                        400,
                        flavour == S3Flavour.AWS ? "BadDigest" : "XAmzContentChecksumMismatch",
                        "The " + sum.getKey() + " you specified did not match what was received"));
            }
        }
        String contentMd5 = request.header("Content-MD5");
        if (!contentMd5.isEmpty() && !contentMd5.equals(base64(md5Value))) {
            complaint = Optional.of(
                    new S3Refusal(400, "BadDigest", "The Content-Md5 you specified did not match what was received"));
        }
        if (hexDigest && !sha256.equals(HexFormat.of().formatHex(whole.value()))) {
            complaint = Optional.of(new S3Refusal(
                    400,
                    "XAmzContentSHA256Mismatch",
                    "The provided 'x-amz-content-sha256' header does not match what was computed"));
        }
        return new Incoming(body, recorded, HexFormat.of().formatHex(md5Value), computed, complaint);
    }

    static String base64(byte[] value) {
        return Base64.getEncoder().encodeToString(value);
    }
}
