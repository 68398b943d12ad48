package io.github.drkit.catalog;

import io.github.drkit.Catalog;
import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.catalog.ExpiryMark.State;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoredObject;
import io.github.drkit.store.StoredStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What one listing of a target shows. */
final class PointListing {

    static final String VERDICT = "drkit-verdict/1";
    static final String MANIFEST_SHA256 = "manifestSha256";

    private final PointStore store;
    private final TrustedKeys trusted;
    private final Places places;
    private final Manifests manifests;
    private final ExpiryMarks marks;
    private final HoldRecords holds;

    PointListing(
            PointStore store,
            TrustedKeys trusted,
            Places places,
            Manifests manifests,
            ExpiryMarks marks,
            HoldRecords holds) {
        this.store = store;
        this.trusted = trusted;
        this.places = places;
        this.manifests = manifests;
        this.marks = marks;
        this.holds = holds;
    }

    Survey survey() {
        Map<String, List<StoredObject>> found = places.group(store.list(places.all()));
        // A place without a manifest is no point: a run under way, or a leftover.
        found.entrySet().removeIf(place -> !places.hasManifest(place) && !places.isMarked(place));
        List<RecoveryPoint> points = new ArrayList<>();
        List<Catalog.Problem> problems = new ArrayList<>();
        List<PlacedHold> held = new ArrayList<>();
        List<ExpiryMark> standing = new ArrayList<>();
        Map<RecoveryPointId, Instant> storedTimes = new HashMap<>();
        for (Found one :
                ParallelReads.of(List.copyOf(found.entrySet()), store.readsAtOnce(), manifests.what(), this::find)) {
            one.mark().filter(mark -> mark.state() != State.KEPT).ifPresent(standing::add);
            one.point().ifPresent(point -> storedTimes.put(point.id(), one.storedAt()));
            one.point().ifPresent(points::add);
            one.problem().ifPresent(problems::add);
            held.addAll(one.holds());
        }
        Set<RecoveryPointId> going = new HashSet<>();
        standing.forEach(mark -> going.add(mark.point()));
        Suspicion suspicion = Suspicion.of(points);
        List<RecoveryPoint> judged = suspicion.points();
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
                storedTimes,
                suspicion.measures());
    }

    /** What an expiry said about a place that was listed. */
    Optional<ExpiryMark> standing(Map.Entry<String, List<StoredObject>> place) {
        return places.isMarked(place)
                ? marks.standing(RecoveryPointId.of(place.getKey()), places.of(place.getKey()), place.getValue())
                : Optional.empty();
    }

    boolean isGone(Map.Entry<String, List<StoredObject>> place) {
        return standing(place).filter(mark -> mark.state() == State.GONE).isPresent();
    }

    private Found find(Map.Entry<String, List<StoredObject>> place) {
        Optional<ExpiryMark> mark = standing(place);
        if (mark.filter(standing -> standing.state() == State.GONE).isPresent()) {
            return new Found(Optional.empty(), Instant.EPOCH, Optional.empty(), mark, List.of());
        }
        String prefix = places.of(place.getKey());
        Optional<StoredObject> written = place.getValue().stream()
                .filter(object -> object.key().equals(prefix + Places.MANIFEST))
                .findFirst();
        if (written.isEmpty()) {
            // A mark without a point: what is left of it is a leftover.
            return new Found(Optional.empty(), Instant.EPOCH, Optional.empty(), Optional.empty(), List.of());
        }
        ManifestDocument document = manifests.read(place.getKey());
        List<PlacedHold> held = document.manifest().isEmpty()
                ? List.of()
                : holds.standing(RecoveryPointId.of(place.getKey()), prefix, place.getValue());
        return new Found(
                document.manifest().map(manifest -> point(manifest, document.sha256(), place.getValue(), mark, held)),
                written.get().modified(),
                document.problematic()
                        ? Optional.of(new Catalog.Problem(prefix + Places.MANIFEST, document.code(), document.reason()))
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
                store.location() + "/" + places.of(manifest.point()),
                proof,
                Plausibility.OK,
                remarks);
    }

    private Proof proof(Manifest manifest, String sha256, List<StoredObject> objects, List<String> remarks) {
        List<SignedVerdict> verdicts = new ArrayList<>();
        String prefix = places.of(manifest.point()) + Places.PROOFS;
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
        SignedVerdict signed = SignedVerdict.read(bytes, VERDICT, Set.of(MANIFEST_SHA256), trusted);
        if (!signed.verdict().point().equals(manifest.point())
                || !sha256.equals(signed.of().get(MANIFEST_SHA256))) {
            throw new IllegalArgumentException("it is a verdict on another manifest");
        }
        return signed;
    }

    private record Found(
            Optional<RecoveryPoint> point,
            Instant storedAt,
            Optional<Catalog.Problem> problem,
            Optional<ExpiryMark> mark,
            List<PlacedHold> holds) {}
}
