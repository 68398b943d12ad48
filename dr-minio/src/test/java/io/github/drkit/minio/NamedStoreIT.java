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
        named();
    }

    @Override
    Server server() {
        return named();
    }

    @Override
    boolean listsUploadsByPrefix() throws Exception {
        return server().listsUploadsByPrefix();
    }

    /** The store that is named; skips the calling test by name when none is. */
    static Server named() {
        assumeThat(System.getenv(ENDPOINT))
                .as("named S3 store: %s names no endpoint", ENDPOINT)
                .isNotBlank();
        return new Server(
                URI.create(variable(ENDPOINT)),
                variable("DRKIT_S3_BUCKET"),
                S3Credentials.of(variable("DRKIT_S3_ACCESS_KEY"), variable("DRKIT_S3_SECRET_KEY")));
    }

    private static String variable(String name) {
        return Optional.ofNullable(System.getenv(name))
                .orElseThrow(() -> new IllegalStateException(name + " is not set, but " + ENDPOINT + " is"));
    }
}
