package io.github.drkit.lease;

import io.github.drkit.RunId;
import io.github.drkit.error.DrException;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.lease.LeaseEntry.Kind;
import io.github.drkit.store.Creation;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoreAbilities.Ability;
import io.github.drkit.store.StoredObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases in a store of recovery points. A lease is a chain of create-once objects {@code leases/<name>/<sequence>.json}:
 * acquiring, renewing, settling and giving up each append the next one, and of all who try to append the same one the store
 * lets one win. Whoever is refused has lost the lease and knows it. The token is the number of the entry that acquired.
 *
 * <p>No clock of this machine is asked. A lease has run out when its last entry is older, by the store's own clock, than
 * the term its holder wrote into it.
 */
public final class StoreLeases implements Leases {

    private static final Logger LOG = LoggerFactory.getLogger(StoreLeases.class);
    private static final Pattern ENTRY = Pattern.compile("leases/[^/]+/([0-9]{12})\\.json");

    private final PointStore store;
    private final Duration term;
    private final Supplier<String> writers;

    private StoreLeases(PointStore store, Duration term, Supplier<String> writers) {
        this.store = store;
        this.term = term;
        this.writers = writers;
    }

    /**
     * Keeps leases in a store.
     *
     * @param store with working conditional writes; not closed
     * @param term how long a lease is held without a renewal; 5 minutes suit most
     * @return the leases of that store
     * @throws IllegalArgumentException if the term is shorter than 10 seconds
     */
    public static StoreLeases in(PointStore store, Duration term) {
        return in(store, term, StoreLeases::randomWriter);
    }

    /**
     * Keeps leases in a store.
     *
     * @param store with working conditional writes; not closed
     * @param term how long a lease is held without a renewal
     * @param writers gives text by which a holder knows its own entries again; never the same twice, in any process
     * @return the leases of that store
     * @throws IllegalArgumentException if the term is shorter than 10 seconds
     */
    public static StoreLeases in(PointStore store, Duration term, Supplier<String> writers) {
        return new StoreLeases(store, Terms.require(term), writers);
    }

    @Override
    public Optional<Lease> acquire(String lease, RunId holder) {
        requireAbilities(Terms.requireName(lease));
        Optional<Head> head = head(lease);
        if (head.isPresent() && held(head.get())) {
            return Optional.empty();
        }
        long sequence = head.map(Head::sequence).orElse(0L) + 1;
        Set<RunId> owed = head.map(Head::entry)
                .map(last -> Terms.inherited(last.owed(), last.kind() == Kind.RELEASED, last.holder(), holder))
                .orElse(Set.of());
        Held mine = new Held(new Tenure(lease, holder, sequence, term), writers.get(), owed);
        if (!mine.append(Kind.ACQUIRED, owed)) {
            return Optional.empty();
        }
        prune(lease, sequence);
        return Optional.of(mine);
    }

    @Override
    public Optional<Tenure> find(String lease) {
        return head(Terms.requireName(lease))
                .filter(this::held)
                .map(Head::entry)
                .map(last -> new Tenure(lease, last.holder(), last.token(), last.term()));
    }

    /** The highest entry there is. It is never removed, so the next number was never used. */
    private Optional<Head> head(String lease) {
        long gone = 0;
        while (true) {
            Optional<StoredObject> last = entries(lease).reduce((a, b) -> b);
            if (last.isEmpty()) {
                return Optional.empty();
            }
            long sequence = sequence(last.get());
            Optional<byte[]> bytes = store.find(key(lease, sequence));
            if (bytes.isPresent()) {
                return Optional.of(new Head(last.get(), sequence, read(bytes.get(), lease, sequence)));
            }
            if (sequence <= gone) {
                throw damaged(lease, sequence, "it is listed and cannot be found", null);
            }
            gone = sequence; // removed since it was listed, because there is a later one
        }
    }

    private LeaseEntry read(byte[] bytes, String lease, long sequence) {
        try {
            return LeaseEntry.read(bytes, lease, sequence);
        } catch (IllegalArgumentException e) {
            throw damaged(lease, sequence, "it is no entry of that lease", e);
        }
    }

    private boolean held(Head head) {
        return head.entry().kind() != Kind.RELEASED
                && Duration.between(head.object().modified(), store.now())
                                .compareTo(head.entry().term())
                        <= 0;
    }

    private Stream<StoredObject> entries(String lease) {
        return store.list(folder(lease)).stream()
                .filter(object -> ENTRY.matcher(object.key()).matches());
    }

    /**
     * Removes what nobody reads any more. Whoever slept and now creates one of these numbers finds a higher one when it
     * looks, as all who append do.
     */
    private void prune(String lease, long below) {
        try {
            entries(lease).filter(object -> sequence(object) < below).forEach(store::delete);
        } catch (DrException e) {
            LOG.warn(
                    "Could not remove old entries of lease '{}' in {}; the next holder tries again",
                    lease,
                    store.location(),
                    e);
        }
    }

