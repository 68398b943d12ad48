package io.github.drkit.store;

import java.util.List;
import java.util.Set;

/**
 * What a store was seen to do. An ability that could not be shown is absent, and what depends on it is off.
 *
 * @param shown the abilities the probe saw work
 * @param findings one sentence for each ability that is absent or that the store claims and does not have
 */
public record StoreAbilities(Set<Ability> shown, List<String> findings) {

    /** Copies both. */
    public StoreAbilities {
        shown = Set.copyOf(shown);
        findings = List.copyOf(findings);
    }

    /**
     * Tells whether an ability was seen to work.
     *
     * @param ability which
     * @return true if it was
     */
    public boolean has(Ability ability) {
        return shown.contains(ability);
    }

    /** Something a store may or may not really do. */
    public enum Ability {
        /** A create of a key that exists is refused, also when several race. Leases, manifests and collection need it. */
        CONDITIONAL_CREATE,
        /** An object is listed as soon as its write was answered. Collection needs it. */
        LIST_AFTER_WRITE,
        /** Old versions stay when an object is overwritten or deleted. */
        VERSIONING,
        /** A locked version cannot be deleted before its date, and the date cannot be lowered. */
        OBJECT_LOCK,
        /** A body that does not match its declared digest is refused. */
        DIGEST_CHECK,
        /** Multipart uploads of 8 MiB parts work and an aborted one leaves nothing. */
        MULTIPART,
        /** The store's clock is within five minutes of this machine's. */
        CLOCK
    }
}
