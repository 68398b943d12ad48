package io.github.drkit.catalog;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.json.JsonFields;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoredObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The holds beside each point and the records that release them, both created once. What stands is a fold over them. */
final class HoldRecords {

    static final String FOLDER = "holds/";

    private static final String HOLD = "drkit-hold/1";
    private static final String RELEASE = "drkit-release/1";
    private static final Pattern NAME = Pattern.compile("([^/]+)/(placed|released)\\.json");

    private final PointStore store;
    private final TrustedKeys trusted;

    HoldRecords(PointStore store, TrustedKeys trusted) {
        this.store = store;
        this.trusted = trusted;
    }

    /** What is held at a place, as a listing shows. */
    List<PlacedHold> standing(RecoveryPointId point, String prefix, List<StoredObject> objects) {
        Map<String, StoredObject> placed = new TreeMap<>();
        List<String> released = new ArrayList<>();
        for (StoredObject object : objects) {
            if (object.key().startsWith(prefix + FOLDER)) {
                Matcher name = NAME.matcher(object.key().substring(prefix.length() + FOLDER.length()));
                if (name.matches() && name.group(2).equals("placed")) {
                    placed.put(name.group(1), object);
                } else if (name.matches()) {
                    released.add(name.group(1));
                }
            }
        }
        List<PlacedHold> holds = new ArrayList<>();
        placed.forEach((name, object) -> {
            if (!released.contains(name) || !isReleased(point, name, prefix)) {
                holds.add(hold(point, name, object));
            }
        });
        return holds;
    }

    static String placedAt(String prefix, RunId hold) {
        return prefix + FOLDER + hold + "/placed.json";
    }

    static String releasedAt(String prefix, RunId hold) {
        return prefix + FOLDER + hold + "/released.json";
    }

    static Map<String, Object> placing(PlacedHold hold) {
        Map<String, Object> payload = said(HOLD, hold.point(), hold.run(), hold.since(), hold.who(), hold.why());
        payload.put("hold", hold.run().value());
        return payload;
    }

    static Map<String, Object> releasing(PlacedHold hold, RunId by, Instant at, String who, String why) {
        Map<String, Object> payload = said(RELEASE, hold.point(), by, at, who, why);
        payload.put("hold", hold.run().value());
        return payload;
    }

    private static Map<String, Object> said(
            String schema, RecoveryPointId point, RunId run, Instant at, String who, String why) {
        Map<String, Object> payload = new TreeMap<>();
        payload.put("schema", schema);
        payload.put("point", point.value());
        payload.put("run", run.value());
        payload.put("at", at.toString());
        payload.put("who", who);
        payload.put("why", why);
        return payload;
    }

    private PlacedHold hold(RecoveryPointId point, String name, StoredObject object) {
        Read read = read(object.key(), HOLD, point, name);
        return read.hold()
                .orElseGet(() -> new PlacedHold(
                        point, run(name), "a record that cannot be believed", read.problem(), object.modified()));
    }

    /** A release that is not believed releases nothing. */
    private boolean isReleased(RecoveryPointId point, String name, String prefix) {
        return read(prefix + FOLDER + name + "/released.json", RELEASE, point, name)
                .hold()
                .isPresent();
    }

    private Read read(String key, String schema, RecoveryPointId point, String name) {
        try {
            byte[] bytes = store.find(ObjectKey.of(key)).orElseThrow(() -> new IllegalArgumentException("it is gone"));
            SignedDocument document = SignedDocument.read("hold", bytes);
            if (!document.signedByProver(trusted)) {
                throw new IllegalArgumentException("it is not signed by a trusted person's key");
            }
            JsonFields fields = new JsonFields("hold", document.payload());
            if (!fields.text("schema").equals(schema)) {
                throw new IllegalArgumentException("its format is not " + schema);
            }
            PlacedHold hold = new PlacedHold(
                    RecoveryPointId.of(fields.text("point")),
                    RunId.of(fields.text("run")),
                    fields.text("who"),
                    fields.text("why"),
                    fields.instant("at"));
            String of = fields.text("hold");
            fields.end();
            if (!hold.point().equals(point) || !of.equals(name)) {
                throw new IllegalArgumentException("it belongs to another place");
            }
            return new Read(Optional.of(hold), "");
        } catch (IllegalArgumentException | DateTimeException | IntegrityException e) {
            return new Read(Optional.empty(), key + ": " + e.getMessage());
        }
    }

    private static RunId run(String name) {
        try {
            return RunId.of(name);
        } catch (IllegalArgumentException e) {
            return RunId.of("unknown"); // another hand's
        }
    }

    private record Read(Optional<PlacedHold> hold, String problem) {}
}
