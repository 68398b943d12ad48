package io.github.drkit.catalog;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.store.Creation;
import io.github.drkit.store.Listing;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoreAbilities.Ability;
import io.github.drkit.store.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What no manifest names, and its removal. */
final class Leftovers {

    private static final Duration COLLECTABLE_AFTER = Duration.ofDays(1);

    private final PointStore store;
    private final TargetId target;
    private final Places places;
    private final Manifests manifests;
    private final PointListing listing;

    Leftovers(PointStore store, TargetId target, Places places, Manifests manifests, PointListing listing) {
        this.store = store;
        this.target = target;
        this.places = places;
        this.manifests = manifests;
        this.listing = listing;
    }

    List<Leftover> found(Collection<ObjectKey> streams) {
        Instant before = store.now().minus(COLLECTABLE_AFTER);
        Set<StoredObject> objects = new LinkedHashSet<>(store.list(places.all()).objects());
        objects.addAll(store.unfinished(places.all()).objects());
        for (ObjectKey stream : streams) {
            if (stream.value().startsWith(places.all())) {
                objects.addAll(store.unfinished(stream.value()).objects());
            }
        }
        Map<String, List<StoredObject>> found = places.group(new Listing(List.copyOf(objects)));
        // After the listings: what was committed meanwhile names its data, and nothing of it is a leftover.
        Map<String, ManifestDocument> documents = manifests.read(found.keySet());
        requireReadable(found, documents);
        List<Leftover> leftovers = new ArrayList<>();
        for (Map.Entry<String, List<StoredObject>> place : new TreeMap<>(found).entrySet()) {
            Optional<RunId> run = places.runOf(place.getKey());
            if (run.isEmpty()) {
                continue; // not a place of ours: nothing here is touched
            }
            ManifestDocument document = documents.getOrDefault(place.getKey(), ManifestDocument.MISSING);
            boolean expired = document.manifest().isPresent() && listing.isGone(place);
            Set<String> kept = new HashSet<>();
            if (!expired) {
                kept.add(places.of(place.getKey()) + Places.MANIFEST);
            }
            document.manifest()
                    .filter(manifest -> !expired)
                    .ifPresent(manifest -> manifest.contents().stream()
                            .flatMap(content -> content.stream().segments().stream())
                            .forEach(segment -> kept.add(segment.key().value())));
            List<StoredObject> left = place.getValue().stream()
                    .filter(object -> !kept.contains(object.key()))
                    .filter(object ->
                            document.manifest().isEmpty() || expired || !places.isBeside(place.getKey(), object))
                    .toList();
            boolean old = left.stream().allMatch(object -> object.modified().isBefore(before));
            if (!left.isEmpty() && old) {
                Leftover.Committed committed = committed(document, expired);
                leftovers.add(new Leftover(RecoveryPointId.of(place.getKey()), run.get(), committed, left));
            }
        }
        return leftovers;
    }

    long collect(Leftover leftover, RunId by, SigningKey key) {
        requireCollectable();
        if (leftover.committed() == Leftover.Committed.EXPIRED) {
            return new RemovedPlace(store, places.of(leftover.point()))
                    .remove(RemovedPlace.tombstone(leftover.point(), by, key))
                    .bytes();
        }
        if (leftover.committed() == Leftover.Committed.NOTHING) {
            Creation creation =
                    store.create(places.manifest(leftover.point()), RemovedPlace.tombstone(leftover.point(), by, key));
            if (creation == Creation.EXISTED
                    && !manifests.read(leftover.point().value()).tombstone()) {
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

    List<String> lacking() {
        StoreAbilities abilities = store.abilities();
        return Stream.of(Ability.CONDITIONAL_CREATE, Ability.LIST_AFTER_WRITE)
                .filter(needed -> !abilities.has(needed))
                .map(needed -> "the store was not seen to have " + needed)
                .toList();
    }

    private static Leftover.Committed committed(ManifestDocument document, boolean expired) {
        if (document.tombstone()) {
            return Leftover.Committed.TOMBSTONE;
        }
        if (document.manifest().isEmpty()) {
            return Leftover.Committed.NOTHING;
        }
        return expired ? Leftover.Committed.EXPIRED : Leftover.Committed.MANIFEST;
    }

    /** Reads only, so that planning may ask; what a store does is learned by writing, and asked when collecting. */
    private void requireReadable(Map<String, List<StoredObject>> found, Map<String, ManifestDocument> documents) {
        requireNone(found.entrySet().stream()
                .filter(places::hasManifest)
                .filter(place -> documents
                        .getOrDefault(place.getKey(), ManifestDocument.MISSING)
                        .problematic())
                .map(place -> places.of(place.getKey()) + Places.MANIFEST + " is unreadable")
                .toList());
    }

    private void requireCollectable() {
        Map<String, List<StoredObject>> found = places.group(store.list(places.all()));
        found.entrySet().removeIf(place -> !places.hasManifest(place));
        requireReadable(found, manifests.read(found.keySet()));
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
}
