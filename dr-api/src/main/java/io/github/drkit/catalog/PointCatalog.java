package io.github.drkit.catalog;

import io.github.drkit.Catalog;
import io.github.drkit.Operation;
import io.github.drkit.Plan;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.ExpiryMark.State;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.Sha256;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoreAbilities.Ability;
import io.github.drkit.store.StoredObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The recovery points of one target in a store. There is no other record of them: what exists is what is listed here.
 *
 * <p>The layout is described in {@code docs/format.md}. A point's place is {@code points/<target>/<point>/}, where the
 * point's id is the target's and the run's, joined by a dash. The place holds {@code manifest.json}, {@code proofs/} and
 * the data. Thread-safe; every method blocks.
 */
public final class PointCatalog implements Verdicts {

    private final PointStore store;
    private final TargetId target;
    private final TrustedKeys trusted;
    private final ExpiryMarks marks;
    private final HoldRecords holds;
    private final Places places;
    private final Manifests manifests;
    private final PointListing listing;
    private final Leftovers leftovers;

    private PointCatalog(PointStore store, TargetId target, TrustedKeys trusted) {
        this.store = store;
        this.target = target;
        this.trusted = trusted;
        this.marks = new ExpiryMarks(store, trusted);
        this.holds = new HoldRecords(store, trusted);
        this.places = new Places(target);
        this.manifests = new Manifests(store, target, trusted, places);
        this.listing = new PointListing(store, trusted, places, manifests, marks, holds);
        this.leftovers = new Leftovers(store, target, places, manifests, listing);
    }

    /**
     * Looks at a target's points in a store.
     *
     * @param store where they lie; not closed
     * @param target whose they are
     * @param trusted whose manifests and verdicts are believed
     * @return the catalog
     */
    public static PointCatalog of(PointStore store, TargetId target, TrustedKeys trusted) {
        return new PointCatalog(store, target, trusted);
    }

    /**
     * Names the target.
     *
     * @return whose points they are
     */
    public TargetId target() {
        return target;
    }

    /**
     * Returns the time of the store the points lie in.
     *
     * @return the store's own clock, UTC
     */
    public Instant storeClock() {
        return store.now();
    }

    /**
     * Tells what the store was not seen to have of what deleting needs beside other operators. Probes the store, which
     * writes, unless that was done before.
     *
     * @return one sentence each; empty if nothing is missing
     */
    public List<String> lacking() {
        return leftovers.lacking();
    }

    /**
     * Names the point a run makes.
     *
     * @param run the run
     * @return the target's id and the run's, joined by a dash
     */
    public RecoveryPointId pointOf(RunId run) {
        return RecoveryPointId.of(target.value() + "-" + run.value());
    }

    /**
     * Returns the place a point's data is written to.
     *
     * @param point which
     * @return a key to append segments to
     */
    public ObjectKey place(RecoveryPointId point) {
        return ObjectKey.of(places.of(point).replaceAll("/$", ""));
    }

    /**
     * Lists all points. A manifest that is corrupt, of a newer format, unsigned or signed by an unknown key is named
     * among the problems, and the others are listed all the same. A point that an expiry marked is among those that are
     * going.
     *
     * @return points with their proof and plausibility as of now
     * @throws io.github.drkit.error.TargetUnavailableException if the listing is not complete
     */
    public Catalog list() {
        return survey().catalog();
    }

    /**
     * Lists all points as {@link #list()} does, and what expiry needs to know besides.
     *
     * @return what one listing showed
     * @throws io.github.drkit.error.TargetUnavailableException if the listing is not complete
     */
    public Survey survey() {
        return listing.survey();
    }

