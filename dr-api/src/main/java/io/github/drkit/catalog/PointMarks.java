package io.github.drkit.catalog;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.ExpiryMark.State;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.Sha256;
import io.github.drkit.store.StoredObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The marks of expiries on points that lie where nothing can be put beside them, such as RDS snapshots. Each is a signed object in a
 * store, created once, that names the point's identity as {@link PointVerdicts} does: another point that later takes the name
 * has other marks. Marks stay for ever, so that a listing which shows a deleted point once more brings nothing back.
 *
 * <p>The layout is described in {@code docs/format.md}. Thread-safe; every method blocks.
 */
public final class PointMarks {

    private static final String SCHEMA = "drkit-point-expiry/1";
    private static final char BETWEEN = ' ';

    private final PointStore store;
    private final TargetId target;
    private final TrustedKeys trusted;

    private PointMarks(PointStore store, TargetId target, TrustedKeys trusted) {
        this.store = store;
        this.target = target;
        this.trusted = trusted;
    }

    /**
     * Looks at the marks on a target's points.
     *
     * @param store where they lie; not closed
     * @param target whose points they are on
     * @param trusted whose marks are believed
     * @return the marks
     */
    public static PointMarks of(PointStore store, TargetId target, TrustedKeys trusted) {
        return new PointMarks(store, target, trusted);
    }

    /**
     * Tells what the store lacks for marks to be safe. Probes the store, which writes, unless that was done before.
     *
     * @return one sentence each; empty if nothing is missing
     */
    public List<String> lacking() {
        return PointCatalog.of(store, target, trusted).lacking();
    }

    /**
     * Reads the store's clock, which marks are dated by.
     *
     * @return the time there, UTC
     */
    public Instant now() {
        return store.now();
    }

    /**
     * Tells what expiries last said about points.
     *
     * @param identities what each point is, as its restore plan would say under {@link PointVerdicts#POINT}
     * @return what stands on each that was ever marked
     * @throws io.github.drkit.error.TargetUnavailableException if the store's listing is not complete
     */
    public List<ExpiryMark> standing(Map<RecoveryPointId, String> identities) {
        List<StoredObject> objects = store.list(prefix()).objects();
        List<ExpiryMark> standing = new ArrayList<>();
        identities.forEach((point, identity) -> {
            String place = place(point, identity);
            List<StoredObject> there = objects.stream()
                    .filter(object -> object.key().startsWith(place))
                    .toList();
            marks(identity)
                    .standing(point, place, there)
                    .map(mark -> with(mark, identity))
                    .ifPresent(standing::add);
        });
        return standing;
    }

    /**
     * Marks a point as going, by one conditional write, unless it is going or gone already.
     *
     * @param point which
     * @param identity what it is
     * @param by the run that expires it
     * @param key the backup's key
     * @return what stands now: this run's mark, or what another run said before
     * @throws io.github.drkit.error.RequestRefusedException if the key is not trusted here; nothing was written
     * @throws io.github.drkit.error.OutcomeUnknownException if the answer was lost and looking did not settle it; repeating is
     *     safe
     */
    public ExpiryMark mark(RecoveryPointId point, String identity, RunId by, SigningKey key) {
        requireTrusted(key);
        return with(marks(identity).mark(point, place(point, identity), by, key), identity);
    }

    /**
     * Answers a mark, once: of an answer that keeps and one that lets go the first counts, whoever gave it.
     *
     * @param mark the mark, which says GOING, as this class gave it
     * @param answer KEPT, or GONE, which is for ever and deletes nothing
     * @param by the run that answers
     * @param why one sentence, for KEPT
     * @param key the backup's key
     * @return what stands now
     * @throws io.github.drkit.error.OutcomeUnknownException if the answer was lost and looking did not settle it; repeating is
     *     safe
     */
    public ExpiryMark answer(ExpiryMark mark, State answer, RunId by, String why, SigningKey key) {
        requireTrusted(key);
        String identity = identity(mark);
        ExpiryMark within = token(mark, mark.token().substring(0, mark.token().indexOf(BETWEEN)));
        return with(marks(identity).answer(within, place(mark.point(), identity), answer, by, why, key), identity);
    }

    /**
     * Tells what the point of a mark was.
     *
     * @param mark as this class gave it
     * @return the identity it was marked under
     * @throws IllegalArgumentException if another class gave it
     */
    public static String identity(ExpiryMark mark) {
        int between = mark.token().indexOf(BETWEEN);
        if (between < 0) {
            throw new IllegalArgumentException("Cannot tell what '" + mark.point() + "' was: its mark has the token '"
                    + mark.token() + "' but one with an identity is required");
        }
        return mark.token().substring(between + 1);
    }

    private void requireTrusted(SigningKey key) {
        PointCatalog.of(store, target, trusted).requireBackup(key);
    }

    private ExpiryMarks marks(String identity) {
        return new ExpiryMarks(store, trusted, SCHEMA, Map.of("target", target.value(), "identity", identity));
    }

    private static ExpiryMark with(ExpiryMark mark, String identity) {
        return token(mark, mark.token() + BETWEEN + identity);
    }

    private static ExpiryMark token(ExpiryMark mark, String token) {
        return new ExpiryMark(mark.point(), mark.run(), mark.at(), mark.state(), mark.detail(), token);
    }

    private String place(RecoveryPointId point, String identity) {
        String digest = Sha256.hex(identity.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
        return prefix() + point.value() + "/" + digest + "/";
    }

    private String prefix() {
        return "marks/" + target.value() + "/";
    }
}