    private void requireAbilities(String lease) {
        StoreAbilities abilities = store.abilities();
        Stream.of(Ability.CONDITIONAL_CREATE, Ability.LIST_AFTER_WRITE)
                .filter(needed -> !abilities.has(needed))
                .findFirst()
                .ifPresent(missing -> {
                    throw new RequestRefusedException(
                            "DRK-LEASE-002",
                            "Cannot keep lease '" + lease + "' in " + store.location()
                                    + ": the store was not seen to have " + missing
                                    + " but a lock that trusts time alone is none",
                            "Use a store that honours conditional writes, or keep leases elsewhere");
                });
    }

    private IntegrityException damaged(String lease, long sequence, String why, @Nullable Throwable cause) {
        return new IntegrityException(
                "DRK-LEASE-003",
                "Cannot read lease '" + lease + "' in " + store.location() + ": its last entry '" + key(lease, sequence)
                        + "' must be readable but " + why,
                "Who wrote or removed it? When no run is alive, remove the entries of this lease",
                "nothing",
                cause);
    }

    private static String folder(String lease) {
        return "leases/" + ObjectKey.segment(lease) + "/";
    }

    private static ObjectKey key(String lease, long sequence) {
        return ObjectKey.of(String.format("%s%012d.json", folder(lease), sequence));
    }

    private static long sequence(StoredObject object) {
        Matcher matcher = ENTRY.matcher(object.key());
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static String randomWriter() {
        byte[] bytes = new byte[12];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private record Head(StoredObject object, long sequence, LeaseEntry entry) {}

    private final class Held implements Lease {

        private final Tenure tenure;
        private final String writer;
        private Set<RunId> owed;
        private long next;
        private boolean lost;
        private boolean givenUp;

        Held(Tenure tenure, String writer, Set<RunId> owed) {
            this.tenure = tenure;
            this.writer = writer;
            this.owed = owed;
            this.next = tenure.token();
        }

        @Override
        public Tenure tenure() {
            return tenure;
        }

        @Override
        public synchronized Set<RunId> inherited() {
            Set<RunId> sorted = new TreeSet<>(Terms.BY_VALUE);
            sorted.addAll(owed);
            return sorted;
        }

        @Override
        public synchronized void settle() {
            hold(Set.of());
        }

        @Override
        public synchronized void renew() {
            hold(owed);
        }

        @Override
        public synchronized void release() {
            giveUp(owed);
        }

        @Override
        public synchronized void abandon() {
            giveUp(Terms.and(owed, tenure.holder()));
        }

        private void hold(Set<RunId> stillOwed) {
            if (givenUp || !append(Kind.RENEWED, stillOwed)) {
                throw Terms.lost(tenure, store.location());
            }
        }

        private void giveUp(Set<RunId> stillOwed) {
            if (!givenUp && append(Kind.RELEASED, stillOwed)) {
                givenUp = true;
            }
        }

        /** Appends the next entry of the chain; false, now and for ever, if another run has. */
        synchronized boolean append(Kind kind, Set<RunId> stillOwed) {
            while (!lost) {
                LeaseEntry entry = new LeaseEntry(
                        tenure.lease(), next, kind, tenure.holder(), tenure.token(), writer, tenure.term(), stillOwed);
                byte[] content = entry.write();
                Optional<byte[]> found = created(key(tenure.lease(), next), content);
                lost = found.isEmpty() || !mine(found.get());
                if (!lost) {
                    // An earlier entry of ours, whose answer was lost, may stand where this one was to go.
                    boolean appended = Arrays.equals(found.get(), content);
                    next++;
                    if (appended) {
                        owed = stillOwed;
                        // One who slept may have created a number that was removed long ago.
                        lost = entries(tenure.lease()).anyMatch(object -> sequence(object) >= next);
                        return !lost;
                    }
                }
            }
            return false;
        }

        /** What stands at a key after an attempt to create it. */
        private Optional<byte[]> created(ObjectKey key, byte[] content) {
            try {
                if (store.create(key, content) == Creation.CREATED) {
                    return Optional.of(content);
                }
            } catch (OutcomeUnknownException unanswered) {
                Optional<byte[]> found = store.find(key);
                if (found.isEmpty()) {
                    throw unanswered;
                }
                return found;
            }
            return store.find(key);
        }

        private boolean mine(byte[] bytes) {
            try {
                return LeaseEntry.read(bytes, tenure.lease(), next).writer().equals(writer);
            } catch (IllegalArgumentException e) {
                return false; // damaged or another hand's: not ours in any case
            }
        }

        @Override
        public String toString() {
            return tenure.toString();
        }
    }
}