    /**
     * Loads the manifest of a point and checks its signature.
     *
     * @param point which
     * @return the manifest
     * @throws NotFoundException if there is no such point; list them
     * @throws IntegrityException if the manifest is corrupt or not signed by a trusted key; use another point
     * @throws RequestRefusedException if it is of a newer format; use a newer DR Kit
     */
    public Manifest load(RecoveryPointId point) {
        ManifestDocument document = manifests.read(point.value());
        boolean gone =
                standing(point).filter(mark -> mark.state() == State.GONE).isPresent();
        if (document.manifest().isPresent() && !gone) {
            return document.manifest().get();
        }
        if (gone || document.tombstone() || document.sha256().isEmpty()) {
            throw new NotFoundException(
                    "DRK-POINT-004",
                    "Cannot load recovery point '" + point + "': there is no such point of '" + target + "' in "
                            + store.location(),
                    "List the points of the target; is it the right store and prefix?");
        }
        if (document.code().equals(Manifests.NEWER)) {
            throw new RequestRefusedException(
                    Manifests.NEWER,
                    "Cannot load recovery point '" + point + "': " + document.reason(),
                    "Use the version of DR Kit that wrote it, or the shell lines in docs/format.md");
        }
        throw new IntegrityException(
                document.code(),
                "Cannot load recovery point '" + point + "': " + document.reason(),
                "Use another recovery point; was the key that signed it left out of the trusted keys?");
    }

    /**
     * Loads the manifest of a point that is to be restored: as {@link #load}, and refuses one that is about to go.
     *
     * @param point which
     * @return the manifest
     * @throws RequestRefusedException if an expiry marked it, besides what {@link #load} throws; place a hold first
     */
    public Manifest loadStanding(RecoveryPointId point) {
        Manifest manifest = load(point);
        standing(point).filter(mark -> mark.state() == State.GOING).ifPresent(mark -> {
            throw new RequestRefusedException(
                    "DRK-POINT-009",
                    "Cannot restore recovery point '" + point + "': run '" + mark.run() + "' marked it as going at "
                            + mark.at() + " but only a point that stays is restored",
                    "Place a hold on it, which answers the mark, or restore another point");
        });
        return manifest;
    }

    /**
     * Returns the digest a plan relies on and verdicts name.
     *
     * @param point which
     * @return lower-case hex SHA-256 of the manifest as stored, or {@code absent}
     */
    public String manifestSha256(RecoveryPointId point) {
        return store.find(places.manifest(point)).map(Sha256::hex).orElse("absent");
    }

    /**
     * Makes the point exist: writes its manifest, once. Repeating the call with the same manifest is safe.
     *
     * @param manifest what the point consists of; everything it names must be stored already
     * @param key the backup's key
     * @throws RequestRefusedException if the key is not trusted here: the point would never be listed; nothing was written
     * @throws OutcomeUnknownException if the answer was lost and looking did not settle it
     * @throws IntegrityException if the place is taken by another manifest or a tombstone: the run was given up by
     *     someone, its data may be gone, and the point will never exist
     */
    public void commit(Manifest manifest, SigningKey key) {
        RecoveryPointId point = manifest.point();
        if (!point.equals(pointOf(manifest.run()))) {
            throw new IllegalArgumentException("Cannot commit recovery point '" + point + "': its run gives the id '"
                    + pointOf(manifest.run()) + "'");
        }
        if (!manifests.describes(manifest, point.value())) {
            throw new IllegalArgumentException("Cannot commit recovery point '" + point + "': its manifest names the"
                    + " target '" + manifest.target() + "' or data outside its own place");
        }
        byte[] document = SignedDocument.sign(ManifestJson.toMap(manifest), key);
        requireTrusted(SignedDocument.read("manifest", document).signedByBackup(trusted), key, "manifests");
        SignedDocument.createOnce(store, places.manifest(point), document, "commit recovery point '" + point + "'");
    }

    /**
     * Records a verdict beside its point, once and for ever.
     *
     * @param verdict what was found
     * @param key the prover's key, or the key of the person who clears the point
     * @throws NotFoundException if the point does not exist
     * @throws RequestRefusedException if the key is not trusted here: the verdict would be ignored; nothing was written
     * @throws OutcomeUnknownException if the answer was lost and looking did not settle it; repeating is safe
     */
    public void record(Verdict verdict, SigningKey key) {
        String manifest = manifestSha256(verdict.point());
        load(verdict.point());
        ObjectKey at = ObjectKey.of(places.of(verdict.point()) + Places.PROOFS + SignedVerdict.name(verdict));
        byte[] document = SignedDocument.sign(
                SignedVerdict.payload(PointListing.VERDICT, verdict, Map.of(PointListing.MANIFEST_SHA256, manifest)),
                key);
        requireTrusted(SignedDocument.read("verdict", document).signedByProver(trusted), key, "verdicts");
        SignedDocument.createOnce(store, at, document, "record the verdict on '" + verdict.point() + "'");
    }

