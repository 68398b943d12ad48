package io.github.drkit.testkit.s3;

import io.github.drkit.TimeSource;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests by Signature Version 4 without a vendor's client.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html">the algorithm</a>
 */
record SignedRequest(URI endpoint, String accessKey, String secretKey) {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    HttpRequest get(String path) throws GeneralSecurityException {
        return signed("GET", path, "", Map.of());
    }

    HttpRequest put(String path, String body, Map<String, String> headers) throws GeneralSecurityException {
        return signed("PUT", path, body, headers);
    }

    private HttpRequest signed(String method, String path, String body, Map<String, String> headers)
            throws GeneralSecurityException {
        String stamp = STAMP.format(TimeSource.system().now());
        String day = stamp.substring(0, 8);
        String scope = day + "/us-east-1/s3/aws4_request";
        String digest = sha256(body);
        String canonical = method + "\n" + path + "\n\nhost:" + endpoint.getAuthority() + "\nx-amz-content-sha256:"
                + digest + "\nx-amz-date:" + stamp + "\n\nhost;x-amz-content-sha256;x-amz-date\n" + digest;
        String toSign = "AWS4-HMAC-SHA256\n" + stamp + "\n" + scope + "\n" + sha256(canonical);
        byte[] key = bytes("AWS4" + secretKey);
        for (String part : scope.split("/")) {
            key = hmac(key, part);
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.resolve(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("x-amz-date", stamp)
                .header("x-amz-content-sha256", digest)
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=" + accessKey + "/" + scope
                                + ", SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature="
                                + HexFormat.of().formatHex(hmac(key, toSign)));
        headers.forEach(request::header);
        return request.build();
    }

    private static String sha256(String text) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(text)));
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
