package io.github.drkit.catalog;

import java.util.Base64;

/** The armour around a key. */
final class Pem {

    private Pem() {}

    static byte[] decode(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    }
}