    @Override
    public void record(Verdict verdict, Plan plan, SigningKey key) {
        record(verdict, key); // the verdict names the manifest, which never changes
    }

    /**
     * Makes an operation by which a named person clears a SUSPECT point. Nothing but this and PROVEN clears one.
     *
     * @param key the person's key, trusted for verdicts: the signature says who it was
     * @return an operation to plan and execute; a point that is not SUSPECT is refused while planning
     */
    public Operation<ClearanceRequest> clearing(SigningKey key) {
        return new Clearing(this, key);
    }

    /**
     * Tells what an expiry last said about a point.
     *
     * @param point which
     * @return what stands, or empty if nobody said anything
     */
    public Optional<ExpiryMark> standing(RecoveryPointId point) {
        return marks.standing(point, places.of(point));
    }

    /**
     * Marks a point as going, by one conditional write, unless it is going or gone already. From then on it is listed
     * apart. It is as whole as before.
     *
     * @param point which
     * @param by the run that expires it
     * @param key the backup's key
     * @return what stands now: this run's mark, or what another run said before
     * @throws RequestRefusedException if the key is not trusted here; nothing was written
     * @throws OutcomeUnknownException if the answer was lost and looking did not settle it; repeating is safe
     */
    public ExpiryMark mark(RecoveryPointId point, RunId by, SigningKey key) {
        requireBackup(key);
        return marks.mark(point, places.of(point), by, key);
    }

    /**
     * Answers a mark: the point stays. Anybody may; of an answer that keeps and one that lets go the first counts.
     *
     * @param mark the mark, which says GOING
     * @param by the run that answers
     * @param why one sentence
     * @param key the backup's key, or one trusted for verdicts
     * @return what stands now: KEPT, or GONE if the answer came too late
     * @throws OutcomeUnknownException if the answer was lost and looking did not settle it; repeating is safe
     */
    public ExpiryMark keep(ExpiryMark mark, RunId by, String why, SigningKey key) {
        return marks.answer(mark, places.of(mark.point()), State.KEPT, by, why, key);
    }

    /**
     * Answers a mark: the point is gone from now on, for ever. Nothing is deleted yet.
     *
     * @param mark the mark, which says GOING
     * @param by the run that answers, which has looked again since it marked
     * @param key the backup's key
     * @return what stands now: GONE, or KEPT if somebody was quicker
     * @throws OutcomeUnknownException if the answer was lost and looking did not settle it; repeating is safe
     */
    public ExpiryMark letGo(ExpiryMark mark, RunId by, SigningKey key) {
        requireBackup(key);
        return marks.answer(mark, places.of(mark.point()), State.GONE, by, "", key);
    }

    /**
     * Deletes what is left of a point that is gone, each object by its version: the manifest first, whose place a tombstone
     * takes, then the data and what lies beside it. Repeating the call is safe.
     *
     * @param mark the mark, which says GONE
     * @param by the run that deletes
     * @param key the backup's key
     * @return what was deleted, and what a lock still keeps
     */
    public Removal remove(ExpiryMark mark, RunId by, SigningKey key) {
        if (mark.state() != State.GONE) {
            throw new IllegalArgumentException(
                    "Cannot remove recovery point '" + mark.point() + "': it is " + mark.state() + " but must be GONE");
        }
        return new RemovedPlace(store, places.of(mark.point())).remove(RemovedPlace.tombstone(mark.point(), by, key));
    }

