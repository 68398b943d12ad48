package io.github.drkit.minio;

import java.util.Objects;
import java.util.Optional;

/**
 * Keys for the store. Given by a supplier that is asked for each request, because they rotate.
 *
 * @param accessKey public half, not empty
 * @param secretKey secret half, not empty
 * @param sessionToken the token of temporary credentials, empty for lasting ones
 */
public record S3Credentials(String accessKey, String secretKey, Optional<String> sessionToken) {

    /**
     * Checks that both keys are there.
     *
     * @throws IllegalArgumentException if a key is empty; the message repeats neither
     */
    public S3Credentials {
        Objects.requireNonNull(sessionToken, "sessionToken");
        if (accessKey.isEmpty() || secretKey.isEmpty()) {
            throw new IllegalArgumentException("Cannot accept credentials: the access key or the secret key is empty");
        }
    }

    /**
     * Wraps lasting credentials.
     *
     * @param accessKey public half
     * @param secretKey secret half
     * @return credentials without a session token
     * @throws IllegalArgumentException if one is empty
     */
    public static S3Credentials of(String accessKey, String secretKey) {
        return new S3Credentials(accessKey, secretKey, Optional.empty());
    }

    /**
     * Names the type only.
     *
     * @return a text without any key
     */
    @Override
    public String toString() {
        return "S3Credentials[hidden]";
    }
}
