package io.github.drkit.store;

import java.util.List;

/**
 * Where the secret half of the keys comes from. Asked each time something is decrypted, since keys rotate and should not
 * stay in memory.
 */
@FunctionalInterface
public interface IdentitySource {

    /**
     * Returns the identities at hand now.
     *
     * @return may be empty: then nothing encrypted can be decoded here
     */
    List<Identity> identities();

    /**
     * Returns a source that has no identity, for a host that must not be able to read what it stores.
     *
     * @return an empty source
     */
    static IdentitySource none() {
        return List::of;
    }
}