    /**
     * Tells until when something of a point cannot be deleted.
     *
     * @param point which
     * @return the latest end of a lock on anything at its place, UTC; {@link Instant#MAX} if something is held without end;
     *     empty if nothing is locked
     */
    public Optional<Instant> lockedUntil(RecoveryPointId point) {
        Optional<Instant> latest = Optional.empty();
        for (StoredObject object : store.list(places.of(point)).objects()) {
            Optional<Instant> until = store.lockedUntil(object);
            latest = latest.filter(known -> !known.isBefore(until.orElse(Instant.MIN)))
                    .or(() -> until);
        }
        return latest;
    }

    /**
     * Tells whether the store was seen to enforce locks. Probes the store, which writes, unless that was done before.
     *
     * @return why not, or empty if it does
     */
    public Optional<String> lockless() {
        StoreAbilities abilities = store.abilities();
        return abilities.has(Ability.OBJECT_LOCK)
                ? Optional.empty()
                : Optional.of("the store was not seen to enforce OBJECT_LOCK"
                        + abilities.findings().stream()
                                .filter(finding -> finding.contains(Ability.OBJECT_LOCK.name()))
                                .findFirst()
                                .map(finding -> " (" + finding + ")")
                                .orElse(""));
    }

    /**
     * Locks what a point consists of: manifest and data, and the verdicts and holds beside it. A lock that lasts longer
     * already is left as it is. Each is read back by version.
     *
     * @param point which
     * @param until when the lock ends, UTC
     * @return what could not be locked as asked for, one sentence each; empty if all is
     * @throws NotFoundException if there is no such point
     */
    public List<String> lock(RecoveryPointId point, Instant until) {
        Set<String> named = new HashSet<>();
        load(point).contents().stream()
                .flatMap(content -> content.stream().segments().stream())
                .forEach(segment -> named.add(segment.key().value()));
        String prefix = places.of(point);
        named.add(prefix + Places.MANIFEST);
        List<String> amiss = new ArrayList<>();
        for (StoredObject object : store.list(prefix).objects()) {
            boolean beside = object.key().startsWith(prefix + Places.PROOFS)
                    || object.key().startsWith(prefix + HoldRecords.FOLDER);
            if (beside || named.contains(object.key())) {
                lock(object, until).ifPresent(amiss::add);
            }
        }
        return amiss;
    }

    private Optional<String> lock(StoredObject object, Instant until) {
        try {
            Optional<Instant> seen = store.lock(object, until);
            return seen.filter(end -> !end.isBefore(until)).isPresent()
                    ? Optional.empty()
                    : Optional.of(object.key() + " was to be locked until " + until + " but the store says "
                            + seen.map(Instant::toString).orElse("that it is not locked"));
        } catch (RequestRefusedException refused) {
            return Optional.of(object.key() + " was to be locked until " + until + ": "
                    + refused.getMessage().lines().findFirst().orElse(""));
        }
    }

    /**
     * Keeps a run that lost its lease from doing anything more for ever: it can neither make its point nor delete one it
     * marked. Repeating the call is safe.
     *
     * @param lost the run that lost the lease
     * @param by the run that has it now
     * @param key the backup's key
     */
    public void fence(RunId lost, RunId by, SigningKey key) {
        requireBackup(key);
        RecoveryPointId point = pointOf(lost);
        store.create(places.manifest(point), RemovedPlace.tombstone(point, by, key));
        for (ExpiryMark mark : survey().marks()) {
            if (mark.state() == State.GOING && mark.run().equals(lost)) {
                keep(mark, by, "run '" + lost + "' lost its lease to run '" + by + "'", key);
            }
        }
    }

    /**
     * Makes an operation by which a named person holds a point: it stays until somebody releases the hold, whatever any
     * policy says. A point that is about to go is whole again.
     *
     * @param key the person's key, trusted for verdicts: the signature says who it was
     * @return an operation to plan and execute
     */
    public Operation<HoldRequest> holding(SigningKey key) {
        return new Holding(this, key);
    }

