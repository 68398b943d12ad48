package io.github.drkit.catalog;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.store.Listing;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Where the points of one target lie: in a place each, named after them. */
final class Places {

    static final String MANIFEST = "manifest.json";
    static final String PROOFS = "proofs/";

    private final TargetId target;

    Places(TargetId target) {
        this.target = target;
    }

    /** The beginning of every key of the target. */
    String all() {
        return "points/" + target.value() + "/";
    }

    /** The beginning of every key of a point. */
    String of(String point) {
        return all() + point + "/";
    }

    /** The beginning of every key of a point. */
    String of(RecoveryPointId point) {
        return of(point.value());
    }

    ObjectKey manifest(RecoveryPointId point) {
        return ObjectKey.of(of(point) + MANIFEST);
    }

    /** What a listing shows, by the names of the places; what lies in none is left out. */
    Map<String, List<StoredObject>> group(Listing listing) {
        Map<String, List<StoredObject>> places = new TreeMap<>();
        String prefix = all();
        for (StoredObject object : listing.objects()) {
            int slash = object.key().indexOf('/', prefix.length());
            if (object.key().startsWith(prefix) && slash > 0) {
                places.computeIfAbsent(object.key().substring(prefix.length(), slash), place -> new ArrayList<>())
                        .add(object);
            }
        }
        return places;
    }

    /** The run that a place is named after; empty if the name is none that we give. */
    Optional<RunId> runOf(String place) {
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

    boolean hasManifest(Map.Entry<String, List<StoredObject>> place) {
        String key = of(place.getKey()) + MANIFEST;
        return place.getValue().stream().anyMatch(object -> object.key().equals(key));
    }

    boolean isMarked(Map.Entry<String, List<StoredObject>> place) {
        String folder = of(place.getKey()) + ExpiryMarks.FOLDER;
        return place.getValue().stream().anyMatch(object -> object.key().startsWith(folder));
    }

    /** What belongs to a point though its manifest does not name it. */
    boolean isBeside(String place, StoredObject object) {
        return Stream.of(PROOFS, HoldRecords.FOLDER, ExpiryMarks.FOLDER)
                .anyMatch(folder -> object.key().startsWith(of(place) + folder));
    }
}
