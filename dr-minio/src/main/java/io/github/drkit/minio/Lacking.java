package io.github.drkit.minio;

/** Why a probe could not show an ability; follows the ability's name. */
final class Lacking extends Exception {

    private static final long serialVersionUID = 1L;

    Lacking(String reason) {
        super(reason);
    }
}
