package io.github.drkit;

import java.util.Map;
import java.util.Set;

/**
 * What an implementation can do. Judged while planning: an undeclared ability is refused before anything is begun, and
 * nothing ever throws {@code UnsupportedOperationException}.
 *
 * @param able what it can do
 * @param formats the formats of the points it makes or restores, such as {@code pg-dump/1}
 * @param verifiesUpTo the highest level its verification can give: VERIFIED at most, UNPROVEN if it has none
 * @param meanings what each proof level means for it, one sentence each, where the general meaning is not enough
 */
public record Capabilities(
        Set<Capability> able, Set<String> formats, Proof.Level verifiesUpTo, Map<Proof.Level, String> meanings) {

    /**
     * Copies the collections.
     *
     * @throws IllegalArgumentException if verification claims PROVEN, which only a restore can give
     */
    public Capabilities {
        able = Set.copyOf(able);
        formats = Set.copyOf(formats);
        meanings = Map.copyOf(meanings);
        if (verifiesUpTo == Proof.Level.PROVEN) {
            throw new IllegalArgumentException("Cannot declare that verification gives PROVEN: only a restore can");
        }
    }

    /**
     * Tells whether an ability is declared.
     *
     * @param capability which
     * @return true if it is
     */
    public boolean can(Capability capability) {
        return able.contains(capability);
    }
}
