package io.github.drkit.lease;

import io.github.drkit.RunId;
import io.github.drkit.error.OutcomeUnknownException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;

/** What leases are given on, wherever they are kept. */
final class Terms {

    static final Comparator<RunId> BY_VALUE = Comparator.comparing(RunId::value);

    private static final Duration SHORTEST = Duration.ofSeconds(10);
    private static final int LONGEST_NAME = 100; // the id of a target, and what is done to it

    private Terms() {}

    static Duration require(Duration term) {
        if (term.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("Cannot keep leases for " + term
                    + ": expected 10 seconds or more, since stores tell whole seconds");
        }
        return term;
    }

    static String requireName(String lease) {
        if (lease.isEmpty() || lease.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "Cannot keep lease '" + lease + "': expected a name of 1 to " + LONGEST_NAME + " characters");
        }
        return lease;
    }

    /** Who has to be fenced by a new holder: what the last one still had to, and that one itself unless it gave up in order. */
    static Set<RunId> inherited(Set<RunId> owed, boolean released, RunId last, RunId holder) {
        Set<RunId> all = new HashSet<>(released ? owed : and(owed, last));
        all.remove(holder);
        return Set.copyOf(all);
    }

    static Set<RunId> and(Set<RunId> owed, RunId holder) {
        Set<RunId> all = new HashSet<>(owed);
        all.add(holder);
        return Set.copyOf(all);
    }

    static OutcomeUnknownException lost(Tenure tenure, String where) {
        return new OutcomeUnknownException(
                "DRK-LEASE-001",
                "Cannot go on under " + tenure + ": another run has taken it in " + where + " but it must be held",
                "Was this process asleep for longer than " + tenure.term()
                        + "? Nothing was cleaned up; look at the run");
    }
}
