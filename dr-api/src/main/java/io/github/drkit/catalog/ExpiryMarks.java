package io.github.drkit.catalog;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.catalog.ExpiryMark.State;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.json.JsonFields;
import io.github.drkit.store.Creation;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoredObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The chain of marks beside each point: a mark says GOING, and the number after it belongs to whoever answers first, KEPT
 * or GONE. Both sides write the same key by one conditional PUT, so that a hold placed at any moment either keeps the
 * point or is told that it came too late; no clock and no pause has a say in that.
 */
final class ExpiryMarks {

    static final String FOLDER = "expiry/";

    private static final String BESIDE = "drkit-expiry/1";
    private static final Pattern NAME = Pattern.compile("(\\d{12})\\.json");
    private static final int TRIES = 10;

    private final PointStore store;
    private final TrustedKeys trusted;
    private final String schema;
    private final Map<String, String> of;

    /** Marks beside their point. */
    ExpiryMarks(PointStore store, TrustedKeys trusted) {
        this(store, trusted, BESIDE, Map.of());
    }

    /** Marks elsewhere, which also say what their point is. */
    ExpiryMarks(PointStore store, TrustedKeys trusted, String schema, Map<String, String> of) {
        this.store = store;
        this.trusted = trusted;
        this.schema = schema;
        this.of = Map.copyOf(of);
    }

    /** What stands at a place, as a listing of it or of all shows; empty if nobody ever marked it. */
    Optional<ExpiryMark> standing(RecoveryPointId point, String prefix, List<StoredObject> objects) {
        TreeMap<Long, String> chain = new TreeMap<>();
        for (StoredObject object : objects) {
            if (object.key().startsWith(prefix + FOLDER)) {
                Matcher name = NAME.matcher(object.key().substring(prefix.length() + FOLDER.length()));
                if (name.matches()) {
                    chain.put(Long.parseLong(name.group(1)), object.key());
                }
            }
        }
        Optional<ExpiryMark> last = Optional.empty();
        for (Map.Entry<Long, String> link : chain.entrySet()) {
            last = Optional.of(read(point, link.getKey(), link.getValue()));
            if (last.get().state() == State.GONE) {
                return last; // whatever was put behind it
            }
        }
        return last;
    }

    Optional<ExpiryMark> standing(RecoveryPointId point, String prefix) {
        return standing(point, prefix, store.list(prefix + FOLDER).objects());
    }

    /** Marks a point unless it is going or gone already; returns what stands then, whoever said it. */
    ExpiryMark mark(RecoveryPointId point, String prefix, RunId by, SigningKey key) {
        for (int tries = 0; tries < TRIES; tries++) {
            Optional<ExpiryMark> standing = standing(point, prefix);
            if (standing.isPresent() && standing.get().state() != State.KEPT) {
                return standing.get();
            }
            long next = standing.map(ExpiryMarks::sequence).orElse(0L) + 1;
            ExpiryMark mark = new ExpiryMark(point, by, store.now(), State.GOING, "", token(next));
            if (wins(mark, prefix, key)) {
                return mark;
            }
        }
        throw contested(point);
    }

    /** Answers a mark, if nobody did; returns what stands then, whoever said it. */
    ExpiryMark answer(ExpiryMark mark, String prefix, State state, RunId by, String why, SigningKey key) {
        ExpiryMark answer = new ExpiryMark(mark.point(), by, store.now(), state, why, token(sequence(mark) + 1));
        if (mark.state() == State.GOING && wins(answer, prefix, key)) {
            return answer;
        }
        return standing(mark.point(), prefix).orElseThrow(() -> contested(mark.point()));
    }

    private boolean wins(ExpiryMark mark, String prefix, SigningKey key) {
        Map<String, Object> payload = new TreeMap<>(of);
        payload.put("schema", schema);
        payload.put("point", mark.point().value());
        payload.put("sequence", sequence(mark));
        payload.put("kind", mark.state().name());
        payload.put("run", mark.run().value());
        payload.put("at", mark.at().toString());
        payload.put("why", mark.detail());
        byte[] document = SignedDocument.sign(payload, key);
        ObjectKey at = ObjectKey.of(prefix + FOLDER + mark.token() + ".json");
        try {
            return store.create(at, document) == Creation.CREATED;
        } catch (OutcomeUnknownException lost) {
            byte[] found = store.find(at).orElseThrow(() -> lost);
            return Arrays.equals(found, document);
        }
    }

    /** What cannot be read or is not believed keeps the point: nothing goes on the word of a stranger. */
    private ExpiryMark read(RecoveryPointId point, long sequence, String key) {
        try {
            byte[] bytes = store.find(ObjectKey.of(key)).orElseThrow(() -> new IllegalArgumentException("it is gone"));
            SignedDocument document = SignedDocument.read("expiry mark", bytes);
            JsonFields fields = new JsonFields("expiry mark", document.payload());
            if (!fields.text("schema").equals(schema)) {
                throw new IllegalArgumentException("its format is not " + schema);
            }
            ExpiryMark mark = new ExpiryMark(
                    RecoveryPointId.of(fields.text("point")),
                    RunId.of(fields.text("run")),
                    fields.instant("at"),
                    State.valueOf(fields.text("kind")),
                    fields.text("why"),
                    token(fields.number("sequence")));
            boolean same = true;
            // All of them are read: what is left unread would be told as unknown.
            for (Map.Entry<String, String> said : of.entrySet()) {
                same &= fields.text(said.getKey()).equals(said.getValue());
            }
            fields.end();
            boolean believed = document.signedByBackup(trusted)
                    || (mark.state() == State.KEPT && document.signedByProver(trusted));
            if (!believed) {
                throw new IllegalArgumentException("it is not signed by a trusted key");
            }
            if (!same || !mark.point().equals(point) || sequence(mark) != sequence) {
                throw new IllegalArgumentException("it belongs to another place");
            }
            return mark;
        } catch (IllegalArgumentException | DateTimeException | IntegrityException e) {
            return new ExpiryMark(
                    point,
                    RunId.of("unknown"),
                    Instant.EPOCH,
                    State.KEPT,
                    key + " cannot be believed: " + e.getMessage(),
                    token(sequence));
        }
    }

    private static IntegrityException contested(RecoveryPointId point) {
        return new IntegrityException(
                "DRK-EXPIRY-001",
                "Cannot mark recovery point '" + point + "' as going: its marks changed " + TRIES
                        + " times while one was written but one run must come to its turn",
                "Which other operator expires points of this target at the same time?");
    }

    private static long sequence(ExpiryMark mark) {
        return Long.parseLong(mark.token());
    }

    private static String token(long sequence) {
        return String.format("%012d", sequence);
    }
}
