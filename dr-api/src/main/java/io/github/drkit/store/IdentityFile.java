package io.github.drkit.store;

import io.github.drkit.error.RequestRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file of identities, as {@code age -i} takes it: comments begin with {@code #}, each other line is one identity. */
record IdentityFile(Path path) implements IdentitySource {

    @Override
    public List<Identity> identities() {
        List<String> lines;
        try {
            lines = Files.readAllLines(path);
        } catch (IOException e) {
            throw refused("it was not readable", e);
        }
        List<Identity> found;
        try {
            found = lines.stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(Identity::of)
                    .toList();
        } catch (IllegalArgumentException notOne) {
            throw refused("it holds a line that is no age identity", notOne);
        }
        if (found.isEmpty()) {
            throw refused("it holds none", null);
        }
        return found;
    }

    private RequestRefusedException refused(String actual, @Nullable Throwable cause) {
        return new RequestRefusedException(
                "DRK-STORE-021",
                "Cannot read identities '" + path + "': " + actual
                        + " but one or more lines AGE-SECRET-KEY-1… are required",
                "Is the secret there, and readable by this user? age-keygen makes such a file; one locked by a passphrase"
                        + " is opened first (age -d)",
                "nothing",
                cause);
    }
}
