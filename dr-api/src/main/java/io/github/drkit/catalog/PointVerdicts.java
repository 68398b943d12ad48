package io.github.drkit.catalog;

import io.github.drkit.Plan;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.TargetId;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoredObject;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The verdicts on points that lie where nothing can be put beside them: RDS snapshots, and instants of a window. Each is a signed
 * object in a store, created once, that names the point's identity: what its plan relied on under {@link #POINT}. Another point
 * that later takes the name has another identity, and the verdict does not count for it.
 *
 * <p>The layout is described in {@code docs/format.md}. Thread-safe; every method blocks.
 */
public final class PointVerdicts implements Verdicts {

    /** The precondition of a restore plan whose value is the identity of the point restored. */
    public static final String POINT = "point";

    private static final String SCHEMA = "drkit-point-verdict/1";
    private static final String TARGET = "target";
    private static final String IDENTITY = "identity";

    private final PointStore store;
    private final TargetId target;
    private final TrustedKeys trusted;

    private PointVerdicts(PointStore store, TargetId target, TrustedKeys trusted) {
        this.store = store;
        this.target = target;
        this.trusted = trusted;
    }

    /**
     * Looks at the verdicts on a target's points.
     *
     * @param store where they lie; not closed
     * @param target whose points they are on
     * @param trusted whose verdicts are believed
     * @return the verdicts
     */
    public static PointVerdicts of(PointStore store, TargetId target, TrustedKeys trusted) {
        return new PointVerdicts(store, target, trusted);
    }

    @Override
    public void record(Verdict verdict, Plan plan, SigningKey key) {
        String identity = plan.preconditions().stream()
                .filter(precondition -> precondition.name().equals(POINT))
                .map(Precondition::value)
                .findFirst()
                .orElseThrow(() -> new RequestRefusedException(
                        "DRK-POINT-010",
                        "Cannot record the verdict on '" + verdict.point() + "': its plan relies on no point but the"
                                + " verdict must name what was restored",
                        "Prove with a strategy whose plans have the precondition '" + POINT + "'"));
        PointCatalog.of(store, target, trusted).requireProver(key);
        byte[] document = SignedDocument.sign(
                SignedVerdict.payload(SCHEMA, verdict, Map.of(TARGET, target.value(), IDENTITY, identity)), key);
        SignedDocument.createOnce(
                store,
                ObjectKey.of(prefix() + verdict.point().value() + "/" + SignedVerdict.name(verdict)),
                document,
                "record the verdict on '" + verdict.point() + "'");
    }

    /**
     * Says of each point how far it is proven. A verdict that is unsigned, of an unknown key, or on another point of the same name
     * is named in the point's remarks, and does not count.
     *
     * @param points as listed
     * @param identities what each is, as its restore plan would say under {@link #POINT}
     * @return the same points in the same order, with proof and remarks
     * @throws io.github.drkit.error.TargetUnavailableException if the store's listing is not complete
     */
    public List<RecoveryPoint> judged(List<RecoveryPoint> points, Map<RecoveryPointId, String> identities) {
        Map<String, List<StoredObject>> byPoint = new HashMap<>();
        for (StoredObject object : store.list(prefix()).objects()) {
            int slash = object.key().indexOf('/', prefix().length());
            if (slash > 0) {
                byPoint.computeIfAbsent(object.key().substring(prefix().length(), slash), id -> new ArrayList<>())
                        .add(object);
            }
        }
        List<RecoveryPoint> judged = new ArrayList<>();
        for (RecoveryPoint point : points) {
            List<StoredObject> objects = byPoint.getOrDefault(point.id().value(), List.of());
            judged.add(objects.isEmpty() ? point : judged(point, identities.getOrDefault(point.id(), ""), objects));
        }
        return judged;
    }

    private RecoveryPoint judged(RecoveryPoint point, String identity, List<StoredObject> objects) {
        List<String> remarks = new ArrayList<>(point.remarks());
        List<SignedVerdict> verdicts = new ArrayList<>();
        for (StoredObject object : objects) {
            try {
                verdicts.add(read(object, point.id(), identity));
            } catch (IllegalArgumentException | DateTimeException | IntegrityException e) {
                remarks.add("ignored " + object.key() + ": " + e.getMessage());
            }
        }
        Proof proof = SignedVerdict.fold(verdicts, remarks);
        return point.judged(proof, point.plausibility(), remarks);
    }

    private SignedVerdict read(StoredObject object, RecoveryPointId point, String identity) {
        byte[] bytes =
                store.find(ObjectKey.of(object.key())).orElseThrow(() -> new IllegalArgumentException("it is gone"));
        SignedVerdict signed = SignedVerdict.read(bytes, SCHEMA, Set.of(TARGET, IDENTITY), trusted);
        if (!target.value().equals(signed.of().get(TARGET))
                || !signed.verdict().point().equals(point)
                || !identity.equals(signed.of().get(IDENTITY))) {
            throw new IllegalArgumentException("it is a verdict on another point");
        }
        return signed;
    }

    private String prefix() {
        return "verdicts/" + target.value() + "/";
    }
}
