package io.github.drkit.expiry;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.ExpiryMark;
import io.github.drkit.catalog.Leftover;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.catalog.Removal;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.Survey;
import io.github.drkit.retention.Hold;
import io.github.drkit.retention.Inventory;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The points of a catalog in a store. */
final class StorePoints implements ExpirablePoints {

    private final PointCatalog points;
    private final SigningKey key;

    StorePoints(PointCatalog points, SigningKey key) {
        this.points = points;
        this.key = key;
    }

    @Override
    public TargetId target() {
        return points.target();
    }

    @Override
    public String readiness() {
        List<String> lacking = points.lacking();
        return lacking.isEmpty() ? READY : String.join(", and ", lacking);
    }

    @Override
    public Stock look(Instant now, Duration rpo) {
        Survey survey = points.survey();
        // With something unreadable nothing expires and nothing may be collected, so nobody needs to know.
        List<Leftover> leftovers = survey.catalog().problems().isEmpty() ? points.leftovers() : List.of();
        return new Stock(
                Inventory.of(points.target(), survey.catalog(), now, rpo)
                        .withHolds(holds(survey))
                        .withStoredTimes(survey.storedTimes())
                        .withStoreClock(points.storeClock())
                        .withLeftovers(leftovers),
                survey.marks());
    }

    /** What people hold, and what a suspicion rests on: were that to go first, the SUSPECT point would take a good one's slot. */
    private static List<Hold> holds(Survey survey) {
        Map<RecoveryPointId, Hold> holds = new LinkedHashMap<>();
        survey.holds()
                .forEach(hold ->
                        holds.putIfAbsent(hold.point(), new Hold(hold.point(), hold.who(), hold.why(), hold.since())));
        survey.measures()
                .forEach((point, suspect) -> holds.putIfAbsent(
                        point,
                        new Hold(
                                point,
                                "DR Kit",
                                "SUSPECT point '" + suspect.id() + "' is measured by it",
                                suspect.consistencyTime())));
        return List.copyOf(holds.values());
    }

    @Override
    public ExpiryMark mark(RecoveryPointId point, RunId by) {
        return points.mark(point, by, key);
    }

    @Override
    public ExpiryMark answer(ExpiryMark mark, ExpiryMark.State answer, RunId by, String why) {
        return answer == ExpiryMark.State.GONE ? points.letGo(mark, by, key) : points.keep(mark, by, why, key);
    }

    /** Tried with rclone 1.60 on a MinIO that keeps versions: the first line hides, the second deletes what is hidden. */
    @Override
    public List<String> deletion(RecoveryPointId point) {
        String place = "\"$STORE/" + points.place(point) + "/\"";
        return List.of(
                "rclone delete " + place + "  # STORE is the store as an rclone path, prefix included",
                "rclone backend cleanup-hidden " + place + "  # where the bucket keeps versions");
    }

    @Override
    public Optional<Instant> lockedUntil(RecoveryPointId point) {
        return points.lockedUntil(point);
    }

    @Override
    public String lockability() {
        return points.lockless().orElse(READY);
    }

    @Override
    public List<String> lock(RecoveryPointId point, Instant until) {
        return points.lock(point, until);
    }

    /** The run that lost may also have been a backup, whose point must not come into being any more. */
    @Override
    public void fence(RunId lost, RunId by) {
        points.fence(lost, by, key);
    }

    @Override
    public Removal remove(ExpiryMark mark, RunId by) {
        return points.remove(mark, by, key);
    }
}