    /**
     * Makes an operation by which a named person releases a hold. The record of both stays beside the point.
     *
     * @param key the person's key, trusted for verdicts
     * @return an operation to plan and execute
     */
    public Operation<ReleaseRequest> releasing(SigningKey key) {
        return new Releasing(this, key);
    }

    /** Writes a hold and answers the mark if there is one; returns what stands then. */
    Optional<ExpiryMark> hold(PlacedHold hold, SigningKey key) {
        String prefix = places.of(hold.point());
        SignedDocument.createOnce(
                store,
                ObjectKey.of(HoldRecords.placedAt(prefix, hold.run())),
                SignedDocument.sign(HoldRecords.placing(hold), key),
                "hold '" + hold.point() + "'");
        // In this order: whoever marks the point later looks for holds after that, and finds this one.
        Optional<ExpiryMark> standing = standing(hold.point());
        return standing.filter(mark -> mark.state() == State.GOING).isPresent()
                ? Optional.of(keep(standing.get(), hold.run(), "held by " + hold.who() + ": " + hold.why(), key))
                : standing;
    }

    void release(PlacedHold hold, RunId by, Instant at, String who, String why, SigningKey key) {
        SignedDocument.createOnce(
                store,
                ObjectKey.of(HoldRecords.releasedAt(places.of(hold.point()), hold.run())),
                SignedDocument.sign(HoldRecords.releasing(hold, by, at, who, why), key),
                "release the hold of run '" + hold.run() + "' on '" + hold.point() + "'");
    }

    List<PlacedHold> holds(RecoveryPointId point) {
        String prefix = places.of(point);
        return holds.standing(
                point, prefix, store.list(prefix + HoldRecords.FOLDER).objects());
    }

    /**
     * Finds what no manifest names and is older than a day by the store's clock.
     *
     * @return candidates; whether their runs have ended is for the caller to look up
     * @throws RequestRefusedException if nothing may be collected here at all, because a manifest is unreadable
     */
    public List<Leftover> leftovers() {
        return leftovers(List.of());
    }

    /**
     * As {@link #leftovers()}, and asks for the unfinished writes of each given stream by name: some stores list no
     * others.
     *
     * @param streams the keys that runs wrote streams under, as their journals tell; those of other targets are ignored
     * @return candidates; whether their runs have ended is for the caller to look up
     * @throws RequestRefusedException if nothing may be collected here at all, because a manifest is unreadable
     */
    public List<Leftover> leftovers(Collection<ObjectKey> streams) {
        return leftovers.found(streams);
    }

    /**
     * Removes a leftover. A tombstone takes the manifest's place first, by a conditional write, so that a run that wakes
     * up late can no longer make a point of data that is being deleted; the tombstone stays.
     *
     * @param leftover from {@link #leftovers()}, whose run has ended or was taken over
     * @param by the run that collects
     * @param key the backup's key
     * @return the bytes freed; 0 if a manifest appeared meanwhile, in which case nothing was deleted
     */
    public long collect(Leftover leftover, RunId by, SigningKey key) {
        return leftovers.collect(leftover, by, key);
    }

    /** Refuses a key whose marks would be ignored, before anything is done on its word. */
    void requireBackup(SigningKey key) {
        byte[] message = RemovedPlace.TOMBSTONE.getBytes(StandardCharsets.UTF_8);
        requireTrusted(trusted.signedByBackup(key.name(), message, key.sign(message)), key, "manifests");
    }

    /** Refuses a key whose verdicts would be ignored, before anything is planned on its word. */
    void requireProver(SigningKey key) {
        byte[] message = PointListing.VERDICT.getBytes(StandardCharsets.UTF_8);
        requireTrusted(trusted.signedByProver(key.name(), message, key.sign(message)), key, "verdicts");
    }

    private void requireTrusted(boolean believed, SigningKey key, String what) {
        if (!believed) {
            throw new RequestRefusedException(
                    "DRK-POINT-007",
                    "Cannot sign with key '" + key.name() + "': it is not trusted for " + what + " of '" + target
                            + "' but what it signs would be ignored",
                    "Is its public key among the trusted keys, under the same name and for the same use?");
        }
    }
}
