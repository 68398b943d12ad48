package io.github.drkit.store;

import java.nio.file.Path;
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
     * Returns a source that reads a file as {@code age-keygen} writes it: one identity a line, beside comments that begin
     * with {@code #} and empty lines. It is read anew each time, so a secret that was replaced is used at once; while
     * recipients change it holds the old identity too.
     *
     * @param file which this user may read, and nobody else should; not read yet
     * @return a source that throws {@code RequestRefusedException} (DRK-STORE-021) when it is asked and the file cannot be
     *     read, holds no identity, or something else: put the secret in its place
     */
    static IdentitySource inFile(Path file) {
        return new IdentityFile(file);
    }

    /**
     * Returns a source that has no identity, for a host that must not be able to read what it stores.
     *
     * @return an empty source
     */
    static IdentitySource none() {
        return List::of;
    }
}
