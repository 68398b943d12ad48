package io.github.drkit.minio;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;

/**
 * Any store: {@code DRKIT_S3_ENDPOINT}, {@code DRKIT_S3_BUCKET}, {@code DRKIT_S3_ACCESS_KEY} and
 * {@code DRKIT_S3_SECRET_KEY} name it. Writes under prefixes of its own and removes them.
 */
class NamedStoreIT extends S3StoreBehaviour {

    private static final String ENDPOINT = "DRKIT_S3_ENDPOINT";

    @BeforeAll
    static void isNamed() {
        assumeThat(System.getenv(ENDPOINT))
                .as("named S3 store: %s names no endpoint", ENDPOINT)
                .isNotBlank();
    }

    @Override
    Server server() {
        return new Server(
                URI.create(named(ENDPOINT)),
                named("DRKIT_S3_BUCKET"),
                S3Credentials.of(named("DRKIT_S3_ACCESS_KEY"), named("DRKIT_S3_SECRET_KEY")));
    }

    private static String named(String variable) {
        return Optional.ofNullable(System.getenv(variable))
                .orElseThrow(() -> new IllegalStateException(variable + " is not set, but " + ENDPOINT + " is"));
    }
}
