package io.github.drkit.catalog;

import io.github.drkit.Catalog;
import io.github.drkit.Operation;
import io.github.drkit.Plan;
import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.ExpiryMark.State;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.store.Creation;
import io.github.drkit.store.Listing;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.Sha256;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoreAbilities.Ability;
import io.github.drkit.store.StoredObject;
import io.github.drkit.store.StoredStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The recovery points of one target in a store. There is no other record of them: what exists is what is listed here.
 *
 * <p>The layout is described in {@code docs/format.md}. A point's place is {@code points/<target>/<point>/}, where the
 * point's id is the target's and the run's, joined by a dash. The place holds {@code manifest.json}, {@code proofs/} and
 * the data. Thread-safe; every method blocks.
 */
public final class PointCatalog implements Verdicts {

    /** A point is SUSPECT below this part of the median of the points before it. */
    private static final double SHRUNKEN = 0.5;

    private static final int HISTORY = 7;
    private static final Duration COLLECTABLE_AFTER = Duration.ofDays(1);

    private final PointStore store;
    private final TargetId target;
    private final TrustedKeys trusted;
    private final ExpiryMarks marks;
    private final HoldRecords holds;

    private PointCatalog(PointStore store, TargetId target, TrustedKeys trusted) {
        this.store = store;
        this.target = target;
        this.trusted = trusted;
        this.marks = new ExpiryMarks(store, trusted);
        this.holds = new HoldRecords(store, trusted);
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
        StoreAbilities abilities = store.abilities();
        return Stream.of(Ability.CONDITIONAL_CREATE, Ability.LIST_AFTER_WRITE)
                .filter(needed -> !abilities.has(needed))
                .map(needed -> "the store was not seen to have " + needed)
                .toList();
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
        return ObjectKey.of(placePrefix(point.value()).replaceAll("/$", ""));
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
        Map<String, List<StoredObject>> places = places(store.list(targetPrefix()));
        // A place without a manifest is no point: a run under way, or a leftover.
        places.entrySet().removeIf(place -> !hasManifest(place) && !isMarked(place));
        List<RecoveryPoint> points = new ArrayList<>();
        List<Catalog.Problem> problems = new ArrayList<>();
        List<PlacedHold> held = new ArrayList<>();
        List<ExpiryMark> standing = new ArrayList<>();
        Map<RecoveryPointId, Instant> storedTimes = new HashMap<>();
        for (Found found :
                ParallelReads.of(List.copyOf(places.entrySet()), store.readsAtOnce(), manifests(), this::find)) {
            found.mark().filter(mark -> mark.state() != State.KEPT).ifPresent(standing::add);
            found.point().ifPresent(point -> storedTimes.put(point.id(), found.storedAt()));
            found.point().ifPresent(points::add);
            found.problem().ifPresent(problems::add);
            held.addAll(found.holds());
        }
        Set<RecoveryPointId> going = new HashSet<>();
        standing.forEach(mark -> going.add(mark.point()));
        List<RecoveryPoint> judged = judged(points);
        return new Survey(
                new Catalog(
                        judged.stream()
                                .filter(point -> !going.contains(point.id()))
                                .toList(),
                        List.of(),
                        problems,
                        judged.stream()
                                .filter(point -> going.contains(point.id()))
                                .toList()),
                held,
                standing,
                storedTimes);
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
        Document document = read(point.value());
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
        if (document.code().equals(NEWER)) {
            throw new RequestRefusedException(
                    NEWER,
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
        return store.find(manifestKey(point)).map(Sha256::hex).orElse("absent");
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
        if (!describes(manifest, point.value())) {
            throw new IllegalArgumentException("Cannot commit recovery point '" + point + "': its manifest names the"
                    + " target '" + manifest.target() + "' or data outside its own place");
        }
        byte[] document = SignedDocument.sign(ManifestJson.toMap(manifest), key);
        requireTrusted(SignedDocument.read("manifest", document).signedByBackup(trusted), key, "manifests");
        createOnce(manifestKey(point), document, "commit recovery point '" + point + "'");
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
        ObjectKey at = ObjectKey.of(placePrefix(verdict.point().value()) + PROOFS + SignedVerdict.name(verdict));
        byte[] document = SignedDocument.sign(
                SignedVerdict.payload(VERDICT_SCHEMA, verdict, Map.of(MANIFEST_SHA256, manifest)), key);
        requireTrusted(SignedDocument.read("verdict", document).signedByProver(trusted), key, "verdicts");
        createOnce(at, document, "record the verdict on '" + verdict.point() + "'");
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
        return marks.standing(point, placePrefix(point.value()));
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
        return marks.mark(point, placePrefix(point.value()), by, key);
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
        return marks.answer(mark, placePrefix(mark.point().value()), State.KEPT, by, why, key);
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
        return marks.answer(mark, placePrefix(mark.point().value()), State.GONE, by, "", key);
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
        return new RemovedPlace(store, placePrefix(mark.point().value())).remove(tombstone(mark.point(), by, key));
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
        for (StoredObject object : store.list(placePrefix(point.value())).objects()) {
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
        String prefix = placePrefix(point.value());
        named.add(prefix + MANIFEST);
        List<String> amiss = new ArrayList<>();
        for (StoredObject object : store.list(prefix).objects()) {
            boolean beside =
                    object.key().startsWith(prefix + PROOFS) || object.key().startsWith(prefix + HoldRecords.FOLDER);
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
        store.create(manifestKey(point), tombstone(point, by, key));
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
        String prefix = placePrefix(hold.point().value());
        createOnce(
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
        createOnce(
                ObjectKey.of(HoldRecords.releasedAt(placePrefix(hold.point().value()), hold.run())),
                SignedDocument.sign(HoldRecords.releasing(hold, by, at, who, why), key),
                "release the hold of run '" + hold.run() + "' on '" + hold.point() + "'");
    }

    List<PlacedHold> holds(RecoveryPointId point) {
        String prefix = placePrefix(point.value());
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
        Instant before = store.now().minus(COLLECTABLE_AFTER);
        Set<StoredObject> objects =
                new LinkedHashSet<>(store.list(targetPrefix()).objects());
        objects.addAll(store.unfinished(targetPrefix()).objects());
        for (ObjectKey stream : streams) {
            if (stream.value().startsWith(targetPrefix())) {
                objects.addAll(store.unfinished(stream.value()).objects());
            }
        }
        Map<String, List<StoredObject>> found = places(new Listing(List.copyOf(objects)));
        // After the listings: what was committed meanwhile names its data, and nothing of it is a leftover.
        Map<String, Document> documents = documents(found.keySet());
        requireReadable(found, documents);
        List<Leftover> leftovers = new ArrayList<>();
        for (Map.Entry<String, List<StoredObject>> place : new TreeMap<>(found).entrySet()) {
            Optional<RunId> run = runOf(place.getKey());
            if (run.isEmpty()) {
                continue; // not a place of ours: nothing here is touched
            }
            Document document = documents.getOrDefault(place.getKey(), Document.MISSING);
            boolean expired = document.manifest().isPresent() && isGone(place);
            Set<String> kept = new HashSet<>();
            if (!expired) {
                kept.add(placePrefix(place.getKey()) + MANIFEST);
            }
            document.manifest()
                    .filter(manifest -> !expired)
                    .ifPresent(manifest -> manifest.contents().stream()
                            .flatMap(content -> content.stream().segments().stream())
                            .forEach(segment -> kept.add(segment.key().value())));
            List<StoredObject> left = place.getValue().stream()
                    .filter(object -> !kept.contains(object.key()))
                    .filter(object -> document.manifest().isEmpty() || expired || !isBeside(place.getKey(), object))
                    .toList();
            boolean old = left.stream().allMatch(object -> object.modified().isBefore(before));
            if (!left.isEmpty() && old) {
                Leftover.Committed committed = committed(document, expired);
                leftovers.add(new Leftover(RecoveryPointId.of(place.getKey()), run.get(), committed, left));
            }
        }
        return leftovers;
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
        requireCollectable();
        if (leftover.committed() == Leftover.Committed.EXPIRED) {
            return new RemovedPlace(store, placePrefix(leftover.point().value()))
                    .remove(tombstone(leftover.point(), by, key))
                    .bytes();
        }
        if (leftover.committed() == Leftover.Committed.NOTHING) {
            Creation creation = store.create(manifestKey(leftover.point()), tombstone(leftover.point(), by, key));
            if (creation == Creation.EXISTED && !read(leftover.point().value()).tombstone()) {
                return 0;
            }
        }
        long freed = 0;
        for (StoredObject object : leftover.objects()) {
            store.delete(object);
            freed += object.sizeBytes();
        }
        return freed;
    }

    private static byte[] tombstone(RecoveryPointId point, RunId by, SigningKey key) {
        Map<String, Object> payload = new TreeMap<>();
        payload.put("schema", TOMBSTONE_SCHEMA);
        payload.put("point", point.value());
        payload.put("run", by.value());
        return SignedDocument.sign(payload, key);
    }

    private static Leftover.Committed committed(Document document, boolean expired) {
        if (document.tombstone()) {
            return Leftover.Committed.TOMBSTONE;
        }
        if (document.manifest().isEmpty()) {
            return Leftover.Committed.NOTHING;
        }
        return expired ? Leftover.Committed.EXPIRED : Leftover.Committed.MANIFEST;
    }

    /** What belongs to a point though its manifest does not name it. */
    private boolean isBeside(String place, StoredObject object) {
        return Stream.of(PROOFS, HoldRecords.FOLDER, ExpiryMarks.FOLDER)
                .anyMatch(folder -> object.key().startsWith(placePrefix(place) + folder));
    }

    private boolean isMarked(Map.Entry<String, List<StoredObject>> place) {
        String folder = placePrefix(place.getKey()) + ExpiryMarks.FOLDER;
        return place.getValue().stream().anyMatch(object -> object.key().startsWith(folder));
    }

    private Optional<ExpiryMark> standing(Map.Entry<String, List<StoredObject>> place) {
        return isMarked(place)
                ? marks.standing(RecoveryPointId.of(place.getKey()), placePrefix(place.getKey()), place.getValue())
                : Optional.empty();
    }

    private boolean isGone(Map.Entry<String, List<StoredObject>> place) {
        return standing(place).filter(mark -> mark.state() == State.GONE).isPresent();
    }

    /** Refuses a key whose marks would be ignored, before anything is done on its word. */
    void requireBackup(SigningKey key) {
        byte[] message = TOMBSTONE_SCHEMA.getBytes(StandardCharsets.UTF_8);
        requireTrusted(trusted.signedByBackup(key.name(), message, key.sign(message)), key, "manifests");
    }

    /** Refuses a key whose verdicts would be ignored, before anything is planned on its word. */
    void requireProver(SigningKey key) {
        byte[] message = VERDICT_SCHEMA.getBytes(StandardCharsets.UTF_8);
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

    /** Reads only, so that planning may ask; what a store does is learned by writing, and asked when collecting. */
    private void requireReadable(Map<String, List<StoredObject>> places, Map<String, Document> documents) {
        requireNone(places.entrySet().stream()
                .filter(this::hasManifest)
                .filter(place ->
                        documents.getOrDefault(place.getKey(), Document.MISSING).problematic())
                .map(place -> placePrefix(place.getKey()) + MANIFEST + " is unreadable")
                .toList());
    }

    private void requireCollectable() {
        Map<String, List<StoredObject>> places = places(store.list(targetPrefix()));
        places.entrySet().removeIf(place -> !hasManifest(place));
        requireReadable(places, documents(places.keySet()));
        requireNone(lacking());
    }

    private void requireNone(List<String> reasons) {
        if (!reasons.isEmpty()) {
            throw new RequestRefusedException(
                    "DRK-POINT-006",
                    "Cannot collect leftovers of '" + target + "': " + String.join(", and ", reasons)
                            + ", but only a store that is wholly understood may be collected",
                    "Settle what is named; nothing was deleted");
        }
    }

    private boolean hasManifest(Map.Entry<String, List<StoredObject>> place) {
        String key = placePrefix(place.getKey()) + MANIFEST;
        return place.getValue().stream().anyMatch(object -> object.key().equals(key));
    }

    private Map<String, Document> documents(Set<String> places) {
        List<String> names = List.copyOf(places);
        List<Document> read = ParallelReads.of(names, store.readsAtOnce(), manifests(), this::read);
        Map<String, Document> documents = new HashMap<>();
        for (int at = 0; at < names.size(); at++) {
            documents.put(names.get(at), read.get(at));
        }
        return documents;
    }

    private String manifests() {
        return "the manifests of '" + target + "'";
    }

    private Found find(Map.Entry<String, List<StoredObject>> place) {
        Optional<ExpiryMark> mark = standing(place);
        if (mark.filter(standing -> standing.state() == State.GONE).isPresent()) {
            return new Found(Optional.empty(), Instant.EPOCH, Optional.empty(), mark, List.of());
        }
        String prefix = placePrefix(place.getKey());
        Optional<StoredObject> written = place.getValue().stream()
                .filter(object -> object.key().equals(prefix + MANIFEST))
                .findFirst();
        if (written.isEmpty()) {
            // A mark without a point: what is left of it is a leftover.
            return new Found(Optional.empty(), Instant.EPOCH, Optional.empty(), Optional.empty(), List.of());
        }
        Document document = read(place.getKey());
        List<PlacedHold> held = document.manifest().isEmpty()
                ? List.of()
                : holds.standing(RecoveryPointId.of(place.getKey()), prefix, place.getValue());
        return new Found(
                document.manifest().map(manifest -> point(manifest, document.sha256(), place.getValue(), mark, held)),
                written.get().modified(),
                document.problematic()
                        ? Optional.of(new Catalog.Problem(prefix + MANIFEST, document.code(), document.reason()))
                        : Optional.empty(),
                mark.filter(standing -> document.manifest().isPresent()),
                held);
    }

    private RecoveryPoint point(
            Manifest manifest,
            String sha256,
            List<StoredObject> objects,
            Optional<ExpiryMark> mark,
            List<PlacedHold> held) {
        List<String> remarks = new ArrayList<>();
        mark.filter(standing -> standing.state() == State.GOING)
                .ifPresent(going -> remarks.add("going: marked by run '" + going.run() + "' at " + going.at()));
        held.forEach(hold -> remarks.add(
                "held by " + hold.who() + " since " + hold.since() + " (run '" + hold.run() + "'): " + hold.why()));
        Map<String, Long> sizes = new HashMap<>();
        objects.forEach(object -> sizes.put(object.key(), object.sizeBytes()));
        Proof proof = proof(manifest, sha256, objects, remarks);
        for (Manifest.Content content : manifest.contents()) {
            for (StoredStream.Segment segment : content.stream().segments()) {
                Long size = sizes.get(segment.key().value());
                if (size == null || size != segment.bytes()) {
                    remarks.add(segment.key() + (size == null ? " is missing" : " has " + size + " bytes") + " but "
                            + segment.bytes() + " were written");
                    proof = new Proof(Proof.Level.FAILED, proof.at(), "listing");
                }
            }
        }
        return new RecoveryPoint(
                manifest.point(),
                manifest.target(),
                manifest.run(),
                manifest.format(),
                manifest.consistencyTime(),
                manifest.scheduledFor(),
                manifest.label(),
                manifest.storedBytes(),
                store.location() + "/" + placePrefix(manifest.point().value()),
                proof,
                Plausibility.OK,
                remarks);
    }

    private Proof proof(Manifest manifest, String sha256, List<StoredObject> objects, List<String> remarks) {
        List<SignedVerdict> verdicts = new ArrayList<>();
        String prefix = placePrefix(manifest.point().value()) + PROOFS;
        for (StoredObject object : objects) {
            if (object.key().startsWith(prefix)) {
                try {
                    verdicts.add(verdict(ObjectKey.of(object.key()), manifest, sha256));
                } catch (IllegalArgumentException | DateTimeException | IntegrityException e) {
                    remarks.add("ignored " + object.key() + ": " + e.getMessage());
                }
            }
        }
        return SignedVerdict.fold(verdicts, remarks);
    }

    private SignedVerdict verdict(ObjectKey key, Manifest manifest, String sha256) {
        byte[] bytes = store.find(key).orElseThrow(() -> new IllegalArgumentException("it is gone"));
        SignedVerdict signed = SignedVerdict.read(bytes, VERDICT_SCHEMA, Set.of(MANIFEST_SHA256), trusted);
        if (!signed.verdict().point().equals(manifest.point())
                || !sha256.equals(signed.of().get(MANIFEST_SHA256))) {
            throw new IllegalArgumentException("it is a verdict on another manifest");
        }
        return signed;
    }

    private static List<RecoveryPoint> judged(List<RecoveryPoint> points) {
        List<RecoveryPoint> judged = new ArrayList<>();
        Map<String, Deque<Long>> histories = new HashMap<>();
        List<RecoveryPoint> ordered = new ArrayList<>(points);
        ordered.sort(Comparator.comparing(RecoveryPoint::consistencyTime));
        for (RecoveryPoint point : ordered) {
            Deque<Long> history = histories.computeIfAbsent(point.format(), format -> new ArrayDeque<>());
            boolean shrunken = !history.isEmpty() && point.sizeBytes() < SHRUNKEN * median(history);
            boolean cleared = point.proof().level() == Proof.Level.PROVEN
                    || point.remarks().stream().anyMatch(remark -> remark.startsWith(SignedVerdict.CLEARED));
            if (shrunken && !cleared) {
                List<String> remarks = new ArrayList<>(point.remarks());
                remarks.add("suspect: " + point.sizeBytes() + " bytes where the median of the last " + history.size()
                        + " is " + median(history));
                judged.add(point.judged(point.proof(), Plausibility.SUSPECT, remarks));
            } else {
                judged.add(point);
                if (point.proof().level() != Proof.Level.FAILED) {
                    history.addLast(point.sizeBytes());
                    if (history.size() > HISTORY) {
                        history.removeFirst();
                    }
                }
            }
        }
        return judged;
    }

    private static long median(Deque<Long> history) {
        long[] sorted = history.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private Document read(String point) {
        Optional<byte[]> bytes;
        try {
            bytes = store.find(ObjectKey.of(placePrefix(point) + MANIFEST));
        } catch (IllegalArgumentException | IntegrityException e) {
            // Another hand's, with a name or a size that none of ours has; it must not hide the others.
            return new Document(Optional.empty(), "unreadable", false, "DRK-POINT-001", "its manifest is no manifest");
        }
        if (bytes.isEmpty()) {
            return Document.MISSING;
        }
        String sha256 = Sha256.hex(bytes.get());
        try {
            SignedDocument document = SignedDocument.read("manifest", bytes.get());
            if (!document.signedByBackup(trusted)) {
                return new Document(
                        Optional.empty(),
                        sha256,
                        false,
                        "DRK-POINT-002",
                        "its manifest is not signed by a trusted backup key but only such are believed");
            }
            JsonFields fields = new JsonFields("manifest", document.payload());
            String schema = fields.text("schema");
            if (schema.equals(TOMBSTONE_SCHEMA)) {
                if (!fields.text("point").equals(point)) {
                    throw new IllegalArgumentException("it is the tombstone of another place");
                }
                return new Document(Optional.empty(), sha256, true, "", "");
            }
            if (!schema.equals(ManifestJson.SCHEMA)) {
                return new Document(
                        Optional.empty(),
                        sha256,
                        false,
                        NEWER,
                        "its manifest has the format '" + schema + "' but this version reads " + ManifestJson.SCHEMA);
            }
            Manifest manifest = ManifestJson.fromMap(document.payload());
            if (!describes(manifest, point)) {
                throw new IllegalArgumentException("it describes another place");
            }
            return new Document(Optional.of(manifest), sha256, false, "", "");
        } catch (IllegalArgumentException | DateTimeException e) {
            return new Document(
                    Optional.empty(),
                    sha256,
                    false,
                    "DRK-POINT-001",
                    "its manifest is corrupt (" + e.getMessage() + ") but must be whole");
        }
    }

    private boolean describes(Manifest manifest, String point) {
        boolean ownKeys = manifest.contents().stream()
                .flatMap(content -> content.stream().segments().stream())
                .allMatch(segment -> segment.key().value().startsWith(placePrefix(point)));
        return manifest.point().value().equals(point) && manifest.target().equals(target) && ownKeys;
    }

    private Map<String, List<StoredObject>> places(Listing listing) {
        Map<String, List<StoredObject>> places = new TreeMap<>();
        String prefix = targetPrefix();
        for (StoredObject object : listing.objects()) {
            int slash = object.key().indexOf('/', prefix.length());
            if (object.key().startsWith(prefix) && slash > 0) {
                places.computeIfAbsent(object.key().substring(prefix.length(), slash), place -> new ArrayList<>())
                        .add(object);
            }
        }
        return places;
    }

    private Optional<RunId> runOf(String place) {
        String prefix = target.value() + "-";
        if (!place.startsWith(prefix)) {
            return Optional.empty();
        }
        try {
            return Optional.of(RunId.of(place.substring(prefix.length())));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not a name we give
        }
    }

    private void createOnce(ObjectKey key, byte[] content, String what) {
        createOnce(store, key, content, what);
    }

    static void createOnce(PointStore store, ObjectKey key, byte[] content, String what) {
        boolean created;
        try {
            created = store.create(key, content) == Creation.CREATED;
        } catch (OutcomeUnknownException lost) {
            Optional<byte[]> found = store.find(key);
            if (found.isEmpty()) {
                throw lost;
            }
            created = Arrays.equals(found.get(), content);
        }
        if (!created
                && !store.find(key)
                        .filter(found -> Arrays.equals(found, content))
                        .isPresent()) {
            throw new IntegrityException(
                    "DRK-POINT-005",
                    "Cannot " + what + ": '" + key + "' holds something else but must be free",
                    "Was the run taken over or collected by another operator? Nothing was overwritten");
        }
    }

    private ObjectKey manifestKey(RecoveryPointId point) {
        return ObjectKey.of(placePrefix(point.value()) + MANIFEST);
    }

    private String targetPrefix() {
        return "points/" + target.value() + "/";
    }

    private String placePrefix(String point) {
        return targetPrefix() + point + "/";
    }

    private static final String MANIFEST = "manifest.json";
    private static final String PROOFS = "proofs/";
    private static final String NEWER = "DRK-POINT-003";
    private static final String VERDICT_SCHEMA = "drkit-verdict/1";
    private static final String MANIFEST_SHA256 = "manifestSha256";
    static final String TOMBSTONE_SCHEMA = "drkit-tombstone/1";

    /** What stands in the place of a manifest. */
    private record Document(Optional<Manifest> manifest, String sha256, boolean tombstone, String code, String reason) {

        static final Document MISSING = new Document(Optional.empty(), "", false, "DRK-POINT-004", "it is missing");

        boolean problematic() {
            return manifest.isEmpty() && !tombstone;
        }
    }

    private record Found(
            Optional<RecoveryPoint> point,
            Instant storedAt,
            Optional<Catalog.Problem> problem,
            Optional<ExpiryMark> mark,
            List<PlacedHold> holds) {}
}
