package io.github.drkit.status;

/**
 * Something that exists and that nobody backs up.
 *
 * @param what a component, database or tenant
 * @param why one clause
 */
public record Unprotected(String what, String why) {

    @Override
    public String toString() {
        return what + ": " + why;
    }
}
